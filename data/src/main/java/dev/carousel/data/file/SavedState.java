package dev.carousel.data.file;

import dev.carousel.data.DataException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * What a stream remembers, as bytes, big-endian:
 *
 * <pre>{@code
 * four bytes that say what it is   the state   CRC-32 of all before it
 * }</pre>
 */
public final class SavedState {

    private static final int SUM = Integer.BYTES;

    private SavedState() {}

    /** Writes a state. */
    public interface Writer {

        /** Writes all of it. */
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads a state. */
    public interface Reader {

        /**
         * Reads all of it and changes nothing.
         *
         * @return takes over what was read, once it is known that nothing follows
         */
        Runnable read(DataInputStream in) throws IOException;
    }

    /** A state as bytes that begin with a magic number. */
    public static byte[] write(int magic, Writer state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(magic);
            state.write(out);
            CRC32 sum = new CRC32();
            sum.update(bytes.toByteArray());
            out.writeInt((int) sum.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot fail.", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a state. Nothing is believed before the sum is right, so that what follows cannot be damaged by accident; bytes
     * that were put together with a right sum are refused where they are no state.
     *
     * @throws DataException if it is cut off, altered or something else; nothing is changed then
     */
    public static void read(byte[] saved, int magic, Reader state) {
        ByteBuffer bytes = ByteBuffer.wrap(saved);
        if (saved.length < 2 * SUM || bytes.getInt(0) != magic) {
            throw damaged("it does not begin as one does");
        }
        CRC32 sum = new CRC32();
        sum.update(saved, 0, saved.length - SUM);
        if ((int) sum.getValue() != bytes.getInt(saved.length - SUM)) {
            throw damaged("its checksum is another");
        }
        Runnable change;
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved, SUM, saved.length - 2 * SUM))) {
            change = state.read(in);
            if (in.available() > 0) {
                throw damaged("it has " + in.available() + (in.available() == 1 ? " byte" : " bytes") + " too many");
            }
        } catch (EOFException e) {
            throw damaged("it ends too early");
        } catch (IOException e) {
            throw damaged("it cannot be read (" + e.getMessage() + ")");
        }
        change.run();
    }

    /**
     * Reads a part that was written with its length before it.
     *
     * @throws DataException if the length is below 0 or beyond the end
     */
    public static byte[] readPart(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw damaged("a part of it has " + length + " bytes where " + in.available() + " are left");
        }
        return in.readNBytes(length);
    }

    /** That saved bytes are no state. */
    public static DataException damaged(String why) {
        return new DataException(
                DataException.Kind.DAMAGED_STATE,
                "Expected a stream that was saved, but " + why + ". Was it cut off, or is it something else?");
    }
}
