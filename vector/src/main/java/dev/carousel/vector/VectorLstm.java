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

    private static final Pass[] FORWARD = {
        VectorLstm::inputGate,
        VectorLstm::forgetGate,
        VectorLstm::candidate,
        VectorLstm::outputGate,
        VectorLstm::state,
        VectorLstm::output
    };
    private static final Pass[] FORWARD_WITHOUT_TANH = {
        VectorLstm::inputGate,
        VectorLstm::forgetGate,
        VectorLstm::candidate,
        VectorLstm::outputGate,
        VectorLstm::state,
        VectorLstm::outputWithoutTanh
    };
    private static final Pass[] BACKWARD = {VectorLstm::outputGradient, VectorLstm::gateGradients};
    private static final Pass[] BACKWARD_WITHOUT_TANH = {
        VectorLstm::outputGradientWithoutTanh, VectorLstm::gateGradients
    };

    @Override
    public void forward(boolean outputTanh, Step s) {
        PaddedStep.run(s, outputTanh ? FORWARD : FORWARD_WITHOUT_TANH);
    }

    @Override
    public void backward(boolean outputTanh, Step s, StepGradient d) {
        PaddedStep.run(s, d, outputTanh ? BACKWARD : BACKWARD_WITHOUT_TANH);
    }

    /** i = σ(a_i). */
    private static void inputGate(Step s, StepGradient unused, int from, int to) {
        Rows.logistic(s, 0, 0, from, to);
    }

    /** f = σ(a_f). */
    private static void forgetGate(Step s, StepGradient unused, int from, int to) {
        Rows.logistic(s, s.hiddenSize, s.hiddenSize, from, to);
    }

    /** g = tanh(a_g). */
    private static void candidate(Step s, StepGradient unused, int from, int to) {
        Rows.tanh(s, 2 * s.hiddenSize, 2 * s.hiddenSize, from, to);
    }

    /** o = σ(a_o). */
    private static void outputGate(Step s, StepGradient unused, int from, int to) {
        Rows.logistic(s, 3 * s.hiddenSize, 3 * s.hiddenSize, from, to);
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
