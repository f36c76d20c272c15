package dev.carousel.vector;

import jdk.incubator.vector.FloatVector;
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

    private Lanes() {}

    /**
     * The sum of a vector's numbers, the upper half onto the lower until one is left.
     *
     * <p>Always in this order. That of {@code reduceLanes} is left open: on JDK 25 it is another one when compiled than when
     * interpreted, so that the bits of a run would depend on when the compiler got to it.
     *
     * @param lanes room for them
     */
    static float sum(FloatVector v, float[] lanes) {
        v.intoArray(lanes, 0);
        for (int half = COUNT / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[half + i];
            }
        }
        return lanes[0];
    }
}
