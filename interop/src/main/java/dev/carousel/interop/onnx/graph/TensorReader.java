package dev.carousel.interop.onnx.graph;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.file.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads tensors of a file: from the message itself, in any of ONNX' ways to write them, or from a file next to it. */
final class TensorReader {

    private static final int MOST_DIMENSIONS = 32;

    /** A tensor and its name. */
    record Named(String name, Tensor tensor) {}

    /** Field numbers of the lists of numbers. */
    private static final int FLOAT_DATA = 4;

    private static final int INT32_DATA = 5;
    private static final int INT64_DATA = 7;
    private static final int DOUBLE_DATA = 10;

    private final ExternalData external;
    private final Budget budget;

    TensorReader(ExternalData external, Budget budget) {
        this.external = external;
        this.budget = budget;
    }

    /** What a tensor's message says apart from its numbers. */
    private static final class Description {
        private final List<Long> dimensions = new ArrayList<>();
        private final List<ExternalData.Entry> entries = new ArrayList<>();
        private long type;
        private String name = "";
        private boolean isExternal;
        private ByteBuffer raw = ByteBuffer.allocate(0);
    }

    /**
     * The tensor of a message.
     *
     * @param in the message
     * @param what is read, for errors
     */
    Named read(Wire in, String what) {
        budget.spend(Budget.TENSOR);
        Description is = new Description();
        Wire numbers = in.copy();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> in.numbers(is.dimensions, budget);
                case 2 -> is.type = in.number();
                case 3 ->
                    throw new InteropException("An ONNX " + what + " is cut into segments, which no exporter writes.");
                case 8 -> is.name = in.text();
                case 9 -> is.raw = in.buffer();
                case 13 -> is.entries.add(ExternalData.entry(in.message(), budget));
                case 14 -> is.isExternal = in.number() == 1;
                default -> in.skip();
            }
        }
        budget.spend(Budget.TEXT + is.name.length());
        String title = "The " + what + (is.name.isEmpty() ? "" : " " + is.name) + " of the ONNX model";
        OnnxElementType type = OnnxElementType.of(is.type, title);
        boolean half = is.type == OnnxElementType.FLOAT16;
        int[] shape = shape(is.dimensions, title);
        long size = Tensor.sizeOf(shape);
        if (is.isExternal) {
            ByteBuffer bytes = external.read(is.entries, size * (half ? Short.BYTES : type.bytes()), budget, title);
            return new Named(is.name, half ? ofHalves(shape, bytes, title) : fromRaw(type, shape, bytes, title));
        }
        if (half) {
            return new Named(
                    is.name, ofHalves(shape, is.raw.hasRemaining() ? is.raw : halves(shape, numbers, title), title));
        }
        return new Named(
                is.name,
                is.raw.hasRemaining() ? fromRaw(type, shape, is.raw, title) : fromLists(type, shape, numbers, title));
    }

    private static int[] shape(List<Long> dimensions, String title) {
        int[] shape = new int[dimensions.size()];
        for (int i = 0; i < shape.length; i++) {
            long dimension = dimensions.get(i);
            if (dimension < 0 || dimension > Integer.MAX_VALUE) {
                throw new InteropException(title + " has shape " + dimensions + ", which no array can have.");
            }
            shape[i] = (int) dimension;
        }
        long size = Tensor.sizeOf(shape);
        if (size < 0 || size > Integer.MAX_VALUE - 16 || shape.length > MOST_DIMENSIONS) {
            throw new InteropException(title + " has shape " + dimensions + ", more than one array can hold.");
        }
        return shape;
    }

    private Tensor fromRaw(OnnxElementType type, int[] shape, ByteBuffer raw, String title) {
        long expected = Tensor.sizeOf(shape) * type.bytes();
        if (raw.remaining() != expected) {
            throw wrongCount(type, shape, expected + " bytes", raw.remaining() + "", title);
        }
        budget.spend(expected);
        Tensor tensor = Tensor.zeros(type, shape);
        switch (type) {
            case FLOAT -> raw.asFloatBuffer().get(tensor.floats());
            case DOUBLE -> raw.asDoubleBuffer().get(tensor.doubles());
            case INT32 -> raw.asIntBuffer().get(tensor.ints());
            case INT64 -> raw.asLongBuffer().get(tensor.longs());
            case BOOL -> {
                boolean[] booleans = tensor.booleans();
                for (int i = 0; i < booleans.length; i++) {
                    booleans[i] = raw.get(i) != 0;
                }
            }
        }
        return tensor;
    }

    /** 16-bit floats, two bytes each. */
    private Tensor ofHalves(int[] shape, ByteBuffer raw, String title) {
        long expected = Tensor.sizeOf(shape) * Short.BYTES;
        if (raw.remaining() != expected) {
            throw wrongCount(
                    OnnxElementType.FLOAT, shape, expected + " bytes of 16-bit floats", raw.remaining() + "", title);
        }
        budget.spend(2 * expected);
        Tensor tensor = Tensor.zeros(OnnxElementType.FLOAT, shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.floats()[i] = HalfFloat.ofIeee(raw.getShort());
        }
        return tensor;
    }

    /** The bits of 16-bit floats that stand in the list of whole numbers, as bytes. */
    private ByteBuffer halves(int[] shape, Wire in, String title) {
        Tensor bits = fromLists(OnnxElementType.INT32, shape, in, title);
        ByteBuffer raw = ByteBuffer.allocate(Math.multiplyExact(bits.size(), Short.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int each : bits.ints()) {
            raw.putShort((short) each);
        }
        return raw.flip();
    }

    private Tensor fromLists(OnnxElementType type, int[] shape, Wire in, String title) {
        int field = switch (type) {
            case FLOAT -> FLOAT_DATA;
            case DOUBLE -> DOUBLE_DATA;
            case INT32, BOOL -> INT32_DATA;
            case INT64 -> INT64_DATA;
        };
        long expected = Tensor.sizeOf(shape);
        long found = count(in.copy(), field);
        if (found != expected) {
            throw wrongCount(type, shape, expected + " numbers", found + "", title);
        }
        budget.spend(expected * type.bytes());
        Tensor tensor = Tensor.zeros(type, shape);
        int at = 0;
        while (in.next()) {
            if (in.field() != field) {
                in.skip();
            } else if (in.isBytes()) {
                Wire packed = in.message();
                while (packed.hasMore()) {
                    set(tensor, at++, packed, true);
                }
            } else {
                set(tensor, at++, in, false);
            }
        }
        return tensor;
    }

    private static void set(Tensor tensor, int at, Wire in, boolean packed) {
        switch (tensor.type()) {
            case FLOAT -> tensor.floats()[at] = packed ? in.packedFloat() : in.real();
            case DOUBLE -> tensor.doubles()[at] = packed ? in.packedDouble() : in.doubleReal();
            case INT32, INT64, BOOL -> tensor.setWhole(at, packed ? in.varint() : in.number());
        }
    }

    /** How many numbers a list has, before anything is allocated for them. */
    private static long count(Wire in, int field) {
        long count = 0;
        while (in.next()) {
            if (in.field() != field || !in.isBytes()) {
                count += in.field() == field ? 1 : 0;
                in.skip();
            } else {
                Wire packed = in.message();
                if (field == FLOAT_DATA || field == DOUBLE_DATA) {
                    count += packed.remaining() / (field == FLOAT_DATA ? 4 : 8);
                } else {
                    while (packed.hasMore()) {
                        packed.varint();
                        count++;
                    }
                }
            }
        }
        return count;
    }

    private static InteropException wrongCount(
            OnnxElementType type, int[] shape, String expected, String found, String title) {
        return new InteropException(title + " is " + type + " " + Arrays.toString(shape) + ", so it needs " + expected
                + ", but there are " + found + ". Was the file cut off?");
    }
}
