package dev.carousel.tensor;

import java.util.Arrays;
import java.util.Objects;

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
        Objects.requireNonNull(ids, "Tokens: ids are null");
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
        int[] ids = new int[Lengths.room("Tokens", steps, batchSize, 1)];
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
        Objects.requireNonNull(lengths, "Tokens: lengths are null");
        if (lengths.length != batchSize()) {
            throw new IllegalArgumentException(
                    "Got " + lengths.length + " lengths for a batch of " + batchSize() + " sequences.");
        }
        return new Tokens(ids, Lengths.of(steps(), lengths));
    }

    /**
     * A copy of sequences of ids that stand one after the other. They may differ in length; T is that of the longest, and
     * beyond the end of one its ids are {@link #IGNORED}.
     *
     * @param sequences [N][steps of this sequence]
     */
    public static Tokens ofBatchFirst(int[][] sequences) {
        Objects.requireNonNull(sequences, "Tokens: sequences are null");
        int[] lengths = new int[sequences.length];
        int steps = 0;
        for (int n = 0; n < sequences.length; n++) {
            Lengths.requireThere(sequences[n], "Tokens: sequence", n);
            lengths[n] = sequences[n].length;
            steps = Math.max(steps, lengths[n]);
        }
        Tokens all = ignored(steps, sequences.length);
        for (int n = 0; n < sequences.length; n++) {
            for (int t = 0; t < lengths[n]; t++) {
                all.set(t, n, sequences[n][t]);
            }
        }
        return all.withLengths(lengths);
    }

    /** A copy in a new array, which holds its T * N ids and no others. */
    public Tokens copy() {
        return new Tokens(Arrays.copyOf(ids, steps() * batchSize()), lengths);
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

    /**
     * The id of step t of sequence n.
     *
     * @throws IndexOutOfBoundsException if one of them lies outside; the batch is time-major, so the step comes first
     */
    public int get(int t, int n) {
        Lengths.requireIndex(this, t, n);
        return ids[t * batchSize() + n];
    }

    /**
     * Writes the id of step t of sequence n.
     *
     * @throws IndexOutOfBoundsException if one of them lies outside; the batch is time-major, so the step comes first
     */
    public void set(int t, int n, int id) {
        Lengths.requireIndex(this, t, n);
        ids[t * batchSize() + n] = id;
    }

    @Override
    public String toString() {
        return "Tokens[" + steps() + ", " + batchSize() + "]" + (ragged() ? " ragged" : "");
    }
}
