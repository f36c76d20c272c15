package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loop of a product with the transpose of A: a tile of up to 6 rows by 4 vectors.
 *
 * <pre>{@code
 * C[r, 0..WIDTH) += Σ_k A[k, r] B[k, 0..WIDTH)      for 1, 2, 4 or 6 rows r
 * }</pre>
 *
 * <p>As {@link Tile}, but element (k, r) of A stands at {@code aAt + k * aRow + r}. With 32 registers A is read where it lies: its
 * rows may fall into one set of the first-level cache and come from the second at each step, but that is one line for 24
 * multiply-adds, and a copy gains nothing. With 16 it is one line for 8, and {@link VectorProducts} copies A first.
 *
 * <p>C is read when the sums are done, so that none waits for it. It is added by a multiply-add with 1, which is the same number:
 * with a plain addition there the loop takes a quarter longer on JDK 17.
 */
final class TransposedTile {

    private static final int L = Lanes.COUNT;

    private static final int WIDTH = Tile.WIDTH;

    private TransposedTile() {}

    /** Six rows. */
    static void rows6(int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] c, int cAt, int cRow) {
        FloatVector c00 = zero(SPECIES);
        FloatVector c01 = zero(SPECIES);
        FloatVector c02 = zero(SPECIES);
        FloatVector c03 = zero(SPECIES);
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
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aRow]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = broadcast(SPECIES, a[aAt + k * aRow + 1]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = broadcast(SPECIES, a[aAt + k * aRow + 2]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            FloatVector a3 = broadcast(SPECIES, a[aAt + k * aRow + 3]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
            FloatVector a4 = broadcast(SPECIES, a[aAt + k * aRow + 4]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            c43 = a4.fma(b3, c43);
            FloatVector a5 = broadcast(SPECIES, a[aAt + k * aRow + 5]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            c52 = a5.fma(b2, c52);
            c53 = a5.fma(b3, c53);
        }
        FloatVector one = broadcast(SPECIES, 1f);
        one.fma(c00, fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
        one.fma(c01, fromArray(SPECIES, c, cAt + L)).intoArray(c, cAt + L);
        one.fma(c02, fromArray(SPECIES, c, cAt + 2 * L)).intoArray(c, cAt + 2 * L);
        one.fma(c03, fromArray(SPECIES, c, cAt + 3 * L)).intoArray(c, cAt + 3 * L);
        one.fma(c10, fromArray(SPECIES, c, cAt + cRow)).intoArray(c, cAt + cRow);
        one.fma(c11, fromArray(SPECIES, c, cAt + cRow + L)).intoArray(c, cAt + cRow + L);
        one.fma(c12, fromArray(SPECIES, c, cAt + cRow + 2 * L)).intoArray(c, cAt + cRow + 2 * L);
        one.fma(c13, fromArray(SPECIES, c, cAt + cRow + 3 * L)).intoArray(c, cAt + cRow + 3 * L);
        one.fma(c20, fromArray(SPECIES, c, cAt + 2 * cRow)).intoArray(c, cAt + 2 * cRow);
        one.fma(c21, fromArray(SPECIES, c, cAt + 2 * cRow + L)).intoArray(c, cAt + 2 * cRow + L);
        one.fma(c22, fromArray(SPECIES, c, cAt + 2 * cRow + 2 * L)).intoArray(c, cAt + 2 * cRow + 2 * L);
        one.fma(c23, fromArray(SPECIES, c, cAt + 2 * cRow + 3 * L)).intoArray(c, cAt + 2 * cRow + 3 * L);
        one.fma(c30, fromArray(SPECIES, c, cAt + 3 * cRow)).intoArray(c, cAt + 3 * cRow);
        one.fma(c31, fromArray(SPECIES, c, cAt + 3 * cRow + L)).intoArray(c, cAt + 3 * cRow + L);
        one.fma(c32, fromArray(SPECIES, c, cAt + 3 * cRow + 2 * L)).intoArray(c, cAt + 3 * cRow + 2 * L);
        one.fma(c33, fromArray(SPECIES, c, cAt + 3 * cRow + 3 * L)).intoArray(c, cAt + 3 * cRow + 3 * L);
        one.fma(c40, fromArray(SPECIES, c, cAt + 4 * cRow)).intoArray(c, cAt + 4 * cRow);
        one.fma(c41, fromArray(SPECIES, c, cAt + 4 * cRow + L)).intoArray(c, cAt + 4 * cRow + L);
        one.fma(c42, fromArray(SPECIES, c, cAt + 4 * cRow + 2 * L)).intoArray(c, cAt + 4 * cRow + 2 * L);
        one.fma(c43, fromArray(SPECIES, c, cAt + 4 * cRow + 3 * L)).intoArray(c, cAt + 4 * cRow + 3 * L);
        one.fma(c50, fromArray(SPECIES, c, cAt + 5 * cRow)).intoArray(c, cAt + 5 * cRow);
        one.fma(c51, fromArray(SPECIES, c, cAt + 5 * cRow + L)).intoArray(c, cAt + 5 * cRow + L);
        one.fma(c52, fromArray(SPECIES, c, cAt + 5 * cRow + 2 * L)).intoArray(c, cAt + 5 * cRow + 2 * L);
        one.fma(c53, fromArray(SPECIES, c, cAt + 5 * cRow + 3 * L)).intoArray(c, cAt + 5 * cRow + 3 * L);
    }

    /** Four rows. */
    static void rows4(int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] c, int cAt, int cRow) {
        FloatVector c00 = zero(SPECIES);
        FloatVector c01 = zero(SPECIES);
        FloatVector c02 = zero(SPECIES);
        FloatVector c03 = zero(SPECIES);
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
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aRow]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = broadcast(SPECIES, a[aAt + k * aRow + 1]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = broadcast(SPECIES, a[aAt + k * aRow + 2]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            FloatVector a3 = broadcast(SPECIES, a[aAt + k * aRow + 3]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
        }
        FloatVector one = broadcast(SPECIES, 1f);
        one.fma(c00, fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
        one.fma(c01, fromArray(SPECIES, c, cAt + L)).intoArray(c, cAt + L);
        one.fma(c02, fromArray(SPECIES, c, cAt + 2 * L)).intoArray(c, cAt + 2 * L);
        one.fma(c03, fromArray(SPECIES, c, cAt + 3 * L)).intoArray(c, cAt + 3 * L);
        one.fma(c10, fromArray(SPECIES, c, cAt + cRow)).intoArray(c, cAt + cRow);
        one.fma(c11, fromArray(SPECIES, c, cAt + cRow + L)).intoArray(c, cAt + cRow + L);
        one.fma(c12, fromArray(SPECIES, c, cAt + cRow + 2 * L)).intoArray(c, cAt + cRow + 2 * L);
        one.fma(c13, fromArray(SPECIES, c, cAt + cRow + 3 * L)).intoArray(c, cAt + cRow + 3 * L);
        one.fma(c20, fromArray(SPECIES, c, cAt + 2 * cRow)).intoArray(c, cAt + 2 * cRow);
        one.fma(c21, fromArray(SPECIES, c, cAt + 2 * cRow + L)).intoArray(c, cAt + 2 * cRow + L);
        one.fma(c22, fromArray(SPECIES, c, cAt + 2 * cRow + 2 * L)).intoArray(c, cAt + 2 * cRow + 2 * L);
        one.fma(c23, fromArray(SPECIES, c, cAt + 2 * cRow + 3 * L)).intoArray(c, cAt + 2 * cRow + 3 * L);
        one.fma(c30, fromArray(SPECIES, c, cAt + 3 * cRow)).intoArray(c, cAt + 3 * cRow);
        one.fma(c31, fromArray(SPECIES, c, cAt + 3 * cRow + L)).intoArray(c, cAt + 3 * cRow + L);
        one.fma(c32, fromArray(SPECIES, c, cAt + 3 * cRow + 2 * L)).intoArray(c, cAt + 3 * cRow + 2 * L);
        one.fma(c33, fromArray(SPECIES, c, cAt + 3 * cRow + 3 * L)).intoArray(c, cAt + 3 * cRow + 3 * L);
    }

    /** Two rows. */
    static void rows2(int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] c, int cAt, int cRow) {
        FloatVector c00 = zero(SPECIES);
        FloatVector c01 = zero(SPECIES);
        FloatVector c02 = zero(SPECIES);
        FloatVector c03 = zero(SPECIES);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c12 = c02;
        FloatVector c13 = c03;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * WIDTH + L);
            FloatVector b2 = fromArray(SPECIES, b, bAt + k * WIDTH + 2 * L);
            FloatVector b3 = fromArray(SPECIES, b, bAt + k * WIDTH + 3 * L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aRow]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = broadcast(SPECIES, a[aAt + k * aRow + 1]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
        }
        FloatVector one = broadcast(SPECIES, 1f);
        one.fma(c00, fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
        one.fma(c01, fromArray(SPECIES, c, cAt + L)).intoArray(c, cAt + L);
        one.fma(c02, fromArray(SPECIES, c, cAt + 2 * L)).intoArray(c, cAt + 2 * L);
        one.fma(c03, fromArray(SPECIES, c, cAt + 3 * L)).intoArray(c, cAt + 3 * L);
        one.fma(c10, fromArray(SPECIES, c, cAt + cRow)).intoArray(c, cAt + cRow);
        one.fma(c11, fromArray(SPECIES, c, cAt + cRow + L)).intoArray(c, cAt + cRow + L);
        one.fma(c12, fromArray(SPECIES, c, cAt + cRow + 2 * L)).intoArray(c, cAt + cRow + 2 * L);
        one.fma(c13, fromArray(SPECIES, c, cAt + cRow + 3 * L)).intoArray(c, cAt + cRow + 3 * L);
    }

    /** One row. */
    static void rows1(int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] c, int cAt, int cRow) {
        FloatVector c00 = zero(SPECIES);
        FloatVector c01 = zero(SPECIES);
        FloatVector c02 = zero(SPECIES);
        FloatVector c03 = zero(SPECIES);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k * WIDTH);
            FloatVector b1 = fromArray(SPECIES, b, bAt + k * WIDTH + L);
            FloatVector b2 = fromArray(SPECIES, b, bAt + k * WIDTH + 2 * L);
            FloatVector b3 = fromArray(SPECIES, b, bAt + k * WIDTH + 3 * L);
            FloatVector a0 = broadcast(SPECIES, a[aAt + k * aRow]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
        }
        FloatVector one = broadcast(SPECIES, 1f);
        one.fma(c00, fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
        one.fma(c01, fromArray(SPECIES, c, cAt + L)).intoArray(c, cAt + L);
        one.fma(c02, fromArray(SPECIES, c, cAt + 2 * L)).intoArray(c, cAt + 2 * L);
        one.fma(c03, fromArray(SPECIES, c, cAt + 3 * L)).intoArray(c, cAt + 3 * L);
    }
}
