package dev.carousel.data.text;

import dev.carousel.model.Task;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The 256 bytes: any file can be read by them, and a model knows them all. A character of UTF-8 beyond ASCII is two to
 * four of them.
 */
public final class ByteUnits implements TextUnits {

    /** The only one. */
    public static final ByteUnits INSTANCE = new ByteUnits();

    private static final int SIZE = 256;

    private ByteUnits() {}

    /** The ids of bytes, 0 to 255. */
    public static int[] encode(byte[] bytes) {
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = bytes[i] & 0xFF;
        }
        return ids;
    }

    /** The bytes of ids. */
    public static byte[] toBytes(int... ids) {
        byte[] bytes = new byte[ids.length];
        for (int i = 0; i < ids.length; i++) {
            bytes[i] = (byte) requireId(ids[i]);
        }
        return bytes;
    }

    /**
     * A text to look at: characters where bytes are UTF-8, and each byte that belongs to none as {@code \xE9}, its value in
     * hexadecimal. No two sequences of bytes without a backslash look the same.
     */
    public static String escaped(byte... bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer from = ByteBuffer.wrap(bytes);
        CharBuffer to = CharBuffer.allocate(bytes.length);
        StringBuilder text = new StringBuilder();
        while (from.hasRemaining()) {
            CoderResult result = decoder.reset().decode(from, to, true);
            text.append(to.flip());
            to.clear();
            for (int i = 0; result.isError() && i < result.length(); i++) {
                text.append(String.format(Locale.ROOT, "\\x%02X", from.get() & 0xFF));
            }
        }
        return text.toString();
    }

    private static int requireId(int id) {
        if (id < 0 || id >= SIZE) {
            throw new IllegalArgumentException("Id " + id + " must lie between 0 and " + (SIZE - 1) + ".");
        }
        return id;
    }

    @Override
    public String name() {
        return "byte";
    }

    @Override
    public int size() {
        return SIZE;
    }

    /** The ids of the bytes of a text in UTF-8. */
    @Override
    public int[] encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text of bytes in UTF-8; what is none becomes U+FFFD. */
    @Override
    public String decode(int... ids) {
        return new String(toBytes(ids), StandardCharsets.UTF_8);
    }

    /** 1, or 0 for a byte that goes on with a character. */
    @Override
    public int characters(int id) {
        return (requireId(id) & 0xC0) == 0x80 ? 0 : 1;
    }

    @Override
    public int bytes(int id) {
        requireId(id);
        return 1;
    }

    @Override
    public Task addTo(Task task) {
        return task.with(UnitKinds.UNITS, UnitKinds.BYTES);
    }

    @Override
    public String toString() {
        return "ByteUnits";
    }
}
