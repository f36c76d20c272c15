package dev.carousel.kernel;

import static dev.carousel.kernel.ScalarMath.logistic;
import static dev.carousel.kernel.ScalarMath.tanh;

/** The plain cell's equations, one unit after the other. */
final class ScalarRnn implements RnnKernel {

    @Override
    public void forward(Nonlinearity phi, Step s) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float a = s.a[at + j] + s.g[s.gAt + n * s.gStride + j];
                float h = switch (phi) {
                    case TANH -> tanh(a);
                    case RELU -> Math.max(a, 0);
                    case LOGISTIC -> logistic(a);
                };
                s.a[at + j] = h;
                s.h[s.hAt + n * H + j] = h;
            }
        }
    }

    @Override
    public void backward(Nonlinearity phi, Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float h = s.a[at + j];
                float slope = switch (phi) {
                    case TANH -> 1 - h * h;
                    case RELU -> h > 0 ? 1 : 0;
                    case LOGISTIC -> h * (1 - h);
                };
                s.a[at + j] = (d.dY[d.dYAt + n * d.dYStride + j] + d.dh[d.dhAt + n * H + j]) * slope;
            }
        }
    }
}
