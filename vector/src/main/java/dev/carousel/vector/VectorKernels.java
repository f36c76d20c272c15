package dev.carousel.vector;

import dev.carousel.kernel.Kernels;

/** Puts the vector kernels together. */
final class VectorKernels {

    private VectorKernels() {}

    static Kernels create() {
        return new Kernels(
                "vector " + Lanes.SPECIES.vectorBitSize() + " bits",
                new VectorProducts(),
                new VectorLstm(),
                new VectorGru(),
                new VectorRnn(),
                Kernels.scalar().variants(),
                new VectorRows(),
                new VectorUpdates(Kernels.scalar().updates()),
                new VectorPeak());
    }
}
