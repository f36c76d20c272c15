package dev.carousel.kernel;

/**
 * Matrix products. All matrices are row-major, each with its own stride; C never overlaps A.
 *
 * <p>Every element of a result is one sum, added up in an order that depends on the length of the sum alone, so that a
 * caller may split the rows of C among threads in any way and get the same bits.
 */
public interface Products {

    /** Room for a right-hand side B [depth, cols], all zero. */
    PackedMatrix packed(int depth, int cols);

    /**
     * {@code C[r, j] = bias[j] + A[r, :] B[:, j]} for each row r and some columns j.
     *
     * @param rows how many rows of A and C
     * @param a holds A [rows, depth]
     * @param aAt where A begins
     * @param aStride from one row of A to the next
     * @param b the packed B [depth, cols]
     * @param firstCol the first column j, a multiple of {@link #columnUnit}
     * @param cols how many columns j, a multiple of {@link #columnUnit} or up to the last column of B
     * @param bias holds a number for each column of B, the start of its sums
     * @param c holds C, as wide as B
     * @param cAt where column 0 of C begins
     * @param cStride from one row of C to the next
     */
    void multiply(
            int rows,
            float[] a,
            int aAt,
            int aStride,
            PackedMatrix b,
            int firstCol,
            int cols,
            float[] bias,
            float[] c,
            int cAt,
            int cStride);

    /** {@code C[r, :] = bias + A[r, :] B} for each row r and all columns. */
    default void multiply(
            int rows, float[] a, int aAt, int aStride, PackedMatrix b, float[] bias, float[] c, int cAt, int cStride) {
        multiply(rows, a, aAt, aStride, b, 0, b.cols(), bias, c, cAt, cStride);
    }

    /** The multiple at which {@link #multiply} may be cut by columns. */
    int columnUnit();

    /**
     * Whether some kernel was still on trial since then: in the first moments of a JVM a kernel may let another do its work,
     * with the same bits, and try itself now and then until the compiler has come to it. A {@link WarmUp} waits for that.
     *
     * @param nanoTime of {@link System#nanoTime}
     */
    default boolean triedSince(long nanoTime) {
        return false;
    }

    /** {@code C[r, :] += A[r, :] B} for each row r and all columns; the arguments as in {@link #multiply}. */
    void multiplyAdd(int rows, float[] a, int aAt, int aStride, PackedMatrix b, float[] c, int cAt, int cStride);

    /**
     * {@code G[p, q] += Σ_m A[m, p] B[m, q]}, the gradient of weights from all steps at once.
     *
     * @param depth how many rows m of A and B
     * @param a holds A [depth, rows]
     * @param aAt where A begins
     * @param aStride from one row of A to the next
     * @param rows how many rows p of G
     * @param b holds B [depth, cols]
     * @param bAt where B begins
     * @param bStride from one row of B to the next
     * @param cols how many columns q of G
     * @param g holds G [rows, cols]
     * @param gAt where G begins
     * @param gStride from one row of G to the next
     */
    void addTransposedProduct(
            int depth,
            float[] a,
            int aAt,
            int aStride,
            int rows,
            float[] b,
            int bAt,
            int bStride,
            int cols,
            float[] g,
            int gAt,
            int gStride);
}
