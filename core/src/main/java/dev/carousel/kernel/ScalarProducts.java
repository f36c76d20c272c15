package dev.carousel.kernel;

/**
 * Matrix products as plain loops, the inner one along a row of B and C so that the compiler can vectorise it.
 *
 * <p>Each sum starts from its bias or from C and takes its terms in the order of the depth.
 */
final class ScalarProducts implements Products {

    /** B as it is, row-major. */
    private static final class Rows implements PackedMatrix {
        final int depth;
        final int cols;
        final float[] b;

        Rows(int depth, int cols) {
            this.depth = depth;
            this.cols = cols;
            this.b = new float[Math.multiplyExact(depth, cols)];
        }

        @Override
        public int depth() {
            return depth;
        }

        @Override
        public int cols() {
            return cols;
        }

        @Override
        public void fillTransposed(int firstCol, int rows, float[] w, int wAt) {
            for (int j = 0; j < rows; j++) {
                for (int k = 0; k < depth; k++) {
                    b[k * cols + firstCol + j] = w[wAt + j * depth + k];
                }
            }
        }

        @Override
        public void fill(int firstRow, int rows, float[] w, int wAt) {
            System.arraycopy(w, wAt, b, firstRow * cols, rows * cols);
        }
    }

    @Override
    public PackedMatrix packed(int depth, int cols) {
        return new Rows(depth, cols);
    }

    @Override
    public int columnUnit() {
        return 1;
    }

    @Override
    public void multiply(
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
            int cStride) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(bias, firstCol, c, cAt + r * cStride + firstCol, cols);
        }
        add(rows, a, aAt, aStride, (Rows) b, firstCol, cols, c, cAt, cStride);
    }

    @Override
    public void multiplyAdd(
            int rows, float[] a, int aAt, int aStride, PackedMatrix b, float[] c, int cAt, int cStride) {
        add(rows, a, aAt, aStride, (Rows) b, 0, b.cols(), c, cAt, cStride);
    }

    private static void add(
            int rows,
            float[] a,
            int aAt,
            int aStride,
            Rows b,
            int firstCol,
            int cols,
            float[] c,
            int cAt,
            int cStride) {
        for (int r = 0; r < rows; r++) {
            int to = cAt + r * cStride + firstCol;
            for (int k = 0; k < b.depth; k++) {
                addScaled(cols, a[aAt + r * aStride + k], b.b, k * b.cols + firstCol, c, to);
            }
        }
    }

    @Override
    public void addTransposedProduct(
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
            int gStride) {
        for (int p = 0; p < rows; p++) {
            for (int m = 0; m < depth; m++) {
                addScaled(cols, a[aAt + m * aStride + p], b, bAt + m * bStride, g, gAt + p * gStride);
            }
        }
    }

    private static void addScaled(int size, float factor, float[] x, int xAt, float[] sum, int sumAt) {
        for (int j = 0; j < size; j++) {
            sum[sumAt + j] += factor * x[xAt + j];
        }
    }
}
