package dev.carousel.online;

/** Loops over rows of numbers, written so that the compiler turns each into vectors; none changes the order of a sum. */
final class RowLoops {

    private RowLoops() {}

    /**
     * {@code to[j] += Σ_d x[d] w[d, j]}, four rows of w at a time.
     *
     * @param depth how many numbers x has
     * @param wAt where row 0 of w begins
     * @param stride from one row of w to the next
     * @param cols how many columns j
     */
    static void addProduct(
            int depth, float[] x, int xAt, float[] w, int wAt, int stride, int cols, float[] to, int toAt) {
        int d = 0;
        for (; d + 4 <= depth; d += 4) {
            int row = wAt + d * stride;
            addFour(x, xAt + d, w, row, stride, cols, to, toAt);
        }
        for (; d < depth; d++) {
            addScaled(cols, x[xAt + d], w, wAt + d * stride, to, toAt);
        }
    }

    private static void addFour(float[] x, int xAt, float[] w, int row, int stride, int cols, float[] to, int toAt) {
        float x0 = x[xAt];
        float x1 = x[xAt + 1];
        float x2 = x[xAt + 2];
        float x3 = x[xAt + 3];
        int row1 = row + stride;
        int row2 = row1 + stride;
        int row3 = row2 + stride;
        for (int j = 0; j < cols; j++) {
            to[toAt + j] += x0 * w[row + j] + x1 * w[row1 + j] + x2 * w[row2 + j] + x3 * w[row3 + j];
        }
    }

    /** {@code to[j] += factor x[j]}. */
    static void addScaled(int size, float factor, float[] x, int xAt, float[] to, int toAt) {
        for (int j = 0; j < size; j++) {
            to[toAt + j] += factor * x[xAt + j];
        }
    }

    /** {@code to[j] = factor x[j]}. */
    static void scaled(int size, float factor, float[] x, float[] to) {
        for (int j = 0; j < size; j++) {
            to[j] = factor * x[j];
        }
    }

    /** {@code to[j] += x[j] y[j]}. */
    static void addProducts(int size, float[] x, float[] y, int yAt, float[] to) {
        for (int j = 0; j < size; j++) {
            to[j] += x[j] * y[yAt + j];
        }
    }

    /** {@code to[j] = x[j] y[j]}. */
    static void products(int size, float[] x, float[] y, float[] to, int toAt) {
        for (int j = 0; j < size; j++) {
            to[toAt + j] = x[j] * y[j];
        }
    }

    /** {@code s[j] = keep[j] s[j] + x add[j]}: a step of what a row of weights has done to the state. */
    static void carry(int size, float[] keep, float[] add, float x, float[] s, int sAt) {
        for (int j = 0; j < size; j++) {
            s[sAt + j] = keep[j] * s[sAt + j] + x * add[j];
        }
    }

    /** As {@link #carry}, and {@code g[j] = d[j] s[j]} of what came of it: the gradient of the row. */
    static void carryAndLearn(
            int size, float[] keep, float[] add, float x, float[] s, int sAt, float[] d, float[] g, int gAt) {
        for (int j = 0; j < size; j++) {
            float now = keep[j] * s[sAt + j] + x * add[j];
            s[sAt + j] = now;
            g[gAt + j] = d[j] * now;
        }
    }

    /** {@code Σ_j x[j] w[j]}. */
    static float dot(int size, float[] x, float[] w, int wAt) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int j = 0;
        for (; j + 4 <= size; j += 4) {
            sum0 += x[j] * w[wAt + j];
            sum1 += x[j + 1] * w[wAt + j + 1];
            sum2 += x[j + 2] * w[wAt + j + 2];
            sum3 += x[j + 3] * w[wAt + j + 3];
        }
        for (; j < size; j++) {
            sum0 += x[j] * w[wAt + j];
        }
        return sum0 + sum1 + (sum2 + sum3);
    }
}
