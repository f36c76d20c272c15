package dev.carousel.kernel;

/** Sums and losses over the rows of a matrix. */
public interface RowKernel {

    /**
     * {@code sum[j] += Σ_r A[r, j]}, the gradient of a bias.
     *
     * @param rows how many rows
     * @param cols how many columns
     * @param a holds A [rows, cols]
     * @param aAt where A begins
     * @param aStride from one row of A to the next
     * @param sum holds cols numbers
     * @param sumAt where they begin
     */
    void addColumnSums(int rows, int cols, float[] a, int aAt, int aStride, float[] sum, int sumAt);

    /**
     * The softmax cross-entropy of one row and its gradient.
     *
     * <pre>{@code
     * loss = log Σ_j exp(y_j) - y_target        dY_j = scale * (softmax(y)_j - [j = target])
     * }</pre>
     *
     * @param cols how many classes
     * @param y holds the scores
     * @param yAt where they begin
     * @param target the right class, 0 to cols - 1
     * @param scale what the gradient is multiplied by
     * @param dY receives the gradient; may be {@code y}
     * @param dYAt where it begins
     * @return the loss, unscaled
     */
    double softmaxCrossEntropy(int cols, float[] y, int yAt, int target, float scale, float[] dY, int dYAt);
}
