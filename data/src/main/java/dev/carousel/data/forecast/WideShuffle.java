package dev.carousel.data.forecast;

import java.util.random.RandomGenerator;

/**
 * An order of very many things that needs no memory: a Feistel network over the bits of a place, walked on until it lands
 * on a thing that exists (Black and Rogaway 2002, Ciphers with arbitrary finite domains).
 */
final class WideShuffle {

    private static final int ROUNDS = 4;

    private final int count;
    private final int halfBits;
    private final long[] keys = new long[ROUNDS];

    /**
     * An order.
     *
     * @param count how many things, at least 1
     * @param random draws which order
     */
    WideShuffle(int count, RandomGenerator random) {
        this.count = count;
        int bits = Math.max(2, Integer.SIZE - Integer.numberOfLeadingZeros(count - 1));
        this.halfBits = (bits + 1) / 2;
        for (int round = 0; round < ROUNDS; round++) {
            keys[round] = random.nextLong();
        }
    }

    /** Which thing is at a place; each is at one. */
    int at(int place) {
        long walked = place;
        do {
            walked = permuted(walked);
        } while (walked >= count);
        return (int) walked;
    }

    private long permuted(long value) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (long key : keys) {
            long mixed = (right + 1) * 0x9E3779B97F4A7C15L + key;
            mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
            long next = left ^ ((mixed ^ (mixed >>> 29)) & mask);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
