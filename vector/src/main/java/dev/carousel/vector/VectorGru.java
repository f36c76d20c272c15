package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static dev.carousel.vector.Rows.oneMinus;
import static dev.carousel.vector.Rows.oneMinusSquare;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.GruKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;

/**
 * The GRU's equations over rows, a vector of units at a time, in {@link Pass}es: reset after the product with columns
 * n r z q, and before it with columns r z n.
 */
final class VectorGru implements GruKernel {

    private static final int L = Lanes.COUNT;

    static final Pass[] RESET_AFTER = {
        gate(1, 0),
        gate(2, 1),
        TwinPass.of(VectorGru::candidateResetAfter, PlainCells::gruCandidateResetAfter),
        output(0, 2)
    };
    static final Pass[] RESET_AFTER_BACK = {
        outputGradient(0, 2), TwinPass.of(VectorGru::resetGradient, PlainCells::gruResetGradient)
    };
    static final Pass[] GATES = {gate(0, 0), gate(1, 1), TwinPass.of(VectorGru::resetState, PlainCells::gruResetState)};
    static final Pass[] CANDIDATE = {
        TwinPass.of(
                (s, d, from, to) -> Rows.tanh(s, 2 * s.hiddenSize, 2 * s.hiddenSize, from, to),
                (s, d, from, to) -> PlainCells.tanh(s, 2 * s.hiddenSize, 2 * s.hiddenSize, from, to)),
        output(2, 1)
    };
    static final Pass[] CANDIDATE_BACK = {outputGradient(2, 1)};
    static final Pass[] GATES_BACK = {TwinPass.of(VectorGru::resetStateGradient, PlainCells::gruResetStateGradient)};

    /** a = σ(a + g) in these blocks of columns. */
    private static Pass gate(int a, int g) {
        return TwinPass.of(
                (s, d, from, to) -> Rows.logistic(s, a * s.hiddenSize, g * s.hiddenSize, from, to),
                (s, d, from, to) -> PlainCells.logistic(s, a * s.hiddenSize, g * s.hiddenSize, from, to));
    }

    private static Pass output(int n, int z) {
        return TwinPass.of(
                (s, d, from, to) -> output(s, n * s.hiddenSize, z * s.hiddenSize, from, to),
                (s, d, from, to) -> PlainCells.gruOutput(s, n * s.hiddenSize, z * s.hiddenSize, from, to));
    }

    private static Pass outputGradient(int n, int z) {
        return TwinPass.of(
                (s, d, from, to) -> outputGradient(s, d, n * s.hiddenSize, z * s.hiddenSize, from, to),
                (s, d, from, to) -> PlainCells.gruOutputGradient(s, d, n * s.hiddenSize, z * s.hiddenSize, from, to));
    }

    @Override
    public void forwardResetAfter(Step s) {
        PaddedStep.run(s, RESET_AFTER);
    }

    @Override
    public void backwardResetAfter(Step s, StepGradient d) {
        PaddedStep.run(s, d, RESET_AFTER_BACK);
    }

    @Override
    public void forwardGates(Step s) {
        PaddedStep.run(s, GATES);
    }

    @Override
    public void forwardCandidate(Step s) {
        PaddedStep.run(s, CANDIDATE);
    }

    @Override
    public void backwardCandidate(Step s, StepGradient d) {
        PaddedStep.run(s, d, CANDIDATE_BACK);
    }

    @Override
    public void backwardGates(Step s, StepGradient d) {
        PaddedStep.run(s, d, GATES_BACK);
    }

    /** q = g_n, n = tanh(a_n + r ⊙ q). */
    private static void candidateResetAfter(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int gAt = s.gAt + k * s.gStride + 2 * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector q = fromArray(SPECIES, s.g, gAt + j);
                FloatVector r = fromArray(SPECIES, s.a, at + H + j);
                q.intoArray(s.a, at + 3 * H + j);
                Activations.tanh(r.fma(q, fromArray(SPECIES, s.a, at + j))).intoArray(s.a, at + j);
            }
        }
    }

    /** h = (1 - z) ⊙ n + z ⊙ h', written n + z ⊙ (h' - n). */
    private static void output(Step s, int nCol, int zCol, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector n = fromArray(SPECIES, s.a, at + nCol + j);
                FloatVector z = fromArray(SPECIES, s.a, at + zCol + j);
                FloatVector hPrev = fromArray(SPECIES, s.hPrev, s.hPrevAt + k * H + j);
                z.fma(hPrev.sub(n), n).intoArray(s.h, s.hAt + k * H + j);
            }
        }
    }

    /** dh = dY + dh + direct; da_n = dh (1 - z)(1 - n²); da_z = dh (h' - n) z (1 - z); direct' = dh z. */
    private static void outputGradient(Step s, StepGradient d, int nCol, int zCol, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector n = fromArray(SPECIES, s.a, at + nCol + j);
                FloatVector z = fromArray(SPECIES, s.a, at + zCol + j);
                FloatVector hPrev = fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j);
                FloatVector dh = fromArray(SPECIES, d.dY, d.dYAt + k * d.dYStride + j)
                        .add(fromArray(SPECIES, d.dh, d.dhAt + unit + j))
                        .add(fromArray(SPECIES, d.direct, d.directAt + unit + j));
                FloatVector zPart = dh.mul(z);
                FloatVector nPart = dh.sub(zPart);
                nPart.mul(oneMinusSquare(n)).intoArray(s.a, at + nCol + j);
                nPart.mul(z).mul(hPrev.sub(n)).intoArray(s.a, at + zCol + j);
                zPart.intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }

    /** da_r = da_n ⊙ q ⊙ r (1 - r); dq = da_n ⊙ r. */
    private static void resetGradient(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector r = fromArray(SPECIES, s.a, at + H + j);
                FloatVector q = fromArray(SPECIES, s.a, at + 3 * H + j);
                FloatVector dq = fromArray(SPECIES, s.a, at + j).mul(r);
                dq.mul(q).mul(oneMinus(r)).intoArray(s.a, at + H + j);
                dq.intoArray(s.a, at + 3 * H + j);
            }
        }
    }

    /** m = r ⊙ h'. */
    private static void resetState(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                fromArray(SPECIES, s.a, at + j)
                        .mul(fromArray(SPECIES, s.hPrev, s.hPrevAt + k * H + j))
                        .intoArray(s.m, s.mAt + k * H + j);
            }
        }
    }

    /** da_r = dm ⊙ h' ⊙ r (1 - r); direct' = direct' + dm ⊙ r. */
    private static void resetStateGradient(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector r = fromArray(SPECIES, s.a, at + j);
                FloatVector hPrev = fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j);
                FloatVector dr = fromArray(SPECIES, d.dm, d.dmAt + unit + j).mul(r);
                dr.mul(hPrev).mul(oneMinus(r)).intoArray(s.a, at + j);
                dr.add(fromArray(SPECIES, d.direct, d.directAt + unit + j)).intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }
}
