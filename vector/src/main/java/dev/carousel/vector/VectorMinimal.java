package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;

/** The equations of the minimal GRU, columns u n, and of the minimal LSTM, columns f i n, a vector of units at a time. */
final class VectorMinimal {

    static final PassKernel GRU = PassKernel.of(
            new Pass[] {(s, d, from, to) -> Rows.logistic(s, 0, from, to), VectorMinimal::outputOfGru},
            new Pass[] {VectorMinimal::gradientOfGru});
    static final PassKernel LSTM = PassKernel.of(
            new Pass[] {
                (s, d, from, to) -> Rows.logistic(s, 0, from, to),
                (s, d, from, to) -> Rows.logistic(s, s.hiddenSize, from, to),
                VectorMinimal::outputOfLstm
            },
            new Pass[] {VectorMinimal::gradientOfLstm});

    private static final int L = Lanes.COUNT;

    private VectorMinimal() {}

    /** h = (1 - u) ⊙ h' + u ⊙ n, written h' + u ⊙ (n - h'). */
    private static void outputOfGru(Step s, StepGradient unused, int from, int to) {
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * s.hiddenSize;
            for (int j = 0; j < s.units; j += L) {
                FloatVector hPrev = fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j);
                FloatVector n = fromArray(SPECIES, s.a, at + s.hiddenSize + j);
                fromArray(SPECIES, s.a, at + j).fma(n.sub(hPrev), hPrev).intoArray(s.h, s.hAt + unit + j);
            }
        }
    }

    /** da_u = dh ⊙ (n - h') ⊙ u (1 - u); dn = dh ⊙ u; direct' = dh ⊙ (1 - u). */
    private static void gradientOfGru(Step s, StepGradient d, int from, int to) {
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * s.hiddenSize;
            for (int j = 0; j < s.units; j += L) {
                FloatVector u = fromArray(SPECIES, s.a, at + j);
                FloatVector n = fromArray(SPECIES, s.a, at + s.hiddenSize + j);
                FloatVector hPrev = fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j);
                FloatVector dh = Rows.dh(s, d, k, j);
                FloatVector dn = dh.mul(u);
                FloatVector kept = dh.sub(dn);
                kept.mul(u).mul(n.sub(hPrev)).intoArray(s.a, at + j);
                dn.intoArray(s.a, at + s.hiddenSize + j);
                kept.intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }

    /** v = i / (f + i); h = h' + v ⊙ (n - h'). */
    private static void outputOfLstm(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector i = fromArray(SPECIES, s.a, at + H + j);
                FloatVector v = i.div(fromArray(SPECIES, s.a, at + j).add(i));
                FloatVector hPrev = fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j);
                v.fma(fromArray(SPECIES, s.a, at + 2 * H + j).sub(hPrev), hPrev).intoArray(s.h, s.hAt + unit + j);
            }
        }
    }

    /**
     * dv = dh ⊙ (n - h') ⊙ v (1 - v); da_f = -dv ⊙ (1 - f); da_i = dv ⊙ (1 - i); dn = dh ⊙ v; direct' = dh ⊙ (1 - v).
     */
    private static void gradientOfLstm(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector f = fromArray(SPECIES, s.a, at + j);
                FloatVector i = fromArray(SPECIES, s.a, at + H + j);
                FloatVector n = fromArray(SPECIES, s.a, at + 2 * H + j);
                FloatVector hPrev = fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j);
                FloatVector v = i.div(f.add(i));
                FloatVector dh = Rows.dh(s, d, k, j);
                FloatVector dn = dh.mul(v);
                FloatVector kept = dh.sub(dn);
                FloatVector dv = kept.mul(v).mul(n.sub(hPrev));
                dv.mul(f.sub(1f)).intoArray(s.a, at + j);
                dv.mul(Rows.oneMinus(i)).intoArray(s.a, at + H + j);
                dn.intoArray(s.a, at + 2 * H + j);
                kept.intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }
}
