package dev.carousel.tensor;

/**
 * A batch of N sequences of up to T steps, time-major, as a network reads it: vectors ({@link Sequence}) or ids
 * ({@link Tokens}).
 *
 * <p>Sequences may differ in length: sequence n counts for its first {@code length(n)} steps, and the rest is padding
 * that no result depends on. A batch is a view over an array of its owner, who may fill it again once the passes over
 * it are done (the backward pass reads it too); it does no arithmetic and is as thread-safe as that array.
 */
public sealed interface SequenceBatch permits Sequence, Tokens {

    /** T, the number of steps of the batch; the longest sequence has at most as many. */
    int steps();

    /** N, the number of sequences. */
    int batchSize();

    /**
     * The number of steps of one sequence that count.
     *
     * @param n the sequence, 0 to N - 1
     * @return its length, 0 to T
     */
    int length(int n);

    /** Whether any sequence is shorter than T. */
    boolean ragged();

    /** How many steps count in all: the sum of the lengths. */
    default long validSteps() {
        long sum = 0;
        for (int n = 0; n < batchSize(); n++) {
            sum += length(n);
        }
        return sum;
    }
}
