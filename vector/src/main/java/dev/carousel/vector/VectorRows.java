package dev.carousel.vector;

import dev.carousel.kernel.RowKernel;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Sums and losses over rows, a vector of columns at a time, the last under a mask. */
final class VectorRows implements RowKernel {

    private static final int L = Lanes.COUNT;

    @Override
    public void addColumnSums(int rows, int cols, float[] a, int aAt, int aStride, float[] sum, int sumAt) {
        for (int r = 0; r < rows; r++) {
            int at = aAt + r * aStride;
            for (int j = 0; j < cols; j++) {
                sum[sumAt + j] += a[at + j];
            }
        }
    }

    @Override
    public double softmaxCrossEntropy(int cols, float[] y, int yAt, int target, float scale, float[] dY, int dYAt) {
        float score = y[yAt + target];
        float max = max(cols, y, yAt);
        float sum = exponentials(cols, y, yAt, max, dY, dYAt);
        multiply(cols, dY, dYAt, scale / sum);
        dY[dYAt + target] -= scale;
        return Math.log(sum) + max - score;
    }

    private static float max(int cols, float[] y, int yAt) {
        FloatVector max = FloatVector.broadcast(Lanes.SPECIES, Float.NEGATIVE_INFINITY);
        int j = 0;
        for (; j < Lanes.SPECIES.loopBound(cols); j += L) {
            max = max.max(Rows.load(y, yAt + j));
        }
        float result = max.reduceLanes(VectorOperators.MAX);
        for (; j < cols; j++) {
            result = Math.max(result, y[yAt + j]);
        }
        return result;
    }

    /** Writes exp(y - max) and returns the sum. */
    private static float exponentials(int cols, float[] y, int yAt, float max, float[] e, int eAt) {
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        int j = 0;
        for (; j < Lanes.SPECIES.loopBound(cols); j += L) {
            FloatVector exp = Activations.exp(Rows.load(y, yAt + j).sub(max));
            exp.intoArray(e, eAt + j);
            sum = sum.add(exp);
        }
        if (j < cols) {
            VectorMask<Float> rest = Lanes.SPECIES.indexInRange(j, cols);
            FloatVector exp = Activations.exp(
                    FloatVector.fromArray(Lanes.SPECIES, y, yAt + j, rest).sub(max));
            exp.intoArray(e, eAt + j, rest);
            sum = sum.add(FloatVector.zero(Lanes.SPECIES).blend(exp, rest));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private static void multiply(int cols, float[] x, int xAt, float factor) {
        for (int j = 0; j < cols; j++) {
            x[xAt + j] *= factor;
        }
    }
}
