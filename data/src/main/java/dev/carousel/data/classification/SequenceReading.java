package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How files become sequences with classes: by their name, and by the options of the training, which the model
 * remembers. Immutable.
 *
 * <pre>{@code
 * SequenceReading reading = new SequenceReading(false, 1000, form);
 * LabelledSequences all = reading.numbers(Path.of("walks.csv"));       // or a .ts file
 * Task task = reading.addTo(spec.task(), spec);                       // for the model
 * LabelledSequences others = SequenceReading.of(model, spec).labelled(Path.of("others.csv"), spec);
 * }</pre>
 *
 * <p>Arrays are read by {@link ArraySequences}.
 *
 * @param perStep whether each step has a class
 * @param longest at most this many characters, bytes or words of each text are read
 * @param form which columns of a CSV file are what
 * @param decoding which scheme the tags of words must follow, and whether those that do not are repaired
 */
public record SequenceReading(boolean perStep, int longest, LabelledCsv form, TagDecoding decoding) {

    private static final String LONGEST = "longest_text";
    private static final String ID = "id_column";
    private static final String TIME = "time_column";
    private static final String LABEL = "label_column";

    /**
     * Checks the length of texts.
     *
     * @throws DataException if it is below 1
     */
    public SequenceReading {
        if (longest < 1) {
            throw new DataException(
                    "SequenceReading: of longer texts " + longest + " characters are read but it must be at least 1.");
        }
    }

    /** Where tags are as they are. */
    public SequenceReading(boolean perStep, int longest, LabelledCsv form) {
        this(perStep, longest, form, TagDecoding.EACH);
    }

    /** As a model remembers it. */
    public static SequenceReading of(Model model, ClassifierSpec spec) {
        Task task = model.task();
        List<String> columns = spec.scaling().map(SequenceScaling::columns).orElse(List.of()).stream()
                .map(Normaliser.Column::name)
                .toList();
        return new SequenceReading(
                spec.perStep(),
                task.has(LONGEST) ? task.integer(LONGEST) : Integer.MAX_VALUE,
                new LabelledCsv(text(task, ID), text(task, TIME), text(task, LABEL), columns),
                spec.decoding());
    }

    private static Optional<String> text(Task task, String name) {
        return task.has(name) ? Optional.of(task.text(name)) : Optional.empty();
    }

    /** The same with the groups of the sequences of a CSV file. */
    public SequenceReading withGroup(String column) {
        return new SequenceReading(perStep, longest, form.withGroup(Optional.of(column)), decoding);
    }

    /** What a model has to remember of what it has read. */
    public Task addTo(Task task, ClassifierSpec spec) {
        Task all = spec.readsIds() ? task.with(LONGEST, longest) : task;
        all = form.id().isPresent() ? all.with(ID, form.id().get()) : all;
        all = form.time().isPresent() ? all.with(TIME, form.time().get()) : all;
        return form.label().isPresent() ? all.with(LABEL, form.label().get()) : all;
    }

    /**
     * Whether a network is to be trained on texts, which {@link #texts} reads: a folder, unless it is one of CSV files, or a
     * file of sentences whose words have tags.
     */
    public boolean readsTexts(Path input) {
        return Files.isDirectory(input)
                ? !CsvFolders.reads(input)
                : perStep && TaggedSentences.reads(input) && Files.exists(input);
    }

    /**
     * Reads the texts that a network is to be trained on: a folder with a folder for each class, or sentences.
     *
     * @throws DataException if a text cannot be read, or each step was to have a class
     */
    public TextSource texts(Path input) {
        if (perStep && !Files.isDirectory(input)) {
            return TaggedSentences.read(input, form.label(), decoding);
        }
        requireWholeSequences(input);
        return TextFolders.read(input, longest);
    }

    /**
     * Reads the sequences of numbers that a network is to be trained on, with their classes.
     *
     * @param input a .ts or .csv file, or a folder with a folder of .csv files for each class
     * @throws DataException if it is no such file, or something in it makes no sense
     */
    public LabelledSequences numbers(Path input) {
        if (CsvFolders.reads(input)) {
            requireWholeSequences(input);
            return CsvFolders.read(input);
        }
        if (TimeSeriesFile.reads(input)) {
            requireWholeSequences(input);
            return TimeSeriesFile.read(input);
        }
        if (LabelledCsv.reads(input)) {
            return form.read(input, perStep);
        }
        if (SeriesRows.reads(input) && Files.exists(input)) {
            requireWholeSequences(input);
            return SeriesRows.read(input);
        }
        throw unknown(input);
    }

    /**
     * Reads what a model is to be judged on.
     *
     * @param input a .ts or .csv file, or of a model of texts a folder
     * @throws DataException if it is no such file, has other classes, or something in it makes no sense
     */
    public LabelledSequences labelled(Path input, ClassifierSpec spec) {
        return spec.units()
                .map(units -> texts(input).by(units))
                .orElseGet(() -> numbers(input))
                .withClasses(spec.classes());
    }

    /**
     * Reads what a model is to tell the classes of.
     *
     * @param input a .ts or .csv file, or of a model of texts a folder or a text
     * @throws DataException if it is no such file, or something in it makes no sense
     */
    public LabelledSequences unlabelled(Path input, ClassifierSpec spec) {
        if (spec.units().isPresent() && perStep && !Files.isDirectory(input)) {
            return TaggedSentences.readUntagged(input, form.label())
                    .by(spec.units().get())
                    .withClasses(spec.classes());
        }
        if (spec.units().isPresent()) {
            return Files.isDirectory(input)
                    ? TextFolders.read(input, longest).by(spec.units().get()).withoutLabels()
                    : TextFolders.readOne(input, longest, spec);
        }
        if (TimeSeriesFile.reads(input)) {
            requireWholeSequences(input);
            return TimeSeriesFile.readUnlabelled(input);
        }
        if (CsvFolders.reads(input)) {
            requireWholeSequences(input);
            return CsvFolders.read(input).withoutLabels();
        }
        if (LabelledCsv.reads(input)) {
            return form.readUnlabelled(input, perStep);
        }
        if (SeriesRows.reads(input) && Files.exists(input)) {
            requireWholeSequences(input);
            return SeriesRows.read(input).withoutLabels();
        }
        throw unknown(input);
    }

    private void requireWholeSequences(Path input) {
        if (perStep) {
            throw new DataException(input + (Files.isDirectory(input) ? ": a folder holds" : ": holds")
                    + " one class for each sequence, but tagging needs one for each step. Train a classifier, or"
                    + " read a CSV file with a label in each row, or words with their tags in columns (.conll).");
        }
    }

    private DataException unknown(Path input) {
        if (perStep) {
            return new DataException(
                    input + (Files.exists(input) ? ": cannot tell what it holds by its name." : ": no such file.")
                            + " Expected a .csv file with a label in each row, a .npy file, or words with their tags in"
                            + " columns (.conll, .conllu, .iob, .bio, .tsv, .txt).");
        }
        return new DataException(
                input + (Files.exists(input) ? ": cannot tell what it holds by its name." : ": no such file.")
                        + " Expected a .ts file, a .csv file, a .npy file, a series in each row (.tsv, .txt, .arff), or a folder with a folder of texts or of .csv files for"
                        + " each class.");
    }
}
