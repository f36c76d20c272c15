package dev.carousel.vector;

import static dev.carousel.vector.Rows.load;

import dev.carousel.kernel.GruKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import jdk.incubator.vector.FloatVector;

/**
 * The GRU's equations over rows, a vector of units at a time: reset after the product with columns n r z q, and before it
 * with columns r z n.
 *
 * <p>Row after row, activations over whole gates first, in small loops that the compiler takes in whole.
 */
final class VectorGru implements GruKernel {

    private static final int L = Lanes.COUNT;

    private static final Consumer<Step> RESET_AFTER = VectorGru::resetAfterRows;
    private static final Consumer<Step> GATES = VectorGru::gateRows;
    private static final Consumer<Step> CANDIDATE = VectorGru::candidateRows;
    private static final BiConsumer<Step, StepGradient> RESET_AFTER_BACK = VectorGru::resetAfterGradientRows;
    private static final BiConsumer<Step, StepGradient> GATES_BACK = VectorGru::gateGradientRows;
    private static final BiConsumer<Step, StepGradient> CANDIDATE_BACK = VectorGru::candidateGradientRows;

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

    // ---- reset after the product: columns n r z q

    private static void resetAfterRows(Step s) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            Rows.logistic(s.a, at + H, 2 * H);
            candidate(H, s.a, at);
            output(H, s.a, at, at + 2 * H, s.hPrev, s.hPrevAt + k * H, s.h, s.hAt + k * H);
        }
    }

    /** n = tanh(a_n + r ⊙ q). */
    private static void candidate(int H, float[] a, int at) {
        for (int j = 0; j < H; j += L) {
            FloatVector an = load(a, at + H + j).fma(load(a, at + 3 * H + j), load(a, at + j));
            Activations.tanh(an).intoArray(a, at + j);
        }
    }

    /** h = (1 - z) ⊙ n + z ⊙ h', written n + z ⊙ (h' - n). */
    private static void output(int H, float[] a, int nAt, int zAt, float[] hPrev, int hPrevAt, float[] h, int hAt) {
        for (int j = 0; j < H; j += L) {
            FloatVector n = load(a, nAt + j);
            load(a, zAt + j).fma(load(hPrev, hPrevAt + j).sub(n), n).intoArray(h, hAt + j);
        }
    }

    /** da_n = dh (1 - z)(1 - n²); da_z = dh (h' - n) z (1 - z); da_r = da_n q r (1 - r); dq = da_n r; dh' = dh z. */
    private static void resetAfterGradientRows(Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            outputGradient(k, at, at + 2 * H, s, d);
            resetGradient(H, s.a, at);
        }
    }

    /** da_n, da_z and dh' from dh = dY + dh; the same in both variants. */
    private static void outputGradient(int k, int nAt, int zAt, Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int j = 0; j < H; j += L) {
            FloatVector n = load(s.a, nAt + j);
            FloatVector z = load(s.a, zAt + j);
            FloatVector dh = load(d.dY, d.dYAt + k * d.dYStride + j).add(load(d.dh, d.dhAt + k * H + j));
            FloatVector zPart = dh.mul(z);
            FloatVector nPart = dh.sub(zPart);
            nPart.mul(oneMinusSquare(n)).intoArray(s.a, nAt + j);
            nPart.mul(z).mul(load(s.hPrev, s.hPrevAt + k * H + j).sub(n)).intoArray(s.a, zAt + j);
            zPart.intoArray(d.dh, d.dhAt + k * H + j);
        }
    }

    private static void resetGradient(int H, float[] a, int at) {
        for (int j = 0; j < H; j += L) {
            FloatVector r = load(a, at + H + j);
            FloatVector dq = load(a, at + j).mul(r);
            dq.mul(load(a, at + 3 * H + j)).mul(oneMinus(r)).intoArray(a, at + H + j);
            dq.intoArray(a, at + 3 * H + j);
        }
    }

    // ---- reset before the product: columns r z n

    /** r = σ(a_r), z = σ(a_z), m = r ⊙ h'. */
    private static void gateRows(Step s) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            Rows.logistic(s.a, at, 2 * H);
            for (int j = 0; j < H; j += L) {
                load(s.a, at + j).mul(load(s.hPrev, s.hPrevAt + k * H + j)).intoArray(s.m, s.mAt + k * H + j);
            }
        }
    }

    /** n = tanh(a_n), h = (1 - z) ⊙ n + z ⊙ h'. */
    private static void candidateRows(Step s) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            Rows.tanh(s.a, at + 2 * H, H);
            output(H, s.a, at + 2 * H, at + H, s.hPrev, s.hPrevAt + k * H, s.h, s.hAt + k * H);
        }
    }

    private static void candidateGradientRows(Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            outputGradient(k, at + 2 * H, at + H, s, d);
        }
    }

    /** da_r = dm ⊙ h' ⊙ r (1 - r); dh' = dh' + dm ⊙ r. */
    private static void gateGradientRows(Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < H; j += L) {
                int unit = k * H + j;
                FloatVector r = load(s.a, at + j);
                FloatVector dr = load(d.dm, d.dmAt + unit).mul(r);
                dr.mul(load(s.hPrev, s.hPrevAt + unit)).mul(oneMinus(r)).intoArray(s.a, at + j);
                dr.add(load(d.dh, d.dhAt + unit)).intoArray(d.dh, d.dhAt + unit);
            }
        }
    }

    private static FloatVector oneMinus(FloatVector x) {
        return FloatVector.broadcast(Lanes.SPECIES, 1f).sub(x);
    }

    private static FloatVector oneMinusSquare(FloatVector x) {
        return x.neg().fma(x, FloatVector.broadcast(Lanes.SPECIES, 1f));
    }
}
