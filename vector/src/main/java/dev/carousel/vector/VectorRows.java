package dev.carousel.vector;

import static dev.carousel.vector.Rows.load;

import dev.carousel.kernel.RowKernel;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums and losses over rows, a vector of columns at a time.
 *
 * <p>Each loop has a method of its own: the compiler takes in a small body whole, and makes objects of the vectors of a
 * large one.
 */
final class VectorRows implements RowKernel {

    private static final int L = Lanes.COUNT;
    private static final int BLOCK = 4 * L;

    @Override
    public void addColumnSums(int rows, int cols, float[] a, int aAt, int aStride, float[] sum, int sumAt) {
        int j = 0;
        for (; j + BLOCK <= cols; j += BLOCK) {
            addBlockSums(rows, a, aAt + j, aStride, sum, sumAt + j);
        }
        for (int r = 0; j < cols && r < rows; r++) {
            for (int rest = j; rest < cols; rest++) {
                sum[sumAt + rest] += a[aAt + r * aStride + rest];
            }
        }
    }

    private static void addBlockSums(int rows, float[] a, int aAt, int aStride, float[] sum, int sumAt) {
        FloatVector s0 = load(sum, sumAt);
        FloatVector s1 = load(sum, sumAt + L);
        FloatVector s2 = load(sum, sumAt + 2 * L);
        FloatVector s3 = load(sum, sumAt + 3 * L);
        for (int r = 0; r < rows; r++) {
            int at = aAt + r * aStride;
            s0 = s0.add(load(a, at));
            s1 = s1.add(load(a, at + L));
            s2 = s2.add(load(a, at + 2 * L));
            s3 = s3.add(load(a, at + 3 * L));
        }
        s0.intoArray(sum, sumAt);
        s1.intoArray(sum, sumAt + L);
        s2.intoArray(sum, sumAt + 2 * L);
        s3.intoArray(sum, sumAt + 3 * L);
    }

    /** Works on a copy of the row, filled up to whole vectors with scores that add nothing. */
    @Override
    public double softmaxCrossEntropy(int cols, float[] y, int yAt, int target, float scale, float[] dY, int dYAt) {
        int width = (cols + L - 1) / L * L;
        float[] row = Scratch.ofThread().row(width);
        System.arraycopy(y, yAt, row, 0, cols);
        Arrays.fill(row, cols, width, Float.NEGATIVE_INFINITY);
        float max = max(width, row);
        double loss = max - row[target];
        float sum = exponentials(width, row, max);
        multiply(width, row, scale / sum);
        System.arraycopy(row, 0, dY, dYAt, cols);
        dY[dYAt + target] -= scale;
        return Math.log(sum) + loss;
    }

    private static float max(int width, float[] row) {
        FloatVector max = load(row, 0);
        for (int j = L; j < width; j += L) {
            max = max.max(load(row, j));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /** row = exp(row - max); returns the sum. */
    private static float exponentials(int width, float[] row, float max) {
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        for (int j = 0; j < width; j += L) {
            FloatVector exp = Activations.exp(load(row, j).sub(max));
            exp.intoArray(row, j);
            sum = sum.add(exp);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private static void multiply(int width, float[] row, float factor) {
        for (int j = 0; j < width; j += L) {
            load(row, j).mul(factor).intoArray(row, j);
        }
    }
}
