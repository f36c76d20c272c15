package dev.carousel.cli;

import dev.carousel.data.ClassifierSpec;
import dev.carousel.data.DataException;
import dev.carousel.data.LabelledSequences;
import dev.carousel.data.TextFolders;
import dev.carousel.data.TimeSeriesFile;
import dev.carousel.data.Vocabulary;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How files become sequences with classes: by their name, and by what the user said when the model was trained, which a model
 * remembers.
 *
 * @param perStep whether each step has a class
 * @param longest of longer texts only so many characters are read
 */
record SequenceReading(boolean perStep, int longest) {

    private static final String LONGEST = "longest_text";

    /** Sequences, and of texts the characters that have an id. */
    record Read(LabelledSequences sequences, Optional<Vocabulary> vocabulary) {}

    /** As a model remembers. */
    static SequenceReading of(Model model) {
        Task task = model.task();
        return new SequenceReading(
                task.kind().equals(ClassifierSpec.TAG), task.has(LONGEST) ? task.integer(LONGEST) : Integer.MAX_VALUE);
    }

    /** What a model has to remember. */
    Task addTo(Task task) {
        return longest == Integer.MAX_VALUE ? task : task.with(LONGEST, longest);
    }

    /** Reads what a network is to be trained on. */
    Read training(Path input, Optional<Path> labels) {
        if (ArrayLabels.reads(input)) {
            return new Read(ArrayLabels.read(input, labels, perStep), Optional.empty());
        }
        if (labels.isPresent()) {
            throw new DataException(labels.get() + ": --labels is for arrays, but " + input + " is none.");
        }
        if (TimeSeriesFile.reads(input)) {
            requireWholeSequences(input);
            return new Read(TimeSeriesFile.read(input), Optional.empty());
        }
        if (Files.isDirectory(input)) {
            requireWholeSequences(input);
            TextFolders texts = TextFolders.read(input, longest);
            return new Read(texts.sequences(), Optional.of(texts.vocabulary()));
        }
        throw unknown(input);
    }

    /** Reads what a model is to be judged on. */
    LabelledSequences labelled(Path input, Optional<Path> labels, ClassifierSpec spec) {
        if (spec.vocabulary().isPresent()) {
            return TextFolders.read(input, longest, spec.vocabulary().get()).withClasses(spec.classes());
        }
        return training(input, labels).sequences().withClasses(spec.classes());
    }

    /** Reads what a model is to tell the classes of. */
    LabelledSequences unlabelled(Path input, ClassifierSpec spec) {
        if (spec.vocabulary().isPresent()) {
            return Files.isDirectory(input)
                    ? TextFolders.read(input, longest, spec.vocabulary().get()).withoutLabels()
                    : TextFolders.readOne(input, longest, spec);
        }
        if (ArrayLabels.reads(input)) {
            return ArrayLabels.unlabelled(input, spec);
        }
        if (TimeSeriesFile.reads(input)) {
            return TimeSeriesFile.readUnlabelled(input);
        }
        return training(input, Optional.empty()).sequences().withoutLabels();
    }

    private void requireWholeSequences(Path input) {
        if (perStep) {
            throw new DataException(
                    input + ": holds one class for each sequence, but tagging needs one for each step. Use"
                            + " train classify, or a CSV file with a label in each row.");
        }
    }

    private static DataException unknown(Path input) {
        return new DataException(
                input + (Files.exists(input) ? ": cannot tell what it holds by its name." : ": no such file.")
                        + " Expected a .ts file, a .csv file, a .npy file, or a folder with a folder of texts for each class.");
    }
}
