package dev.carousel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The vector width of this machine, and what follows from it. */
final class Lanes {

    /** The widest vectors that the machine runs at full speed. */
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** How many floats a vector holds. */
    static final int COUNT = SPECIES.length();

    /** Whether there are 32 vector registers (AVX-512, Arm) rather than 16. */
    static final boolean MANY_REGISTERS =
            SPECIES.vectorBitSize() >= 512 || System.getProperty("os.arch", "").equals("aarch64");

    /** The lanes turned by so many, a constant each for the compiler. */
    private static final VectorShuffle<Float> BY_8 = turned(8);

    private static final VectorShuffle<Float> BY_4 = turned(4);
    private static final VectorShuffle<Float> BY_2 = turned(2);
    private static final VectorShuffle<Float> BY_1 = turned(1);

    private Lanes() {}

    private static VectorShuffle<Float> turned(int by) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane + by) % COUNT);
    }

    /**
     * The sum of a vector's numbers, the upper half onto the lower until one is left.
     *
     * <p>Always in this order. That of {@code reduceLanes} is left open: on JDK 25 it is another one when compiled than when
     * interpreted, so that the bits of a run would depend on when the compiler got to it.
     */
    static float sum(FloatVector v) {
        FloatVector x = v;
        if (COUNT > 8) {
            x = x.add(x.rearrange(BY_8));
        }
        if (COUNT > 4) {
            x = x.add(x.rearrange(BY_4));
        }
        if (COUNT > 2) {
            x = x.add(x.rearrange(BY_2));
        }
        return x.add(x.rearrange(BY_1)).lane(0);
    }
}
