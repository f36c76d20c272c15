package dev.carousel.cli.classification;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.text.UnitOptions;
import dev.carousel.data.classification.LabelledCsv;
import dev.carousel.data.classification.SequenceReading;
import dev.carousel.data.classification.TagDecoding;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where in a file the sequences and their classes are; a model remembers it, so that later files are read alike. */
final class SequenceOptions {

    @Role(value = MEASURE, why = "it names what is predicted")
    @Option(
            order = -100,
            names = "--label",
            paramLabel = "COLUMN",
            description =
                    "For a .csv file: the column of classes; for words with tags, the number of the column of tags"
                            + " (default: the last).")
    Optional<String> label = Optional.empty();

    @Role(value = MEASURE, why = "it decides what a sequence is")
    @Option(
            order = -100,
            names = "--id",
            paramLabel = "COLUMN",
            description = "For a .csv file: the column that names the sequence of a row.")
    Optional<String> id = Optional.empty();

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--time",
            paramLabel = "COLUMN",
            description = "For a .csv file: the column of times, which must ascend within a sequence (default: none;"
                    + " the rows are in order).")
    Optional<String> time = Optional.empty();

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--features",
            split = ",",
            paramLabel = "COLUMN",
            description = "For a .csv file: the columns of numbers (default: all others).")
    List<String> features = List.of();

    @Role(value = MEASURE, why = "it decides what is held out")
    @Option(
            order = -100,
            names = "--group",
            paramLabel = "COLUMN",
            description =
                    "For a .csv file: the column of groups, such as the person that a sequence comes from; --validation"
                            + " then holds out whole groups, so that none is on both sides.")
    Optional<String> group = Optional.empty();

    @Role(value = MEASURE, why = "it names what is predicted")
    @Option(
            order = -100,
            names = "--labels",
            paramLabel = "FILE.npy",
            description = "For a .npy file: the classes, whole numbers.")
    Optional<Path> labels = Optional.empty();

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--longest",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Read at most this many characters (bytes, words) of each text (default: ${DEFAULT-VALUE}).")
    int longest;

    @Mixin
    UnitOptions units = new UnitOptions();

    /** How files are read. */
    SequenceReading reading(boolean perStep, TagDecoding decoding) {
        return new SequenceReading(perStep, longest, new LabelledCsv(id, time, label, features, group), decoding);
    }

    /**
     * Refuses what makes no sense.
     *
     * @param perStep whether each step has a class
     * @param validation the share that is held out
     */
    void require(Subcommand command, Path file, boolean perStep, double validation) {
        if (LabelledCsv.reads(file) && label.isEmpty()) {
            throw command.mistake("Which column of " + file + " holds the classes? Name it with --label.");
        }
        if (LabelledCsv.reads(file) && id.isEmpty() && !perStep) {
            throw command.mistake(
                    "Which column of " + file + " says to which sequence a row belongs? Name it with --id."
                            + " Without one the whole file is a single sequence.");
        }
        if (group.isPresent() && !LabelledCsv.reads(file)) {
            throw command.mistake(
                    "--group is " + group.get() + " but " + file + " has no columns; it is for .csv files.");
        }
        if (group.isPresent() && validation == 0) {
            throw command.mistake("--group is " + group.get()
                    + " but --validation is 0, so that nothing is held out by it; such as --validation 0.2.");
        }
        command.requireAtLeast("--longest", 1, longest);
        units.require(command);
    }
}
