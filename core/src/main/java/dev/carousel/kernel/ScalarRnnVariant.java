package dev.carousel.kernel;

import static dev.carousel.kernel.ScalarMath.clipped;
import static dev.carousel.kernel.ScalarMath.clippedSlope;

/** The general plain cell's equations, one unit after the other. */
final class ScalarRnnVariant implements RnnVariantKernel {

    @Override
    public void forward(Activation phi, float clip, Step s) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float a = s.a[at + j] + s.g[s.gAt + n * s.gStride + j];
                s.a[at + j] = a;
                s.h[s.hAt + n * H + j] = clipped(phi, a, clip);
            }
        }
    }

    @Override
    public void backward(Activation phi, float clip, Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float dh = d.dY[d.dYAt + n * d.dYStride + j] + d.dh[d.dhAt + n * H + j];
                s.a[at + j] = dh * clippedSlope(phi, s.a[at + j], clip);
            }
        }
    }
}
