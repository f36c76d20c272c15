package dev.carousel.online;

import dev.carousel.optim.OptimiserMemory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A learner as bytes, big-endian:
 *
 * <pre>{@code
 * "CRL1"   what it is of, SHA-256 [32]   updates   how many arrays   length and numbers of each   pending events   CRC-32
 * }</pre>
 *
 * <p>The arrays are the weights, the optimiser's memory, the states, and what is carried next to them, in one order.
 */
final class LearnerBytes {

    private static final int MAGIC = 0x43524c31;
    private static final int DIGEST = 32;
    private static final int HEAD = Integer.BYTES + DIGEST + Long.BYTES + Integer.BYTES;

    private final byte[] digest;
    private final OptimiserMemory memory;
    private final PendingEvents pending;

    /**
     * Of one learner.
     *
     * @param digest of its network's description and its plan
     */
    LearnerBytes(byte[] digest, OptimiserMemory memory, PendingEvents pending) {
        this.digest = digest.clone();
        this.memory = memory;
        this.pending = pending;
    }

    /**
     * All that the learner remembers.
     *
     * @param arrays all that changes but the optimiser's memory and the pending events
     */
    byte[] write(List<float[]> arrays) {
        long size = HEAD + (long) pending.bytes() + Integer.BYTES;
        List<float[]> remembered = List.copyOf(memory.arrays().values());
        for (List<float[]> some : List.of(arrays, remembered)) {
            for (float[] array : some) {
                size += Integer.BYTES + (long) Float.BYTES * array.length;
            }
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
        bytes.putInt(MAGIC).put(digest).putLong(memory.updates());
        bytes.putInt(arrays.size() + remembered.size());
        arrays.forEach(array -> put(bytes, array));
        remembered.forEach(array -> put(bytes, array));
        pending.write(bytes);
        bytes.putInt(sum(bytes.array()));
        return bytes.array();
    }

    private static void put(ByteBuffer bytes, float[] array) {
        bytes.putInt(array.length);
        bytes.asFloatBuffer().put(array);
        bytes.position(bytes.position() + Float.BYTES * array.length);
    }

    /**
     * Reads what {@link #write} wrote; nothing is changed before all of it is known to fit.
     *
     * @param arrays as there; overwritten
     * @throws IllegalArgumentException if the bytes are damaged, or of another network or plan
     */
    void read(byte[] saved, List<float[]> arrays) {
        ByteBuffer bytes = ByteBuffer.wrap(saved);
        if (saved.length < HEAD + Integer.BYTES || bytes.getInt() != MAGIC) {
            throw new IllegalArgumentException("Expected a saved learner, but found " + saved.length
                    + " bytes that do not begin as one. Was the file cut off, or is it something else?");
        }
        if (bytes.getInt(saved.length - Integer.BYTES) != sum(saved)) {
            throw new IllegalArgumentException(
                    "The saved learner has another checksum than its bytes. Was the file cut off or altered?");
        }
        byte[] found = new byte[DIGEST];
        bytes.get(found);
        if (!Arrays.equals(found, digest)) {
            throw new IllegalArgumentException(
                    "The saved learner is of another network, or learns by another plan: the layers,"
                            + " the loss, the optimiser with its rate, the clipping and the lag must all be as they were.");
        }
        long updates = bytes.getLong();
        requireArrays(bytes.getInt(), arrays);
        requireLengths(bytes.duplicate(), arrays);
        for (float[] array : arrays) {
            get(bytes, array);
        }
        Map<String, float[]> remembered = new LinkedHashMap<>();
        memory.arrays().forEach((name, array) -> {
            float[] values = new float[array.length];
            get(bytes, values);
            remembered.put(name, values);
        });
        memory.restore(updates, remembered);
        pending.read(bytes);
    }

    /** The digest vouches for the lengths; this is for a file of another version. */
    private void requireArrays(int count, List<float[]> arrays) {
        int own = arrays.size() + memory.arrays().size();
        if (count != own) {
            throw new IllegalArgumentException("The saved learner has " + count + " arrays but this one has " + own
                    + ". Was it saved by another version?");
        }
    }

    private void requireLengths(ByteBuffer bytes, List<float[]> arrays) {
        for (List<float[]> some : List.of(arrays, List.copyOf(memory.arrays().values()))) {
            for (float[] array : some) {
                int length = bytes.getInt();
                if (length != array.length) {
                    throw new IllegalArgumentException("The saved learner has " + length
                            + " numbers where this one has " + array.length + ". Was it saved by another version?");
                }
                bytes.position(bytes.position() + Float.BYTES * length);
            }
        }
    }

    private static void get(ByteBuffer bytes, float[] array) {
        int length = bytes.getInt();
        bytes.asFloatBuffer().get(array);
        bytes.position(bytes.position() + Float.BYTES * length);
    }

    /** Of all bytes but the last four. */
    private static int sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) sum.getValue();
    }
}
