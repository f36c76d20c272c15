package dev.carousel.data.stream;

import dev.carousel.stream.PoolFigures;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.Sessions;
import dev.carousel.stream.StateStore;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The live streams of a model of any task by key: shops, pumps, users, fed by any threads.
 *
 * <pre>{@code
 * try (StreamPool pool = StreamPool.of(StreamModel.load(Path.of("anomaly.safetensors")), PoolOptions.defaults())) {
 *     pool.submit("pump-17", Event.of("pressure", 20.5)).thenAccept(answer -> report(answer.fields()));
 * }
 * }</pre>
 *
 * <p>A key's answers are those of a {@link TaskStream} that gets its events alone. An event that does not fit fails with a
 * {@link dev.carousel.data.DataException}, and the stream is where it was; of several events in one call, all are taken or
 * none. A key whose first event is refused is not there. Where each series is normalised by its own statistics the key is its
 * name.
 *
 * @see Sessions for what all pools have in common: numbered events, stores, where callbacks run
 */
public final class StreamPool implements Sessions<Event, Answer> {

    private final StreamModel model;
    private final Sessions<Event, Answer> pool;

    private StreamPool(StreamModel model, PoolOptions options, Optional<StateStore> store) {
        Objects.requireNonNull(model, "StreamPool: model is null");
        Objects.requireNonNull(options, "StreamPool: options are null; PoolOptions.defaults() are the usual ones");
        this.model = model;
        this.pool = Sessions.of(() -> new StreamSteps(model), options, store);
    }

    /** A pool without a store. */
    public static StreamPool of(StreamModel model, PoolOptions options) {
        return new StreamPool(model, options, Optional.empty());
    }

    /**
     * A pool whose streams go to a store when they are idle, and with a durable one after every event.
     *
     * @param store not closed with the pool
     */
    public static StreamPool of(StreamModel model, PoolOptions options, StateStore store) {
        Objects.requireNonNull(store, "StreamPool: store is null; leave it out for streams that live in memory alone");
        return new StreamPool(model, options, Optional.of(store));
    }

    /** The model of all streams. */
    public StreamModel model() {
        return model;
    }

    @Override
    public void submit(String key, Part part, OptionalLong first, List<Event> events, Callback<Answer> callback) {
        Objects.requireNonNull(events, "StreamPool: the list of events is null");
        for (Event event : events) {
            Objects.requireNonNull(event, "StreamPool: event is null");
        }
        pool.submit(key, part, first, List.copyOf(events), callback);
    }

    @Override
    public Answer step(String key, Event event) {
        Objects.requireNonNull(key, "StreamPool: the key is null");
        Objects.requireNonNull(event, "StreamPool: event is null");
        return pool.step(key, event);
    }

    @Override
    public String fingerprint() {
        return pool.fingerprint();
    }

    @Override
    public boolean join(String key) {
        return pool.join(key);
    }

    @Override
    public boolean leave(String key) {
        return pool.leave(key);
    }

    @Override
    public void reset(String key) {
        pool.reset(key);
    }

    @Override
    public boolean has(String key) {
        return pool.has(key);
    }

    @Override
    public OptionalLong applied(String key) {
        return pool.applied(key);
    }

    @Override
    public Optional<byte[]> snapshot(String key) {
        return pool.snapshot(key);
    }

    @Override
    public Optional<byte[]> state(String key) {
        return pool.state(key);
    }

    @Override
    public void restore(String key, byte[] saved) {
        pool.restore(key, saved);
    }

    @Override
    public boolean copy(String from, String to) {
        return pool.copy(from, to);
    }

    @Override
    public void keys(Consumer<String> each) {
        pool.keys(each);
    }

    @Override
    public int expire(Instant before) {
        return pool.expire(before);
    }

    @Override
    public void flush() {
        pool.flush();
    }

    @Override
    public PoolFigures figures() {
        return pool.figures();
    }

    @Override
    public void close() {
        pool.close();
    }
}
