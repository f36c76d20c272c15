package dev.carousel.stream;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * The state of one stream as bytes, big-endian:
 *
 * <pre>{@code
 * "CRS1"   fingerprint of the network [32]   how many numbers   the numbers   CRC-32 of all before it
 * }</pre>
 */
final class StateBytes {

    private static final int MAGIC = 0x43525331;
    private static final int DIGEST = 32;
    private static final int HEAD = Integer.BYTES + DIGEST + Integer.BYTES;

    private StateBytes() {}

    /**
     * The bytes of a stream's state.
     *
     * @throws IllegalArgumentException if it has other parts than those of the network, or is not of one sequence
     * @throws IllegalStateException if another thread is at work on it
     */
    static byte[] of(PackedNetwork network, State state) {
        // The copy checks that the state is of this network, and that nobody changes it meanwhile.
        State copy = network.freshState(1);
        copy.copyFrom(state);
        float[] values = copy.values();
        ByteBuffer bytes = ByteBuffer.allocate(HEAD + Float.BYTES * values.length + Integer.BYTES);
        bytes.putInt(MAGIC).put(HexFormat.of().parseHex(network.fingerprint())).putInt(values.length);
        for (float value : values) {
            bytes.putFloat(value);
        }
        byte[] all = bytes.array();
        bytes.putInt(sum(all));
        return all;
    }

    /** Reads what {@link #of} wrote; nothing is changed before all of it is right. */
    static void read(byte[] saved, PackedNetwork network, State into) {
        read(saved, network, into, false);
    }

    /** Reads what {@link #of} wrote, for any weights if {@code anyWeights}: then the caller knows that the layers are the same. */
    static void read(byte[] saved, PackedNetwork network, State into, boolean anyWeights) {
        float[] values = into.values();
        ByteBuffer bytes = ByteBuffer.wrap(saved);
        if (saved.length < HEAD + Integer.BYTES || bytes.getInt() != MAGIC) {
            throw new IllegalArgumentException("Expected the saved state of a stream, but found " + saved.length
                    + " bytes that do not begin as one. Was it cut off, or is it something else?");
        }
        if (bytes.getInt(saved.length - Integer.BYTES) != sum(saved)) {
            throw new IllegalArgumentException(
                    "The saved state of a stream has another checksum than its bytes. Was it cut off or altered?");
        }
        byte[] digest = new byte[DIGEST];
        bytes.get(digest);
        String fingerprint = HexFormat.of().formatHex(digest);
        if (!anyWeights && !fingerprint.equals(network.fingerprint())) {
            throw new IllegalArgumentException("The saved state is of the network " + fingerprint
                    + " but this one is " + network.fingerprint()
                    + ". A state means nothing to other weights: begin anew, or load the model that it is of.");
        }
        if (bytes.getInt() != values.length || saved.length != HEAD + Float.BYTES * values.length + Integer.BYTES) {
            throw new IllegalArgumentException("The saved state has another size than one of this network, "
                    + values.length + " numbers. Is it of several sequences?");
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes.getFloat();
        }
    }

    /** Of all bytes but the last four. */
    private static int sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) sum.getValue();
    }
}
