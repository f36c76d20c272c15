package dev.carousel.kernel;

/**
 * The right-hand side B [depth, cols] of a product, copied into the order in which a product kernel reads it.
 *
 * <p>Made by {@link Products#packed} of the provider that multiplies with it. It is filled before it is read, by one
 * thread or by several, each with different columns or rows.
 */
public interface PackedMatrix {

    /** How many rows B has: the length of each sum. */
    int depth();

    /** How many columns B has. */
    int cols();

    /**
     * Fills columns with the rows of a matrix: {@code B[k, firstCol + j] = W[j, k]} for j below {@code rows}.
     *
     * @param firstCol the first column to fill
     * @param rows how many rows of W, each of {@code depth()} numbers
     * @param w holds W, row-major
     * @param wAt where W begins
     */
    void fillTransposed(int firstCol, int rows, float[] w, int wAt);

    /**
     * Fills rows with the rows of a matrix: {@code B[firstRow + i, j] = W[i, j]} for i below {@code rows}.
     *
     * @param firstRow the first row to fill
     * @param rows how many rows of W, each of {@code cols()} numbers
     * @param w holds W, row-major
     * @param wAt where W begins
     */
    void fill(int firstRow, int rows, float[] w, int wAt);
}
