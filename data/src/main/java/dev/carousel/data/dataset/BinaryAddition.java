package dev.carousel.data.dataset;

import dev.carousel.tensor.Sequence;
import java.util.random.RandomGenerator;

/**
 * The task of adding two binary numbers bit by bit, the least significant bit first: a network must carry.
 *
 * <pre>{@code
 * step t of B + 1:   x(t) = (bit t of a, bit t of b)     y(t) = bit t of a + b       0 or 1; bit B of a and b is 0
 *
 * BinaryAddition addition = new BinaryAddition(3);
 * 3 + 5 = 8:         x = (1, 1) (1, 0) (0, 1) (0, 0)     y = 0 0 0 1
 * }</pre>
 *
 * @param bits B, how many bits each number has, 1 to 30
 */
public record BinaryAddition(int bits) {

    private static final int MAXIMUM_BITS = 30;

    /** Checks the number of bits. */
    public BinaryAddition {
        if (bits < 1 || bits > MAXIMUM_BITS) {
            throw new IllegalArgumentException(
                    "Numbers must have 1 to " + MAXIMUM_BITS + " bits but have " + bits + ".");
        }
    }

    /** T: the steps of a sum, B + 1. */
    public int steps() {
        return bits + 1;
    }

    /** How many pairs there are: 2^(2 B). */
    public long pairs() {
        return 1L << (2 * bits);
    }

    /**
     * Writes pairs that a generator draws, each of the 2^(2 B) with the same chance.
     *
     * @param random draws them
     * @param x receives the bits of the numbers [B + 1, N, 2]
     * @param y receives the bits of the sums [B + 1, N, 1]
     */
    public void fillRandom(RandomGenerator random, Sequence x, Sequence y) {
        requireShapes(x, y);
        for (int n = 0; n < x.batchSize(); n++) {
            write(random.nextInt(1 << bits), random.nextInt(1 << bits), n, x, y);
        }
    }

    /**
     * Writes pairs in order: pair p is a = p / 2^B, b = p mod 2^B.
     *
     * @param first the first pair, 0 to {@link #pairs} - N
     * @param x receives the bits of the numbers [B + 1, N, 2]
     * @param y receives the bits of the sums [B + 1, N, 1]
     */
    public void fillInOrder(long first, Sequence x, Sequence y) {
        requireShapes(x, y);
        if (first < 0 || first > pairs() - x.batchSize()) {
            throw new IllegalArgumentException("Pairs " + first + " to " + (first + x.batchSize())
                    + " are not among the " + pairs() + " there are.");
        }
        for (int n = 0; n < x.batchSize(); n++) {
            long pair = first + n;
            write((int) (pair >> bits), (int) (pair & ((1L << bits) - 1)), n, x, y);
        }
    }

    /**
     * Writes one pair.
     *
     * @param a the first number, 0 to 2^B - 1
     * @param b the second number
     * @param n which sequence of the batch
     * @param x receives the bits of the numbers
     * @param y receives the bits of the sum
     */
    public void write(int a, int b, int n, Sequence x, Sequence y) {
        requireShapes(x, y);
        if (a < 0 || b < 0 || a >> bits != 0 || b >> bits != 0) {
            throw new IllegalArgumentException(
                    "Numbers must lie between 0 and " + ((1L << bits) - 1) + " but are " + a + " and " + b + ".");
        }
        int sum = a + b;
        for (int t = 0; t <= bits; t++) {
            x.set(t, n, 0, a >> t & 1);
            x.set(t, n, 1, b >> t & 1);
            y.set(t, n, 0, sum >> t & 1);
        }
    }

    /**
     * The number that a sequence of bits stands for.
     *
     * @param y bits, or scores of bits [B + 1, N, 1]
     * @param n which sequence of the batch
     * @param threshold above it a bit is 1: 0 for scores (logits), 0.5 for bits and probabilities
     */
    public long number(Sequence y, int n, float threshold) {
        requireSums(y);
        long number = 0;
        for (int t = 0; t <= bits; t++) {
            if (y.get(t, n, 0) > threshold) {
                number |= 1L << t;
            }
        }
        return number;
    }

    /**
     * How many sums of a batch are right in all bits.
     *
     * @param scores what a network gave [B + 1, N, 1]; a NaN is never right
     * @param threshold above it a bit is 1: 0 for scores (logits), 0.5 for probabilities
     * @param y the right bits [B + 1, N, 1]
     */
    public int correct(Sequence scores, float threshold, Sequence y) {
        requireSums(scores);
        requireSums(y);
        if (scores.batchSize() != y.batchSize()) {
            throw new IllegalArgumentException("The scores are " + scores + " but the right bits " + y + ".");
        }
        int correct = 0;
        for (int n = 0; n < y.batchSize(); n++) {
            boolean right = true;
            for (int t = 0; t <= bits; t++) {
                float score = scores.get(t, n, 0);
                right &= y.get(t, n, 0) > 0.5f ? score > threshold : score <= threshold;
            }
            correct += right ? 1 : 0;
        }
        return correct;
    }

    private void requireShapes(Sequence x, Sequence y) {
        if (x.steps() != steps() || x.size() != 2 || x.batchSize() != y.batchSize()) {
            throw new IllegalArgumentException("x is " + x + " and y is " + y + " but they must be [" + steps()
                    + ", N, 2] and [" + steps() + ", N, 1].");
        }
        requireSums(y);
    }

    private void requireSums(Sequence y) {
        if (y.steps() != steps() || y.size() != 1) {
            throw new IllegalArgumentException("Sums must be [" + steps() + ", N, 1] but are " + y + ".");
        }
    }
}
