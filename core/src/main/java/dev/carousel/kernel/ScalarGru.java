package dev.carousel.kernel;

import static dev.carousel.kernel.ScalarMath.logistic;
import static dev.carousel.kernel.ScalarMath.tanh;

/** The GRU's equations in both variants, one unit after the other. */
final class ScalarGru implements GruKernel {

    // Reset after the product: columns n r z q.

    @Override
    public void forwardResetAfter(Step s) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            int gAt = s.gAt + k * s.gStride;
            for (int j = 0; j < s.units; j++) {
                float r = logistic(s.a[at + H + j] + s.g[gAt + j]);
                float z = logistic(s.a[at + 2 * H + j] + s.g[gAt + H + j]);
                float q = s.g[gAt + 2 * H + j];
                float n = tanh(s.a[at + j] + r * q);

                s.a[at + j] = n;
                s.a[at + H + j] = r;
                s.a[at + 2 * H + j] = z;
                s.a[at + 3 * H + j] = q;
                s.h[s.hAt + k * H + j] = (1 - z) * n + z * s.hPrev[s.hPrevAt + k * H + j];
            }
        }
    }

    @Override
    public void backwardResetAfter(Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float n = s.a[at + j];
                float r = s.a[at + H + j];
                float z = s.a[at + 2 * H + j];
                float q = s.a[at + 3 * H + j];

                float dh =
                        d.dY[d.dYAt + k * d.dYStride + j] + d.dh[d.dhAt + k * H + j] + d.direct[d.directAt + k * H + j];
                float dn = dh * (1 - z) * (1 - n * n);

                s.a[at + j] = dn;
                s.a[at + H + j] = dn * q * r * (1 - r);
                s.a[at + 2 * H + j] = dh * (s.hPrev[s.hPrevAt + k * H + j] - n) * z * (1 - z);
                s.a[at + 3 * H + j] = dn * r;
                d.direct[d.directAt + k * H + j] = dh * z;
            }
        }
    }

    // Reset before the product: columns r z n, in two blocks.

    @Override
    public void forwardGates(Step s) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            int gAt = s.gAt + k * s.gStride;
            for (int j = 0; j < s.units; j++) {
                float r = logistic(s.a[at + j] + s.g[gAt + j]);
                float z = logistic(s.a[at + H + j] + s.g[gAt + H + j]);

                s.a[at + j] = r;
                s.a[at + H + j] = z;
                s.m[s.mAt + k * H + j] = r * s.hPrev[s.hPrevAt + k * H + j];
            }
        }
    }

    @Override
    public void forwardCandidate(Step s) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            int gAt = s.gAt + k * s.gStride;
            for (int j = 0; j < s.units; j++) {
                float z = s.a[at + H + j];
                float n = tanh(s.a[at + 2 * H + j] + s.g[gAt + 2 * H + j]);

                s.a[at + 2 * H + j] = n;
                s.h[s.hAt + k * H + j] = (1 - z) * n + z * s.hPrev[s.hPrevAt + k * H + j];
            }
        }
    }

    @Override
    public void backwardCandidate(Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float z = s.a[at + H + j];
                float n = s.a[at + 2 * H + j];

                float dh =
                        d.dY[d.dYAt + k * d.dYStride + j] + d.dh[d.dhAt + k * H + j] + d.direct[d.directAt + k * H + j];

                s.a[at + H + j] = dh * (s.hPrev[s.hPrevAt + k * H + j] - n) * z * (1 - z);
                s.a[at + 2 * H + j] = dh * (1 - z) * (1 - n * n);
                d.direct[d.directAt + k * H + j] = dh * z;
            }
        }
    }

    @Override
    public void backwardGates(Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int k = 0; k < s.rows; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float r = s.a[at + j];
                float dm = d.dm[d.dmAt + k * H + j];

                s.a[at + j] = dm * s.hPrev[s.hPrevAt + k * H + j] * r * (1 - r);
                d.direct[d.directAt + k * H + j] += dm * r;
            }
        }
    }
}
