package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * As {@link TransposedTile}, of half a panel, two vectors: for machines with 16 vector registers, for the reason of
 * {@link NarrowTile}.
 *
 * <pre>{@code
 * C[r, 0..2 L) += Σ_k A[k, r] B[k, 0..2 L)      for 2, 4 or 6 rows r
 * }</pre>
 */
final class NarrowTransposedTile {

    private static final int L = Lanes.COUNT;

    private static final int PANEL = Tile.WIDTH;

    private NarrowTransposedTile() {}

    /** Six rows. */
    static void rows6(int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] c, int cAt, int cRow) {
        FloatVector c00 = zero(SPECIES);
        FloatVector c01 = c00;
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
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aRow]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = broadcast(SPECIES, a[aAt + k * aRow + 1]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = broadcast(SPECIES, a[aAt + k * aRow + 2]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = broadcast(SPECIES, a[aAt + k * aRow + 3]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            FloatVector a4 = broadcast(SPECIES, a[aAt + k * aRow + 4]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            FloatVector a5 = broadcast(SPECIES, a[aAt + k * aRow + 5]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
        }
        FloatVector one = broadcast(SPECIES, 1f);
        one.fma(c00, fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
        one.fma(c01, fromArray(SPECIES, c, cAt + L)).intoArray(c, cAt + L);
        one.fma(c10, fromArray(SPECIES, c, cAt + cRow)).intoArray(c, cAt + cRow);
        one.fma(c11, fromArray(SPECIES, c, cAt + cRow + L)).intoArray(c, cAt + cRow + L);
        one.fma(c20, fromArray(SPECIES, c, cAt + 2 * cRow)).intoArray(c, cAt + 2 * cRow);
        one.fma(c21, fromArray(SPECIES, c, cAt + 2 * cRow + L)).intoArray(c, cAt + 2 * cRow + L);
        one.fma(c30, fromArray(SPECIES, c, cAt + 3 * cRow)).intoArray(c, cAt + 3 * cRow);
        one.fma(c31, fromArray(SPECIES, c, cAt + 3 * cRow + L)).intoArray(c, cAt + 3 * cRow + L);
        one.fma(c40, fromArray(SPECIES, c, cAt + 4 * cRow)).intoArray(c, cAt + 4 * cRow);
        one.fma(c41, fromArray(SPECIES, c, cAt + 4 * cRow + L)).intoArray(c, cAt + 4 * cRow + L);
        one.fma(c50, fromArray(SPECIES, c, cAt + 5 * cRow)).intoArray(c, cAt + 5 * cRow);
        one.fma(c51, fromArray(SPECIES, c, cAt + 5 * cRow + L)).intoArray(c, cAt + 5 * cRow + L);
    }

    /** Four rows. */
    static void rows4(int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] c, int cAt, int cRow) {
        FloatVector c00 = zero(SPECIES);
        FloatVector c01 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * PANEL);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * PANEL + L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aRow]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = broadcast(SPECIES, a[aAt + k * aRow + 1]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = broadcast(SPECIES, a[aAt + k * aRow + 2]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = broadcast(SPECIES, a[aAt + k * aRow + 3]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
        }
        FloatVector one = broadcast(SPECIES, 1f);
        one.fma(c00, fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
        one.fma(c01, fromArray(SPECIES, c, cAt + L)).intoArray(c, cAt + L);
        one.fma(c10, fromArray(SPECIES, c, cAt + cRow)).intoArray(c, cAt + cRow);
        one.fma(c11, fromArray(SPECIES, c, cAt + cRow + L)).intoArray(c, cAt + cRow + L);
        one.fma(c20, fromArray(SPECIES, c, cAt + 2 * cRow)).intoArray(c, cAt + 2 * cRow);
        one.fma(c21, fromArray(SPECIES, c, cAt + 2 * cRow + L)).intoArray(c, cAt + 2 * cRow + L);
        one.fma(c30, fromArray(SPECIES, c, cAt + 3 * cRow)).intoArray(c, cAt + 3 * cRow);
        one.fma(c31, fromArray(SPECIES, c, cAt + 3 * cRow + L)).intoArray(c, cAt + 3 * cRow + L);
    }

    /** Two rows. */
    static void rows2(int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] c, int cAt, int cRow) {
        FloatVector c00 = zero(SPECIES);
        FloatVector c01 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * PANEL);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * PANEL + L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aRow]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = broadcast(SPECIES, a[aAt + k * aRow + 1]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
        }
        FloatVector one = broadcast(SPECIES, 1f);
        one.fma(c00, fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
        one.fma(c01, fromArray(SPECIES, c, cAt + L)).intoArray(c, cAt + L);
        one.fma(c10, fromArray(SPECIES, c, cAt + cRow)).intoArray(c, cAt + cRow);
        one.fma(c11, fromArray(SPECIES, c, cAt + cRow + L)).intoArray(c, cAt + cRow + L);
    }
}
