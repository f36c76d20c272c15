package dev.carousel.cli.classification;

import dev.carousel.cli.command.DataFile;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceReading;
import dev.carousel.data.classification.TextSource;
import dev.carousel.model.Provenance;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a command reads: files as {@link SequenceReading} reads them, and arrays, whose classes {@code --labels} names.
 *
 * @param sequences of texts that are to be learned from their bytes, until it is known what they are cut into
 * @param texts the texts themselves, if they are to be learned from
 * @param files what they were read from, as a model remembers it
 */
record SequenceInput(LabelledSequences sequences, Optional<TextSource> texts, List<Provenance.Data> files) {

    /** Reads what a network is to be trained on. */
    static SequenceInput training(SequenceReading reading, Path input, Optional<Path> labels) {
        if (reading.readsTexts(input)) {
            TextSource texts = reading.texts(input);
            requireNoLabels(input, labels);
            return of(texts.outline(), Optional.of(texts), Optional.empty());
        }
        if (ArrayLabels.reads(input)) {
            return of(ArrayLabels.read(input, labels, reading.perStep()), Optional.empty(), labels);
        }
        requireNoLabels(input, labels);
        return of(reading.numbers(input), Optional.empty(), Optional.empty());
    }

    /** Reads what a model is to be judged on. */
    static SequenceInput labelled(SequenceReading reading, Path input, Optional<Path> labels, ClassifierSpec spec) {
        if (!spec.readsIds() && ArrayLabels.reads(input)) {
            LabelledSequences all = ArrayLabels.read(input, labels, reading.perStep());
            return of(all.withClasses(spec.classes()), Optional.empty(), labels);
        }
        if (!spec.readsIds()) {
            requireNoLabels(input, labels);
        }
        return of(reading.labelled(input, spec), Optional.empty(), labels);
    }

    /** Reads what a model is to tell the classes of. */
    static LabelledSequences unlabelled(SequenceReading reading, Path input, ClassifierSpec spec) {
        return !spec.readsIds() && ArrayLabels.reads(input)
                ? ArrayLabels.unlabelled(input, spec)
                : reading.unlabelled(input, spec);
    }

    private static SequenceInput of(LabelledSequences sequences, Optional<TextSource> texts, Optional<Path> labels) {
        List<Provenance.Data> files = Stream.concat(Stream.of(sequences.source()), labels.map(DataFile::of).stream())
                .toList();
        return new SequenceInput(sequences, texts, files);
    }

    private static void requireNoLabels(Path input, Optional<Path> labels) {
        if (labels.isPresent()) {
            throw new DataException(labels.get() + ": --labels is for arrays, which end in .npy, but " + input
                    + " holds its classes itself.");
        }
    }
}
