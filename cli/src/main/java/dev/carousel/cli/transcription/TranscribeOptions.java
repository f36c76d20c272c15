package dev.carousel.cli.transcription;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.MODEL;
import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.train.SplitSeedOption;
import dev.carousel.data.classification.LabelledCsv;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.transcription.Alphabet;
import dev.carousel.loss.CtcLoss;
import dev.carousel.spec.Direction;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where in a file the sequences and their texts are, and how a network learns to write them. */
final class TranscribeOptions {

    @Role(value = MEASURE, why = "it names what is written")
    @Option(
            order = -100,
            names = "--label",
            paramLabel = "COLUMN",
            description = "For a .csv file: the column of texts, the same in every row of a sequence.")
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

    @Role(value = MEASURE, why = "it names what is written")
    @Option(
            order = -100,
            names = "--labels",
            paramLabel = "FILE",
            description = "For a .npy file: the texts, a line each in a .txt file, or whole numbers [sequences, labels]"
                    + " in a .npy file, with -1 after the last of each.")
    Optional<Path> labels = Optional.empty();

    @Role(value = MEASURE, why = "it decides what a label is")
    @Option(
            order = -90,
            names = "--by",
            paramLabel = "UNIT",
            defaultValue = "characters",
            description = "What texts are cut into: ${COMPLETION-CANDIDATES}; words are separated by blanks (default:"
                    + " ${DEFAULT-VALUE}). Labels that are whole numbers are words.")
    Unit by = Unit.characters;

    @Role(value = MEASURE, why = "it decides which sequences count")
    @Option(
            order = -90,
            names = "--unfit",
            paramLabel = "HOW",
            defaultValue = "refuse",
            description =
                    "What is done with sequences that have fewer steps than their text needs: ${COMPLETION-CANDIDATES}"
                            + " (default: ${DEFAULT-VALUE}). skip leaves them out of training and says how many.")
    Rule unfit = Rule.refuse;

    @Role(MODEL)
    @Option(
            order = -90,
            names = "--beam",
            paramLabel = "N",
            defaultValue = "25",
            description =
                    "How many beginnings of a text are followed in writing it; 1 writes the most probable label of"
                            + " each step (default: ${DEFAULT-VALUE}).")
    int beam;

    @Role(RESULT)
    @Option(
            order = -85,
            names = "--direction",
            paramLabel = "HOW",
            description = "How sequences are read: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). A network that"
                    + " reads both ways cannot follow a stream.")
    Way direction = Way.both;

    @Role(RESULT)
    @Option(
            order = -85,
            names = "--scaling",
            paramLabel = "BY",
            description =
                    "How numbers are scaled: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). robust: by median"
                            + " and middle spread of the training part, large numbers as their logarithm; standard: by"
                            + " mean and standard deviation of the training part; sequence: by those of each sequence.")
    Scale scaling = Scale.robust;

    @Role(RESULT)
    @Option(
            order = -85,
            names = "--input-dropout",
            paramLabel = "SHARE",
            description =
                    "Share of the numbers of each step that training drops, from 0 to below 1, so that the network does"
                            + " not depend on a few of them (default: ${DEFAULT-VALUE}).")
    float inputDropout;

    @Role(value = MEASURE, why = "it decides what is held out")
    @Option(
            order = -75,
            names = "--validation",
            paramLabel = "SHARE",
            description =
                    "Share of the sequences that is held out to judge each epoch, drawn by --split-seed; 0 to train on"
                            + " all (default: ${DEFAULT-VALUE}).")
    double validation;

    @Mixin
    SplitSeedOption splitSeed = new SplitSeedOption();

    /** What texts are cut into, as it is typed. */
    enum Unit {
        characters,
        words
    }

    /** What is done with texts that do not fit, as it is typed. */
    enum Rule {
        refuse,
        skip
    }

    /** The directions, as they are typed. */
    enum Way {
        both,
        forward
    }

    /** The scalings, as they are typed. */
    enum Scale {
        robust,
        standard,
        sequence,
        none
    }

    /** Refuses what makes no sense. */
    void require(Subcommand command, Path file) {
        boolean csv = LabelledCsv.reads(file);
        if (csv && label.isEmpty()) {
            throw command.mistake("Which column of " + file + " holds the texts? Name it with --label.");
        }
        if (csv && id.isEmpty()) {
            throw command.mistake(
                    "Which column of " + file + " says to which sequence a row belongs? Name it with --id.");
        }
        if (group.isPresent() && !csv) {
            throw command.mistake(
                    "--group is " + group.get() + " but " + file + " has no columns; it is for .csv files.");
        }
        if (group.isPresent() && validation == 0) {
            throw command.mistake("--group is " + group.get()
                    + " but --validation is 0, so that nothing is held out by it; such as --validation 0.2.");
        }
        command.requireAtLeast("--beam", 1, beam);
        requireShare(command, "--input-dropout", inputDropout);
        requireShare(command, "--validation", validation);
    }

    private static void requireShare(Subcommand command, String option, double share) {
        if (!(share >= 0 && share < 1)) {
            throw command.mistake(option + " is " + share + " but must be at least 0 and below 1.");
        }
    }

    LabelledCsv form() {
        return new LabelledCsv(id, time, label, features, group);
    }

    Alphabet.By unit() {
        boolean numbers = labels.isPresent() && TranscriptInput.isArray(labels.get());
        return numbers ? Alphabet.By.WORDS : Alphabet.By.valueOf(by.name().toUpperCase(Locale.ROOT));
    }

    CtcLoss loss() {
        return new CtcLoss().withUnfit(unfit == Rule.skip ? CtcLoss.Unfit.SKIP : CtcLoss.Unfit.REFUSE);
    }

    Direction networkDirection() {
        return direction == Way.both ? Direction.BOTH : Direction.FORWARD;
    }

    SequenceScaling.Kind scalingKind() {
        return SequenceScaling.Kind.valueOf(scaling.name().toUpperCase(Locale.ROOT));
    }
}
