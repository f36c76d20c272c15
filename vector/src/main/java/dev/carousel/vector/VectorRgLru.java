package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;

/**
 * The real-gated linear recurrent unit's equations, a vector of units at a time; columns r i s, a, √(1 - a²). What depends on Λ
 * alone is computed once for some rows.
 */
final class VectorRgLru {

    static final PassKernel KERNEL = PassKernel.of(
            new Pass[] {
                (s, d, from, to) -> Rows.logistic(s, 0, from, to),
                (s, d, from, to) -> Rows.logistic(s, s.hiddenSize, from, to),
                VectorRgLru::logDecay,
                VectorRgLru::root,
                VectorRgLru::decay,
                VectorRgLru::output
            },
            new Pass[] {VectorRgLru::outputGradient, VectorRgLru::gateGradient, VectorRgLru::lambdaGradient});

    private static final int L = Lanes.COUNT;

    /** √(1 - a²) squared is no less, so that its slope is finite. */
    private static final float LEAST_SQUARE = 1e-30f;

    private VectorRgLru() {}

    /** ln a = -8 softplus(Λ) ⊙ r, where a is to be. */
    private static void logDecay(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int j = 0; j < s.units; j += L) {
            FloatVector rate =
                    Activations.softplus(fromArray(SPECIES, s.p, s.pAt + j)).mul(-8f);
            for (int n = from; n < to; n++) {
                int at = s.aAt + n * s.aStride + j;
                rate.mul(fromArray(SPECIES, s.a, at)).intoArray(s.a, at + 3 * H);
            }
        }
    }

    /** √(1 - a²) = √(-(e^(2 ln a) - 1)). */
    private static void root(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector logA = fromArray(SPECIES, s.a, at + 3 * H + j);
                Activations.expMinusOneOf(logA.add(logA))
                        .neg()
                        .max(LEAST_SQUARE)
                        .sqrt()
                        .intoArray(s.a, at + 4 * H + j);
            }
        }
    }

    /** a = e^(ln a). */
    private static void decay(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride + 3 * H;
            for (int j = 0; j < s.units; j += L) {
                Activations.exp(fromArray(SPECIES, s.a, at + j)).intoArray(s.a, at + j);
            }
        }
    }

    /** h = a ⊙ h' + √(1 - a²) ⊙ i ⊙ s. */
    private static void output(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector added = fromArray(SPECIES, s.a, at + 4 * H + j)
                        .mul(fromArray(SPECIES, s.a, at + H + j))
                        .mul(fromArray(SPECIES, s.a, at + 2 * H + j));
                fromArray(SPECIES, s.a, at + 3 * H + j)
                        .fma(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j), added)
                        .intoArray(s.h, s.hAt + unit + j);
            }
        }
    }

    /**
     * d(ln a) = (dh ⊙ h' - dh ⊙ i ⊙ s ⊙ a / √(1 - a²)) ⊙ a, where a was; da_i = dh ⊙ √(1 - a²) ⊙ s ⊙ i (1 - i); ds = dh ⊙
     * √(1 - a²) ⊙ i; direct' = dh ⊙ a.
     */
    private static void outputGradient(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector i = fromArray(SPECIES, s.a, at + H + j);
                FloatVector in = fromArray(SPECIES, s.a, at + 2 * H + j);
                FloatVector a = fromArray(SPECIES, s.a, at + 3 * H + j);
                FloatVector q = fromArray(SPECIES, s.a, at + 4 * H + j);
                FloatVector dh = Rows.dh(s, d, n, j);
                FloatVector kept = dh.mul(a);
                FloatVector ds = dh.mul(q).mul(i);
                ds.mul(in).mul(Rows.oneMinus(i)).intoArray(s.a, at + H + j);
                ds.intoArray(s.a, at + 2 * H + j);
                kept.mul(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j)
                                .sub(i.mul(in).mul(a).div(q)))
                        .intoArray(s.a, at + 3 * H + j);
                kept.intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }

    /** da_r = -8 softplus(Λ) ⊙ d(ln a) ⊙ r (1 - r); d(ln a) ⊙ r is left where it was. */
    private static void gateGradient(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int j = 0; j < s.units; j += L) {
            FloatVector rate =
                    Activations.softplus(fromArray(SPECIES, s.p, s.pAt + j)).mul(-8f);
            for (int n = from; n < to; n++) {
                int at = s.aAt + n * s.aStride + j;
                FloatVector r = fromArray(SPECIES, s.a, at);
                FloatVector share = fromArray(SPECIES, s.a, at + 3 * H).mul(r);
                share.intoArray(s.a, at + 3 * H);
                share.mul(rate).mul(Rows.oneMinus(r)).intoArray(s.a, at);
            }
        }
    }

    /** -8 σ(Λ) ⊙ d(ln a) ⊙ r goes to Λ. */
    private static void lambdaGradient(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int j = 0; j < s.units; j += L) {
            FloatVector slope =
                    Activations.logistic(fromArray(SPECIES, s.p, s.pAt + j)).mul(-8f);
            for (int n = from; n < to; n++) {
                int at = s.aAt + n * s.aStride + 3 * H + j;
                slope.mul(fromArray(SPECIES, s.a, at)).intoArray(s.a, at);
            }
        }
    }
}
