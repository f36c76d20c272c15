package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Sequences and classes from arrays: X [n, T, D] or [n, T], and y [n], or [n, T] with a class for each step.
 *
 * <pre>{@code
 * NumpyArray x = NpyFile.read(Path.of("x.npy"));
 * NumpyArray y = NpyFile.read(Path.of("y.npy"));
 * LabelledSequences all = ArraySequences.of("x.npy", x.floats(), x.shape()).labelled(y.ints(), false);
 * }</pre>
 *
 * <p>Steps at a sequence's end whose numbers are all NaN are padding. Classes are whole numbers, which are their names; -1 at
 * a step means that it has none.
 */
public final class ArraySequences {

    private final String name;
    private final float[][] values;
    private final int steps;
    private final int size;

    private ArraySequences(String name, float[][] values, int steps, int size) {
        this.name = name;
        this.values = values;
        this.steps = steps;
        this.size = size;
    }

    /**
     * Sequences without classes so far.
     *
     * @param name what messages call them
     * @param x the numbers, row by row
     * @param shape [n, T, D] or [n, T], none of them 0
     * @throws DataException if the shape is another one, or a sequence is nothing but padding
     */
    public static ArraySequences of(String name, float[] x, List<Integer> shape) {
        long count = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        if (shape.size() < 2 || shape.size() > 3 || count == 0 || count != x.length) {
            throw new DataException(
                    name + ": expected an array [sequences, steps, dimensions] or [sequences, steps] but" + " found "
                            + x.length + " numbers of shape " + shape + ".");
        }
        int size = shape.size() == 3 ? shape.get(2) : 1;
        return new ArraySequences(name, values(name, x, shape.get(1), size), shape.get(1), size);
    }

    /**
     * The sequences with their classes.
     *
     * @param y a class for each sequence, or for each of all n x T steps
     * @param perStep whether each step has a class
     * @throws DataException if there are not as many
     */
    public LabelledSequences labelled(int[] y, boolean perStep) {
        int n = values.length;
        if (y.length != (perStep ? (long) n * steps : n)) {
            throw new DataException(
                    name + ": expected " + n + (perStep ? " x " + steps : "") + " whole numbers, a class" + " for each "
                            + (perStep ? "step" : "sequence") + ", but found " + y.length + ".");
        }
        int[] names = Arrays.stream(y)
                .filter(label -> !perStep || label != LabelledSequences.UNLABELLED)
                .distinct()
                .sorted()
                .toArray();
        int[][] places = new int[n][];
        for (int i = 0; i < n; i++) {
            places[i] = new int[perStep ? values[i].length / size : 1];
            for (int t = 0; t < places[i].length; t++) {
                int label = y[perStep ? i * steps + t : i];
                places[i][t] = Math.max(LabelledSequences.UNLABELLED, Arrays.binarySearch(names, label));
            }
        }
        List<String> classes = Arrays.stream(names).mapToObj(String::valueOf).toList();
        return LabelledSequences.of(name, values, size, places, classes);
    }

    /**
     * The sequences with a text each, as their class.
     *
     * @param texts one for each sequence
     * @throws DataException if there are not as many
     */
    public LabelledSequences transcribed(List<String> texts) {
        if (texts.size() != values.length) {
            throw new DataException(name + ": expected " + values.length + " texts, one for each sequence, but found "
                    + texts.size() + ".");
        }
        List<String> distinct = texts.stream().distinct().sorted().toList();
        int[][] places = texts.stream()
                .map(text -> new int[] {Collections.binarySearch(distinct, text)})
                .toArray(int[][]::new);
        return LabelledSequences.of(name, values, size, places, distinct);
    }

    /** The sequences without classes, to be classified as a model says. */
    public LabelledSequences unlabelled(ClassifierSpec spec) {
        int[][] none = new int[values.length][];
        for (int i = 0; i < none.length; i++) {
            none[i] = new int[spec.perStep() ? values[i].length / size : 1];
            Arrays.fill(none[i], LabelledSequences.UNLABELLED);
        }
        return LabelledSequences.of(name, values, size, none, spec.classes());
    }

    /** The numbers of each sequence, without padding at its end. */
    private static float[][] values(String name, float[] all, int steps, int size) {
        int each = steps * size;
        List<float[]> sequences = new ArrayList<>();
        for (int from = 0; from < all.length; from += each) {
            int end = from + each;
            while (end > from && Float.isNaN(all[end - 1])) {
                end--;
            }
            int kept = (end - from + size - 1) / size;
            if (kept == 0) {
                throw new DataException(name + ", sequence " + (from / each + 1)
                        + ": every number is missing (NaN). Leave the sequence out.");
            }
            sequences.add(Arrays.copyOfRange(all, from, from + kept * size));
        }
        return sequences.toArray(float[][]::new);
    }
}
