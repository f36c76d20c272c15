package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops for a column or a few that are left over, as of 65 inputs, or all there is, as of one.
 *
 * <pre>{@code
 * C[r] = Σ_k A[r, k] B[k]      a column B, its numbers one after the other; 4 rows or 1
 * C[p] = Σ_k A[k, p] B[k]      the same with the transpose of A; 6 vectors of p, 1, or 1 number
 * }</pre>
 *
 * <p>Why this shape: in a tile as wide as a vector, 15 of 16 multiply-adds would be wasted. So a vector runs along the terms of
 * a sum, whose lanes are summed in the end in the order of {@link Lanes#sum}, or, with the transpose of A, along the sums.
 */
final class ThinTile {

    private static final int L = Lanes.COUNT;

    private ThinTile() {}

    /** Four rows: their sums go to {@code c[cAt + r * cRow]}, each with {@code start} added; {@code lanes} is room to sum in. */
    static void rows4(
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float start,
            float[] lanes,
            float[] c,
            int cAt,
            int cRow) {
        FloatVector c0 = zero(SPECIES);
        FloatVector c1 = c0;
        FloatVector c2 = c0;
        FloatVector c3 = c0;
        int full = SPECIES.loopBound(depth);
        for (int k = 0; k < full; k += L) {
            FloatVector b0 = fromArray(SPECIES, b, bAt + k);
            c0 = fromArray(SPECIES, a, aAt + k).fma(b0, c0);
            c1 = fromArray(SPECIES, a, aAt + aRow + k).fma(b0, c1);
            c2 = fromArray(SPECIES, a, aAt + 2 * aRow + k).fma(b0, c2);
            c3 = fromArray(SPECIES, a, aAt + 3 * aRow + k).fma(b0, c3);
        }
        float rest0 = rest(full, depth, a, aAt, b, bAt);
        float rest1 = rest(full, depth, a, aAt + aRow, b, bAt);
        float rest2 = rest(full, depth, a, aAt + 2 * aRow, b, bAt);
        float rest3 = rest(full, depth, a, aAt + 3 * aRow, b, bAt);
        c0.intoArray(lanes, 0);
        c1.intoArray(lanes, L);
        c2.intoArray(lanes, 2 * L);
        c3.intoArray(lanes, 3 * L);
        c[cAt] = start + (Lanes.sum(lanes, 0) + rest0);
        c[cAt + cRow] = start + (Lanes.sum(lanes, L) + rest1);
        c[cAt + 2 * cRow] = start + (Lanes.sum(lanes, 2 * L) + rest2);
        c[cAt + 3 * cRow] = start + (Lanes.sum(lanes, 3 * L) + rest3);
    }

    /** One row. */
    static void rows1(
            int depth, float[] a, int aAt, float[] b, int bAt, float start, float[] lanes, float[] c, int cAt) {
        FloatVector c0 = zero(SPECIES);
        int full = SPECIES.loopBound(depth);
        for (int k = 0; k < full; k += L) {
            c0 = fromArray(SPECIES, a, aAt + k).fma(fromArray(SPECIES, b, bAt + k), c0);
        }
        float rest0 = rest(full, depth, a, aAt, b, bAt);
        c0.intoArray(lanes, 0);
        c[cAt] = start + (Lanes.sum(lanes, 0) + rest0);
    }

    /** The terms that do not fill a vector. */
    static float rest(int from, int depth, float[] a, int aAt, float[] b, int bAt) {
        float sum = 0;
        for (int k = from; k < depth; k++) {
            sum += a[aAt + k] * b[bAt + k];
        }
        return sum;
    }

    /** Six vectors of columns of A: their sums go to {@code c} from its beginning on. */
    static void transposed6(int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] c) {
        FloatVector c0 = zero(SPECIES);
        FloatVector c1 = c0;
        FloatVector c2 = c0;
        FloatVector c3 = c0;
        FloatVector c4 = c0;
        FloatVector c5 = c0;
        for (int k = 0; k < depth; k++) {
            int at = aAt + k * aRow;
            FloatVector b0 = broadcast(SPECIES, b[bAt + k]);
            c0 = fromArray(SPECIES, a, at).fma(b0, c0);
            c1 = fromArray(SPECIES, a, at + L).fma(b0, c1);
            c2 = fromArray(SPECIES, a, at + 2 * L).fma(b0, c2);
            c3 = fromArray(SPECIES, a, at + 3 * L).fma(b0, c3);
            c4 = fromArray(SPECIES, a, at + 4 * L).fma(b0, c4);
            c5 = fromArray(SPECIES, a, at + 5 * L).fma(b0, c5);
        }
        c0.intoArray(c, 0);
        c1.intoArray(c, L);
        c2.intoArray(c, 2 * L);
        c3.intoArray(c, 3 * L);
        c4.intoArray(c, 4 * L);
        c5.intoArray(c, 5 * L);
    }

    /** One vector of columns of A. */
    static void transposed1(int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] c) {
        FloatVector c0 = zero(SPECIES);
        for (int k = 0; k < depth; k++) {
            c0 = fromArray(SPECIES, a, aAt + k * aRow).fma(broadcast(SPECIES, b[bAt + k]), c0);
        }
        c0.intoArray(c, 0);
    }

    /** A single column of A; the same bits as in a vector. */
    static float transposed(int depth, float[] a, int aAt, int aRow, float[] b, int bAt) {
        float sum = 0;
        for (int k = 0; k < depth; k++) {
            sum = Math.fma(a[aAt + k * aRow], b[bAt + k], sum);
        }
        return sum;
    }
}
