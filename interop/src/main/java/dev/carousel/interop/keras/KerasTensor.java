package dev.carousel.interop.keras;

import java.util.Arrays;

/**
 * A weight as it lies in a file.
 *
 * @param path where it lies, for errors
 * @param shape its dimensions
 * @param values its numbers, row-major
 */
record KerasTensor(String path, int[] shape, float[] values) {

    /** Whether it has these dimensions. */
    boolean is(int... dimensions) {
        return Arrays.equals(shape, dimensions);
    }

    /** Its first dimension, or 0 where it has none. */
    int rows() {
        return shape.length == 0 ? 0 : shape[0];
    }

    /** The shape as errors show it. */
    String shapeText() {
        return Arrays.toString(shape);
    }
}
