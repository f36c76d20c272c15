package dev.carousel.kernel;

import static dev.carousel.kernel.ScalarMath.clipped;
import static dev.carousel.kernel.ScalarMath.clippedSlope;

/** The general GRU's equations, one unit after the other. */
final class ScalarGruVariant implements GruVariantKernel {

    // Reset after the product: columns n r z q.

    @Override
    public void forwardResetAfter(Activation gate, Activation candidate, float clip, Step s) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            int gAt = s.gAt + k * s.gStride;
            for (int j = 0; j < s.units; j++) {
                float ar = s.a[at + H + j] + s.g[gAt + j];
                float az = s.a[at + 2 * H + j] + s.g[gAt + H + j];
                float q = s.g[gAt + 2 * H + j];
                float an = s.a[at + j] + clipped(gate, ar, clip) * q;

                float z = clipped(gate, az, clip);
                float n = clipped(candidate, an, clip);

                s.a[at + j] = an;
                s.a[at + H + j] = ar;
                s.a[at + 2 * H + j] = az;
                s.a[at + 3 * H + j] = q;
                s.h[s.hAt + k * H + j] = (1 - z) * n + z * s.hPrev[s.hPrevAt + k * H + j];
            }
        }
    }

    @Override
    public void backwardResetAfter(Activation gate, Activation candidate, float clip, Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float an = s.a[at + j];
                float ar = s.a[at + H + j];
                float az = s.a[at + 2 * H + j];
                float q = s.a[at + 3 * H + j];
                float r = clipped(gate, ar, clip);
                float z = clipped(gate, az, clip);
                float n = clipped(candidate, an, clip);

                float dh =
                        d.dY[d.dYAt + k * d.dYStride + j] + d.dh[d.dhAt + k * H + j] + d.direct[d.directAt + k * H + j];
                float dan = dh * (1 - z) * clippedSlope(candidate, an, clip);
                float daz = dh * (s.hPrev[s.hPrevAt + k * H + j] - n) * clippedSlope(gate, az, clip);

                s.a[at + j] = dan;
                s.a[at + H + j] = dan * q * clippedSlope(gate, ar, clip);
                s.a[at + 2 * H + j] = daz;
                s.a[at + 3 * H + j] = dan * r;
                d.direct[d.directAt + k * H + j] = dh * z;
            }
        }
    }

    // Reset before the product: columns r z n, in two blocks.

    @Override
    public void forwardGates(Activation gate, float clip, Step s) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            int gAt = s.gAt + k * s.gStride;
            for (int j = 0; j < s.units; j++) {
                float ar = s.a[at + j] + s.g[gAt + j];
                float az = s.a[at + H + j] + s.g[gAt + H + j];

                s.a[at + j] = ar;
                s.a[at + H + j] = az;
                s.m[s.mAt + k * H + j] = clipped(gate, ar, clip) * s.hPrev[s.hPrevAt + k * H + j];
            }
        }
    }

    @Override
    public void forwardCandidate(Activation gate, Activation candidate, float clip, Step s) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            int gAt = s.gAt + k * s.gStride;
            for (int j = 0; j < s.units; j++) {
                float an = s.a[at + 2 * H + j] + s.g[gAt + 2 * H + j];

                float z = clipped(gate, s.a[at + H + j], clip);
                float n = clipped(candidate, an, clip);

                s.a[at + 2 * H + j] = an;
                s.h[s.hAt + k * H + j] = (1 - z) * n + z * s.hPrev[s.hPrevAt + k * H + j];
            }
        }
    }

    @Override
    public void backwardCandidate(Activation gate, Activation candidate, float clip, Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float az = s.a[at + H + j];
                float an = s.a[at + 2 * H + j];
                float z = clipped(gate, az, clip);
                float n = clipped(candidate, an, clip);

                float dh =
                        d.dY[d.dYAt + k * d.dYStride + j] + d.dh[d.dhAt + k * H + j] + d.direct[d.directAt + k * H + j];

                s.a[at + H + j] = dh * (s.hPrev[s.hPrevAt + k * H + j] - n) * clippedSlope(gate, az, clip);
                s.a[at + 2 * H + j] = dh * (1 - z) * clippedSlope(candidate, an, clip);
                d.direct[d.directAt + k * H + j] = dh * z;
            }
        }
    }

    @Override
    public void backwardGates(Activation gate, float clip, Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float ar = s.a[at + j];
                float dm = d.dm[d.dmAt + k * H + j];

                s.a[at + j] = dm * s.hPrev[s.hPrevAt + k * H + j] * clippedSlope(gate, ar, clip);
                d.direct[d.directAt + k * H + j] += dm * clipped(gate, ar, clip);
            }
        }
    }
}
