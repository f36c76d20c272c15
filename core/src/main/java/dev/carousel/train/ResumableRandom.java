package dev.carousel.train;

import java.util.random.RandomGenerator;

/**
 * The numbers of a {@code java.util.SplittableRandom}, bit by bit, from a state that can be read and set, which Java's own
 * does not allow: what a run needs that goes on in the middle of an epoch.
 *
 * <p>Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
 */
final class ResumableRandom implements RandomGenerator {

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    ResumableRandom(long seed) {
        this.state = seed;
    }

    /** Where it is; another of this seed goes on from here. */
    long state() {
        return state;
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    @Override
    public int nextInt() {
        state += GOLDEN_GAMMA;
        long z = (state ^ (state >>> 33)) * 0x62a9d9ed799705f5L;
        return (int) (((z ^ (z >>> 28)) * 0xcb24d0a5c88c35b3L) >>> 32);
    }
}
