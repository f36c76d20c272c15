package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * As {@link Tile}, one vector wide: for the columns that are left when full panels have been taken. Element (r, k) of A stands
 * at {@code aAt + r * aRow + k * aStep}, so that it serves products with the transpose of A too.
 */
final class SlimTile {

    private static final int L = Lanes.COUNT;

    /** How many columns a panel has. */
    static final int WIDTH = L;

    private SlimTile() {}

    /** Six rows. */
    static void rows6(
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
        FloatVector c00 = fromArray(SPECIES, bias, biasAt);
        FloatVector c10 = c00;
        FloatVector c20 = c00;
        FloatVector c30 = c00;
        FloatVector c40 = c00;
        FloatVector c50 = c00;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aStep]);
            c00 = a0.fma(b0, c00);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k * aStep]);
            c10 = a1.fma(b0, c10);
            FloatVector a2 = broadcast(SPECIES, a[aAt + 2 * aRow + k * aStep]);
            c20 = a2.fma(b0, c20);
            FloatVector a3 = broadcast(SPECIES, a[aAt + 3 * aRow + k * aStep]);
            c30 = a3.fma(b0, c30);
            FloatVector a4 = broadcast(SPECIES, a[aAt + 4 * aRow + k * aStep]);
            c40 = a4.fma(b0, c40);
            FloatVector a5 = broadcast(SPECIES, a[aAt + 5 * aRow + k * aStep]);
            c50 = a5.fma(b0, c50);
        }
        c00.intoArray(c, cAt);
        c10.intoArray(c, cAt + cRow);
        c20.intoArray(c, cAt + 2 * cRow);
        c30.intoArray(c, cAt + 3 * cRow);
        c40.intoArray(c, cAt + 4 * cRow);
        c50.intoArray(c, cAt + 5 * cRow);
    }

    /** Four rows. */
    static void rows4(
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
        FloatVector c00 = fromArray(SPECIES, bias, biasAt);
        FloatVector c10 = c00;
        FloatVector c20 = c00;
        FloatVector c30 = c00;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aStep]);
            c00 = a0.fma(b0, c00);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k * aStep]);
            c10 = a1.fma(b0, c10);
            FloatVector a2 = broadcast(SPECIES, a[aAt + 2 * aRow + k * aStep]);
            c20 = a2.fma(b0, c20);
            FloatVector a3 = broadcast(SPECIES, a[aAt + 3 * aRow + k * aStep]);
            c30 = a3.fma(b0, c30);
        }
        c00.intoArray(c, cAt);
        c10.intoArray(c, cAt + cRow);
        c20.intoArray(c, cAt + 2 * cRow);
        c30.intoArray(c, cAt + 3 * cRow);
    }

    /** Two rows. */
    static void rows2(
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
        FloatVector c00 = fromArray(SPECIES, bias, biasAt);
        FloatVector c10 = c00;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aStep]);
            c00 = a0.fma(b0, c00);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k * aStep]);
            c10 = a1.fma(b0, c10);
        }
        c00.intoArray(c, cAt);
        c10.intoArray(c, cAt + cRow);
    }

    /** One row. */
    static void rows1(
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
        FloatVector c00 = fromArray(SPECIES, bias, biasAt);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aStep]);
            c00 = a0.fma(b0, c00);
        }
        c00.intoArray(c, cAt);
    }
}
