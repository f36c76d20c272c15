package dev.carousel.server.kserve;

import dev.carousel.server.http.Problem;
import java.nio.ByteBuffer;

/** The types of numbers in tensors, little-endian in bytes. */
enum TensorType {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP32(4),
    FP64(8),
    BYTES(0);

    private final int bytes;

    TensorType(int bytes) {
        this.bytes = bytes;
    }

    /** The type of a name. */
    static TensorType of(String name) {
        for (TensorType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw Problem.badRequest("The datatype '" + name
                + "' is not read; expected FP32, FP64, a whole number such as INT64," + " BOOL, or BYTES for texts.");
    }

    /** How many bytes a number has; 0 where that differs. */
    int bytes() {
        return bytes;
    }

    /** The next number of a buffer. */
    double read(ByteBuffer from) {
        return switch (this) {
            case BOOL -> from.get() == 0 ? 0 : 1;
            case UINT8 -> from.get() & 0xff;
            case UINT16 -> from.getShort() & 0xffff;
            case UINT32 -> from.getInt() & 0xffff_ffffL;
            case UINT64 -> unsigned(from.getLong());
            case INT8 -> from.get();
            case INT16 -> from.getShort();
            case INT32 -> from.getInt();
            case INT64 -> from.getLong();
            case FP32 -> from.getFloat();
            case FP64 -> from.getDouble();
            case BYTES -> throw new IllegalStateException("A text is no number.");
        };
    }

    private static double unsigned(long number) {
        double half = number >>> 1;
        return number >= 0 ? number : 2 * half + (number & 1);
    }
}
