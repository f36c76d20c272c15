package dev.carousel.tensor;

/**
 * A row-major matrix of floats [rows, cols], a view: element (r, c) stands at {@code offset + r * cols + c}.
 *
 * @param data the array that holds it, not copied
 * @param offset where element (0, 0) stands
 * @param rows how many rows
 * @param cols how many columns
 */
public record Matrix(float[] data, int offset, int rows, int cols) {

    /** Checks that the view lies inside its array. */
    public Matrix {
        Lengths.requireSize("rows", rows);
        Lengths.requireSize("cols", cols);
        if (offset < 0) {
            throw new IllegalArgumentException("offset is " + offset + " but must not be negative.");
        }
        Lengths.requireRoom("A Matrix at offset " + offset, data.length - offset, 1, rows, cols);
    }

    /** A view of rows x cols floats that begin at an offset of an array. */
    public static Matrix of(float[] data, int offset, int rows, int cols) {
        return new Matrix(data, offset, rows, cols);
    }

    /** A new matrix of zeros. */
    public static Matrix zeros(int rows, int cols) {
        return new Matrix(new float[Math.multiplyExact(rows, cols)], 0, rows, cols);
    }

    /** Element (r, c). */
    public float get(int r, int c) {
        return data[offset + r * cols + c];
    }

    /** Writes element (r, c). */
    public void set(int r, int c, float value) {
        data[offset + r * cols + c] = value;
    }

    /** One row as an array of its own. */
    public float[] row(int r) {
        int from = offset + r * cols;
        return java.util.Arrays.copyOfRange(data, from, from + cols);
    }

    @Override
    public String toString() {
        return "Matrix[" + rows + ", " + cols + "]";
    }
}
