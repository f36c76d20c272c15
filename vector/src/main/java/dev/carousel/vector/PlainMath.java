package dev.carousel.vector;

import dev.carousel.kernel.Step;

/** {@link Activations} and {@link Rows} a number at a time: the same operations in the same order, so the same bits. */
final class PlainMath {

    private PlainMath() {}

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
}
