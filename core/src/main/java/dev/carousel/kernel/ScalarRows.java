package dev.carousel.kernel;

/** Sums and losses over rows, as plain loops; exponentials in double. */
final class ScalarRows implements RowKernel {

    @Override
    public void addColumnSums(int rows, int cols, float[] a, int aAt, int aStride, float[] sum, int sumAt) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < cols; j++) {
                sum[sumAt + j] += a[aAt + r * aStride + j];
            }
        }
    }

    @Override
    public double softmaxCrossEntropy(int cols, float[] y, int yAt, int target, float scale, float[] dY, int dYAt) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < cols; j++) {
            max = Math.max(max, y[yAt + j]);
        }
        double sum = 0;
        for (int j = 0; j < cols; j++) {
            sum += Math.exp(y[yAt + j] - max);
        }
        double loss = Math.log(sum) + max - y[yAt + target];
        for (int j = 0; j < cols; j++) {
            dY[dYAt + j] = (float) (scale * (Math.exp(y[yAt + j] - max) / sum - (j == target ? 1 : 0)));
        }
        return loss;
    }
}
