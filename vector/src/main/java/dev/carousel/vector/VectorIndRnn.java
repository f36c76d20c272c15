package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The independently recurrent network's equations, a vector of units at a time; columns a and what goes to u. */
final class VectorIndRnn {

    static final PassKernel RELU =
            PassKernel.of(new Pass[] {VectorIndRnn::relu}, new Pass[] {VectorIndRnn::reluGradient});
    static final PassKernel TANH =
            PassKernel.of(new Pass[] {VectorIndRnn::tanh}, new Pass[] {VectorIndRnn::tanhGradient});

    private static final int L = Lanes.COUNT;

    private VectorIndRnn() {}

    /** h = max(0, a + u ⊙ h'). */
    private static void relu(Step s, StepGradient unused, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * s.hiddenSize;
            for (int j = 0; j < s.units; j += L) {
                fromArray(SPECIES, s.p, s.pAt + j)
                        .fma(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j), fromArray(SPECIES, s.a, at + j))
                        .max(0f)
                        .intoArray(s.h, s.hAt + unit + j);
            }
        }
    }

    /** h = tanh(a + u ⊙ h'). */
    private static void tanh(Step s, StepGradient unused, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * s.hiddenSize;
            for (int j = 0; j < s.units; j += L) {
                FloatVector a = fromArray(SPECIES, s.p, s.pAt + j)
                        .fma(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j), fromArray(SPECIES, s.a, at + j));
                Activations.tanh(a).intoArray(s.h, s.hAt + unit + j);
            }
        }
    }

    /** da = dh ⊙ [h > 0]; direct' = da ⊙ u; da ⊙ h' goes to u. */
    private static void reluGradient(Step s, StepGradient d, int from, int to) {
        FloatVector zero = FloatVector.zero(SPECIES);
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * s.hiddenSize;
            for (int j = 0; j < s.units; j += L) {
                var on = fromArray(SPECIES, s.h, s.hAt + unit + j).compare(VectorOperators.GT, 0f);
                FloatVector da = zero.blend(Rows.dh(s, d, n, j), on);
                da.intoArray(s.a, at + j);
                da.mul(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j)).intoArray(s.a, at + s.hiddenSize + j);
                da.mul(fromArray(SPECIES, s.p, s.pAt + j)).intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }

    /** da = dh ⊙ (1 - h²), and as above. */
    private static void tanhGradient(Step s, StepGradient d, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * s.hiddenSize;
            for (int j = 0; j < s.units; j += L) {
                FloatVector h = fromArray(SPECIES, s.h, s.hAt + unit + j);
                FloatVector da = Rows.dh(s, d, n, j).mul(Rows.oneMinusSquare(h));
                da.intoArray(s.a, at + j);
                da.mul(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j)).intoArray(s.a, at + s.hiddenSize + j);
                da.mul(fromArray(SPECIES, s.p, s.pAt + j)).intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }
}
