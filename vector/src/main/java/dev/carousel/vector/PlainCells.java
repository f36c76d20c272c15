package dev.carousel.vector;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;

/**
 * The passes of {@link VectorLstm}, {@link VectorGru} and {@link VectorRnn}, and {@link Activations}, a unit at a time: the
 * same operations in the same order, so the same bits. {@link TwinPass} runs them in the first moments of a JVM.
 */
final class PlainCells {

    private PlainCells() {}

    // ---- activations, and what the passes share

    static float oneMinus(float x) {
        return 1 - x;
    }

    static float oneMinusSquare(float x) {
        return Math.fma(-x, x, 1);
    }

    static float logistic(float x) {
        float minusX = within(-x, Activations.LOGISTIC_LIMIT);
        float n = Math.fma(minusX, Activations.LOG2_E, Activations.ROUND);
        float q = expMinusOne(remainder(minusX, n - Activations.ROUND));
        float power = powerOfTwo(n);
        return 1 / Math.fma(q, power, power + 1);
    }

    static float tanh(float x) {
        float twice = within(x, Activations.TANH_LIMIT);
        twice += twice;
        float n = Math.fma(twice, Activations.LOG2_E, Activations.ROUND);
        float q = expMinusOne(remainder(twice, n - Activations.ROUND));
        float power = powerOfTwo(n);
        float e = Math.fma(q, power, power - 1);
        return e / (e + 2);
    }

    private static float within(float x, float limit) {
        float below = x > limit ? limit : x;
        return below < -limit ? -limit : below;
    }

    private static float remainder(float x, float n) {
        return Math.fma(n, -Activations.LN2_LOW, Math.fma(n, -Activations.LN2_HIGH, x));
    }

    private static float expMinusOne(float r) {
        float p = Activations.P4;
        p = Math.fma(p, r, Activations.P3);
        p = Math.fma(p, r, Activations.P2);
        p = Math.fma(p, r, Activations.P1);
        p = Math.fma(p, r, Activations.P0);
        return Math.fma(p * r, r, r);
    }

    private static float powerOfTwo(float roundedN) {
        return Float.intBitsToFloat((Float.floatToRawIntBits(roundedN) << 23) + Float.floatToRawIntBits(1f));
    }

    /** a = σ(a + g) for the columns of one gate. */
    static void logistic(Step s, int aCol, int gCol, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride + aCol;
            int gAt = s.gAt + n * s.gStride + gCol;
            for (int j = 0; j < s.units; j++) {
                s.a[at + j] = logistic(s.a[at + j] + s.g[gAt + j]);
            }
        }
    }

    /** a = tanh(a + g) for the columns of one gate. */
    static void tanh(Step s, int aCol, int gCol, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride + aCol;
            int gAt = s.gAt + n * s.gStride + gCol;
            for (int j = 0; j < s.units; j++) {
                s.a[at + j] = tanh(s.a[at + j] + s.g[gAt + j]);
            }
        }
    }

    // ---- LSTM, columns i f g o

    /** c = f ⊙ c' + i ⊙ g. */
    static void lstmState(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * H;
            for (int j = 0; j < s.units; j++) {
                float i = s.a[at + j];
                float f = s.a[at + H + j];
                float g = s.a[at + 2 * H + j];
                s.c[s.cAt + unit + j] = Math.fma(f, s.cPrev[s.cPrevAt + unit + j], i * g);
            }
        }
    }

    /** h = o ⊙ tanh(c). */
    static void lstmOutput(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int oAt = s.aAt + n * s.aStride + 3 * H;
            int unit = n * H;
            for (int j = 0; j < s.units; j++) {
                s.h[s.hAt + unit + j] = s.a[oAt + j] * tanh(s.c[s.cAt + unit + j]);
            }
        }
    }

    /** h = o ⊙ c. */
    static void lstmOutputWithoutTanh(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int oAt = s.aAt + n * s.aStride + 3 * H;
            int unit = n * H;
            for (int j = 0; j < s.units; j++) {
                s.h[s.hAt + unit + j] = s.a[oAt + j] * s.c[s.cAt + unit + j];
            }
        }
    }

    /** dh = dY + dh; da_o = dh ⊙ tanh(c) ⊙ o (1 - o); dc = dc + dh ⊙ o ⊙ (1 - tanh²(c)). */
    static void lstmOutputGradient(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int oAt = s.aAt + n * s.aStride + 3 * H;
            int dYAt = d.dYAt + n * d.dYStride;
            int unit = n * H;
            for (int j = 0; j < s.units; j++) {
                float o = s.a[oAt + j];
                float y = tanh(s.c[s.cAt + unit + j]);
                float dy = (d.dY[dYAt + j] + d.dh[d.dhAt + unit + j]) * o;
                d.dc[d.dcAt + unit + j] = Math.fma(dy, oneMinusSquare(y), d.dc[d.dcAt + unit + j]);
                s.a[oAt + j] = dy * y * oneMinus(o);
            }
        }
    }

    /** dh = dY + dh; da_o = dh ⊙ c ⊙ o (1 - o); dc = dc + dh ⊙ o. */
    static void lstmOutputGradientWithoutTanh(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int oAt = s.aAt + n * s.aStride + 3 * H;
            int dYAt = d.dYAt + n * d.dYStride;
            int unit = n * H;
            for (int j = 0; j < s.units; j++) {
                float o = s.a[oAt + j];
                float dy = (d.dY[dYAt + j] + d.dh[d.dhAt + unit + j]) * o;
                d.dc[d.dcAt + unit + j] = dy + d.dc[d.dcAt + unit + j];
                s.a[oAt + j] = dy * s.c[s.cAt + unit + j] * oneMinus(o);
            }
        }
    }

    /** da_i = dc ⊙ g ⊙ i (1 - i); da_f = dc ⊙ c' ⊙ f (1 - f); da_g = dc ⊙ i (1 - g²); dc' = dc ⊙ f. */
    static void lstmGateGradients(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * H;
            for (int j = 0; j < s.units; j++) {
                float i = s.a[at + j];
                float f = s.a[at + H + j];
                float g = s.a[at + 2 * H + j];
                float dc = d.dc[d.dcAt + unit + j];
                float di = dc * i;
                float dcPrev = dc * f;
                s.a[at + j] = di * g * oneMinus(i);
                s.a[at + H + j] = dcPrev * s.cPrev[s.cPrevAt + unit + j] * oneMinus(f);
                s.a[at + 2 * H + j] = di * oneMinusSquare(g);
                d.dc[d.dcAt + unit + j] = dcPrev;
            }
        }
    }

    // ---- GRU, columns n r z q or r z n

    /** q = g_n, n = tanh(a_n + r ⊙ q). */
    static void gruCandidateResetAfter(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int gAt = s.gAt + k * s.gStride + 2 * H;
            for (int j = 0; j < s.units; j++) {
                float q = s.g[gAt + j];
                s.a[at + 3 * H + j] = q;
                s.a[at + j] = tanh(Math.fma(s.a[at + H + j], q, s.a[at + j]));
            }
        }
    }

    /** h = n + z ⊙ (h' - n). */
    static void gruOutput(Step s, int nCol, int zCol, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j++) {
                float n = s.a[at + nCol + j];
                s.h[s.hAt + unit + j] = Math.fma(s.a[at + zCol + j], s.hPrev[s.hPrevAt + unit + j] - n, n);
            }
        }
    }

    /** dh = dY + dh + direct; da_n = dh (1 - z)(1 - n²); da_z = dh (h' - n) z (1 - z); direct' = dh z. */
    static void gruOutputGradient(Step s, StepGradient d, int nCol, int zCol, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int dYAt = d.dYAt + k * d.dYStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j++) {
                float n = s.a[at + nCol + j];
                float z = s.a[at + zCol + j];
                float dh = d.dY[dYAt + j] + d.dh[d.dhAt + unit + j] + d.direct[d.directAt + unit + j];
                float zPart = dh * z;
                float nPart = dh - zPart;
                s.a[at + nCol + j] = nPart * oneMinusSquare(n);
                s.a[at + zCol + j] = nPart * z * (s.hPrev[s.hPrevAt + unit + j] - n);
                d.direct[d.directAt + unit + j] = zPart;
            }
        }
    }

    /** da_r = da_n ⊙ q ⊙ r (1 - r); dq = da_n ⊙ r. */
    static void gruResetGradient(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float r = s.a[at + H + j];
                float dq = s.a[at + j] * r;
                s.a[at + H + j] = dq * s.a[at + 3 * H + j] * oneMinus(r);
                s.a[at + 3 * H + j] = dq;
            }
        }
    }

    /** m = r ⊙ h'. */
    static void gruResetState(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j++) {
                s.m[s.mAt + unit + j] = s.a[at + j] * s.hPrev[s.hPrevAt + unit + j];
            }
        }
    }

    /** da_r = dm ⊙ h' ⊙ r (1 - r); direct' = direct' + dm ⊙ r. */
    static void gruResetStateGradient(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j++) {
                float r = s.a[at + j];
                float dr = d.dm[d.dmAt + unit + j] * r;
                s.a[at + j] = dr * s.hPrev[s.hPrevAt + unit + j] * oneMinus(r);
                d.direct[d.directAt + unit + j] = dr + d.direct[d.directAt + unit + j];
            }
        }
    }

    // ---- the plain cell

    /** h = max(a, 0); a NaN stays one. */
    static void rnnRelu(Step s, StepGradient unused, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int gAt = s.gAt + n * s.gStride;
            for (int j = 0; j < s.units; j++) {
                s.a[at + j] = Math.max(s.a[at + j] + s.g[gAt + j], 0);
            }
        }
    }

    /** da = (dY + dh) ⊙ (1 - h²). */
    static void rnnTanhGradient(Step s, StepGradient d, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j++) {
                s.a[at + j] = rnnGradient(s, d, n, j) * oneMinusSquare(s.a[at + j]);
            }
        }
    }

    /** da = (dY + dh) ⊙ h (1 - h). */
    static void rnnLogisticGradient(Step s, StepGradient d, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j++) {
                float h = s.a[at + j];
                s.a[at + j] = rnnGradient(s, d, n, j) * Math.fma(-h, h, h);
            }
        }
    }

    /** da = (dY + dh) ⊙ [h > 0]. */
    static void rnnReluGradient(Step s, StepGradient d, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j++) {
                s.a[at + j] = s.a[at + j] > 0 ? rnnGradient(s, d, n, j) : 0;
            }
        }
    }

    private static float rnnGradient(Step s, StepGradient d, int n, int j) {
        return d.dY[d.dYAt + n * d.dYStride + j] + d.dh[d.dhAt + n * s.hiddenSize + j];
    }
}
