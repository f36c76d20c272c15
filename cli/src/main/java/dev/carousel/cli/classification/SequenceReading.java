package dev.carousel.cli.classification;

import dev.carousel.cli.command.DataFile;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledCsv;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.classification.TextFolders;
import dev.carousel.data.classification.TimeSeriesFile;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.model.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How files become sequences with classes: by their name, and by what the user said when the model was trained, which a model
 * remembers.
 *
 * @param perStep whether each step has a class
 * @param longest of longer texts only so many characters, bytes or words are read
 * @param form which columns of a CSV file are what
 */
record SequenceReading(boolean perStep, int longest, LabelledCsv form) {

    private static final String LONGEST = "longest_text";
    private static final String ID = "id_column";
    private static final String TIME = "time_column";
    private static final String LABEL = "label_column";

    /**
     * What was read.
     *
     * @param sequences of texts that are to be learned from their bytes, until it is known what they are cut into
     * @param texts the texts themselves, if they are to be learned from
     * @param files what they were read from, as a model remembers it
     */
    record Read(LabelledSequences sequences, Optional<TextFolders> texts, List<Provenance.Data> files) {}

    /** As a model remembers. */
    static SequenceReading of(Model model, ClassifierSpec spec) {
        Task task = model.task();
        List<String> columns = spec.scaling().map(SequenceScaling::columns).orElse(List.of()).stream()
                .map(Normaliser.Column::name)
                .toList();
        return new SequenceReading(
                spec.perStep(),
                task.has(LONGEST) ? task.integer(LONGEST) : Integer.MAX_VALUE,
                new LabelledCsv(text(task, ID), text(task, TIME), text(task, LABEL), columns));
    }

    private static Optional<String> text(Task task, String name) {
        return task.has(name) ? Optional.of(task.text(name)) : Optional.empty();
    }

    /** The same with the groups of the sequences of a CSV file. */
    SequenceReading withGroup(String column) {
        return new SequenceReading(perStep, longest, form.withGroup(Optional.of(column)));
    }

    /** What a model has to remember of what it has read. */
    Task addTo(Task task, ClassifierSpec spec) {
        Task all = spec.readsIds() ? task.with(LONGEST, longest) : task;
        all = form.id().isPresent() ? all.with(ID, form.id().get()) : all;
        all = form.time().isPresent() ? all.with(TIME, form.time().get()) : all;
        return form.label().isPresent() ? all.with(LABEL, form.label().get()) : all;
    }

    /** Reads what a network is to be trained on. */
    Read training(Path input, Optional<Path> labels) {
        if (Files.isDirectory(input)) {
            requireWholeSequences(input);
            requireNoLabels(input, labels);
            TextFolders texts = TextFolders.read(input, longest);
            return read(texts.by(ByteUnits.INSTANCE), Optional.of(texts), Optional.empty());
        }
        return read(numbers(input, labels), Optional.empty(), labels);
    }

    private static Read read(LabelledSequences sequences, Optional<TextFolders> texts, Optional<Path> labels) {
        List<Provenance.Data> files = new ArrayList<>();
        files.add(sequences.source());
        labels.map(DataFile::of).ifPresent(files::add);
        return new Read(sequences, texts, List.copyOf(files));
    }

    private LabelledSequences numbers(Path input, Optional<Path> labels) {
        if (ArrayLabels.reads(input)) {
            return ArrayLabels.read(input, labels, perStep);
        }
        requireNoLabels(input, labels);
        if (TimeSeriesFile.reads(input)) {
            requireWholeSequences(input);
            return TimeSeriesFile.read(input);
        }
        if (LabelledCsv.reads(input)) {
            return form.read(input, perStep);
        }
        throw unknown(input);
    }

    /** Reads what a model is to be judged on. */
    Read labelled(Path input, Optional<Path> labels, ClassifierSpec spec) {
        LabelledSequences all = spec.units()
                .map(units -> TextFolders.read(input, longest).by(units))
                .orElseGet(() -> numbers(input, labels));
        return read(all.withClasses(spec.classes()), Optional.empty(), labels);
    }

    /** Reads what a model is to tell the classes of. */
    LabelledSequences unlabelled(Path input, ClassifierSpec spec) {
        if (spec.units().isPresent()) {
            return Files.isDirectory(input)
                    ? TextFolders.read(input, longest).by(spec.units().get()).withoutLabels()
                    : TextFolders.readOne(input, longest, spec);
        }
        if (ArrayLabels.reads(input)) {
            return ArrayLabels.unlabelled(input, spec);
        }
        if (TimeSeriesFile.reads(input)) {
            requireWholeSequences(input);
            return TimeSeriesFile.readUnlabelled(input);
        }
        if (LabelledCsv.reads(input)) {
            return form.readUnlabelled(input, perStep);
        }
        throw unknown(input);
    }

    private void requireWholeSequences(Path input) {
        if (perStep) {
            throw new DataException(
                    input + ": holds one class for each sequence, but tagging needs one for each step. Use"
                            + " train classify, or a CSV file with a label in each row.");
        }
    }

    private static void requireNoLabels(Path input, Optional<Path> labels) {
        if (labels.isPresent()) {
            throw new DataException(labels.get() + ": --labels is for arrays, which end in .npy, but " + input
                    + " holds its classes itself.");
        }
    }

    private static DataException unknown(Path input) {
        return new DataException(
                input + (Files.exists(input) ? ": cannot tell what it holds by its name." : ": no such file.")
                        + " Expected a .ts file, a .csv file, a .npy file, or a folder with a folder of texts for each class.");
    }
}
