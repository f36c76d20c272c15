package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static dev.carousel.vector.Rows.oneMinus;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.GruVariantKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;

/**
 * The general GRU's equations over rows: the gates' values in blocks of their own, [rows, units] each, then the equations on
 * vectors of units. Reset after the product with columns n r z q, and before it with columns r z n.
 */
final class VectorGruVariant implements GruVariantKernel {

    private static final int L = Lanes.COUNT;

    // The blocks.
    private static final int R = 0;
    private static final int Z = 1;
    private static final int N = 2;
    private static final int SLOPES = 3;
    private static final int BLOCKS = 6;

    private static float[] room(Step s, int from, int to) {
        return Scratch.ofThread().blocks(BLOCKS * (to - from) * s.units);
    }

    private static VariantGates gates(Step s, int from, int to) {
        return Scratch.ofThread().gates.of(s, from, to);
    }

    @Override
    public void forwardResetAfter(Activation gate, Activation candidate, float clip, Step step) {
        Step s = PaddedStep.begin(step);
        int H = s.hiddenSize;
        int rows = Pass.rowsAtATime(s);
        for (int from = 0; from < s.rows; from += rows) {
            int to = Math.min(s.rows, from + rows);
            int block = (to - from) * s.units;
            float[] v = room(s, from, to);
            add(s, H, 0, from, to);
            add(s, 2 * H, H, from, to);
            gates(s, from, to).values(gate, clip, H, v, R * block);
            gates(s, from, to).values(gate, clip, 2 * H, v, Z * block);
            candidateResetAfter(s, from, to, v, R * block);
            gates(s, from, to).values(candidate, clip, 0, v, N * block);
            output(s, from, to, v, block);
        }
        PaddedStep.end(step);
    }

    /** a = a + g, of one column of each. */
    private static void add(Step s, int aCol, int gCol, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride + aCol;
            int gAt = s.gAt + n * s.gStride + gCol;
            for (int j = 0; j < s.units; j += L) {
                fromArray(SPECIES, s.a, at + j)
                        .add(fromArray(SPECIES, s.g, gAt + j))
                        .intoArray(s.a, at + j);
            }
        }
    }

    /** q = g_n; a_n = a_n + r ⊙ q. */
    private static void candidateResetAfter(Step s, int from, int to, float[] v, int rAt) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int gAt = s.gAt + n * s.gStride + 2 * H;
            int row = rAt + (n - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                FloatVector q = fromArray(SPECIES, s.g, gAt + j);
                fromArray(SPECIES, v, row + j)
                        .fma(q, fromArray(SPECIES, s.a, at + j))
                        .intoArray(s.a, at + j);
                q.intoArray(s.a, at + 3 * H + j);
            }
        }
    }

    /** h = (1 - z) ⊙ n + z ⊙ h', written n + z ⊙ (h' - n). */
    private static void output(Step s, int from, int to, float[] v, int block) {
        for (int k = from; k < to; k++) {
            int row = (k - from) * s.units;
            int unit = k * s.hiddenSize;
            for (int j = 0; j < s.units; j += L) {
                FloatVector n = fromArray(SPECIES, v, N * block + row + j);
                FloatVector z = fromArray(SPECIES, v, Z * block + row + j);
                z.fma(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j).sub(n), n)
                        .intoArray(s.h, s.hAt + unit + j);
            }
        }
    }

    @Override
    public void backwardResetAfter(
            Activation gate, Activation candidate, float clip, Step step, StepGradient gradient) {
        Step s = PaddedStep.begin(step, gradient);
        StepGradient d = PaddedStep.gradient(step, gradient);
        int H = s.hiddenSize;
        int rows = Pass.rowsAtATime(s);
        for (int from = 0; from < s.rows; from += rows) {
            int to = Math.min(s.rows, from + rows);
            int block = (to - from) * s.units;
            float[] v = room(s, from, to);
            VariantGates gates = gates(s, from, to);
            gates.slopes(candidate, clip, 0, v, N * block, v, (SLOPES + N) * block);
            gates.slopes(gate, clip, H, v, R * block, v, (SLOPES + R) * block);
            gates.slopes(gate, clip, 2 * H, v, Z * block, v, (SLOPES + Z) * block);
            outputGradient(s, d, 0, 2 * H, from, to, v, block);
            resetGradient(s, from, to, v, block);
        }
        PaddedStep.end(step, gradient);
    }

    /** dh = dY + dh + direct; da_n = dh ⊙ (1 - z) ⊙ χ'; da_z = dh ⊙ (h' - n) ⊙ φ'; direct' = dh ⊙ z. */
    private static void outputGradient(
            Step s, StepGradient d, int nCol, int zCol, int from, int to, float[] v, int block) {
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * s.hiddenSize;
            int row = (k - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                FloatVector z = fromArray(SPECIES, v, Z * block + row + j);
                FloatVector dh = fromArray(SPECIES, d.dY, d.dYAt + k * d.dYStride + j)
                        .add(fromArray(SPECIES, d.dh, d.dhAt + unit + j))
                        .add(fromArray(SPECIES, d.direct, d.directAt + unit + j));
                FloatVector difference = fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j)
                        .sub(fromArray(SPECIES, v, N * block + row + j));
                dh.mul(oneMinus(z))
                        .mul(fromArray(SPECIES, v, (SLOPES + N) * block + row + j))
                        .intoArray(s.a, at + nCol + j);
                dh.mul(difference)
                        .mul(fromArray(SPECIES, v, (SLOPES + Z) * block + row + j))
                        .intoArray(s.a, at + zCol + j);
                dh.mul(z).intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }

    /** da_r = da_n ⊙ q ⊙ φ'; dq = da_n ⊙ r. */
    private static void resetGradient(Step s, int from, int to, float[] v, int block) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int row = (k - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                FloatVector dn = fromArray(SPECIES, s.a, at + j);
                FloatVector q = fromArray(SPECIES, s.a, at + 3 * H + j);
                dn.mul(q)
                        .mul(fromArray(SPECIES, v, (SLOPES + R) * block + row + j))
                        .intoArray(s.a, at + H + j);
                dn.mul(fromArray(SPECIES, v, R * block + row + j)).intoArray(s.a, at + 3 * H + j);
            }
        }
    }

    @Override
    public void forwardGates(Activation gate, float clip, Step step) {
        Step s = PaddedStep.begin(step);
        int rows = Pass.rowsAtATime(s);
        for (int from = 0; from < s.rows; from += rows) {
            int to = Math.min(s.rows, from + rows);
            float[] v = room(s, from, to);
            add(s, 0, 0, from, to);
            add(s, s.hiddenSize, s.hiddenSize, from, to);
            gates(s, from, to).values(gate, clip, 0, v, 0);
            resetState(s, from, to, v);
        }
        PaddedStep.end(step);
    }

    /** m = r ⊙ h'. */
    private static void resetState(Step s, int from, int to, float[] r) {
        for (int k = from; k < to; k++) {
            int unit = k * s.hiddenSize;
            int row = (k - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                fromArray(SPECIES, r, row + j)
                        .mul(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j))
                        .intoArray(s.m, s.mAt + unit + j);
            }
        }
    }

    @Override
    public void forwardCandidate(Activation gate, Activation candidate, float clip, Step step) {
        Step s = PaddedStep.begin(step);
        int H = s.hiddenSize;
        int rows = Pass.rowsAtATime(s);
        for (int from = 0; from < s.rows; from += rows) {
            int to = Math.min(s.rows, from + rows);
            int block = (to - from) * s.units;
            float[] v = room(s, from, to);
            add(s, 2 * H, 2 * H, from, to);
            gates(s, from, to).values(gate, clip, H, v, Z * block);
            gates(s, from, to).values(candidate, clip, 2 * H, v, N * block);
            output(s, from, to, v, block);
        }
        PaddedStep.end(step);
    }

    @Override
    public void backwardCandidate(Activation gate, Activation candidate, float clip, Step step, StepGradient gradient) {
        Step s = PaddedStep.begin(step, gradient);
        StepGradient d = PaddedStep.gradient(step, gradient);
        int H = s.hiddenSize;
        int rows = Pass.rowsAtATime(s);
        for (int from = 0; from < s.rows; from += rows) {
            int to = Math.min(s.rows, from + rows);
            int block = (to - from) * s.units;
            float[] v = room(s, from, to);
            VariantGates gates = gates(s, from, to);
            gates.slopes(gate, clip, H, v, Z * block, v, (SLOPES + Z) * block);
            gates.slopes(candidate, clip, 2 * H, v, N * block, v, (SLOPES + N) * block);
            outputGradient(s, d, 2 * H, H, from, to, v, block);
        }
        PaddedStep.end(step, gradient);
    }

    @Override
    public void backwardGates(Activation gate, float clip, Step step, StepGradient gradient) {
        Step s = PaddedStep.begin(step, gradient);
        StepGradient d = PaddedStep.gradient(step, gradient);
        int rows = Pass.rowsAtATime(s);
        for (int from = 0; from < s.rows; from += rows) {
            int to = Math.min(s.rows, from + rows);
            int block = (to - from) * s.units;
            float[] v = room(s, from, to);
            gates(s, from, to).slopes(gate, clip, 0, v, R * block, v, (SLOPES + R) * block);
            resetStateGradient(s, d, from, to, v, block);
        }
        PaddedStep.end(step, gradient);
    }

    /** da_r = dm ⊙ h' ⊙ φ'; direct' = direct' + dm ⊙ r. */
    private static void resetStateGradient(Step s, StepGradient d, int from, int to, float[] v, int block) {
        for (int k = from; k < to; k++) {
            int unit = k * s.hiddenSize;
            int row = (k - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                FloatVector dm = fromArray(SPECIES, d.dm, d.dmAt + unit + j);
                dm.mul(fromArray(SPECIES, s.hPrev, s.hPrevAt + unit + j))
                        .mul(fromArray(SPECIES, v, (SLOPES + R) * block + row + j))
                        .intoArray(s.a, s.aAt + k * s.aStride + j);
                dm.fma(fromArray(SPECIES, v, R * block + row + j), fromArray(SPECIES, d.direct, d.directAt + unit + j))
                        .intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }
}
