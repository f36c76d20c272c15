package dev.carousel.vector;

import static dev.carousel.vector.Rows.load;

import dev.carousel.kernel.LstmKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import jdk.incubator.vector.FloatVector;

/**
 * The LSTM's equations over rows, a vector of units at a time; columns i f g o.
 *
 * <p>Row after row, so that its columns stay in the first-level cache between the activations, which go over a whole gate
 * at a time, and the state, which needs all four: small loops that the compiler takes in whole.
 */
final class VectorLstm implements LstmKernel {

    private static final int L = Lanes.COUNT;

    private static final Consumer<Step> FORWARD = s -> forwardRows(true, s);
    private static final Consumer<Step> FORWARD_WITHOUT_TANH = s -> forwardRows(false, s);
    private static final BiConsumer<Step, StepGradient> BACKWARD = (s, d) -> backwardRows(true, s, d);
    private static final BiConsumer<Step, StepGradient> BACKWARD_WITHOUT_TANH = (s, d) -> backwardRows(false, s, d);

    @Override
    public void forward(boolean outputTanh, Step s) {
        PaddedStep.run(s, outputTanh ? FORWARD : FORWARD_WITHOUT_TANH);
    }

    private static void forwardRows(boolean outputTanh, Step s) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            int at = s.aAt + n * s.aStride;
            Rows.logistic(s.a, at, 2 * H);
            Rows.tanh(s.a, at + 2 * H, H);
            Rows.logistic(s.a, at + 3 * H, H);
            cellState(H, s.a, at, s.cPrev, s.cPrevAt + n * H, s.c, s.cAt + n * H);
            if (outputTanh) {
                output(H, s.a, at + 3 * H, s.c, s.cAt + n * H, s.h, s.hAt + n * H);
            } else {
                outputWithoutTanh(H, s.a, at + 3 * H, s.c, s.cAt + n * H, s.h, s.hAt + n * H);
            }
        }
    }

    /** c = f ⊙ c' + i ⊙ g. */
    private static void cellState(int H, float[] a, int at, float[] cPrev, int cPrevAt, float[] c, int cAt) {
        for (int j = 0; j < H; j += L) {
            FloatVector i = load(a, at + j);
            FloatVector f = load(a, at + H + j);
            FloatVector g = load(a, at + 2 * H + j);
            f.fma(load(cPrev, cPrevAt + j), i.mul(g)).intoArray(c, cAt + j);
        }
    }

    /** h = o ⊙ tanh(c). */
    private static void output(int H, float[] o, int oAt, float[] c, int cAt, float[] h, int hAt) {
        for (int j = 0; j < H; j += L) {
            load(o, oAt + j).mul(Activations.tanh(load(c, cAt + j))).intoArray(h, hAt + j);
        }
    }

    /** h = o ⊙ c. */
    private static void outputWithoutTanh(int H, float[] o, int oAt, float[] c, int cAt, float[] h, int hAt) {
        for (int j = 0; j < H; j += L) {
            load(o, oAt + j).mul(load(c, cAt + j)).intoArray(h, hAt + j);
        }
    }

    @Override
    public void backward(boolean outputTanh, Step s, StepGradient d) {
        PaddedStep.run(s, d, outputTanh ? BACKWARD : BACKWARD_WITHOUT_TANH);
    }

    private static void backwardRows(boolean outputTanh, Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            if (outputTanh) {
                outputGradient(n, H, s, d);
            } else {
                outputGradientWithoutTanh(n, H, s, d);
            }
            gateGradients(n, H, s, d);
        }
    }

    /** dh = dY + dh; da_o = dh ⊙ tanh(c) ⊙ o (1 - o); dc = dc + dh ⊙ o ⊙ (1 - tanh²(c)). */
    private static void outputGradient(int n, int H, Step s, StepGradient d) {
        int oAt = s.aAt + n * s.aStride + 3 * H;
        for (int j = 0; j < H; j += L) {
            int unit = n * H + j;
            FloatVector o = load(s.a, oAt + j);
            FloatVector dh = load(d.dY, d.dYAt + n * d.dYStride + j).add(load(d.dh, d.dhAt + unit));
            FloatVector y = Activations.tanh(load(s.c, s.cAt + unit));
            FloatVector dy = dh.mul(o);
            dy.mul(oneMinusSquare(y)).add(load(d.dc, d.dcAt + unit)).intoArray(d.dc, d.dcAt + unit);
            dy.mul(y).mul(oneMinus(o)).intoArray(s.a, oAt + j);
        }
    }

    /** dh = dY + dh; da_o = dh ⊙ c ⊙ o (1 - o); dc = dc + dh ⊙ o. */
    private static void outputGradientWithoutTanh(int n, int H, Step s, StepGradient d) {
        int oAt = s.aAt + n * s.aStride + 3 * H;
        for (int j = 0; j < H; j += L) {
            int unit = n * H + j;
            FloatVector o = load(s.a, oAt + j);
            FloatVector dh = load(d.dY, d.dYAt + n * d.dYStride + j).add(load(d.dh, d.dhAt + unit));
            FloatVector dy = dh.mul(o);
            dy.add(load(d.dc, d.dcAt + unit)).intoArray(d.dc, d.dcAt + unit);
            dy.mul(load(s.c, s.cAt + unit)).mul(oneMinus(o)).intoArray(s.a, oAt + j);
        }
    }

    /** da_i = dc ⊙ g ⊙ i (1 - i); da_f = dc ⊙ c' ⊙ f (1 - f); da_g = dc ⊙ i (1 - g²); dc' = dc ⊙ f; dh' = 0. */
    private static void gateGradients(int n, int H, Step s, StepGradient d) {
        int at = s.aAt + n * s.aStride;
        FloatVector zero = FloatVector.zero(Lanes.SPECIES);
        for (int j = 0; j < H; j += L) {
            int unit = n * H + j;
            FloatVector i = load(s.a, at + j);
            FloatVector f = load(s.a, at + H + j);
            FloatVector g = load(s.a, at + 2 * H + j);
            FloatVector dc = load(d.dc, d.dcAt + unit);
            FloatVector di = dc.mul(i);
            FloatVector dcPrev = dc.mul(f);
            di.mul(g).mul(oneMinus(i)).intoArray(s.a, at + j);
            dcPrev.mul(load(s.cPrev, s.cPrevAt + unit)).mul(oneMinus(f)).intoArray(s.a, at + H + j);
            di.mul(oneMinusSquare(g)).intoArray(s.a, at + 2 * H + j);
            dcPrev.intoArray(d.dc, d.dcAt + unit);
            zero.intoArray(d.dh, d.dhAt + unit);
        }
    }

    private static FloatVector oneMinus(FloatVector x) {
        return FloatVector.broadcast(Lanes.SPECIES, 1f).sub(x);
    }

    private static FloatVector oneMinusSquare(FloatVector x) {
        return x.neg().fma(x, FloatVector.broadcast(Lanes.SPECIES, 1f));
    }
}
