package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;

/** The minimal gated unit's equations, a vector of units at a time; columns f n, and room for f. */
final class VectorMgu {

    static final PassKernel KERNEL = new PassKernel(
            new Pass[][] {
                {(s, d, from, to) -> Rows.logistic(s, 0, 0, from, to), VectorMgu::reset},
                {(s, d, from, to) -> Rows.tanh(s, s.hiddenSize, s.hiddenSize, from, to), VectorMgu::output}
            },
            new Pass[][] {{VectorMgu::resetGradient}, {VectorMgu::outputGradient}});

    private static final int L = Lanes.COUNT;

    private VectorMgu() {}

    /** m = f ⊙ h'. */
    private static void reset(Step s, StepGradient unused, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * s.hiddenSize;
            for (int j = 0; j < s.units; j += L) {
                fromArray(SPECIES, s.a, at + j)
                        .mul(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j))
                        .intoArray(s.m, s.mAt + unit + j);
            }
        }
    }

    /** h = (1 - f) ⊙ h' + f ⊙ n, written h' + f ⊙ (n - h'). */
    private static void output(Step s, StepGradient unused, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * s.hiddenSize;
            for (int j = 0; j < s.units; j += L) {
                FloatVector hPrev = fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j);
                fromArray(SPECIES, s.a, at + j)
                        .fma(fromArray(SPECIES, s.a, at + s.hiddenSize + j).sub(hPrev), hPrev)
                        .intoArray(s.h, s.hAt + unit + j);
            }
        }
    }

    /** da_n = dh ⊙ f ⊙ (1 - n²); of da_f dh ⊙ (n - h') ⊙ f (1 - f); direct' = dh ⊙ (1 - f). */
    private static void outputGradient(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector f = fromArray(SPECIES, s.a, at + j);
                FloatVector candidate = fromArray(SPECIES, s.a, at + H + j);
                FloatVector dh = Rows.dh(s, d, n, j);
                FloatVector replaced = dh.mul(f);
                FloatVector kept = dh.sub(replaced);
                FloatVector hPrev = fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j);
                kept.mul(f).mul(candidate.sub(hPrev)).intoArray(s.a, at + j);
                replaced.mul(Rows.oneMinusSquare(candidate)).intoArray(s.a, at + H + j);
                f.intoArray(s.a, at + 2 * H + j);
                kept.intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }

    /** da_f += dm ⊙ h' ⊙ f (1 - f); direct' += dm ⊙ f. */
    private static void resetGradient(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector f = fromArray(SPECIES, s.a, at + 2 * H + j);
                FloatVector passed = fromArray(SPECIES, d.dm, d.dmAt + unit + j).mul(f);
                passed.mul(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j))
                        .fma(Rows.oneMinus(f), fromArray(SPECIES, s.a, at + j))
                        .intoArray(s.a, at + j);
                passed.add(fromArray(SPECIES, d.direct, d.directAt + unit + j))
                        .intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }
}
