package dev.carousel.cli.classification;

import dev.carousel.cli.command.DataFile;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.ArraySequences;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.interop.numpy.NpyFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.model.Provenance;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sequences and classes in files of NumPy, as {@link ArraySequences} takes them. */
final class ArrayLabels {

    private ArrayLabels() {}

    /** Whether an input is one of arrays. */
    static boolean reads(Path input) {
        return String.valueOf(input.getFileName()).toLowerCase(Locale.ROOT).endsWith(".npy");
    }

    /** Reads X and y. */
    static LabelledSequences read(Path input, Optional<Path> labels, boolean perStep) {
        Path file = labels.orElseThrow(() -> new DataException(input
                + ": the array holds no classes. Name the file that"
                + " does with --labels y.npy: whole numbers, one for each " + (perStep ? "step" : "sequence") + "."));
        NumpyArray x = numbers(input);
        NumpyArray y = NpyFile.read(file);
        int n = x.shape().get(0);
        int T = x.shape().get(1);
        List<Integer> expected = perStep ? List.of(n, T) : List.of(n);
        if (!y.shape().equals(expected) || y.type().isFloat()) {
            throw new DataException(file + ": expected whole numbers " + expected + ", a class for each "
                    + (perStep ? "step" : "sequence") + " of " + input + " " + x.shape() + ", but found " + y + ".");
        }
        return named(input, sequences(input, x).labelled(y.ints(), perStep));
    }

    /** Reads X alone. */
    static LabelledSequences unlabelled(Path input, ClassifierSpec spec) {
        return named(input, sequences(input, numbers(input)).unlabelled(spec));
    }

    private static ArraySequences sequences(Path input, NumpyArray x) {
        return ArraySequences.of(String.valueOf(input), x.floats(), x.shape());
    }

    private static LabelledSequences named(Path input, LabelledSequences sequences) {
        Provenance.Data file = DataFile.of(input);
        return sequences.withSource(file);
    }

    private static NumpyArray numbers(Path input) {
        NumpyArray x = NpyFile.read(input);
        if (x.rank() < 2 || x.rank() > 3 || x.size() == 0) {
            throw new DataException(
                    input + ": expected an array [sequences, steps, dimensions] or [sequences, steps] but" + " found "
                            + x + ".");
        }
        return x;
    }
}
