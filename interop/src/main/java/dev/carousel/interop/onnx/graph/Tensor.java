package dev.carousel.interop.onnx.graph;

import java.util.Arrays;

/**
 * A value of a graph: a type, a shape, and a Java array of that type, row-major. Nobody changes a tensor once it is computed,
 * so that several may share one array.
 */
public final class Tensor {

    private final OnnxElementType type;
    private final int[] shape;
    private final Object data;
    private final int size;

    private Tensor(OnnxElementType type, int[] shape, Object data, int size) {
        this.type = type;
        this.shape = shape;
        this.data = data;
        this.size = size;
    }

    public static Tensor of(float[] data, int... shape) {
        return new Tensor(OnnxElementType.FLOAT, checked(data.length, shape), data, data.length);
    }

    public static Tensor of(double[] data, int... shape) {
        return new Tensor(OnnxElementType.DOUBLE, checked(data.length, shape), data, data.length);
    }

    public static Tensor of(int[] data, int... shape) {
        return new Tensor(OnnxElementType.INT32, checked(data.length, shape), data, data.length);
    }

    public static Tensor of(long[] data, int... shape) {
        return new Tensor(OnnxElementType.INT64, checked(data.length, shape), data, data.length);
    }

    public static Tensor of(boolean[] data, int... shape) {
        return new Tensor(OnnxElementType.BOOL, checked(data.length, shape), data, data.length);
    }

    /** A tensor of zeros; how large it may be, its caller has checked. */
    public static Tensor zeros(OnnxElementType type, int... shape) {
        int size = Math.toIntExact(sizeOf(shape));
        return new Tensor(type, shape.clone(), type.newArray(size), size);
    }

    /** The same elements in another shape of the same size. */
    public Tensor reshaped(int... newShape) {
        return new Tensor(type, checked(size, newShape), data, size);
    }

    private static int[] checked(int size, int[] shape) {
        if (sizeOf(shape) != size) {
            throw new IllegalArgumentException(size + " elements are no tensor of " + Arrays.toString(shape) + ".");
        }
        return shape.clone();
    }

    /** The product of dimensions; -1 if it is beyond a long, as no array is. */
    public static long sizeOf(int[] shape) {
        long size = 1;
        boolean empty = false;
        for (int dimension : shape) {
            empty |= dimension == 0;
            size = size > Long.MAX_VALUE >>> 32 ? -1 : size * dimension;
            if (size < 0) {
                break;
            }
        }
        return empty ? 0 : size;
    }

    public OnnxElementType type() {
        return type;
    }

    public int rank() {
        return shape.length;
    }

    public int size() {
        return size;
    }

    public int dimension(int axis) {
        return shape[axis];
    }

    /** A copy of the dimensions. */
    public int[] shape() {
        return shape.clone();
    }

    /** The array itself. */
    public Object data() {
        return data;
    }

    public float[] floats() {
        return (float[]) data;
    }

    public double[] doubles() {
        return (double[]) data;
    }

    public int[] ints() {
        return (int[]) data;
    }

    public long[] longs() {
        return (long[]) data;
    }

    public boolean[] booleans() {
        return (boolean[]) data;
    }

    /** One element as a double; true is 1. */
    public double real(int i) {
        return switch (type) {
            case FLOAT -> floats()[i];
            case DOUBLE -> doubles()[i];
            case INT32 -> ints()[i];
            case INT64 -> longs()[i];
            case BOOL -> booleans()[i] ? 1 : 0;
        };
    }

    /** One element as a long: a real is cut to its whole part, true is 1. */
    public long whole(int i) {
        return switch (type) {
            case FLOAT -> (long) floats()[i];
            case DOUBLE -> (long) doubles()[i];
            case INT32 -> ints()[i];
            case INT64 -> longs()[i];
            case BOOL -> booleans()[i] ? 1 : 0;
        };
    }

    /** Sets one element of a tensor that is being computed, rounded to its type. */
    public void set(int i, double value) {
        switch (type) {
            case FLOAT -> floats()[i] = (float) value;
            case DOUBLE -> doubles()[i] = value;
            case INT32 -> ints()[i] = (int) value;
            case INT64 -> longs()[i] = (long) value;
            case BOOL -> booleans()[i] = value != 0;
        }
    }

    /** Sets one element of a tensor that is being computed; integers keep their low bits. */
    public void setWhole(int i, long value) {
        switch (type) {
            case FLOAT -> floats()[i] = value;
            case DOUBLE -> doubles()[i] = value;
            case INT32 -> ints()[i] = (int) value;
            case INT64 -> longs()[i] = value;
            case BOOL -> booleans()[i] = value != 0;
        }
    }

    /** The elements as longs, a copy. */
    public long[] toLongs() {
        long[] longs = new long[size];
        Arrays.setAll(longs, this::whole);
        return longs;
    }

    /** The elements as doubles, a copy. */
    public double[] toDoubles() {
        double[] reals = new double[size];
        Arrays.setAll(reals, this::real);
        return reals;
    }

    /** The elements as floats, a copy. */
    public float[] toFloats() {
        if (type == OnnxElementType.FLOAT) {
            return floats().clone();
        }
        float[] reals = new float[size];
        for (int i = 0; i < size; i++) {
            reals[i] = (float) real(i);
        }
        return reals;
    }

    /** The step in the array of each axis, row-major. */
    public static int[] strides(int[] shape) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= Math.max(1, shape[axis]);
        }
        return strides;
    }

    @Override
    public String toString() {
        return type + " " + Arrays.toString(shape);
    }
}
