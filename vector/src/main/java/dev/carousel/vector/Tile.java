package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loop of a product: a tile of up to 6 rows by 4 vectors, 24 sums that stay in registers.
 *
 * <pre>{@code
 * C[r, 0..WIDTH) = bias[0..WIDTH) + Σ_k A[r, k] B[k, 0..WIDTH)      for 2 to 6 rows r
 * }</pre>
 *
 * <p>B is a panel of WIDTH columns, one row of it after the other; element (r, k) of A stands at
 * {@code aAt + r * aRow + k}. Each sum takes its terms in the order of k, whatever the number of rows.
 *
 * <p>Why this shape: per k there are 24 multiply-adds for 4 loads of B and 6 of A, so that two units for each stay busy,
 * and more sums than a multiply-add takes cycles times units, so that none waits for another. One method for each number
 * of rows, written out: the compiler keeps local variables in registers, not arrays. The loops call the Vector API itself,
 * which the compiler always takes in; a helper between would be taken in or not, as its profile of that moment says.
 */
final class Tile {

    private static final int L = Lanes.COUNT;

    /** How many columns a panel has. */
    static final int WIDTH = 4 * L;

    private Tile() {}

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
        FloatVector c02 = fromArray(SPECIES, bias, biasAt + 2 * L);
        FloatVector c03 = fromArray(SPECIES, bias, biasAt + 3 * L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c12 = c02;
        FloatVector c13 = c03;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c22 = c02;
        FloatVector c23 = c03;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c32 = c02;
        FloatVector c33 = c03;
        FloatVector c40 = c00;
        FloatVector c41 = c01;
        FloatVector c42 = c02;
        FloatVector c43 = c03;
        FloatVector c50 = c00;
        FloatVector c51 = c01;
        FloatVector c52 = c02;
        FloatVector c53 = c03;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * WIDTH + L);
            FloatVector b2 = fromArray(SPECIES, b, bAt + k * WIDTH + 2 * L);
            FloatVector b3 = fromArray(SPECIES, b, bAt + k * WIDTH + 3 * L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = broadcast(SPECIES, a[aAt + 2 * aRow + k]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            FloatVector a3 = broadcast(SPECIES, a[aAt + 3 * aRow + k]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
            FloatVector a4 = broadcast(SPECIES, a[aAt + 4 * aRow + k]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            c43 = a4.fma(b3, c43);
            FloatVector a5 = broadcast(SPECIES, a[aAt + 5 * aRow + k]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            c52 = a5.fma(b2, c52);
            c53 = a5.fma(b3, c53);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c02.intoArray(c, cAt + 2 * L);
        c03.intoArray(c, cAt + 3 * L);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + L);
        c12.intoArray(c, cAt + cRow + 2 * L);
        c13.intoArray(c, cAt + cRow + 3 * L);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + L);
        c22.intoArray(c, cAt + 2 * cRow + 2 * L);
        c23.intoArray(c, cAt + 2 * cRow + 3 * L);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + L);
        c32.intoArray(c, cAt + 3 * cRow + 2 * L);
        c33.intoArray(c, cAt + 3 * cRow + 3 * L);
        c40.intoArray(c, cAt + 4 * cRow);
        c41.intoArray(c, cAt + 4 * cRow + L);
        c42.intoArray(c, cAt + 4 * cRow + 2 * L);
        c43.intoArray(c, cAt + 4 * cRow + 3 * L);
        c50.intoArray(c, cAt + 5 * cRow);
        c51.intoArray(c, cAt + 5 * cRow + L);
        c52.intoArray(c, cAt + 5 * cRow + 2 * L);
        c53.intoArray(c, cAt + 5 * cRow + 3 * L);
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
        FloatVector c02 = fromArray(SPECIES, bias, biasAt + 2 * L);
        FloatVector c03 = fromArray(SPECIES, bias, biasAt + 3 * L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c12 = c02;
        FloatVector c13 = c03;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c22 = c02;
        FloatVector c23 = c03;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c32 = c02;
        FloatVector c33 = c03;
        FloatVector c40 = c00;
        FloatVector c41 = c01;
        FloatVector c42 = c02;
        FloatVector c43 = c03;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * WIDTH + L);
            FloatVector b2 = fromArray(SPECIES, b, bAt + k * WIDTH + 2 * L);
            FloatVector b3 = fromArray(SPECIES, b, bAt + k * WIDTH + 3 * L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = broadcast(SPECIES, a[aAt + 2 * aRow + k]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            FloatVector a3 = broadcast(SPECIES, a[aAt + 3 * aRow + k]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
            FloatVector a4 = broadcast(SPECIES, a[aAt + 4 * aRow + k]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            c43 = a4.fma(b3, c43);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c02.intoArray(c, cAt + 2 * L);
        c03.intoArray(c, cAt + 3 * L);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + L);
        c12.intoArray(c, cAt + cRow + 2 * L);
        c13.intoArray(c, cAt + cRow + 3 * L);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + L);
        c22.intoArray(c, cAt + 2 * cRow + 2 * L);
        c23.intoArray(c, cAt + 2 * cRow + 3 * L);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + L);
        c32.intoArray(c, cAt + 3 * cRow + 2 * L);
        c33.intoArray(c, cAt + 3 * cRow + 3 * L);
        c40.intoArray(c, cAt + 4 * cRow);
        c41.intoArray(c, cAt + 4 * cRow + L);
        c42.intoArray(c, cAt + 4 * cRow + 2 * L);
        c43.intoArray(c, cAt + 4 * cRow + 3 * L);
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
        FloatVector c02 = fromArray(SPECIES, bias, biasAt + 2 * L);
        FloatVector c03 = fromArray(SPECIES, bias, biasAt + 3 * L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c12 = c02;
        FloatVector c13 = c03;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c22 = c02;
        FloatVector c23 = c03;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c32 = c02;
        FloatVector c33 = c03;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * WIDTH + L);
            FloatVector b2 = fromArray(SPECIES, b, bAt + k * WIDTH + 2 * L);
            FloatVector b3 = fromArray(SPECIES, b, bAt + k * WIDTH + 3 * L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = broadcast(SPECIES, a[aAt + 2 * aRow + k]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            FloatVector a3 = broadcast(SPECIES, a[aAt + 3 * aRow + k]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c02.intoArray(c, cAt + 2 * L);
        c03.intoArray(c, cAt + 3 * L);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + L);
        c12.intoArray(c, cAt + cRow + 2 * L);
        c13.intoArray(c, cAt + cRow + 3 * L);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + L);
        c22.intoArray(c, cAt + 2 * cRow + 2 * L);
        c23.intoArray(c, cAt + 2 * cRow + 3 * L);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + L);
        c32.intoArray(c, cAt + 3 * cRow + 2 * L);
        c33.intoArray(c, cAt + 3 * cRow + 3 * L);
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
        FloatVector c02 = fromArray(SPECIES, bias, biasAt + 2 * L);
        FloatVector c03 = fromArray(SPECIES, bias, biasAt + 3 * L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c12 = c02;
        FloatVector c13 = c03;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c22 = c02;
        FloatVector c23 = c03;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * WIDTH + L);
            FloatVector b2 = fromArray(SPECIES, b, bAt + k * WIDTH + 2 * L);
            FloatVector b3 = fromArray(SPECIES, b, bAt + k * WIDTH + 3 * L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = broadcast(SPECIES, a[aAt + 2 * aRow + k]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c02.intoArray(c, cAt + 2 * L);
        c03.intoArray(c, cAt + 3 * L);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + L);
        c12.intoArray(c, cAt + cRow + 2 * L);
        c13.intoArray(c, cAt + cRow + 3 * L);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + L);
        c22.intoArray(c, cAt + 2 * cRow + 2 * L);
        c23.intoArray(c, cAt + 2 * cRow + 3 * L);
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
        FloatVector c02 = fromArray(SPECIES, bias, biasAt + 2 * L);
        FloatVector c03 = fromArray(SPECIES, bias, biasAt + 3 * L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c12 = c02;
        FloatVector c13 = c03;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * WIDTH + L);
            FloatVector b2 = fromArray(SPECIES, b, bAt + k * WIDTH + 2 * L);
            FloatVector b3 = fromArray(SPECIES, b, bAt + k * WIDTH + 3 * L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = broadcast(SPECIES, a[aAt + aRow + k]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c02.intoArray(c, cAt + 2 * L);
        c03.intoArray(c, cAt + 3 * L);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + L);
        c12.intoArray(c, cAt + cRow + 2 * L);
        c13.intoArray(c, cAt + cRow + 3 * L);
    }
}
