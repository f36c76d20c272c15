package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static dev.carousel.vector.Rows.oneMinus;
import static dev.carousel.vector.Rows.oneMinusSquare;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.LstmKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;

/** The LSTM's equations over rows, a vector of units at a time, in {@link Pass}es; columns i f g o. */
final class VectorLstm implements LstmKernel {

    private static final int L = Lanes.COUNT;

    private static final Pass INPUT_GATE = gate(0);
    private static final Pass FORGET_GATE = gate(1);
    private static final Pass OUTPUT_GATE = gate(3);
    private static final Pass CANDIDATE = TwinPass.of(
            (s, d, from, to) -> Rows.tanh(s, 2 * s.hiddenSize, 2 * s.hiddenSize, from, to),
            (s, d, from, to) -> PlainCells.tanh(s, 2 * s.hiddenSize, 2 * s.hiddenSize, from, to));
    private static final Pass STATE = TwinPass.of(VectorLstm::state, PlainCells::lstmState);
    private static final Pass GATE_GRADIENTS = TwinPass.of(VectorLstm::gateGradients, PlainCells::lstmGateGradients);

    static final Pass[] FORWARD = {
        INPUT_GATE, FORGET_GATE, CANDIDATE, OUTPUT_GATE, STATE, TwinPass.of(VectorLstm::output, PlainCells::lstmOutput)
    };
    static final Pass[] FORWARD_WITHOUT_TANH = {
        INPUT_GATE,
        FORGET_GATE,
        CANDIDATE,
        OUTPUT_GATE,
        STATE,
        TwinPass.of(VectorLstm::outputWithoutTanh, PlainCells::lstmOutputWithoutTanh)
    };
    static final Pass[] BACKWARD = {
        TwinPass.of(VectorLstm::outputGradient, PlainCells::lstmOutputGradient), GATE_GRADIENTS
    };
    static final Pass[] BACKWARD_WITHOUT_TANH = {
        TwinPass.of(VectorLstm::outputGradientWithoutTanh, PlainCells::lstmOutputGradientWithoutTanh), GATE_GRADIENTS
    };

    @Override
    public void forward(boolean outputTanh, Step s) {
        PaddedStep.run(s, outputTanh ? FORWARD : FORWARD_WITHOUT_TANH);
    }

    @Override
    public void backward(boolean outputTanh, Step s, StepGradient d) {
        PaddedStep.run(s, d, outputTanh ? BACKWARD : BACKWARD_WITHOUT_TANH);
    }

    /** i = σ(a_i), f = σ(a_f) or o = σ(a_o). */
    private static Pass gate(int block) {
        return TwinPass.of(
                (s, d, from, to) -> Rows.logistic(s, block * s.hiddenSize, block * s.hiddenSize, from, to),
                (s, d, from, to) -> PlainCells.logistic(s, block * s.hiddenSize, block * s.hiddenSize, from, to));
    }

    /** c = f ⊙ c' + i ⊙ g. */
    private static void state(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector i = fromArray(SPECIES, s.a, at + j);
                FloatVector f = fromArray(SPECIES, s.a, at + H + j);
                FloatVector g = fromArray(SPECIES, s.a, at + 2 * H + j);
                FloatVector cPrev = fromArray(SPECIES, s.cPrev, s.cPrevAt + n * H + j);
                f.fma(cPrev, i.mul(g)).intoArray(s.c, s.cAt + n * H + j);
            }
        }
    }

    /** h = o ⊙ tanh(c). */
    private static void output(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int oAt = s.aAt + n * s.aStride + 3 * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector y = Activations.tanh(fromArray(SPECIES, s.c, s.cAt + n * H + j));
                fromArray(SPECIES, s.a, oAt + j).mul(y).intoArray(s.h, s.hAt + n * H + j);
            }
        }
    }

    /** h = o ⊙ c. */
    private static void outputWithoutTanh(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int oAt = s.aAt + n * s.aStride + 3 * H;
            for (int j = 0; j < s.units; j += L) {
                fromArray(SPECIES, s.a, oAt + j)
                        .mul(fromArray(SPECIES, s.c, s.cAt + n * H + j))
                        .intoArray(s.h, s.hAt + n * H + j);
            }
        }
    }

    /** dh = dY + dh; da_o = dh ⊙ tanh(c) ⊙ o (1 - o); dc = dc + dh ⊙ o ⊙ (1 - tanh²(c)). */
    private static void outputGradient(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int oAt = s.aAt + n * s.aStride + 3 * H;
            int unit = n * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector o = fromArray(SPECIES, s.a, oAt + j);
                FloatVector y = Activations.tanh(fromArray(SPECIES, s.c, s.cAt + unit + j));
                FloatVector dh = fromArray(SPECIES, d.dY, d.dYAt + n * d.dYStride + j)
                        .add(fromArray(SPECIES, d.dh, d.dhAt + unit + j));
                FloatVector dy = dh.mul(o);
                dy.fma(oneMinusSquare(y), fromArray(SPECIES, d.dc, d.dcAt + unit + j))
                        .intoArray(d.dc, d.dcAt + unit + j);
                dy.mul(y).mul(oneMinus(o)).intoArray(s.a, oAt + j);
            }
        }
    }

    /** dh = dY + dh; da_o = dh ⊙ c ⊙ o (1 - o); dc = dc + dh ⊙ o. */
    private static void outputGradientWithoutTanh(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int oAt = s.aAt + n * s.aStride + 3 * H;
            int unit = n * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector o = fromArray(SPECIES, s.a, oAt + j);
                FloatVector dh = fromArray(SPECIES, d.dY, d.dYAt + n * d.dYStride + j)
                        .add(fromArray(SPECIES, d.dh, d.dhAt + unit + j));
                FloatVector dy = dh.mul(o);
                dy.add(fromArray(SPECIES, d.dc, d.dcAt + unit + j)).intoArray(d.dc, d.dcAt + unit + j);
                dy.mul(fromArray(SPECIES, s.c, s.cAt + unit + j))
                        .mul(oneMinus(o))
                        .intoArray(s.a, oAt + j);
            }
        }
    }

    /** da_i = dc ⊙ g ⊙ i (1 - i); da_f = dc ⊙ c' ⊙ f (1 - f); da_g = dc ⊙ i (1 - g²); dc' = dc ⊙ f. */
    private static void gateGradients(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector i = fromArray(SPECIES, s.a, at + j);
                FloatVector f = fromArray(SPECIES, s.a, at + H + j);
                FloatVector g = fromArray(SPECIES, s.a, at + 2 * H + j);
                FloatVector dc = fromArray(SPECIES, d.dc, d.dcAt + unit + j);
                FloatVector di = dc.mul(i);
                FloatVector dcPrev = dc.mul(f);
                di.mul(g).mul(oneMinus(i)).intoArray(s.a, at + j);
                dcPrev.mul(fromArray(SPECIES, s.cPrev, s.cPrevAt + unit + j))
                        .mul(oneMinus(f))
                        .intoArray(s.a, at + H + j);
                di.mul(oneMinusSquare(g)).intoArray(s.a, at + 2 * H + j);
                dcPrev.intoArray(d.dc, d.dcAt + unit + j);
            }
        }
    }
}
