package dev.carousel.train;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The generators of a run, all from one seed: one for each purpose and epoch, independent of each other, so that a run
 * that is resumed at an epoch draws what it would have drawn. An immutable value.
 *
 * <pre>{@code
 * Network network = Network.initialised(spec, Initialisation.uniform(), new Seeds(1).initialisation());
 * }</pre>
 *
 * @param seed any number
 */
public record Seeds(long seed) {

    private static final long INITIALISATION = 1;
    private static final long SHUFFLING = 2;
    private static final long DROPOUT = 3;

    /** A new generator for the first parameters. */
    public RandomGenerator initialisation() {
        return generator(INITIALISATION, 0);
    }

    /** A new generator for the order of the examples in an epoch. */
    public RandomGenerator shuffling(int epoch) {
        return generator(SHUFFLING, epoch);
    }

    /** A new generator for what is dropped in an epoch. */
    public RandomGenerator dropout(int epoch) {
        return generator(DROPOUT, epoch);
    }

    /** The same numbers as {@link #dropout}, from a generator that tells where it is. */
    ResumableRandom resumableDropout(int epoch) {
        return new ResumableRandom(mixed(DROPOUT, epoch));
    }

    private RandomGenerator generator(long purpose, long epoch) {
        return new SplittableRandom(mixed(purpose, epoch));
    }

    private long mixed(long purpose, long epoch) {
        // The first number of a SplittableRandom is a bijective mixing of its seed, so neighbours end far apart.
        long mixed = new SplittableRandom(seed).nextLong() + purpose;
        return new SplittableRandom(mixed).nextLong() + epoch;
    }
}
