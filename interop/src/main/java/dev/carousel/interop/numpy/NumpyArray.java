package dev.carousel.interop.numpy;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.file.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * An array of NumPy: a type, a shape, and its numbers, row-major. An immutable value.
 *
 * <pre>{@code
 * NumpyArray x = NpyFile.read(Path.of("x.npy"));         // shape [50, 32, 10]
 * float[] values = x.floats();                           // row-major, whatever the file's type and order
 * NpyFile.write(Path.of("y.npy"), NumpyArray.of(y.data(), 50, 32, 4));
 * }</pre>
 *
 * <p>The numbers are kept in their own type and converted when asked for. An empty shape is a single number.
 */
public final class NumpyArray {

    /** The types of element that are read and written, by NumPy's codes. */
    public enum Type {
        /** True or false, one byte each. */
        BOOL("b1"),
        /** 8-bit integers. */
        INT8("i1"),
        /** 8-bit integers without sign. */
        UINT8("u1"),
        /** 16-bit integers. */
        INT16("i2"),
        /** 16-bit integers without sign. */
        UINT16("u2"),
        /** 32-bit integers. */
        INT32("i4"),
        /** 32-bit integers without sign. */
        UINT32("u4"),
        /** 64-bit integers. */
        INT64("i8"),
        /** 64-bit integers without sign. */
        UINT64("u8"),
        /** 16-bit floats. */
        FLOAT16("f2"),
        /** 32-bit floats. */
        FLOAT32("f4"),
        /** 64-bit floats. */
        FLOAT64("f8");

        private final String code;

        Type(String code) {
            this.code = code;
        }

        /** Its letter and its bytes, such as {@code f4}. */
        public String code() {
            return code;
        }

        /** How many bytes an element has. */
        public int bytes() {
            return code.charAt(1) - '0';
        }

        /** Whether its elements are floats. */
        public boolean isFloat() {
            return code.charAt(0) == 'f';
        }

        static Optional<Type> of(String code) {
            return Arrays.stream(values())
                    .filter(type -> type.code.equals(code))
                    .findFirst();
        }
    }

    private final Type type;
    private final List<Integer> shape;
    private final int size;

    /** The elements, row-major, little-endian. */
    private final byte[] bytes;

    private NumpyArray(Type type, List<Integer> shape, byte[] bytes) {
        this.type = type;
        this.shape = shape;
        this.size = Math.toIntExact(size(shape));
        this.bytes = bytes;
        if ((long) size * type.bytes() != bytes.length) {
            throw new IllegalArgumentException("NumpyArray: " + type + " " + shape + " needs "
                    + (long) size * type.bytes() + " bytes, but there are " + bytes.length + ".");
        }
    }

    private static long size(List<Integer> shape) {
        long size = 1;
        for (int dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException("NumpyArray: the shape " + shape + " has a negative dimension.");
            }
            size = shape.contains(0) ? 0 : Math.multiplyExact(size, dimension);
        }
        return size;
    }

    /**
     * An array of elements as they lie in a file.
     *
     * @param littleEndian the elements, row-major; not copied, so it must not change
     * @throws IllegalArgumentException if the shape needs another number of bytes
     */
    public static NumpyArray ofBytes(Type type, List<Integer> shape, byte[] littleEndian) {
        return new NumpyArray(type, List.copyOf(shape), littleEndian);
    }

    private static byte[] room(Type type, int count) {
        return new byte[Math.multiplyExact(count, type.bytes())];
    }

    private static ByteBuffer view(byte[] littleEndian) {
        return ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static List<Integer> list(int[] shape) {
        return Arrays.stream(shape).boxed().toList();
    }

    /**
     * An array of floats.
     *
     * @param values row-major; copied
     * @throws IllegalArgumentException if the shape needs another number of them
     */
    public static NumpyArray of(float[] values, int... shape) {
        byte[] bytes = room(Type.FLOAT32, values.length);
        view(bytes).asFloatBuffer().put(values);
        return new NumpyArray(Type.FLOAT32, list(shape), bytes);
    }

    /** An array of doubles; as {@link #of(float[], int...)}. */
    public static NumpyArray of(double[] values, int... shape) {
        byte[] bytes = room(Type.FLOAT64, values.length);
        view(bytes).asDoubleBuffer().put(values);
        return new NumpyArray(Type.FLOAT64, list(shape), bytes);
    }

    /** An array of ints; as {@link #of(float[], int...)}. */
    public static NumpyArray of(int[] values, int... shape) {
        byte[] bytes = room(Type.INT32, values.length);
        view(bytes).asIntBuffer().put(values);
        return new NumpyArray(Type.INT32, list(shape), bytes);
    }

    /** An array of longs; as {@link #of(float[], int...)}. */
    public static NumpyArray of(long[] values, int... shape) {
        byte[] bytes = room(Type.INT64, values.length);
        view(bytes).asLongBuffer().put(values);
        return new NumpyArray(Type.INT64, list(shape), bytes);
    }

    /** An array of truth values; as {@link #of(float[], int...)}. */
    public static NumpyArray of(boolean[] values, int... shape) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return new NumpyArray(Type.BOOL, list(shape), bytes);
    }

    /** The type of its elements. */
    public Type type() {
        return type;
    }

    /** Its dimensions; none for a single number. */
    public List<Integer> shape() {
        return shape;
    }

    /** How many dimensions it has. */
    public int rank() {
        return shape.size();
    }

    /** How many elements it has. */
    public int size() {
        return size;
    }

    /** The elements, row-major, little-endian; not a copy, and not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** The elements as floats, row-major: the nearest float, of doubles and integers too; true is 1. */
    public float[] floats() {
        float[] floats = new float[size];
        if (type == Type.FLOAT32) {
            view(bytes).asFloatBuffer().get(floats);
            return floats;
        }
        if (type.isFloat()) {
            IntToDoubleFunction element = real();
            for (int i = 0; i < size; i++) {
                floats[i] = (float) element.applyAsDouble(i);
            }
        } else {
            IntToLongFunction element = whole();
            for (int i = 0; i < size; i++) {
                // Not through double, which would round twice.
                long number = element.applyAsLong(i);
                floats[i] = isHuge(number) ? (float) unsigned(number) : (float) number;
            }
        }
        return floats;
    }

    /** The elements as doubles, row-major: exact but for integers beyond 2^53; true is 1. */
    public double[] doubles() {
        double[] doubles = new double[size];
        if (type == Type.FLOAT64) {
            view(bytes).asDoubleBuffer().get(doubles);
            return doubles;
        }
        IntToDoubleFunction element = type.isFloat()
                ? real()
                : i -> {
                    long number = whole().applyAsLong(i);
                    return isHuge(number) ? unsigned(number) : number;
                };
        Arrays.setAll(doubles, element);
        return doubles;
    }

    /**
     * The elements as longs, row-major; true is 1.
     *
     * @throws InteropException if one is no whole number or does not fit
     */
    public long[] longs() {
        long[] longs = new long[size];
        if (!type.isFloat()) {
            IntToLongFunction element = whole();
            for (int i = 0; i < size; i++) {
                longs[i] = element.applyAsLong(i);
                if (isHuge(longs[i])) {
                    throw notWhole(i, Long.toUnsignedString(longs[i]));
                }
            }
            return longs;
        }
        IntToDoubleFunction element = real();
        for (int i = 0; i < size; i++) {
            double number = element.applyAsDouble(i);
            if (number != Math.rint(number) || Math.abs(number) >= 0x1p63) {
                throw notWhole(i, Double.toString(number));
            }
            longs[i] = (long) number;
        }
        return longs;
    }

    /**
     * The elements as ints, row-major; true is 1.
     *
     * @throws InteropException if one is no whole number or does not fit
     */
    public int[] ints() {
        long[] longs = longs();
        int[] ints = new int[size];
        for (int i = 0; i < size; i++) {
            ints[i] = (int) longs[i];
            if (ints[i] != longs[i]) {
                throw notWhole(i, Long.toString(longs[i]));
            }
        }
        return ints;
    }

    private InteropException notWhole(int i, String number) {
        return new InteropException("Element " + i + " of the array " + this + " is " + number
                + ", which is no whole number in the range that is needed. Is it the right array?");
    }

    private boolean isHuge(long number) {
        return type == Type.UINT64 && number < 0;
    }

    private static double unsigned(long number) {
        // Halved with its last bit kept, so that it is rounded once.
        return (double) ((number >>> 1) | (number & 1)) * 2;
    }

    private IntToLongFunction whole() {
        ByteBuffer in = view(bytes);
        return switch (type) {
            case BOOL -> i -> bytes[i] == 0 ? 0 : 1;
            case INT8 -> i -> bytes[i];
            case UINT8 -> i -> Byte.toUnsignedLong(bytes[i]);
            case INT16 -> i -> in.getShort(2 * i);
            case UINT16 -> i -> Short.toUnsignedLong(in.getShort(2 * i));
            case INT32 -> i -> in.getInt(4 * i);
            case UINT32 -> i -> Integer.toUnsignedLong(in.getInt(4 * i));
            case INT64, UINT64 -> i -> in.getLong(8 * i);
            case FLOAT16, FLOAT32, FLOAT64 -> throw new IllegalStateException(type + " is no type of integers.");
        };
    }

    private IntToDoubleFunction real() {
        ByteBuffer in = view(bytes);
        return switch (type) {
            case FLOAT16 -> i -> HalfFloat.ofIeee(in.getShort(2 * i));
            case FLOAT32 -> i -> in.getFloat(4 * i);
            case FLOAT64 -> i -> in.getDouble(8 * i);
            default -> throw new IllegalStateException(type + " is no type of floats.");
        };
    }

    /**
     * The same elements in another shape.
     *
     * @throws IllegalArgumentException if it needs another number of them
     */
    public NumpyArray reshaped(int... newShape) {
        return new NumpyArray(type, list(newShape), bytes);
    }

    /**
     * The array with its axes in another order.
     *
     * @param axes for each axis of the result, which of this array it is; each once
     * @throws IllegalArgumentException if they are not each of them once
     */
    public NumpyArray transposed(int... axes) {
        if (!Arrays.equals(
                Arrays.stream(axes).sorted().toArray(),
                IntStream.range(0, rank()).toArray())) {
            throw new IllegalArgumentException(
                    "NumpyArray: the axes " + Arrays.toString(axes) + " do not name each of " + rank() + " once.");
        }
        int[] strides = new int[rank()];
        int stride = type.bytes();
        for (int axis = rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride = stride * Math.max(1, shape.get(axis));
        }
        List<Integer> to = Arrays.stream(axes).mapToObj(shape::get).toList();
        int[] steps = Arrays.stream(axes).map(axis -> strides[axis]).toArray();
        return new NumpyArray(type, to, StridedBytes.gather(bytes, 0, to, steps, type.bytes()));
    }

    /** As NumPy has it: {@code FLOAT32 [2, 3]}. */
    @Override
    public String toString() {
        return type + " " + shape;
    }

    /** Whether the other has the same type, shape and bits. */
    @Override
    public boolean equals(Object other) {
        return other instanceof NumpyArray array
                && array.type == type
                && array.shape.equals(shape)
                && Arrays.equals(array.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes) * 31 + shape.hashCode();
    }
}
