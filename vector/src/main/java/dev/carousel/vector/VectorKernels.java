package dev.carousel.vector;

import dev.carousel.kernel.CellKernels;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.VariantKernels;
import java.util.Optional;

/** Puts the vector kernels together. */
final class VectorKernels {

    private static final int LEAST_BITS = 128;

    /** Whoever asks for these kernels by name gets vectors from the first call on, however slow: {@link Loop}. */
    static final boolean FROM_THE_FIRST_CALL = Kernels.areChosen("vector");

    private VectorKernels() {}

    /** Why this machine is no good for them; to be asked only where the Vector API is there. */
    static Optional<String> whyNot() {
        int bits = Lanes.SPECIES.vectorBitSize();
        return bits >= LEAST_BITS
                ? Optional.empty()
                : Optional.of("The fast kernels need vectors of " + LEAST_BITS + " bits, but this JVM has those of "
                        + bits + ": is -XX:MaxVectorSize or -XX:UseAVX or -XX:UseSSE set to less?");
    }

    static Kernels create() {
        return new Kernels(
                "vector " + Lanes.SPECIES.vectorBitSize() + " bits",
                new VectorProducts(),
                new VectorLstm(),
                new VectorGru(),
                new VectorRnn(),
                new CellKernels(
                        Optional.of(VectorIndRnn.RELU),
                        Optional.of(VectorIndRnn.TANH),
                        Optional.of(VectorMgu.KERNEL),
                        Optional.of(VectorMinimal.GRU),
                        Optional.of(VectorMinimal.LSTM),
                        Optional.of(VectorSru.KERNEL),
                        Optional.of(VectorSlstm.KERNEL),
                        Optional.of(VectorRgLru.KERNEL),
                        Optional.of(new VectorLayerNormLstm())),
                new VariantKernels(new VectorLstmVariant(), new VectorGruVariant(), new VectorRnnVariant()),
                new VectorRows(),
                new VectorUpdates(Kernels.scalar().updates()),
                new VectorPeak());
    }
}
