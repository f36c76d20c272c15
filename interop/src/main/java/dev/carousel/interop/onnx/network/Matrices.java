package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;

/** Products and inverses of weights, row-major, computed in double and rounded once. */
final class Matrices {

    private Matrices() {}

    /** {@code A B} of A [rows, depth] and B [depth, cols]. */
    static float[] product(float[] a, float[] b, int rows, int depth, int cols) {
        float[] product = new float[rows * cols];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                double sum = 0;
                for (int k = 0; k < depth; k++) {
                    sum += (double) a[r * depth + k] * b[k * cols + c];
                }
                product[r * cols + c] = (float) sum;
            }
        }
        return product;
    }

    static float[] transpose(float[] a, int rows, int cols) {
        float[] turned = new float[a.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                turned[c * rows + r] = a[r * cols + c];
            }
        }
        return turned;
    }

    /**
     * {@code (W Wᵀ)⁻¹ W} [P, H] of W [P, H]: a row vector h times it gives the m with the smallest norm for which W m = h.
     *
     * @throws InteropException if the rows of W depend on each other, so that there is none
     */
    static float[] rightInverse(float[] w, int P, int H) {
        double[][] system = new double[P][P + H];
        for (int i = 0; i < P; i++) {
            for (int j = 0; j < P; j++) {
                for (int k = 0; k < H; k++) {
                    system[i][j] += (double) w[i * H + k] * w[j * H + k];
                }
            }
            for (int k = 0; k < H; k++) {
                system[i][P + k] = w[i * H + k];
            }
        }
        eliminate(system);
        float[] inverse = new float[P * H];
        for (int i = 0; i < P; i++) {
            for (int k = 0; k < H; k++) {
                inverse[i * H + k] = (float) (system[i][P + k] / system[i][i]);
            }
        }
        return inverse;
    }

    /** Gauss-Jordan elimination with the largest pivot of each column. */
    private static void eliminate(double[][] system) {
        int n = system.length;
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int row = column + 1; row < n; row++) {
                if (Math.abs(system[row][column]) > Math.abs(system[pivot][column])) {
                    pivot = row;
                }
            }
            double[] top = system[pivot];
            system[pivot] = system[column];
            system[column] = top;
            if (!(Math.abs(top[column]) > 1e-12)) {
                throw new InteropException(
                        "The projection of an LSTM has rows that depend on each other. ONNX' LSTM has no"
                                + " projection, and such a one cannot be written into its other weights.");
            }
            for (int row = 0; row < n; row++) {
                double factor = row == column ? 0 : system[row][column] / top[column];
                for (int k = column; factor != 0 && k < top.length; k++) {
                    system[row][k] -= factor * top[k];
                }
            }
        }
    }
}
