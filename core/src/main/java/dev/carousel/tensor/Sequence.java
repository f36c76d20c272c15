package dev.carousel.tensor;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * N sequences of T vectors of D floats, time-major: element (t, n, d) stands at {@code ((t * N) + n) * D + d}.
 *
 * <p>One step of the whole batch is therefore one contiguous matrix [N, D]. The data is not copied: it is a view over
 * the array it was made from.
 *
 * <pre>{@code
 * Sequence x = Sequence.zeros(50, 32, 10);            // T = 50, N = 32, D = 10
 * x.set(0, 3, 2, 1.5f);                               // step 0 of sequence 3, feature 2
 * Sequence ragged = x.withLengths(50, 20, 35, ...);   // the same numbers, of which fewer count
 * }</pre>
 */
public final class Sequence implements SequenceBatch {

    private final float[] data;
    private final int size;
    private final Lengths lengths;

    /** Of a view: its lease, and the count of that lease's ends when it was lent. */
    private final @Nullable Lease lease;

    private final long lentAt;

    private Sequence(float[] data, int size, Lengths lengths) {
        this(data, size, lengths, null, 0);
    }

    private Sequence(float[] data, int size, Lengths lengths, @Nullable Lease lease, long lentAt) {
        Objects.requireNonNull(data, "Sequence: data is null");
        Lengths.requireSize("size", size);
        Lengths.requireRoom("A Sequence", data.length, lengths.steps(), lengths.batchSize(), size);
        this.data = data;
        this.size = size;
        this.lengths = lengths;
        this.lease = lease;
        this.lentAt = lentAt;
    }

    /**
     * A view of T x N x D floats that all count.
     *
     * @param data at least T * N * D floats, not copied
     * @param steps T
     * @param batchSize N
     * @param size D
     * @throws IllegalArgumentException if a size is negative or the array too short
     */
    public static Sequence of(float[] data, int steps, int batchSize, int size) {
        return new Sequence(data, size, Lengths.full(steps, batchSize));
    }

    /**
     * A view with the steps, the batch size and the lengths of another batch.
     *
     * @param batch gives T, N and the lengths
     * @param data at least T * N * D floats, not copied
     * @param size D
     * @throws IllegalArgumentException if the array is too short
     */
    public static Sequence shapedLike(SequenceBatch batch, float[] data, int size) {
        Objects.requireNonNull(batch, "Sequence: the batch that gives the shape is null");
        return new Sequence(data, size, Lengths.of(batch));
    }

    /**
     * A new sequence batch of zeros, [T, N, D].
     *
     * @throws IllegalArgumentException if a size is negative, or an array cannot hold this many numbers
     */
    public static Sequence zeros(int steps, int batchSize, int size) {
        return of(new float[Lengths.room("Sequence", steps, batchSize, size)], steps, batchSize, size);
    }

    /**
     * A copy of sequences that stand one after the other, as Keras and PyTorch with {@code batch_first} have them. Sequences
     * may differ in length; T is that of the longest.
     *
     * @param sequences [N][steps of this sequence][D]
     * @throws IllegalArgumentException if two steps differ in how many numbers they have
     */
    public static Sequence ofBatchFirst(float[][][] sequences) {
        Objects.requireNonNull(sequences, "Sequence: sequences are null");
        int[] lengths = new int[sequences.length];
        int steps = 0;
        int size = -1;
        for (int n = 0; n < sequences.length; n++) {
            Lengths.requireThere(sequences[n], "Sequence: sequence", n);
            lengths[n] = sequences[n].length;
            steps = Math.max(steps, lengths[n]);
            for (int t = 0; t < lengths[n]; t++) {
                if (sequences[n][t] == null) {
                    throw new NullPointerException("Sequence: step " + t + " of sequence " + n + " is null");
                }
                int found = sequences[n][t].length;
                size = size < 0 ? found : size;
                if (found != size) {
                    throw new IllegalArgumentException("Sequence: step " + t + " of sequence " + n + " has " + found
                            + " numbers but the first step has " + size + "; all must have as many.");
                }
            }
        }
        Sequence all = zeros(steps, sequences.length, Math.max(0, size));
        for (int n = 0; n < sequences.length; n++) {
            for (int t = 0; t < lengths[n]; t++) {
                System.arraycopy(sequences[n][t], 0, all.data, all.offset(t, n), size);
            }
        }
        return all.withLengths(lengths);
    }

    /** A copy in a new array, which holds its T * N * D numbers and no others. */
    public Sequence copy() {
        requireRunning();
        return new Sequence(Arrays.copyOf(data, steps() * batchSize() * size), size, lengths);
    }

    /**
     * The numbers as {@link #ofBatchFirst} reads them: a copy, [N][length of the sequence][D].
     */
    public float[][][] toBatchFirst() {
        requireRunning();
        float[][][] sequences = new float[batchSize()][][];
        for (int n = 0; n < sequences.length; n++) {
            sequences[n] = new float[length(n)][];
            for (int t = 0; t < sequences[n].length; t++) {
                sequences[n][t] = Arrays.copyOfRange(data, offset(t, n), offset(t, n) + size);
            }
        }
        return sequences;
    }

    /** The same view, which can be read until the lease ends what it has lent. */
    public Sequence lent(Lease lease) {
        return new Sequence(data, size, lengths, lease, lease.ended());
    }

    private void requireRunning() {
        if (lease != null) {
            lease.requireRunning(lentAt);
        }
    }

    /**
     * The same numbers with other lengths.
     *
     * @param lengths N lengths, each 0 to T
     * @throws IllegalArgumentException if there are not N of them or one lies outside
     */
    public Sequence withLengths(int... lengths) {
        Objects.requireNonNull(lengths, "Sequence: lengths are null");
        if (lengths.length != batchSize()) {
            throw new IllegalArgumentException(
                    "Got " + lengths.length + " lengths for a batch of " + batchSize() + " sequences.");
        }
        return new Sequence(data, size, Lengths.of(steps(), lengths), lease, lentAt);
    }

    /** Whether this has the very lengths object of another batch, and so its steps and batch size too. */
    public boolean hasLengthsOf(SequenceBatch batch) {
        Objects.requireNonNull(batch, "Sequence: the other batch is null");
        return lengths == Lengths.of(batch);
    }

    Lengths lengths() {
        return lengths;
    }

    /** The numbers themselves, not a copy; the array may be longer than T * N * D, and no more of it counts. */
    public float[] data() {
        requireRunning();
        return data;
    }

    @Override
    public int steps() {
        return lengths.steps();
    }

    @Override
    public int batchSize() {
        return lengths.batchSize();
    }

    /** D, the number of floats a step. */
    public int size() {
        return size;
    }

    @Override
    public int length(int n) {
        return lengths.length(n);
    }

    @Override
    public boolean ragged() {
        return lengths.ragged();
    }

    /** Where the vector of step t of sequence n begins in {@link #data()}. */
    public int offset(int t, int n) {
        return (t * batchSize() + n) * size;
    }

    /**
     * Element (t, n, d).
     *
     * @throws IndexOutOfBoundsException if one of the three lies outside; the batch is time-major, so the step comes first
     */
    public float get(int t, int n, int d) {
        requireRunning();
        return data[indexOf(t, n, d)];
    }

    /**
     * Writes element (t, n, d).
     *
     * @throws IndexOutOfBoundsException if one of the three lies outside; the batch is time-major, so the step comes first
     */
    public void set(int t, int n, int d, float value) {
        requireRunning();
        data[indexOf(t, n, d)] = value;
    }

    private int indexOf(int t, int n, int d) {
        Lengths.requireIndex(this, t, n);
        if (d < 0 || d >= size) {
            throw new IndexOutOfBoundsException(
                    this + ": there is no number " + d + " of a step; they go from 0 to " + (size - 1) + ".");
        }
        return offset(t, n) + d;
    }

    /**
     * One step of the whole batch as a matrix [N, D], a view.
     *
     * @throws IndexOutOfBoundsException if there is no step t, also where the array is longer than the batch
     */
    public Matrix step(int t) {
        requireRunning();
        Objects.checkIndex(t, steps());
        return Matrix.of(data, offset(t, 0), batchSize(), size);
    }

    @Override
    public String toString() {
        return "Sequence[" + steps() + ", " + batchSize() + ", " + size + "]" + (ragged() ? " ragged" : "");
    }
}
