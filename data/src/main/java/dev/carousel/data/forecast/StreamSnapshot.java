package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.network.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What a {@link StreamForecaster} remembers, as bytes, big-endian:
 *
 * <pre>{@code
 * "CSF1"   sizes that must be those of the stream   numbers of the state   rows   CRC-32 of all before it
 * }</pre>
 */
final class StreamSnapshot {

    private static final int MAGIC = 0x43534631;
    private static final int SUM = Integer.BYTES;

    private StreamSnapshot() {}

    static byte[] write(RecentRows rows, Optional<State> state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            float[] values = state.map(State::values).orElse(new float[0]);
            out.writeInt(values.length);
            for (int size : rows.sizes()) {
                out.writeInt(size);
            }
            for (float value : values) {
                out.writeFloat(value);
            }
            rows.write(out);
            CRC32 sum = new CRC32();
            sum.update(bytes.toByteArray());
            out.writeInt((int) sum.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot fail.", e);
        }
        return bytes.toByteArray();
    }

    static void read(byte[] saved, RecentRows rows, Optional<State> state) {
        requireWhole(saved);
        float[] values = state.map(State::values).orElse(new float[0]);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved, Integer.BYTES, saved.length))) {
            int found = in.readInt();
            int[] sizes = rows.sizes();
            int[] foundSizes = new int[sizes.length];
            for (int i = 0; i < sizes.length; i++) {
                foundSizes[i] = in.readInt();
            }
            if (found != values.length || !Arrays.equals(sizes, foundSizes)) {
                throw new DataException("The saved stream has a state of " + found + " numbers and rows of "
                        + Arrays.toString(foundSizes) + " but this one has " + values.length + " and "
                        + Arrays.toString(sizes)
                        + ". Is it of another model, or was its state carried from row to row?");
            }
            float[] read = new float[found];
            for (int i = 0; i < found; i++) {
                read[i] = in.readFloat();
            }
            rows.read(in);
            System.arraycopy(read, 0, values, 0, found);
        } catch (IOException e) {
            throw damaged(e.toString());
        }
    }

    /** Nothing is believed before the sum is right, so that what follows cannot be damaged by accident. */
    private static void requireWhole(byte[] saved) {
        if (saved.length < 2 * SUM || int32(saved, 0) != MAGIC) {
            throw damaged("it does not begin as one does");
        }
        CRC32 sum = new CRC32();
        sum.update(saved, 0, saved.length - SUM);
        if ((int) sum.getValue() != int32(saved, saved.length - SUM)) {
            throw damaged("its checksum is another");
        }
    }

    private static int int32(byte[] bytes, int at) {
        int value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value = (value << Byte.SIZE) | (bytes[at + i] & 0xff);
        }
        return value;
    }

    private static DataException damaged(String why) {
        return new DataException(
                "Expected a stream that was saved, but " + why + ". Was it cut off, or is it something else?");
    }
}
