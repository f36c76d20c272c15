package dev.carousel.reference;

import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A batch of sequences of vectors in double precision, time-major: {@code [T, N, D]} and a length for each of the N.
 *
 * <p>Row-major: number d of sequence n at step t is {@code values()[(t * N + n) * D + d]}. The steps from
 * {@code length(n)} on are padding; nothing reads them, and what is computed there is 0. A length may be 0: that
 * sequence takes no step. {@link #values()} is the live array.
 */
public final class Seq {

    private final int steps;
    private final int batchSize;
    private final int size;
    private final double[] values;
    private final int[] lengths;

    private Seq(int steps, int batchSize, int size, double[] values, int[] lengths) {
        this.steps = steps;
        this.batchSize = batchSize;
        this.size = size;
        this.values = values;
        this.lengths = lengths;
    }

    /** A batch over the given array, which it shares; all sequences have the full length. */
    public static Seq over(int steps, int batchSize, int size, double[] values) {
        int[] lengths = new int[batchSize];
        Arrays.fill(lengths, steps);
        return over(steps, batchSize, size, values, lengths);
    }

    /**
     * A batch over the given array, which it shares, with a length for each sequence.
     *
     * @throws IllegalArgumentException if the array or the lengths do not fit the shape
     */
    public static Seq over(int steps, int batchSize, int size, double[] values, int[] lengths) {
        String shape = "[" + steps + ", " + batchSize + ", " + size + "]";
        if (steps < 0 || batchSize < 0 || size < 0 || (long) steps * batchSize * size != values.length) {
            throw new IllegalArgumentException("Seq: a batch " + shape + " needs " + (long) steps * batchSize * size
                    + " values but " + values.length + " were given.");
        }
        if (lengths.length != batchSize) {
            throw new IllegalArgumentException("Seq: a batch " + shape + " needs " + batchSize + " lengths but "
                    + lengths.length + " were given.");
        }
        for (int n = 0; n < batchSize; n++) {
            if (lengths[n] < 0 || lengths[n] > steps) {
                throw new IllegalArgumentException(
                        "Seq: sequence " + n + " has length " + lengths[n] + ", but lengths in " + shape + " are 0 to "
                                + steps + ". Were lengths given in the order of another batch?");
            }
        }
        return new Seq(steps, batchSize, size, values, lengths.clone());
    }

    /** Zeros with the steps, sequences and lengths of another batch, and vectors of another size. */
    public static Seq zerosLike(Seq other, int size) {
        int count = Math.multiplyExact(Math.multiplyExact(other.steps, other.batchSize), size);
        return new Seq(other.steps, other.batchSize, size, new double[count], other.lengths);
    }

    /** Independent normal numbers of mean 0 and deviation 1, in the padding too. */
    public static Seq normal(int steps, int size, int[] lengths, RandomGenerator random) {
        double[] values = new double[Math.multiplyExact(Math.multiplyExact(steps, lengths.length), size)];
        Arrays.setAll(values, k -> random.nextGaussian());
        return over(steps, lengths.length, size, values, lengths);
    }

    /** The number of steps T, of which a sequence may use fewer. */
    public int steps() {
        return steps;
    }

    /** The number of sequences N. */
    public int batchSize() {
        return batchSize;
    }

    /** The number of values D at a step of a sequence. */
    public int size() {
        return size;
    }

    /** The live array. */
    public double[] values() {
        return values;
    }

    /** The number of valid steps of sequence n. */
    public int length(int n) {
        return lengths[n];
    }

    /** The number of valid steps of every sequence, in an array of the caller's own. */
    public int[] lengths() {
        return lengths.clone();
    }

    /** Number d of sequence n at step t. */
    public double get(int t, int n, int d) {
        return values[(t * batchSize + n) * size + Objects.checkIndex(d, size)];
    }

    /** The numbers of the sequences that are still running at step t, those with a length above t, in rising order. */
    public int[] live(int t) {
        return IntStream.range(0, batchSize).filter(n -> lengths[n] > t).toArray();
    }

    /** A copy of the given sequences' vectors at step t, [which.length, D]. */
    public Mat rows(int t, int[] which) {
        return step(t).rows(which);
    }

    /** A copy of step t, [N, D], padding included. */
    public Mat step(int t) {
        int length = batchSize * size;
        Objects.checkIndex(t, steps);
        return Mat.over(batchSize, size, Arrays.copyOfRange(values, t * length, (t + 1) * length));
    }

    /** Writes the given sequences' vectors at step t. */
    public void put(int t, int[] which, Mat rows) {
        double[] step = step(t).withRows(which, rows).values();
        System.arraycopy(step, 0, values, t * step.length, step.length);
    }

    /** Steps {@code from} (inclusive) to {@code to} (exclusive), a copy; a sequence's length is what falls in between. */
    public Seq window(int from, int to) {
        Objects.checkFromToIndex(from, to, steps);
        int[] some = Arrays.stream(lengths)
                .map(length -> Math.max(0, Math.min(length, to) - from))
                .toArray();
        int step = batchSize * size;
        return over(to - from, batchSize, size, Arrays.copyOfRange(values, from * step, to * step), some);
    }

    /** Sequence n alone, cut to its length: {@code [length(n), 1, D]}, a copy. */
    public Seq alone(int n) {
        Seq one = Seq.over(lengths[n], 1, size, new double[lengths[n] * size]);
        for (int t = 0; t < lengths[n]; t++) {
            one.put(t, new int[] {0}, rows(t, new int[] {n}));
        }
        return one;
    }

    /** The same steps and lengths with the vectors of both side by side, this one's first. */
    public Seq beside(Seq other) {
        requireSteps(other, "beside");
        Seq both = zerosLike(this, size + other.size);
        for (int t = 0; t < steps; t++) {
            int[] live = live(t);
            both.put(t, live, Mat.beside(rows(t, live), other.rows(t, live)));
        }
        return both;
    }

    /** Values {@code from} to {@code to} (exclusive) of every vector, a copy. */
    public Seq part(int from, int to) {
        Objects.checkFromToIndex(from, to, size);
        Seq some = zerosLike(this, to - from);
        for (int row = 0; row < steps * batchSize; row++) {
            System.arraycopy(values, row * size + from, some.values, row * some.size, some.size);
        }
        return some;
    }

    /** The sum, number by number, of two batches of one shape and the same lengths. */
    public Seq plus(Seq other) {
        requireSteps(other, "plus");
        if (size != other.size) {
            throw new IllegalArgumentException("Seq.plus: " + shape() + " and " + other.shape() + " differ in size.");
        }
        Seq sum = zerosLike(this, size);
        Arrays.setAll(sum.values, k -> values[k] + other.values[k]);
        return sum;
    }

    /** The product, number by number, of two batches of one shape and the same lengths. */
    public Seq times(Seq other) {
        requireSteps(other, "times");
        if (size != other.size) {
            throw new IllegalArgumentException("Seq.times: " + shape() + " and " + other.shape() + " differ in size.");
        }
        Seq product = zerosLike(this, size);
        Arrays.setAll(product.values, k -> values[k] * other.values[k]);
        return product;
    }

    /** All numbers times a factor. */
    public Seq times(double factor) {
        Seq product = zerosLike(this, size);
        Arrays.setAll(product.values, k -> values[k] * factor);
        return product;
    }

    /** The shape, written {@code [T, N, D]}. */
    public String shape() {
        return "[" + steps + ", " + batchSize + ", " + size + "]";
    }

    /** Shape and lengths, for a reader. */
    @Override
    public String toString() {
        return "Seq" + shape() + " of lengths " + Arrays.toString(lengths);
    }

    /**
     * Checks that another batch has the same steps, sequences and lengths.
     *
     * @throws IllegalArgumentException if it has not
     */
    void requireSteps(Seq other, String where) {
        if (steps != other.steps || batchSize != other.batchSize || !Arrays.equals(lengths, other.lengths)) {
            throw new IllegalArgumentException("Seq." + where + ": " + this + " and " + other
                    + " must have the same steps, sequences and lengths.");
        }
    }
}
