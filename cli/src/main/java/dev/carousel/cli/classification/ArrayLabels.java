package dev.carousel.cli.classification;

import dev.carousel.cli.command.DataFile;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.interop.numpy.NpyFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.model.Provenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Sequences and classes in arrays of NumPy: X [n, T, D] or [n, T], and y [n], or [n, T] with a class for each step.
 *
 * <p>Steps at a sequence's end whose numbers are all NaN are padding. Classes are whole numbers, which are their names; -1 at
 * a step means that it has none.
 */
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
        int[] all = y.ints();
        int[] names = Arrays.stream(all)
                .filter(name -> !perStep || name != LabelledSequences.UNLABELLED)
                .distinct()
                .sorted()
                .toArray();
        float[][] values = values(input, x);
        int[][] places = new int[n][];
        for (int i = 0; i < n; i++) {
            places[i] = new int[perStep ? values[i].length / size(x) : 1];
            for (int t = 0; t < places[i].length; t++) {
                int name = all[perStep ? i * T + t : i];
                places[i][t] = Math.max(LabelledSequences.UNLABELLED, Arrays.binarySearch(names, name));
            }
        }
        List<String> classes = Arrays.stream(names).mapToObj(String::valueOf).toList();
        return sequences(input, values, size(x), places, classes);
    }

    /** Reads X alone. */
    static LabelledSequences unlabelled(Path input, ClassifierSpec spec) {
        NumpyArray x = numbers(input);
        float[][] values = values(input, x);
        int[][] none = new int[values.length][];
        for (int i = 0; i < none.length; i++) {
            none[i] = new int[spec.perStep() ? values[i].length / size(x) : 1];
            Arrays.fill(none[i], LabelledSequences.UNLABELLED);
        }
        return sequences(input, values, size(x), none, spec.classes());
    }

    private static LabelledSequences sequences(
            Path input, float[][] values, int size, int[][] labels, List<String> classes) {
        Provenance.Data file = DataFile.of(input);
        return LabelledSequences.of(String.valueOf(input), values, size, labels, classes)
                .withSource(file);
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

    private static int size(NumpyArray x) {
        return x.rank() == 3 ? x.shape().get(2) : 1;
    }

    /** The numbers of each sequence, without padding at its end. */
    private static float[][] values(Path input, NumpyArray x) {
        float[] all = x.floats();
        int each = x.shape().get(1) * size(x);
        List<float[]> sequences = new ArrayList<>();
        for (int from = 0; from < all.length; from += each) {
            int end = from + each;
            while (end > from && Float.isNaN(all[end - 1])) {
                end--;
            }
            int steps = (end - from + size(x) - 1) / size(x);
            if (steps == 0) {
                throw new DataException(input + ", sequence " + (from / each + 1)
                        + ": every number is missing (NaN). Leave" + " the sequence out.");
            }
            sequences.add(Arrays.copyOfRange(all, from, from + steps * size(x)));
        }
        return sequences.toArray(float[][]::new);
    }
}
