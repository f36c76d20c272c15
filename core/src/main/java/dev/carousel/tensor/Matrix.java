package dev.carousel.tensor;

import java.util.Arrays;
import java.util.Objects;

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
        return new Matrix(new float[Lengths.room("Matrix", 1, rows, cols)], 0, rows, cols);
    }

    /**
     * Element (r, c).
     *
     * @throws IndexOutOfBoundsException if one of them lies outside
     */
    public float get(int r, int c) {
        return data[indexOf(r, c)];
    }

    /**
     * Writes element (r, c).
     *
     * @throws IndexOutOfBoundsException if one of them lies outside
     */
    public void set(int r, int c, float value) {
        data[indexOf(r, c)] = value;
    }

    private int indexOf(int r, int c) {
        if (r < 0 || r >= rows || c < 0 || c >= cols) {
            throw new IndexOutOfBoundsException(this + ": there is no element (" + r + ", " + c + ").");
        }
        return offset + r * cols + c;
    }

    /**
     * One row as a separate array.
     *
     * @throws IndexOutOfBoundsException if it lies outside
     */
    public float[] row(int r) {
        Objects.checkIndex(r, rows);
        int from = offset + r * cols;
        return Arrays.copyOfRange(data, from, from + cols);
    }

    @Override
    public String toString() {
        return "Matrix[" + rows + ", " + cols + "]";
    }
}
