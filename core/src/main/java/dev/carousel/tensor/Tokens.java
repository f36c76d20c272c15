package dev.carousel.tensor;

import java.util.Arrays;

/**
 * N sequences of T ids, time-major: id (t, n) stands at {@code t * N + n}.
 *
 * <p>As the input of a network each id selects a row of an embedding, or of the input weights where the input is
 * one-hot; as a target it names a class, and {@link #IGNORED} says that the step does not count. The data is not copied.
 */
public final class Tokens implements SequenceBatch {

    /** As a target: this step has no class and adds nothing to the loss. */
    public static final int IGNORED = -1;

    private final int[] ids;
    private final Lengths lengths;

    private Tokens(int[] ids, Lengths lengths) {
        Lengths.requireRoom("Tokens", ids.length, lengths.steps(), lengths.batchSize(), 1);
        this.ids = ids;
        this.lengths = lengths;
    }

    /**
     * A view of T x N ids that all count.
     *
     * @param ids at least T * N ids, not copied
     * @param steps T
     * @param batchSize N
     * @throws IllegalArgumentException if a size is negative or the array too short
     */
    public static Tokens of(int[] ids, int steps, int batchSize) {
        return new Tokens(ids, Lengths.full(steps, batchSize));
    }

    /** T x N ids, all {@link #IGNORED}. */
    public static Tokens ignored(int steps, int batchSize) {
        int[] ids = new int[Math.multiplyExact(steps, batchSize)];
        Arrays.fill(ids, IGNORED);
        return of(ids, steps, batchSize);
    }

    /**
     * The same ids with other lengths.
     *
     * @param lengths N lengths, each 0 to T
     * @throws IllegalArgumentException if there are not N of them or one lies outside
     */
    public Tokens withLengths(int... lengths) {
        if (lengths.length != batchSize()) {
            throw new IllegalArgumentException(
                    "Got " + lengths.length + " lengths for a batch of " + batchSize() + " sequences.");
        }
        return new Tokens(ids, Lengths.of(steps(), lengths));
    }

    Lengths lengths() {
        return lengths;
    }

    /** The ids themselves, not a copy. */
    public int[] ids() {
        return ids;
    }

    @Override
    public int steps() {
        return lengths.steps();
    }

    @Override
    public int batchSize() {
        return lengths.batchSize();
    }

    @Override
    public int length(int n) {
        return lengths.length(n);
    }

    @Override
    public boolean ragged() {
        return lengths.ragged();
    }

    /** The id of step t of sequence n. */
    public int get(int t, int n) {
        return ids[t * batchSize() + n];
    }

    /** Writes the id of step t of sequence n. */
    public void set(int t, int n, int id) {
        ids[t * batchSize() + n] = id;
    }

    @Override
    public String toString() {
        return "Tokens[" + steps() + ", " + batchSize() + "]" + (ragged() ? " ragged" : "");
    }
}
