package dev.carousel.interop.pytorch;

import dev.carousel.interop.InteropException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, from the first to the last: operations, and the numbers and texts behind them. */
final class PickleInput {

    private static final int LONGEST_NAME = 1000;

    private final String file;
    private final ByteBuffer in;

    PickleInput(String file, byte[] pickle) {
        this.file = file;
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The error of a pickle that is damaged. */
    InteropException bad(String what) {
        return new InteropException(file + ": the pickle is damaged: " + what + ". Was it copied or downloaded whole?");
    }

    /** Where the next byte is. */
    int position() {
        return in.position();
    }

    /** How many bytes are left. */
    int remaining() {
        return in.remaining();
    }

    /** A byte, without sign. */
    int oneByte() {
        return in.get() & 0xff;
    }

    /** A number of two bytes, without sign. */
    int twoBytes() {
        return in.getShort() & 0xffff;
    }

    /** A number of four bytes. */
    int fourBytes() {
        return in.getInt();
    }

    /** A number of eight bytes. */
    long eightBytes() {
        return in.getLong();
    }

    /** Some bytes, which are counted before anything is allocated for them. */
    byte[] bytes(long length) {
        if (length < 0 || length > in.remaining()) {
            throw bad("a value at byte " + in.position() + " should be " + Long.toUnsignedString(length)
                    + " bytes long, but only " + in.remaining() + " bytes follow");
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    /** A whole number in as few bytes as it needs, two's complement, the low byte first. */
    Number integer(int length) {
        byte[] low = bytes(length);
        byte[] high = new byte[length];
        for (int i = 0; i < length; i++) {
            high[length - 1 - i] = low[i];
        }
        if (length == 0) {
            return 0L;
        }
        BigInteger number = new BigInteger(high);
        return number.bitLength() < Long.SIZE ? (Number) number.longValue() : number;
    }

    /** A name that ends with a line feed. */
    String line() {
        int begin = in.position();
        StringBuilder line = new StringBuilder();
        for (int next = oneByte(); next != '\n'; next = oneByte()) {
            if (line.length() > LONGEST_NAME) {
                throw bad("a name at byte " + begin + " does not end");
            }
            line.append((char) next);
        }
        return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
