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
     * The sum of a vector's numbers, which stand from {@code at} on: the upper half onto the lower until one is left. They are
     * overwritten.
     *
     * <p>Always in this order. That of {@code reduceLanes} is left open: on JDK 25 it is another one when compiled than when
     * interpreted, so that the bits of a run would depend on when the compiler got to it. An array and no vector, for a vector
     * given to a method that is not taken in becomes an object.
     */
    static float sum(float[] lanes, int at) {
        for (int half = COUNT / 2; half > 0; half /= 2) {
            for (int i = at; i < at + half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[at];
    }
}
