package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * As {@link Tile}, one row high: what a single sequence and a session need.
 *
 * <pre>{@code
 * C[p * WIDTH + j] = bias[p * WIDTH + j] + Σ_k A[k] B_p[k, j]      for 1, 2 or 4 panels p and j = 0..WIDTH)
 * }</pre>
 *
 * <p>Panel p of B begins at {@code bAt + p * bPanel}.
 *
 * <p>Why this shape: a row alone multiplies each number of B once, so B streams through, mostly from the second-level cache.
 * One panel has 4 sums, each of which waits for its last; several panels side by side have sums enough to hide that, and
 * are as many streams for the machine to fetch ahead.
 */
final class RowTile {

    private static final int L = Lanes.COUNT;

    private static final int WIDTH = Tile.WIDTH;

    private RowTile() {}

    /** One panel. */
    static void panels1(
            int depth, float[] a, int aAt, float[] b, int bAt, float[] bias, int biasAt, float[] c, int cAt) {
        FloatVector c0 = fromArray(SPECIES, bias, biasAt);
        FloatVector c1 = fromArray(SPECIES, bias, biasAt + L);
        FloatVector c2 = fromArray(SPECIES, bias, biasAt + 2 * L);
        FloatVector c3 = fromArray(SPECIES, bias, biasAt + 3 * L);
        for (int k = 0; k < depth; k++) {
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c0 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH), c0);
            c1 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH + L), c1);
            c2 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH + 2 * L), c2);
            c3 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH + 3 * L), c3);
        }
        c0.intoArray(c, cAt);
        c1.intoArray(c, cAt + L);
        c2.intoArray(c, cAt + 2 * L);
        c3.intoArray(c, cAt + 3 * L);
    }

    /** Two panels. */
    static void panels2(
            int depth,
            float[] a,
            int aAt,
            float[] b,
            int bAt,
            int bPanel,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt) {
        FloatVector c0 = fromArray(SPECIES, bias, biasAt);
        FloatVector c1 = fromArray(SPECIES, bias, biasAt + L);
        FloatVector c2 = fromArray(SPECIES, bias, biasAt + 2 * L);
        FloatVector c3 = fromArray(SPECIES, bias, biasAt + 3 * L);
        FloatVector c4 = fromArray(SPECIES, bias, biasAt + 4 * L);
        FloatVector c5 = fromArray(SPECIES, bias, biasAt + 5 * L);
        FloatVector c6 = fromArray(SPECIES, bias, biasAt + 6 * L);
        FloatVector c7 = fromArray(SPECIES, bias, biasAt + 7 * L);
        int b1At = bAt + bPanel;
        for (int k = 0; k < depth; k++) {
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c0 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH), c0);
            c1 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH + L), c1);
            c2 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH + 2 * L), c2);
            c3 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH + 3 * L), c3);
            c4 = a0.fma(fromArray(SPECIES, b, b1At + k * WIDTH), c4);
            c5 = a0.fma(fromArray(SPECIES, b, b1At + k * WIDTH + L), c5);
            c6 = a0.fma(fromArray(SPECIES, b, b1At + k * WIDTH + 2 * L), c6);
            c7 = a0.fma(fromArray(SPECIES, b, b1At + k * WIDTH + 3 * L), c7);
        }
        c0.intoArray(c, cAt);
        c1.intoArray(c, cAt + L);
        c2.intoArray(c, cAt + 2 * L);
        c3.intoArray(c, cAt + 3 * L);
        c4.intoArray(c, cAt + 4 * L);
        c5.intoArray(c, cAt + 5 * L);
        c6.intoArray(c, cAt + 6 * L);
        c7.intoArray(c, cAt + 7 * L);
    }

    /** Four panels. */
    static void panels4(
            int depth,
            float[] a,
            int aAt,
            float[] b,
            int bAt,
            int bPanel,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt) {
        FloatVector c0 = fromArray(SPECIES, bias, biasAt);
        FloatVector c1 = fromArray(SPECIES, bias, biasAt + L);
        FloatVector c2 = fromArray(SPECIES, bias, biasAt + 2 * L);
        FloatVector c3 = fromArray(SPECIES, bias, biasAt + 3 * L);
        FloatVector c4 = fromArray(SPECIES, bias, biasAt + 4 * L);
        FloatVector c5 = fromArray(SPECIES, bias, biasAt + 5 * L);
        FloatVector c6 = fromArray(SPECIES, bias, biasAt + 6 * L);
        FloatVector c7 = fromArray(SPECIES, bias, biasAt + 7 * L);
        FloatVector c8 = fromArray(SPECIES, bias, biasAt + 8 * L);
        FloatVector c9 = fromArray(SPECIES, bias, biasAt + 9 * L);
        FloatVector c10 = fromArray(SPECIES, bias, biasAt + 10 * L);
        FloatVector c11 = fromArray(SPECIES, bias, biasAt + 11 * L);
        FloatVector c12 = fromArray(SPECIES, bias, biasAt + 12 * L);
        FloatVector c13 = fromArray(SPECIES, bias, biasAt + 13 * L);
        FloatVector c14 = fromArray(SPECIES, bias, biasAt + 14 * L);
        FloatVector c15 = fromArray(SPECIES, bias, biasAt + 15 * L);
        int b1At = bAt + bPanel;
        int b2At = bAt + 2 * bPanel;
        int b3At = bAt + 3 * bPanel;
        for (int k = 0; k < depth; k++) {
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c0 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH), c0);
            c1 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH + L), c1);
            c2 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH + 2 * L), c2);
            c3 = a0.fma(fromArray(SPECIES, b, bAt + k * WIDTH + 3 * L), c3);
            c4 = a0.fma(fromArray(SPECIES, b, b1At + k * WIDTH), c4);
            c5 = a0.fma(fromArray(SPECIES, b, b1At + k * WIDTH + L), c5);
            c6 = a0.fma(fromArray(SPECIES, b, b1At + k * WIDTH + 2 * L), c6);
            c7 = a0.fma(fromArray(SPECIES, b, b1At + k * WIDTH + 3 * L), c7);
            c8 = a0.fma(fromArray(SPECIES, b, b2At + k * WIDTH), c8);
            c9 = a0.fma(fromArray(SPECIES, b, b2At + k * WIDTH + L), c9);
            c10 = a0.fma(fromArray(SPECIES, b, b2At + k * WIDTH + 2 * L), c10);
            c11 = a0.fma(fromArray(SPECIES, b, b2At + k * WIDTH + 3 * L), c11);
            c12 = a0.fma(fromArray(SPECIES, b, b3At + k * WIDTH), c12);
            c13 = a0.fma(fromArray(SPECIES, b, b3At + k * WIDTH + L), c13);
            c14 = a0.fma(fromArray(SPECIES, b, b3At + k * WIDTH + 2 * L), c14);
            c15 = a0.fma(fromArray(SPECIES, b, b3At + k * WIDTH + 3 * L), c15);
        }
        c0.intoArray(c, cAt);
        c1.intoArray(c, cAt + L);
        c2.intoArray(c, cAt + 2 * L);
        c3.intoArray(c, cAt + 3 * L);
        c4.intoArray(c, cAt + 4 * L);
        c5.intoArray(c, cAt + 5 * L);
        c6.intoArray(c, cAt + 6 * L);
        c7.intoArray(c, cAt + 7 * L);
        c8.intoArray(c, cAt + 8 * L);
        c9.intoArray(c, cAt + 9 * L);
        c10.intoArray(c, cAt + 10 * L);
        c11.intoArray(c, cAt + 11 * L);
        c12.intoArray(c, cAt + 12 * L);
        c13.intoArray(c, cAt + 13 * L);
        c14.intoArray(c, cAt + 14 * L);
        c15.intoArray(c, cAt + 15 * L);
    }
}
