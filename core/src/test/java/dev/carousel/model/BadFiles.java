package dev.carousel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.carousel.model.ModelException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Makes files by hand, and states how reading them must fail. */
final class BadFiles {

    private BadFiles() {}

    /** A file of this header and so many zero bytes of data. */
    static byte[] file(String header, int data) {
        return file(header.getBytes(StandardCharsets.UTF_8), data);
    }

    static byte[] file(byte[] header, int data) {
        return withLength(header.length, header, data);
    }

    /** A file whose first eight bytes claim a length that the header need not have. */
    static byte[] withLength(long length, byte[] header, int data) {
        return ByteBuffer.allocate(8 + header.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .array();
    }

    /** The entry of a tensor {@code "name":{...}}. */
    static String entry(String name, String dtype, String shape, String offsets) {
        return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets
                + "}";
    }

    /** Reading must fail in this way; the message, which begins with the file's name, is returned for more claims. */
    static AbstractStringAssert<?> assertFails(Kind kind, ThrowingCallable reading) {
        ModelException e = catchThrowableOfType(ModelException.class, reading);
        assertThat(e).as("a ModelException").isNotNull();
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
        assertThat(e.getMessage()).startsWith(e.file() + ": ");
        return assertThat(e.getMessage());
    }
}
