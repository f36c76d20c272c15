package dev.carousel.data.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.SavedState;
import dev.carousel.kernel.OneThread;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The streams of many keys of one model: shops, pumps, users. A key has a stream from its first event on.
 *
 * <p>Each key's answers are those that it would have alone. One thread at a time, for the streams share the buffers of a
 * network; a second one gets an error. A service has one of these for each of its threads, and gives a key to one of them.
 */
public final class KeyedStreams {

    private static final int MAGIC = 0x43544b31;

    private final Function<String, TaskStream> opening;
    private final OneThread thread = new OneThread("KeyedStreams");
    private final Map<String, TaskStream> streams = new LinkedHashMap<>();

    KeyedStreams(Function<String, TaskStream> opening) {
        this.opening = opening;
    }

    /** No keys yet. */
    public static KeyedStreams of(StreamModel model) {
        return new KeyedStreams(model.opening());
    }

    /**
     * Takes the next event of a key.
     *
     * @throws DataException if it does not fit, or each series is normalised by its own statistics and there are none for
     *     this one; a key whose first event is refused is not there
     * @throws IllegalStateException if another thread is using the streams, of whatever key
     */
    public Answer add(String key, Event event) {
        Objects.requireNonNull(
                key, "KeyedStreams: key is null; events without one belong to a single stream: use a TaskStream");
        Objects.requireNonNull(event, "KeyedStreams: event is null");
        return thread.alone(() -> {
            TaskStream stream = Optional.ofNullable(streams.get(key)).orElseGet(() -> opening.apply(key));
            Answer answer = stream.add(event);
            streams.put(key, stream);
            return answer;
        });
    }

    /** The stream of a key, if it has one. */
    public Optional<TaskStream> find(String key) {
        return thread.alone(() -> Optional.ofNullable(streams.get(key)));
    }

    /** The next event of a key begins a new stream. */
    public void reset(String key) {
        thread.alone(() -> Optional.ofNullable(streams.get(key)).ifPresent(TaskStream::reset));
    }

    /** Forgets a key. */
    public void remove(String key) {
        thread.alone(() -> streams.remove(key));
    }

    /** The keys that have a stream, in the order in which they came; a copy. */
    public Set<String> keys() {
        return thread.alone(() -> Collections.unmodifiableSet(new LinkedHashSet<>(streams.keySet())));
    }

    /** What the stream of a key remembers, if there is one. */
    public Optional<byte[]> save(String key) {
        return thread.alone(() -> Optional.ofNullable(streams.get(key)).map(TaskStream::save));
    }

    /** What the streams of all keys remember, in the order of {@link #keys}, with the keys. */
    public byte[] saveAll() {
        return thread.alone(() -> SavedState.write(MAGIC, out -> {
            out.writeInt(streams.size());
            for (Map.Entry<String, TaskStream> entry : streams.entrySet()) {
                for (byte[] part :
                        List.of(entry.getKey().getBytes(UTF_8), entry.getValue().save())) {
                    out.writeInt(part.length);
                    out.write(part);
                }
            }
        }));
    }

    /**
     * Goes on with a key where it was saved.
     *
     * @throws DataException as {@link TaskStream#restore}; nothing is changed then
     */
    public void restore(String key, byte[] saved) {
        thread.alone(() -> {
            TaskStream stream = opening.apply(key);
            stream.restore(saved);
            streams.put(key, stream);
        });
    }

    /**
     * Goes on with all keys where they were saved, in place of those that are there.
     *
     * @param saved by {@link #saveAll}
     * @throws DataException as {@link TaskStream#restore}; nothing is changed then
     */
    public void restoreAll(byte[] saved) {
        thread.alone(() -> SavedState.read(saved, MAGIC, in -> {
            Map<String, TaskStream> all = new LinkedHashMap<>();
            int keys = in.readInt();
            if (keys < 0) {
                throw SavedState.damaged("it has " + keys + " keys");
            }
            for (int i = 0; i < keys; i++) {
                String key = new String(SavedState.readPart(in), UTF_8);
                TaskStream stream = opening.apply(key);
                stream.restore(SavedState.readPart(in));
                if (all.put(key, stream) != null) {
                    throw SavedState.damaged("it has the key '" + Numbers.shortened(key) + "' twice");
                }
            }
            return () -> {
                streams.clear();
                streams.putAll(all);
            };
        }));
    }
}
