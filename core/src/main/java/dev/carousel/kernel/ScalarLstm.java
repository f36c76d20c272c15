package dev.carousel.kernel;

import static dev.carousel.kernel.ScalarMath.logistic;
import static dev.carousel.kernel.ScalarMath.tanh;

/** The LSTM's equations, one unit after the other. */
final class ScalarLstm implements LstmKernel {

    @Override
    public void forward(boolean outputTanh, Step s) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            int at = s.aAt + n * s.aStride;
            int gAt = s.gAt + n * s.gStride;
            for (int j = 0; j < s.units; j++) {
                float i = logistic(s.a[at + j] + s.g[gAt + j]);
                float f = logistic(s.a[at + H + j] + s.g[gAt + H + j]);
                float g = tanh(s.a[at + 2 * H + j] + s.g[gAt + 2 * H + j]);
                float o = logistic(s.a[at + 3 * H + j] + s.g[gAt + 3 * H + j]);
                float c = f * s.cPrev[s.cPrevAt + n * H + j] + i * g;

                s.a[at + j] = i;
                s.a[at + H + j] = f;
                s.a[at + 2 * H + j] = g;
                s.a[at + 3 * H + j] = o;
                s.c[s.cAt + n * H + j] = c;
                s.h[s.hAt + n * H + j] = o * (outputTanh ? tanh(c) : c);
            }
        }
    }

    @Override
    public void backward(boolean outputTanh, Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j++) {
                int unit = n * H + j;
                float i = s.a[at + j];
                float f = s.a[at + H + j];
                float g = s.a[at + 2 * H + j];
                float o = s.a[at + 3 * H + j];
                float c = s.c[s.cAt + unit];
                float y = outputTanh ? tanh(c) : c;
                float slope = outputTanh ? 1 - y * y : 1;

                float dh = d.dY[d.dYAt + n * d.dYStride + j] + d.dh[d.dhAt + unit];
                float dc = d.dc[d.dcAt + unit] + dh * o * slope;

                s.a[at + j] = dc * g * i * (1 - i);
                s.a[at + H + j] = dc * s.cPrev[s.cPrevAt + unit] * f * (1 - f);
                s.a[at + 2 * H + j] = dc * i * (1 - g * g);
                s.a[at + 3 * H + j] = dh * y * o * (1 - o);
                d.dc[d.dcAt + unit] = dc * f;
            }
        }
    }
}
