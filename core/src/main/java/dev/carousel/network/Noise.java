package dev.carousel.network;

import java.util.random.RandomGenerator;

/**
 * What one training pass draws at random. Each number depends on its position alone, so that threads can draw in any
 * order, and a long sequence can be taken in segments, with the same bits.
 *
 * <pre>{@code
 * source = mixed from the pass's seed, the kind and the part that draws
 * u(i)   = the i-th half of the numbers of SplitMix64 from that source
 * factor = 0 where u(i) < share, else what is kept
 * }</pre>
 *
 * <p>A pass takes one number from the generator that it is given, its seed. {@link #of} and {@link #factors} show what
 * such a pass will draw, for checks and inspection.
 *
 * <p>Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014), whose numbers can be
 * computed out of order.
 */
public final class Noise {

    /** Who draws, and what number i is of; t counts from the first step of the sequence, also in segments of it. */
    public enum Kind {
        /** A dropout layer: number (t N + n) D + j, or n D + j where all steps have the same. */
        LAYER(1),
        /** Dropout behind a recurrent layer of a stack: the same. */
        OUTPUT(2),
        /** Dropout of h' before the recurrent product: number n P + j. */
        RECURRENT(3),
        /** Dropout of R: number row P + j. */
        WEIGHT(4),
        /** Zoneout of h: number (t N + n) P + j. */
        ZONEOUT_H(5),
        /** Zoneout of c: number (t N + n) H + j. */
        ZONEOUT_C(6),
        /** Dropout of words: number k, the id. */
        WORD(8);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** Outside training: nothing is drawn. */
    static final Noise OFF = new Noise();

    /** In place of a kind's number: for the seeds of networks within. */
    private static final long NETWORK = 7;

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long seed;
    private long firstStep;
    private boolean on;

    Noise() {}

    /** What a training pass that is given this generator will draw: takes one number from it, as the pass does. */
    public static Noise of(RandomGenerator random) {
        Noise noise = new Noise();
        noise.begin(random.nextLong(), 0);
        return noise;
    }

    /**
     * A pass begins.
     *
     * @param firstStep which step of the sequence the pass begins with, 0 unless it is taken in segments
     */
    void begin(long seed, long firstStep) {
        this.seed = seed;
        this.firstStep = firstStep;
        this.on = true;
    }

    /** Whether this is training. */
    boolean on() {
        return on;
    }

    long firstStep() {
        return firstStep;
    }

    /**
     * Factors as a pass applies them.
     *
     * @param part of a layer of dropout its index among the layers; else the part of the {@link State}, of dropout behind a layer
     *     in both directions the forward one's
     * @param count how many, from number 0 on
     * @param share how many of them are 0, from 0 to below 1
     * @return each 0, or 1 for zoneout and 1 / (1 - share) for dropout
     */
    public float[] factors(Kind kind, int part, int count, float share) {
        float[] factors = new float[count];
        boolean zoneout = kind == Kind.ZONEOUT_H || kind == Kind.ZONEOUT_C;
        fill(source(kind, part), 0, count, share, zoneout ? 1 : kept(share), factors, 0);
        return factors;
    }

    /** What dropout multiplies those by that it keeps. */
    static float kept(float share) {
        return 1 / (1 - share);
    }

    /** What tells the numbers of one who draws from those of all others. */
    long source(Kind kind, int part) {
        return mixed(mixed(seed + kind.number * GOLDEN) + (part + 1) * GOLDEN);
    }

    /** The seed of the noise of a network within the one whose pass this is of. */
    long seedOf(int network) {
        return mixed(mixed(seed + NETWORK * GOLDEN) + (network + 1) * GOLDEN);
    }

    /** Writes factors: 0 for a share of them, else {@code kept}. */
    static void fill(long source, long first, int count, float share, float kept, float[] to, int at) {
        int limit = limit(share);
        int k = 0;
        if ((first & 1) == 1 && count > 0) {
            to[at] = factor(odd(bits(source, first)), limit) * kept;
            k = 1;
        }
        for (; k + 1 < count; k += 2) {
            long bits = bits(source, first + k);
            to[at + k] = factor(even(bits), limit) * kept;
            to[at + k + 1] = factor(odd(bits), limit) * kept;
        }
        if (k < count) {
            to[at + k] = factor(even(bits(source, first + k)), limit) * kept;
        }
    }

    /** Multiplies numbers by factors as {@link #fill} writes them; from and to may be the same place. */
    static void multiply(
            long source,
            long first,
            int count,
            float share,
            float kept,
            float[] from,
            int fromAt,
            float[] to,
            int toAt) {
        int limit = limit(share);
        int k = 0;
        if ((first & 1) == 1 && count > 0) {
            to[toAt] = from[fromAt] * (factor(odd(bits(source, first)), limit) * kept);
            k = 1;
        }
        for (; k + 1 < count; k += 2) {
            long bits = bits(source, first + k);
            to[toAt + k] = from[fromAt + k] * (factor(even(bits), limit) * kept);
            to[toAt + k + 1] = from[fromAt + k + 1] * (factor(odd(bits), limit) * kept);
        }
        if (k < count) {
            to[toAt + k] = from[fromAt + k] * (factor(even(bits(source, first + k)), limit) * kept);
        }
    }

    /** Of numbers 2k and 2k + 1, both of which are made of it. */
    private static long bits(long source, long number) {
        return mixed(source + (number >>> 1) * GOLDEN);
    }

    private static int even(long bits) {
        return (int) (bits >>> 33);
    }

    private static int odd(long bits) {
        return (int) bits >>> 1;
    }

    /** 0 if 31 bits are below the limit, else 1; by arithmetic, since what chance decides no branch predictor knows. */
    private static float factor(int bits31, int limit) {
        return (limit - 1 - bits31) >>> 31;
    }

    private static int limit(float share) {
        return (int) (share * (double) (1L << 31));
    }

    /** SplitMix64's mixing, Stafford's variant 13: each bit of the result depends on all bits of z. */
    private static long mixed(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}
