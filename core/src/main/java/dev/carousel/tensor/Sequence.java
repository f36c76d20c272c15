package dev.carousel.tensor;

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

    private Sequence(float[] data, int size, Lengths lengths) {
        Lengths.requireSize("size", size);
        Lengths.requireRoom("A Sequence", data.length, lengths.steps(), lengths.batchSize(), size);
        this.data = data;
        this.size = size;
        this.lengths = lengths;
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
        return new Sequence(data, size, Lengths.of(batch));
    }

    /** A new sequence batch of zeros, [T, N, D]. */
    public static Sequence zeros(int steps, int batchSize, int size) {
        return of(new float[Math.multiplyExact(Math.multiplyExact(steps, batchSize), size)], steps, batchSize, size);
    }

    /**
     * The same numbers with other lengths.
     *
     * @param lengths N lengths, each 0 to T
     * @throws IllegalArgumentException if there are not N of them or one lies outside
     */
    public Sequence withLengths(int... lengths) {
        if (lengths.length != batchSize()) {
            throw new IllegalArgumentException(
                    "Got " + lengths.length + " lengths for a batch of " + batchSize() + " sequences.");
        }
        return new Sequence(data, size, Lengths.of(steps(), lengths));
    }

    /** Whether this has the very lengths object of another batch, and so its steps and batch size too. */
    public boolean hasLengthsOf(SequenceBatch batch) {
        return lengths == Lengths.of(batch);
    }

    Lengths lengths() {
        return lengths;
    }

    /** The numbers themselves, not a copy. */
    public float[] data() {
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

    /** Element (t, n, d). */
    public float get(int t, int n, int d) {
        return data[offset(t, n) + d];
    }

    /** Writes element (t, n, d). */
    public void set(int t, int n, int d, float value) {
        data[offset(t, n) + d] = value;
    }

    /** One step of the whole batch as a matrix [N, D], a view. */
    public Matrix step(int t) {
        return Matrix.of(data, offset(t, 0), batchSize(), size);
    }

    @Override
    public String toString() {
        return "Sequence[" + steps() + ", " + batchSize() + ", " + size + "]" + (ragged() ? " ragged" : "");
    }
}
