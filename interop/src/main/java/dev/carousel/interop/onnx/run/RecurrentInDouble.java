package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.Tensor;
import java.util.List;

/**
 * One direction of a recurrent node in double precision: ONNX' equations as the operators' documents state them, written to be
 * read.
 *
 * <pre>{@code
 * RNN    h = f([W x + R h' + Wb + Rb])                          [a] = min(max(a, -clip), clip)
 * LSTM   i = f([.. + P_i ⊙ c'])   f = f([.. + P_f ⊙ c']) or 1 - i   c~ = g([..])
 *        c = f ⊙ c' + i ⊙ c~      o = f([.. + P_o ⊙ c])         h = o ⊙ h(c)
 * GRU    z = f([..])   r = f([..])
 *        h~ = g([W x + R (r ⊙ h') + Rb + Wb])                   linear_before_reset = 0
 *        h~ = g([W x + r ⊙ (R h' + Rb) + Wb])                   otherwise
 *        h = (1 - z) ⊙ h~ + z ⊙ h'
 * }</pre>
 */
final class RecurrentInDouble {

    private final RecurrentForm form;
    private final RecurrentInputs in;
    private final int direction;
    private final List<GateActivation> functions;
    private final int H;
    private final int N;

    /** The products of one step, gate after gate: W x + Wb, and R h' + Rb. */
    private final double[] wx;

    private final double[] rh;

    RecurrentInDouble(RecurrentForm form, RecurrentInputs in, int direction) {
        this.form = form;
        this.in = in;
        this.direction = direction;
        this.functions = form.activations().get(direction);
        this.H = form.hiddenSize();
        this.N = in.x().dimension(1);
        this.wx = new double[form.kind().gates() * H];
        this.rh = new double[form.kind().gates() * H];
    }

    /** Computes the direction's part of Y [T, directions, N, H], Y_h and Y_c [directions, N, H]. */
    void run(Tensor y, Tensor yH, Tensor yC) {
        for (int n = 0; n < N; n++) {
            double[] h = new double[H];
            double[] c = new double[H];
            int state = (direction * N + n) * H;
            for (int j = 0; j < H; j++) {
                h[j] = orZero(in.h0(), state + j);
                c[j] = orZero(in.c0(), state + j);
            }
            int length = in.lengths()[n];
            for (int step = 0; step < length; step++) {
                int t = form.reversed(direction) ? length - 1 - step : step;
                products(t * N + n, h);
                switch (form.kind()) {
                    case RNN -> rnn(h);
                    case LSTM -> lstm(h, c);
                    case GRU -> gru(h);
                }
                int at = ((t * form.directions() + direction) * N + n) * H;
                for (int j = 0; j < H; j++) {
                    y.set(at + j, h[j]);
                }
            }
            for (int j = 0; j < H; j++) {
                yH.set(state + j, h[j]);
                yC.set(state + j, c[j]);
            }
        }
    }

    private void products(int row, double[] h) {
        int D = in.x().dimension(2);
        int rows = wx.length;
        for (int k = 0; k < rows; k++) {
            double input = orZero(in.weights().b(), direction * 2 * rows + k);
            for (int d = 0; d < D; d++) {
                input += in.weights().w().real((direction * rows + k) * D + d)
                        * in.x().real(row * D + d);
            }
            wx[k] = input;
            rh[k] = orZero(in.weights().b(), (direction * 2 + 1) * rows + k) + recurrent(k, h);
        }
    }

    private double recurrent(int k, double[] h) {
        double sum = 0;
        for (int j = 0; j < H; j++) {
            sum += in.weights().r().real((direction * wx.length + k) * H + j) * h[j];
        }
        return sum;
    }

    private static double orZero(Tensor optional, int i) {
        return optional == Call.LEFT_OUT ? 0 : optional.real(i);
    }

    private double apply(int function, double a) {
        return functions.get(function).value(Math.min(Math.max(a, -form.clip()), form.clip()));
    }

    private void rnn(double[] h) {
        for (int j = 0; j < H; j++) {
            h[j] = apply(0, wx[j] + rh[j]);
        }
    }

    private void lstm(double[] h, double[] c) {
        int p = direction * 3 * H;
        for (int j = 0; j < H; j++) {
            int o = H + j;
            int f = 2 * H + j;
            int g = 3 * H + j;
            double cPrev = c[j];
            double input = apply(0, wx[j] + rh[j] + orZero(in.weights().p(), p + j) * cPrev);
            double forget = form.inputForget()
                    ? 1 - input
                    : apply(0, wx[f] + rh[f] + orZero(in.weights().p(), p + 2 * H + j) * cPrev);
            c[j] = forget * cPrev + input * apply(1, wx[g] + rh[g]);
            double output = apply(0, wx[o] + rh[o] + orZero(in.weights().p(), p + H + j) * c[j]);
            h[j] = output * functions.get(2).value(c[j]);
        }
    }

    private void gru(double[] h) {
        double[] z = new double[H];
        double[] candidate = new double[H];
        double[] reset = new double[H];
        double[] resetH = new double[H];
        for (int j = 0; j < H; j++) {
            z[j] = apply(0, wx[j] + rh[j]);
            reset[j] = apply(0, wx[H + j] + rh[H + j]);
            resetH[j] = reset[j] * h[j];
        }
        for (int j = 0; j < H; j++) {
            int k = 2 * H + j;
            double bias = orZero(in.weights().b(), (direction * 2 + 1) * wx.length + k);
            double recurrent = form.linearBeforeReset() ? reset[j] * rh[k] : recurrent(k, resetH) + bias;
            candidate[j] = apply(1, wx[k] + recurrent);
        }
        for (int j = 0; j < H; j++) {
            h[j] = (1 - z[j]) * candidate[j] + z[j] * h[j];
        }
    }
}
