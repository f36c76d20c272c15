package dev.carousel.vector;

import java.util.Arrays;

/**
 * What {@link Tiles} multiply, without vectors: the same sums with their terms in the same order, so the same bits. In the
 * first moments of a JVM, before the compiler has come to the vectors, this is tens of times faster.
 */
final class PlainTiles {

    private static final int L = Lanes.COUNT;

    private PlainTiles() {}

    /**
     * {@code C[r, 0..width) = bias + A[r, :] B} for a panel B of that width; element (r, k) of A stands at
     * {@code aAt + r * aRow + k * aStep}.
     */
    static void write(
            int rows,
            int width,
            int depth,
            float[] a,
            int aAt,
            int aRow,
            int aStep,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(bias, biasAt, c, cAt + r * cRow, width);
            for (int k = 0; k < depth; k++) {
                addScaled(width, a[aAt + r * aRow + k * aStep], b, bAt + k * width, c, cAt + r * cRow);
            }
        }
    }

    /** {@code G[r, 0..WIDTH) += Σ_k A[k, r] B[k, 0..WIDTH)}. */
    static void addTransposed(
            int rows, int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] g, int gAt, int gRow) {
        float[] sums = Scratch.ofThread().tile;
        for (int r = 0; r < rows; r++) {
            Arrays.fill(sums, 0, Tile.WIDTH, 0);
            for (int k = 0; k < depth; k++) {
                addScaled(Tile.WIDTH, a[aAt + k * aRow + r], b, bAt + k * Tile.WIDTH, sums, 0);
            }
            add(Tile.WIDTH, sums, 0, g, gAt + r * gRow);
        }
    }

    /** {@code C[r, 0] = start + A[r, :] B} for one column B: sums of every {@code L}th term, which are added in the end. */
    static void writeThin(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float start,
            float[] c,
            int cAt,
            int cRow) {
        float[] lanes = Scratch.ofThread().lanes;
        int full = depth / L * L;
        for (int r = 0; r < rows; r++) {
            int row = aAt + r * aRow;
            Arrays.fill(lanes, 0, L, 0);
            for (int k = 0; k < full; k += L) {
                for (int i = 0; i < L; i++) {
                    lanes[i] = Math.fma(a[row + k + i], b[bAt + k + i], lanes[i]);
                }
            }
            float rest = ThinTile.rest(full, depth, a, row, b, bAt);
            c[cAt + r * cRow] = start + (Lanes.sum(lanes, 0) + rest);
        }
    }

    /** {@code G[p, 0] += Σ_k A[k, p] B[k]} for one column B. */
    static void addThinTransposed(
            int rows, int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] g, int gAt, int gRow) {
        for (int p = 0; p < rows; p++) {
            g[gAt + p * gRow] += ThinTile.transposed(depth, a, aAt + p, aRow, b, bAt);
        }
    }

    /** {@code sum[0..width) += x}. */
    static void add(int width, float[] x, int xAt, float[] sum, int sumAt) {
        for (int j = 0; j < width; j++) {
            sum[sumAt + j] += x[xAt + j];
        }
    }

    private static void addScaled(int width, float factor, float[] x, int xAt, float[] sum, int sumAt) {
        for (int j = 0; j < width; j++) {
            sum[sumAt + j] = Math.fma(factor, x[xAt + j], sum[sumAt + j]);
        }
    }
}
