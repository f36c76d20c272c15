package dev.carousel.interop.pytorch;

import dev.carousel.interop.file.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The types of element that PyTorch's tensors have, of which weights can be the floats. */
enum TorchElementType {
    FLOAT32("float32", "Float", "F32", 4),
    FLOAT64("float64", "Double", "F64", 8),
    FLOAT16("float16", "Half", "F16", 2),
    BFLOAT16("bfloat16", "BFloat16", "BF16", 2),
    INT64("int64", "Long", "I64", 8),
    INT32("int32", "Int", "I32", 4),
    INT16("int16", "Short", "I16", 2),
    INT8("int8", "Char", "I8", 1),
    UINT8("uint8", "Byte", "U8", 1),
    BOOL("bool", "Bool", "BOOL", 1),
    COMPLEX64("complex64", "ComplexFloat", "C64", 8),
    COMPLEX128("complex128", "ComplexDouble", "C128", 16);

    private final String torchName;
    private final String storage;
    private final String safeTensors;
    private final int bytes;

    TorchElementType(String torchName, String storage, String safeTensors, int bytes) {
        this.torchName = torchName;
        this.storage = storage;
        this.safeTensors = safeTensors;
        this.bytes = bytes;
    }

    /** As PyTorch calls it, such as {@code float32}. */
    String torchName() {
        return torchName;
    }

    /** How many bytes an element has. */
    int bytes() {
        return bytes;
    }

    /** Whether its elements are floats of a width that can be read. */
    boolean isFloat() {
        return this == FLOAT32 || this == FLOAT64 || this == FLOAT16 || this == BFLOAT16;
    }

    static Optional<TorchElementType> ofTorch(String name) {
        return Arrays.stream(values())
                .filter(type -> type.torchName.equals(name))
                .findFirst();
    }

    /** The type of a storage class such as {@code FloatStorage}. */
    static Optional<TorchElementType> ofStorage(String name) {
        return Arrays.stream(values())
                .filter(type -> name.equals(type.storage + "Storage"))
                .findFirst();
    }

    static Optional<TorchElementType> ofSafeTensors(String dtype) {
        return Arrays.stream(values())
                .filter(type -> type.safeTensors.equals(dtype))
                .findFirst();
    }

    /**
     * The elements as floats: halves exactly, doubles to the nearest float.
     *
     * @param elements one after the other
     */
    float[] floats(byte[] elements, ByteOrder order) {
        ByteBuffer in = ByteBuffer.wrap(elements).order(order);
        float[] floats = new float[elements.length / bytes];
        switch (this) {
            case FLOAT32 -> in.asFloatBuffer().get(floats);
            case FLOAT64 -> {
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) in.getDouble(8 * i);
                }
            }
            case FLOAT16 -> {
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = HalfFloat.ofIeee(in.getShort(2 * i));
                }
            }
            case BFLOAT16 -> {
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = HalfFloat.ofBrain(in.getShort(2 * i));
                }
            }
            default -> throw new IllegalStateException(this + " is no type of floats.");
        }
        return floats;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
