package dev.carousel.kernel;

import static dev.carousel.kernel.ScalarMath.clipped;
import static dev.carousel.kernel.ScalarMath.clippedSlope;

/** The general LSTM's equations, one unit after the other. */
final class ScalarLstmVariant implements LstmVariantKernel {

    @Override
    public void forward(
            Activation gate, Activation candidate, Activation output, boolean inputForget, float clip, Step s) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            int at = s.aAt + n * s.aStride;
            int gAt = s.gAt + n * s.gStride;
            for (int j = 0; j < s.units; j++) {
                float cPrev = s.cPrev[s.cPrevAt + n * H + j];
                float ai = s.a[at + j] + s.g[gAt + j] + s.p[s.pAt + j] * cPrev;
                float af = s.a[at + H + j] + s.g[gAt + H + j] + s.p[s.pAt + 2 * H + j] * cPrev;
                float ag = s.a[at + 2 * H + j] + s.g[gAt + 2 * H + j];

                float i = clipped(gate, ai, clip);
                float f = inputForget ? 1 - i : clipped(gate, af, clip);
                float g = clipped(candidate, ag, clip);
                float c = f * cPrev + i * g;
                float ao = s.a[at + 3 * H + j] + s.g[gAt + 3 * H + j] + s.p[s.pAt + H + j] * c;
                float o = clipped(gate, ao, clip);

                s.a[at + j] = ai;
                s.a[at + H + j] = af;
                s.a[at + 2 * H + j] = ag;
                s.a[at + 3 * H + j] = ao;
                s.c[s.cAt + n * H + j] = c;
                s.h[s.hAt + n * H + j] = o * output.value(c);
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
            Step s,
            StepGradient d) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j++) {
                int unit = n * H + j;
                float ai = s.a[at + j];
                float af = s.a[at + H + j];
                float ag = s.a[at + 2 * H + j];
                float ao = s.a[at + 3 * H + j];
                float cPrev = s.cPrev[s.cPrevAt + unit];
                float c = s.c[s.cAt + unit];

                float i = clipped(gate, ai, clip);
                float f = inputForget ? 1 - i : clipped(gate, af, clip);
                float g = clipped(candidate, ag, clip);
                float o = clipped(gate, ao, clip);

                float dh = d.dY[d.dYAt + n * d.dYStride + j] + d.dh[d.dhAt + unit];
                float dao = dh * output.value(c) * clippedSlope(gate, ao, clip);
                float dc = d.dc[d.dcAt + unit] + dh * o * output.slope(c) + s.p[s.pAt + H + j] * dao;
                float dai = dc * (inputForget ? g - cPrev : g) * clippedSlope(gate, ai, clip);
                float daf = inputForget ? 0 : dc * cPrev * clippedSlope(gate, af, clip);
                float dag = dc * i * clippedSlope(candidate, ag, clip);

                s.a[at + j] = dai;
                s.a[at + H + j] = daf;
                s.a[at + 2 * H + j] = dag;
                s.a[at + 3 * H + j] = dao;
                d.dc[d.dcAt + unit] = dc * f + s.p[s.pAt + j] * dai + s.p[s.pAt + 2 * H + j] * daf;
            }
        }
    }
}
