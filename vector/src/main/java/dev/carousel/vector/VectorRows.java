package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import dev.carousel.kernel.RowKernel;
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
    private static final int BLOCK = 2 * L;

    /** How many rows go into a sum each time it is loaded. */
    private static final int ROWS = 4;

    /**
     * Along the rows, some at a time, so that memory is read as it lies; down the columns, a wide matrix would be read a
     * page at a time.
     */
    @Override
    public void addColumnSums(int rows, int cols, float[] a, int aAt, int aStride, float[] sum, int sumAt) {
        int full = cols / BLOCK * BLOCK;
        int r = 0;
        for (; r + ROWS <= rows; r += ROWS) {
            addRows(full, a, aAt + r * aStride, aStride, sum, sumAt);
        }
        for (; r < rows; r++) {
            addRow(full, a, aAt + r * aStride, sum, sumAt);
        }
        for (int row = 0; full < cols && row < rows; row++) {
            for (int j = full; j < cols; j++) {
                sum[sumAt + j] += a[aAt + row * aStride + j];
            }
        }
    }

    /** {@link #ROWS} rows, of columns in whole blocks. */
    private static void addRows(int cols, float[] a, int row0, int aStride, float[] sum, int sumAt) {
        int row1 = row0 + aStride;
        int row2 = row1 + aStride;
        int row3 = row2 + aStride;
        for (int j = 0; j < cols; j += BLOCK) {
            FloatVector s0 = fromArray(SPECIES, sum, sumAt + j);
            FloatVector s1 = fromArray(SPECIES, sum, sumAt + j + L);
            s0 = s0.add(fromArray(SPECIES, a, row0 + j));
            s1 = s1.add(fromArray(SPECIES, a, row0 + j + L));
            s0 = s0.add(fromArray(SPECIES, a, row1 + j));
            s1 = s1.add(fromArray(SPECIES, a, row1 + j + L));
            s0 = s0.add(fromArray(SPECIES, a, row2 + j));
            s1 = s1.add(fromArray(SPECIES, a, row2 + j + L));
            s0.add(fromArray(SPECIES, a, row3 + j)).intoArray(sum, sumAt + j);
            s1.add(fromArray(SPECIES, a, row3 + j + L)).intoArray(sum, sumAt + j + L);
        }
    }

    private static void addRow(int cols, float[] a, int aAt, float[] sum, int sumAt) {
        for (int j = 0; j < cols; j += BLOCK) {
            FloatVector s0 = fromArray(SPECIES, sum, sumAt + j).add(fromArray(SPECIES, a, aAt + j));
            FloatVector s1 = fromArray(SPECIES, sum, sumAt + j + L).add(fromArray(SPECIES, a, aAt + j + L));
            s0.intoArray(sum, sumAt + j);
            s1.intoArray(sum, sumAt + j + L);
        }
    }

    /** Columns beyond the last whole vector are worked on in a vector of their own, next to scores that add nothing. */
    @Override
    public double softmaxCrossEntropy(int cols, float[] y, int yAt, int target, float scale, float[] dY, int dYAt) {
        int full = Lanes.SPECIES.loopBound(cols);
        float[] rest = Scratch.ofThread().rest;
        float max = max(full, y, yAt);
        for (int j = 0; j < L; j++) {
            rest[j] = full + j < cols ? y[yAt + full + j] : Float.NEGATIVE_INFINITY;
            max = Math.max(max, rest[j]);
        }
        double loss = max - y[yAt + target];
        // From one place: with two, the compiler takes in the activation twice, passes its limit, and makes objects of
        // vectors.
        float sum = 0;
        for (int part = 0; part < 2; part++) {
            boolean last = part == 1;
            int width = last ? L : full;
            float[] scores = last ? rest : y;
            sum += exponentials(width, scores, last ? 0 : yAt, max, last ? rest : dY, last ? 0 : dYAt);
        }
        float factor = scale / sum;
        multiply(full, dY, dYAt, factor);
        for (int j = full; j < cols; j++) {
            dY[dYAt + j] = rest[j - full] * factor;
        }
        dY[dYAt + target] -= scale;
        return Math.log(sum) + loss;
    }

    private static float max(int width, float[] y, int at) {
        FloatVector max = broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < width; j += L) {
            max = max.max(fromArray(SPECIES, y, at + j));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /** e = exp(y - max); returns the sum. */
    private static float exponentials(int width, float[] y, int yAt, float max, float[] e, int eAt) {
        FloatVector sum = zero(SPECIES);
        for (int j = 0; j < width; j += L) {
            FloatVector exp = Activations.exp(fromArray(SPECIES, y, yAt + j).sub(max));
            exp.intoArray(e, eAt + j);
            sum = sum.add(exp);
        }
        float[] lanes = Scratch.ofThread().lanes;
        sum.intoArray(lanes, 0);
        return Lanes.sum(lanes, 0);
    }

    private static void multiply(int width, float[] row, int at, float factor) {
        for (int j = 0; j < width; j += L) {
            fromArray(SPECIES, row, at + j).mul(factor).intoArray(row, at + j);
        }
    }
}
