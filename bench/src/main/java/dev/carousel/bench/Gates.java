package dev.carousel.bench;

/** Weights in the order of gates and the layout that other libraries have. */
public final class Gates {

    private Gates() {}

    /**
     * Rows of gates in another order.
     *
     * @param w [kH, cols]
     * @param order for each gate of the result, which gate of {@code w} it is
     */
    public static float[] reordered(float[] w, int... order) {
        float[] result = new float[w.length];
        int size = w.length / order.length;
        for (int gate = 0; gate < order.length; gate++) {
            System.arraycopy(w, order[gate] * size, result, gate * size, size);
        }
        return result;
    }

    /** {@code [rows, cols]} as {@code [cols, rows]}. */
    public static float[] transposed(float[] w, int rows, int cols) {
        float[] result = new float[w.length];
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                result[col * rows + row] = w[row * cols + col];
            }
        }
        return result;
    }

    /** The sum of two arrays, such as the two biases. */
    public static float[] sum(float[] a, float[] b) {
        float[] result = new float[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = a[i] + b[i];
        }
        return result;
    }
}
