package dev.carousel.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** One message of protocol buffers as it is written, field by field: the few types that event files have. */
final class ProtobufMessage {

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ProtobufMessage number(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    ProtobufMessage doubleNumber(int field, double value) {
        tag(field, FIXED_64);
        bytes.writeBytes(little(8).putDouble(value).array());
        return this;
    }

    ProtobufMessage floatNumber(int field, float value) {
        tag(field, FIXED_32);
        bytes.writeBytes(little(4).putFloat(value).array());
        return this;
    }

    ProtobufMessage text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtobufMessage message(int field, ProtobufMessage inner) {
        return bytes(field, inner.toBytes());
    }

    /** A packed list. */
    ProtobufMessage doubles(int field, double[] values) {
        byte[] packed = new byte[Double.BYTES * values.length];
        ByteBuffer target = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            target.putDouble(value);
        }
        return bytes(field, packed);
    }

    private ProtobufMessage bytes(int field, byte[] value) {
        tag(field, BYTES);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void tag(int field, int type) {
        varint(((long) field << 3) | type);
    }

    /** Seven bits a byte, the lowest first; the eighth says that more follow. */
    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
