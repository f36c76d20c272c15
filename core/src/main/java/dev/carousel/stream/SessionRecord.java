package dev.carousel.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.zip.CRC32;

/**
 * A session of a pool as bytes, big-endian:
 *
 * <pre>{@code
 * "CRP1"   when the last event came [8]   its number or -1 [8]
 * how many answers   each: its length, its bytes   the length of the state, the state   CRC-32 of all before it
 * }</pre>
 *
 * The state knows its model.
 */
final class SessionRecord {

    private static final int MAGIC = 0x43525031;

    private SessionRecord() {}

    /** What was read. */
    record Read<S, A>(S state, long usedAt, long applied, List<A> answers) {}

    /** Whether these bytes are of a session of a pool, rather than a state alone. */
    static boolean isOne(byte[] saved) {
        return saved.length >= Integer.BYTES && ByteBuffer.wrap(saved).getInt() == MAGIC;
    }

    static <S, E, A> byte[] of(SessionSteps<S, E, A> steps, KeptSession<S, E, A> session) {
        byte[] state = steps.save(session.state);
        List<byte[]> answers = new ArrayList<>();
        int size = 4 + 8 + 8 + 4 + 4 + state.length + 4;
        for (A answer : session.answers) {
            byte[] written = steps.write(answer);
            answers.add(written);
            size = Math.addExact(size, 4 + written.length);
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        bytes.putInt(MAGIC).putLong(session.usedAt).putLong(session.applied).putInt(answers.size());
        for (byte[] answer : answers) {
            bytes.putInt(answer.length).put(answer);
        }
        bytes.putInt(state.length).put(state);
        bytes.putInt(sum(bytes.array()));
        return bytes.array();
    }

    /** Reads what {@link #of} wrote. */
    static <S, E, A> Read<S, A> read(SessionSteps<S, E, A> steps, String key, byte[] saved) {
        return read(steps, key, saved, steps::restore);
    }

    /**
     * Reads what {@link #of} wrote.
     *
     * @param restoring makes a session of its key and its state
     */
    static <S, E, A> Read<S, A> read(
            SessionSteps<S, E, A> steps, String key, byte[] saved, BiFunction<String, byte[], S> restoring) {
        requireWhole(saved);
        ByteBuffer bytes = ByteBuffer.wrap(saved, 0, saved.length - 4);
        bytes.getInt();
        try {
            long usedAt = bytes.getLong();
            long applied = bytes.getLong();
            int count = bytes.getInt();
            List<A> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                answers.add(steps.read(part(bytes)));
            }
            return new Read<>(restoring.apply(key, part(bytes)), usedAt, applied, List.copyOf(answers));
        } catch (java.nio.BufferUnderflowException | NegativeArraySizeException e) {
            throw damaged("its parts are longer than it is");
        }
    }

    /** When the last event came. */
    static long usedAt(byte[] saved) {
        requireWhole(saved);
        return ByteBuffer.wrap(saved).getLong(4);
    }

    /** The number of the last event, or -1. */
    static long applied(byte[] saved) {
        requireWhole(saved);
        return ByteBuffer.wrap(saved).getLong(12);
    }

    /** The state alone. */
    static byte[] state(byte[] saved) {
        requireWhole(saved);
        ByteBuffer bytes = ByteBuffer.wrap(saved, 0, saved.length - 4);
        bytes.position(20);
        try {
            int answers = bytes.getInt();
            for (int i = 0; i < answers; i++) {
                part(bytes);
            }
            return part(bytes);
        } catch (java.nio.BufferUnderflowException e) {
            throw damaged("its parts are longer than it is");
        }
    }

    private static void requireWhole(byte[] saved) {
        if (!isOne(saved) || saved.length < 4 + 8 + 8 + 4 + 4 + 4) {
            throw damaged("its " + saved.length + " bytes do not begin as one");
        }
        if (ByteBuffer.wrap(saved).getInt(saved.length - 4) != sum(saved)) {
            throw damaged("its checksum is another than that of its bytes");
        }
    }

    private static byte[] part(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw damaged("its parts are longer than it is");
        }
        byte[] part = new byte[length];
        bytes.get(part);
        return part;
    }

    private static IllegalArgumentException damaged(String why) {
        return new IllegalArgumentException(
                "The saved session of a pool cannot be read: " + why + ". Was it cut off or altered?");
    }

    /** Of all bytes but the last four. */
    private static int sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, bytes.length - 4);
        return (int) sum.getValue();
    }
}
