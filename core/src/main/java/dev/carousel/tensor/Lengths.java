package dev.carousel.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lengths of the N sequences of a batch of T steps; shared by the two kinds of batch. */
final class Lengths {

    private final int steps;
    private final int[] lengths;
    private final boolean ragged;

    private Lengths(int steps, int[] lengths) {
        this.steps = steps;
        this.lengths = lengths;
        this.ragged = Arrays.stream(lengths).anyMatch(length -> length < steps);
    }

    static Lengths full(int steps, int batchSize) {
        requireSize("steps", steps);
        requireSize("batchSize", batchSize);
        int[] lengths = new int[batchSize];
        Arrays.fill(lengths, steps);
        return new Lengths(steps, lengths);
    }

    static Lengths of(int steps, int... lengths) {
        for (int n = 0; n < lengths.length; n++) {
            if (lengths[n] < 0 || lengths[n] > steps) {
                throw new IllegalArgumentException("Length of sequence " + n + " is " + lengths[n]
                        + " but must lie between 0 and the batch's " + steps + " steps.");
            }
        }
        return new Lengths(steps, lengths.clone());
    }

    /** The lengths of a batch of either kind. */
    static Lengths of(SequenceBatch batch) {
        return batch instanceof Sequence sequence ? sequence.lengths() : ((Tokens) batch).lengths();
    }

    static void requireSize(String name, int size) {
        if (size < 0) {
            throw new IllegalArgumentException(name + " is " + size + " but must not be negative.");
        }
    }

    /** Checks that steps x batchSize x size floats fit the array, without overflow. */
    static void requireRoom(String what, int available, int steps, int batchSize, int size) {
        long needed = (long) steps * batchSize * size;
        if (needed > available) {
            throw new IllegalArgumentException(what + " of shape [" + steps + ", " + batchSize + ", " + size
                    + "] needs " + needed + " numbers but the array holds " + available + ".");
        }
    }

    /** How many numbers an array of that shape holds. */
    static int room(String what, int steps, int batchSize, int size) {
        requireSize("steps", steps);
        requireSize("batchSize", batchSize);
        requireSize("size", size);
        // Below 2^31 of the first two the third cannot take the product beyond 2^62.
        long rows = (long) steps * batchSize;
        if (rows > Integer.MAX_VALUE || rows * size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(what + " of shape [" + steps + ", " + batchSize + ", " + size
                    + "]: an array holds no more than " + Integer.MAX_VALUE
                    + " numbers. Take fewer steps or sequences at a time.");
        }
        return (int) (rows * size);
    }

    /** Checks that a part of an array of arrays is there. */
    static void requireThere(@Nullable Object part, String what, int n) {
        if (part == null) {
            throw new NullPointerException(what + " " + n + " is null");
        }
    }

    /** Checks that a step of a sequence is one of a batch; the usual mistake is that they come in the other order. */
    static void requireIndex(SequenceBatch batch, int t, int n) {
        if (t < 0 || t >= batch.steps() || n < 0 || n >= batch.batchSize()) {
            boolean swapped = n >= 0 && n < batch.steps() && t >= 0 && t < batch.batchSize();
            throw new IndexOutOfBoundsException(batch + ": there is no step " + t + " of sequence " + n
                    + "; steps go from 0 to " + (batch.steps() - 1) + ", sequences from 0 to "
                    + (batch.batchSize() - 1) + "."
                    + (swapped ? " The step comes first, then the sequence: are they in the other order?" : ""));
        }
    }

    int batchSize() {
        return lengths.length;
    }

    int length(int n) {
        return lengths[n];
    }

    boolean ragged() {
        return ragged;
    }

    int steps() {
        return steps;
    }
}
