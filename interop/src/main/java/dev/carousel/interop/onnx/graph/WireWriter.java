package dev.carousel.interop.onnx.graph;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes the wire format of Protocol Buffers, as {@link Wire} reads it. */
final class WireWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** What was written. */
    byte[] bytes() {
        return out.toByteArray();
    }

    int size() {
        return out.size();
    }

    WireWriter number(int field, long value) {
        key(field, Wire.VARINT);
        varint(value);
        return this;
    }

    WireWriter real(int field, float value) {
        key(field, Wire.FIXED32);
        byte[] four = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array();
        out.writeBytes(four);
        return this;
    }

    WireWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    WireWriter bytes(int field, byte[] value) {
        key(field, Wire.BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    WireWriter message(int field, Consumer<WireWriter> content) {
        WireWriter message = new WireWriter();
        content.accept(message);
        key(field, Wire.BYTES);
        varint(message.out.size());
        message.copyTo(out);
        return this;
    }

    private void copyTo(ByteArrayOutputStream to) {
        to.writeBytes(out.toByteArray());
    }

    private void key(int field, int type) {
        varint(((long) field << 3) | type);
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
