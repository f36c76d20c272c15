package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static dev.carousel.vector.Rows.oneMinus;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.LstmVariantKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;

/**
 * The general LSTM's equations over rows: the gates' values in blocks of their own, [rows, units] each, then the equations on
 * vectors of units; columns i f g o.
 */
final class VectorLstmVariant implements LstmVariantKernel {

    private static final int L = Lanes.COUNT;

    // The blocks.
    private static final int I = 0;
    private static final int F = 1;
    private static final int G = 2;
    private static final int O = 3;
    private static final int Y = 4;
    private static final int SLOPES = 5;
    private static final int BLOCKS = 10;

    @Override
    public void forward(
            Activation gate, Activation candidate, Activation output, boolean inputForget, float clip, Step step) {
        Step s = PaddedStep.begin(step);
        int rows = Pass.rowsAtATime(s);
        for (int from = 0; from < s.rows; from += rows) {
            int to = Math.min(s.rows, from + rows);
            forward(gate, candidate, output, inputForget, clip, s, from, to);
        }
        PaddedStep.end(step);
    }

    private static void forward(
            Activation gate,
            Activation candidate,
            Activation output,
            boolean inputForget,
            float clip,
            Step s,
            int from,
            int to) {
        int H = s.hiddenSize;
        int block = (to - from) * s.units;
        float[] v = Scratch.ofThread().blocks(BLOCKS * block);
        VariantGates gates = Scratch.ofThread().gates.of(s, from, to);
        preActivations(s, from, to);
        gates.values(gate, clip, 0, v, I * block);
        if (!inputForget) {
            gates.values(gate, clip, H, v, F * block);
        }
        gates.values(candidate, clip, 2 * H, v, G * block);
        state(inputForget, s, from, to, v, block);
        gates.values(gate, clip, 3 * H, v, O * block);
        gates.valuesOfState(output, v, Y * block);
        output(s, from, to, v, block);
    }

    /** a = a + g, and a_i and a_f with what the peepholes see of c'. */
    private static void preActivations(Step s, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int gAt = s.gAt + n * s.gStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector cPrev = fromArray(SPECIES, s.cPrev, s.cPrevAt + n * H + j);
                FloatVector ai = fromArray(SPECIES, s.a, at + j).add(fromArray(SPECIES, s.g, gAt + j));
                FloatVector af = fromArray(SPECIES, s.a, at + H + j).add(fromArray(SPECIES, s.g, gAt + H + j));
                fromArray(SPECIES, s.p, s.pAt + j).fma(cPrev, ai).intoArray(s.a, at + j);
                fromArray(SPECIES, s.p, s.pAt + 2 * H + j).fma(cPrev, af).intoArray(s.a, at + H + j);
                fromArray(SPECIES, s.a, at + 2 * H + j)
                        .add(fromArray(SPECIES, s.g, gAt + 2 * H + j))
                        .intoArray(s.a, at + 2 * H + j);
            }
        }
    }

    /** c = f ⊙ c' + i ⊙ g, with f = 1 - i where they are coupled; a_o = a_o + g_o + p_o ⊙ c. */
    private static void state(boolean inputForget, Step s, int from, int to, float[] v, int block) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int oAt = s.aAt + n * s.aStride + 3 * H;
            int gAt = s.gAt + n * s.gStride + 3 * H;
            int row = (n - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                FloatVector i = fromArray(SPECIES, v, I * block + row + j);
                FloatVector f = inputForget ? oneMinus(i) : fromArray(SPECIES, v, F * block + row + j);
                FloatVector g = fromArray(SPECIES, v, G * block + row + j);
                FloatVector c = f.fma(fromArray(SPECIES, s.cPrev, s.cPrevAt + n * H + j), i.mul(g));
                FloatVector ao = fromArray(SPECIES, s.a, oAt + j).add(fromArray(SPECIES, s.g, gAt + j));
                c.intoArray(s.c, s.cAt + n * H + j);
                fromArray(SPECIES, s.p, s.pAt + H + j).fma(c, ao).intoArray(s.a, oAt + j);
            }
        }
    }

    /** h = o ⊙ ψ(c). */
    private static void output(Step s, int from, int to, float[] v, int block) {
        for (int n = from; n < to; n++) {
            int row = (n - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                fromArray(SPECIES, v, O * block + row + j)
                        .mul(fromArray(SPECIES, v, Y * block + row + j))
                        .intoArray(s.h, s.hAt + n * s.hiddenSize + j);
            }
        }
    }

    @Override
    public void backward(
            Activation gate,
            Activation candidate,
            Activation output,
            boolean inputForget,
            float clip,
            Step step,
            StepGradient gradient) {
        Step s = PaddedStep.begin(step, gradient);
        StepGradient d = PaddedStep.gradient(step, gradient);
        int rows = Pass.rowsAtATime(s);
        for (int from = 0; from < s.rows; from += rows) {
            int to = Math.min(s.rows, from + rows);
            backward(gate, candidate, output, inputForget, clip, s, d, from, to);
        }
        PaddedStep.end(step, gradient);
    }

    private static void backward(
            Activation gate,
            Activation candidate,
            Activation output,
            boolean inputForget,
            float clip,
            Step s,
            StepGradient d,
            int from,
            int to) {
        int H = s.hiddenSize;
        int block = (to - from) * s.units;
        float[] v = Scratch.ofThread().blocks(BLOCKS * block);
        VariantGates gates = Scratch.ofThread().gates.of(s, from, to);
        gates.slopes(gate, clip, 0, v, I * block, v, (SLOPES + I) * block);
        if (!inputForget) {
            gates.slopes(gate, clip, H, v, F * block, v, (SLOPES + F) * block);
        }
        gates.slopes(candidate, clip, 2 * H, v, G * block, v, (SLOPES + G) * block);
        gates.slopes(gate, clip, 3 * H, v, O * block, v, (SLOPES + O) * block);
        gates.slopesOfState(output, v, Y * block, v, (SLOPES + Y) * block);
        outputGradient(s, d, from, to, v, block);
        if (inputForget) {
            coupledGradients(s, d, from, to, v, block);
        } else {
            gateGradients(s, d, from, to, v, block);
        }
    }

    /** dh = dY + dh; da_o = dh ⊙ ψ(c) ⊙ φ'; dc = dc + dh ⊙ o ⊙ ψ'(c) + p_o ⊙ da_o. */
    private static void outputGradient(Step s, StepGradient d, int from, int to, float[] v, int block) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int oAt = s.aAt + n * s.aStride + 3 * H;
            int unit = n * H;
            int row = (n - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                FloatVector dh = fromArray(SPECIES, d.dY, d.dYAt + n * d.dYStride + j)
                        .add(fromArray(SPECIES, d.dh, d.dhAt + unit + j));
                FloatVector dao = dh.mul(fromArray(SPECIES, v, Y * block + row + j))
                        .mul(fromArray(SPECIES, v, (SLOPES + O) * block + row + j));
                FloatVector dc = dh.mul(fromArray(SPECIES, v, O * block + row + j))
                        .fma(
                                fromArray(SPECIES, v, (SLOPES + Y) * block + row + j),
                                fromArray(SPECIES, d.dc, d.dcAt + unit + j));
                fromArray(SPECIES, s.p, s.pAt + H + j).fma(dao, dc).intoArray(d.dc, d.dcAt + unit + j);
                dao.intoArray(s.a, oAt + j);
            }
        }
    }

    /** da_i = dc ⊙ g ⊙ φ'; da_f = dc ⊙ c' ⊙ φ'; da_g = dc ⊙ i ⊙ χ'; dc' = dc ⊙ f + p_i ⊙ da_i + p_f ⊙ da_f. */
    private static void gateGradients(Step s, StepGradient d, int from, int to, float[] v, int block) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * H;
            int row = (n - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                FloatVector dc = fromArray(SPECIES, d.dc, d.dcAt + unit + j);
                FloatVector dai = dc.mul(fromArray(SPECIES, v, G * block + row + j))
                        .mul(fromArray(SPECIES, v, (SLOPES + I) * block + row + j));
                FloatVector daf = dc.mul(fromArray(SPECIES, s.cPrev, s.cPrevAt + unit + j))
                        .mul(fromArray(SPECIES, v, (SLOPES + F) * block + row + j));
                dc.mul(fromArray(SPECIES, v, I * block + row + j))
                        .mul(fromArray(SPECIES, v, (SLOPES + G) * block + row + j))
                        .intoArray(s.a, at + 2 * H + j);
                FloatVector seen = fromArray(SPECIES, s.p, s.pAt + j)
                        .fma(dai, fromArray(SPECIES, s.p, s.pAt + 2 * H + j).mul(daf));
                dc.fma(fromArray(SPECIES, v, F * block + row + j), seen).intoArray(d.dc, d.dcAt + unit + j);
                dai.intoArray(s.a, at + j);
                daf.intoArray(s.a, at + H + j);
            }
        }
    }

    /** The same where f = 1 - i: da_i = dc ⊙ (g - c') ⊙ φ'; da_f = 0; dc' = dc ⊙ f + p_i ⊙ da_i. */
    private static void coupledGradients(Step s, StepGradient d, int from, int to, float[] v, int block) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * H;
            int row = (n - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                FloatVector dc = fromArray(SPECIES, d.dc, d.dcAt + unit + j);
                FloatVector i = fromArray(SPECIES, v, I * block + row + j);
                FloatVector difference = fromArray(SPECIES, v, G * block + row + j)
                        .sub(fromArray(SPECIES, s.cPrev, s.cPrevAt + unit + j));
                FloatVector dai = dc.mul(difference).mul(fromArray(SPECIES, v, (SLOPES + I) * block + row + j));
                dc.mul(i)
                        .mul(fromArray(SPECIES, v, (SLOPES + G) * block + row + j))
                        .intoArray(s.a, at + 2 * H + j);
                dc.fma(oneMinus(i), fromArray(SPECIES, s.p, s.pAt + j).mul(dai)).intoArray(d.dc, d.dcAt + unit + j);
                dai.intoArray(s.a, at + j);
                FloatVector.zero(SPECIES).intoArray(s.a, at + H + j);
            }
        }
    }
}
