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
}
