package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * As {@link Tile}, of half a panel, two vectors: for machines with 16 vector registers.
 *
 * <pre>{@code
 * C[r, 0..2 L) = bias[0..2 L) + Σ_k A[r, k] B[k, 0..2 L)      for 2 to 6 rows r
 * }</pre>
 *
 * <p>Why this shape: six rows of two vectors are 12 sums; with two vectors of B and one of A, 15 registers. Per k there are 12
 * multiply-adds for 8 loads; two rows of four vectors, which need as many registers, have 8 for 6.
 */
final class NarrowTile {

    private static final int L = Lanes.COUNT;

    /** How many columns it has. */
    static final int WIDTH = 2 * L;

    private static final int PANEL = Tile.WIDTH;

    private NarrowTile() {}

    /** Six rows. */
    static void rows6(
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        FloatVector c00 = fromArray(SPECIES, bias, biasAt);
        FloatVector c01 = fromArray(SPECIES, bias, biasAt + L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c40 = c00;
        FloatVector c41 = c01;
        FloatVector c50 = c00;
        FloatVector c51 = c01;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * PANEL);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * PANEL + L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = broadcast(SPECIES, a[aAt + 2 * aRow + k]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = broadcast(SPECIES, a[aAt + 3 * aRow + k]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            FloatVector a4 = broadcast(SPECIES, a[aAt + 4 * aRow + k]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            FloatVector a5 = broadcast(SPECIES, a[aAt + 5 * aRow + k]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + L);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + L);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + L);
        c40.intoArray(c, cAt + 4 * cRow);
        c41.intoArray(c, cAt + 4 * cRow + L);
        c50.intoArray(c, cAt + 5 * cRow);
        c51.intoArray(c, cAt + 5 * cRow + L);
    }

    /** Five rows. */
    static void rows5(
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        FloatVector c00 = fromArray(SPECIES, bias, biasAt);
        FloatVector c01 = fromArray(SPECIES, bias, biasAt + L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c40 = c00;
        FloatVector c41 = c01;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * PANEL);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * PANEL + L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = broadcast(SPECIES, a[aAt + 2 * aRow + k]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = broadcast(SPECIES, a[aAt + 3 * aRow + k]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            FloatVector a4 = broadcast(SPECIES, a[aAt + 4 * aRow + k]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + L);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + L);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + L);
        c40.intoArray(c, cAt + 4 * cRow);
        c41.intoArray(c, cAt + 4 * cRow + L);
    }

    /** Four rows. */
    static void rows4(
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        FloatVector c00 = fromArray(SPECIES, bias, biasAt);
        FloatVector c01 = fromArray(SPECIES, bias, biasAt + L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * PANEL);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * PANEL + L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = broadcast(SPECIES, a[aAt + 2 * aRow + k]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = broadcast(SPECIES, a[aAt + 3 * aRow + k]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + L);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + L);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + L);
    }

    /** Three rows. */
    static void rows3(
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        FloatVector c00 = fromArray(SPECIES, bias, biasAt);
        FloatVector c01 = fromArray(SPECIES, bias, biasAt + L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * PANEL);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * PANEL + L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = broadcast(SPECIES, a[aAt + 2 * aRow + k]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + L);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + L);
    }

    /** Two rows. */
    static void rows2(
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        FloatVector c00 = fromArray(SPECIES, bias, biasAt);
        FloatVector c01 = fromArray(SPECIES, bias, biasAt + L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * PANEL);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * PANEL + L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + L);
    }
}
