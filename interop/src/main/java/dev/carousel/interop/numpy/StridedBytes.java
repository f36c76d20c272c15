package dev.carousel.interop.numpy;

import java.util.List;

/** Elements that lie at regular distances: Fortran order, transposed views, slices. */
public final class StridedBytes {

    private StridedBytes() {}

    /**
     * Copies elements into row-major order.
     *
     * @param from where they lie
     * @param offset the byte at which the first begins
     * @param shape their dimensions
     * @param strides for each dimension, how many bytes lie from one element to the next; may be 0
     * @param width how many bytes an element has
     * @return the elements, row-major
     * @throws IndexOutOfBoundsException if one lies outside
     */
    public static byte[] gather(byte[] from, int offset, List<Integer> shape, int[] strides, int width) {
        if (shape.contains(0)) {
            return new byte[0];
        }
        int count = 1;
        for (int dimension : shape) {
            count = Math.multiplyExact(count, dimension);
        }
        byte[] to = new byte[Math.multiplyExact(count, width)];
        int[] index = new int[shape.size()];
        int at = offset;
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < width; b++) {
                to[i * width + b] = from[at + b];
            }
            // The odometer: the last index that has not reached its end goes on, those after it begin anew.
            for (int axis = index.length - 1; axis >= 0; axis--) {
                at += strides[axis];
                if (++index[axis] < shape.get(axis)) {
                    break;
                }
                at -= strides[axis] * index[axis];
                index[axis] = 0;
            }
        }
        return to;
    }

    /** The distances of elements that lie in Fortran order, the first index fastest. */
    static int[] fortran(List<Integer> shape, int width) {
        int[] strides = new int[shape.size()];
        int stride = width;
        for (int axis = 0; axis < strides.length; axis++) {
            strides[axis] = stride;
            stride *= Math.max(1, shape.get(axis));
        }
        return strides;
    }
}
