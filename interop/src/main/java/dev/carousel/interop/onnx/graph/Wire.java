package dev.carousel.interop.onnx.graph;

import dev.carousel.interop.InteropException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the wire format of Protocol Buffers, one message of a file at a time: nothing is built but what its caller asks for.
 *
 * <pre>{@code
 * message = (key value)*     key = varint (field << 3 | type)
 * type    = 0 varint, 1 eight bytes, 2 varint n and n bytes, 5 four bytes
 * }</pre>
 *
 * <p>A view over the file's bytes; {@link #message} is another view of the same. Every read is compared with the message's end
 * first, so that a damaged file ends in an error.
 */
final class Wire {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final int MOST_CHARACTERS = 1000;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int field;
    private int type;

    private Wire(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    /** The message that a whole file is. */
    static Wire of(byte[] bytes) {
        return new Wire(bytes, 0, bytes.length);
    }

    /** Another view, from where this one is. */
    Wire copy() {
        return new Wire(bytes, at, end);
    }

    /** Goes on to the next field; false at the end. Its value must then be read or skipped. */
    boolean next() {
        if (at == end) {
            return false;
        }
        long key = varint();
        field = (int) (key >>> 3);
        type = (int) (key & 7);
        if (key >>> 32 != 0 || field == 0) {
            throw damaged("a field has number " + (key >>> 3));
        }
        return true;
    }

    /** The number of the field. */
    int field() {
        return field;
    }

    /** Whether the field's value is of length-delimited type, as packed numbers are. */
    boolean isBytes() {
        return type == BYTES;
    }

    /** Whether there is more of the message. */
    boolean hasMore() {
        return at < end;
    }

    /** How many bytes of the message are left. */
    int remaining() {
        return end - at;
    }

    /** A whole number, as the value of a field. */
    long number() {
        require(VARINT);
        return varint();
    }

    /** A float, as the value of a field. */
    float real() {
        require(FIXED32);
        return packedFloat();
    }

    /** A double, as the value of a field. */
    double doubleReal() {
        require(FIXED64);
        return packedDouble();
    }

    /** The next of packed floats. */
    float packedFloat() {
        return little(4).getFloat();
    }

    /** The next of packed doubles. */
    double packedDouble() {
        return little(8).getDouble();
    }

    /** Adds the whole numbers of a repeated field to a list: the one that stands here, or all that are packed here. */
    void numbers(List<Long> to, Budget budget) {
        repeated(budget, () -> to.add(number()), packed -> to.add(packed.varint()));
    }

    /** Adds the floats of a repeated field to a list: the one that stands here, or all that are packed here. */
    void reals(List<Float> to, Budget budget) {
        repeated(budget, () -> to.add(real()), packed -> to.add(packed.packedFloat()));
    }

    private void repeated(Budget budget, Runnable one, Consumer<Wire> next) {
        if (!isBytes()) {
            budget.spend(Budget.NUMBER);
            one.run();
            return;
        }
        Wire packed = message();
        while (packed.hasMore()) {
            budget.spend(Budget.NUMBER);
            next.accept(packed);
        }
    }

    /** The message within, a view. */
    Wire message() {
        int length = length();
        at += length;
        return new Wire(bytes, at - length, at);
    }

    /** A name in UTF-8, which messages may quote. */
    String text() {
        int length = length();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, at, length))
                    .toString();
            if (length > MOST_CHARACTERS || text.chars().anyMatch(Character::isISOControl)) {
                throw damaged("a name has control characters, or more than " + MOST_CHARACTERS + " others");
            }
            at += length;
            return text;
        } catch (CharacterCodingException e) {
            throw damaged("a text is no UTF-8");
        }
    }

    /** The bytes of the field, little-endian, a view. */
    ByteBuffer buffer() {
        return little(length());
    }

    /** Passes over the value of the field. */
    void skip() {
        switch (type) {
            case VARINT -> varint();
            case FIXED64 -> little(8);
            case BYTES -> little(length());
            case FIXED32 -> little(4);
            default -> throw damaged("field " + field + " has the unknown type " + type);
        }
    }

    /** The next varint, whatever it is for. */
    long varint() {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == end) {
                throw damaged("a number is cut off");
            }
            byte b = bytes[at++];
            number |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return number;
            }
        }
        throw damaged("a number has more than 64 bits");
    }

    private int length() {
        require(BYTES);
        long length = varint();
        if (length < 0 || length > end - at) {
            throw damaged("field " + field + " should be " + Long.toUnsignedString(length) + " bytes long but "
                    + (end - at) + " are left");
        }
        return (int) length;
    }

    private ByteBuffer little(int length) {
        if (length > end - at) {
            throw damaged(length + " bytes are expected but " + (end - at) + " are left");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, at, length).slice().order(ByteOrder.LITTLE_ENDIAN);
        at += length;
        return buffer;
    }

    private void require(int expected) {
        if (type != expected) {
            throw damaged("field " + field + " has type " + type + " but " + expected + " is expected");
        }
    }

    /** The error for a file that is not what it should be, at this place. */
    InteropException damaged(String what) {
        return new InteropException("The file is no ONNX model, or damaged: at byte " + at + " " + what
                + ". Was it downloaded completely?");
    }
}
