package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The streams of many keys of one model: shops, pumps, users. A key has a stream from its first event on.
 *
 * <p>Each key's answers are those that it would have alone. One thread at a time: the streams share the buffers of a network.
 */
public final class KeyedStreams {

    private final Function<String, TaskStream> opening;
    private final Map<String, TaskStream> streams = new LinkedHashMap<>();

    private KeyedStreams(Function<String, TaskStream> opening) {
        this.opening = opening;
    }

    /** No keys yet. */
    public static KeyedStreams of(StreamModel model) {
        return new KeyedStreams(model.opening());
    }

    /**
     * Takes the next event of a key.
     *
     * @throws DataException if it does not fit, or each series is normalised by numbers of its own and there are none for
     *     this one; a key whose first event is refused is not there
     */
    public Answer add(String key, Event event) {
        TaskStream stream = Optional.ofNullable(streams.get(key)).orElseGet(() -> opening.apply(key));
        Answer answer = stream.add(event);
        streams.put(key, stream);
        return answer;
    }

    /** The stream of a key, if it has one. */
    public Optional<TaskStream> find(String key) {
        return Optional.ofNullable(streams.get(key));
    }

    /** The next event of a key begins a new stream. */
    public void reset(String key) {
        Optional.ofNullable(streams.get(key)).ifPresent(TaskStream::reset);
    }

    /** Forgets a key. */
    public void remove(String key) {
        streams.remove(key);
    }

    /** The keys that have a stream, in the order in which they came; a view. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(streams.keySet());
    }

    /** What the stream of a key remembers, if there is one. */
    public Optional<byte[]> save(String key) {
        return Optional.ofNullable(streams.get(key)).map(TaskStream::save);
    }

    /**
     * Goes on with a key where it was saved.
     *
     * @throws DataException as {@link TaskStream#restore}; nothing is changed then
     */
    public void restore(String key, byte[] saved) {
        TaskStream stream = opening.apply(key);
        stream.restore(saved);
        streams.put(key, stream);
    }
}
