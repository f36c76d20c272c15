package dev.carousel.stream;

import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.NetworkSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The live sessions of a network by key: any number of them, fed by any threads.
 *
 * <pre>{@code
 * try (SessionPool pool = SessionPool.of(Model.load(path).network().pack())) {
 *     CompletableFuture<float[]> output = pool.submit("pump-17", event);
 *     float[] y = new float[network.spec().outputSize()];
 *     pool.step("pump-18", event, y);          // waits, and allocates nothing
 * }
 * }</pre>
 *
 * <p>An event is the network's inputSize numbers; of a network that reads ids it is one number, the id. A session costs its
 * state, 4 bytes for each number, and some 150 bytes with its key. All answers are, to the bit, those of a {@link Session} that
 * gets the same events. The network is shared, and sessions that step at the same time share its products.
 *
 * @see Sessions for what all pools have in common: numbered events, stores, where callbacks run
 */
public final class SessionPool implements Sessions<float[], float[]> {

    private final NetworkSpec spec;
    private final int outputSize;
    private final Sessions<VectorEvent, float[]> pool;

    /** The event of each thread that waits for its answer. */
    private final ThreadLocal<VectorEvent> events = ThreadLocal.withInitial(VectorEvent::new);

    private SessionPool(PackedNetwork network, PoolOptions options, Optional<StateStore> store) {
        Objects.requireNonNull(network, "SessionPool: network is null");
        Objects.requireNonNull(options, "SessionPool: options are null; PoolOptions.defaults() are the usual ones");
        this.spec = network.spec();
        spec.requireStepwise("A SessionPool");
        network.requireFiniteWeights();
        this.outputSize = spec.outputSize();
        this.pool = Sessions.of(() -> new VectorSteps(network, options.maxBatch()), options, store);
    }

    /**
     * A pool with the default options and without a store.
     *
     * @throws IllegalArgumentException if the network reads sequences from their end or has a mean or maximum over steps
     */
    public static SessionPool of(PackedNetwork network) {
        return of(network, PoolOptions.defaults());
    }

    /**
     * A pool without a store.
     *
     * @throws IllegalArgumentException as {@link #of(PackedNetwork)}
     */
    public static SessionPool of(PackedNetwork network, PoolOptions options) {
        return new SessionPool(network, options, Optional.empty());
    }

    /**
     * A pool whose sessions go to a store when they are idle, and with a durable one after every event.
     *
     * @param store not closed with the pool
     * @throws IllegalArgumentException as {@link #of(PackedNetwork)}
     */
    public static SessionPool of(PackedNetwork network, PoolOptions options, StateStore store) {
        Objects.requireNonNull(
                store, "SessionPool: store is null; leave it out for sessions that live in memory alone");
        return new SessionPool(network, options, Optional.of(store));
    }

    /**
     * Gives a session an event without copies, for callers of very many events: both arrays belong to the pool until the callback is
     * called.
     *
     * @param event inputSize numbers, or the id
     * @param output receives outputSize numbers; the one answer that the callback gets
     * @throws PoolException of the kind {@code QUEUE_FULL} or {@code CLOSED}; nothing has been taken then
     * @throws IllegalArgumentException as {@link #step(String, float[], float[])}
     */
    public void submit(String key, float[] event, float[] output, Callback<float[]> callback) {
        requireFits(event);
        requireRoom(output);
        pool.submit(key, OptionalLong.empty(), List.of(new VectorEvent().set(event, output)), callback);
    }

    private void requireRoom(float[] output) {
        Objects.requireNonNull(output, "SessionPool: output is null");
        if (output.length != outputSize) {
            throw new IllegalArgumentException("SessionPool: room for " + output.length
                    + " numbers was given but the network's output has " + outputSize + " a step.");
        }
    }

    private void requireFits(float[] event) {
        Objects.requireNonNull(event, "SessionPool: event is null");
        VectorEvent.requireFits(spec, event);
    }

    @Override
    public void submit(String key, Part part, OptionalLong first, List<float[]> events, Callback<float[]> callback) {
        Objects.requireNonNull(
                first, "SessionPool: the number of the first event is null; OptionalLong.empty() is none");
        Objects.requireNonNull(events, "SessionPool: the list of events is null");
        List<VectorEvent> own = new ArrayList<>(events.size());
        for (float[] event : events) {
            requireFits(event);
            own.add(new VectorEvent().set(event.clone(), new float[outputSize]));
        }
        pool.submit(key, part, first, own, first.isPresent() ? copying(callback) : callback);
    }

    /** Answers to numbered events are remembered, so that the caller, whose arrays may change, gets copies. */
    private static Callback<float[]> copying(Callback<float[]> callback) {
        return new Callback<>() {
            @Override
            public void answered(List<float[]> answers) {
                callback.answered(answers.stream().map(float[]::clone).toList());
            }

            @Override
            public void failed(RuntimeException cause) {
                callback.failed(cause);
            }
        };
    }

    /**
     * Gives a session an event and waits for the answer, without any allocation where the session is in memory and no other call
     * is under way.
     *
     * @param event inputSize numbers, or the id
     * @param output receives outputSize numbers
     * @throws IllegalArgumentException if a size differs, a number is not finite or the id is unknown; the session is then
     *     where it was
     * @throws IllegalStateException if called by a callback
     */
    public void step(String key, float[] event, float[] output) {
        Objects.requireNonNull(key, "SessionPool: the key is null");
        requireFits(event);
        requireRoom(output);
        VectorEvent own = events.get();
        try {
            pool.step(key, own.set(event, output));
        } finally {
            own.clear();
        }
    }

    @Override
    public float[] step(String key, float[] event) {
        float[] output = new float[outputSize];
        step(key, event, output);
        return output;
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
        Objects.requireNonNull(to, "SessionPool: the key to copy to is null");
        return pool.copy(from, to);
    }

    @Override
    public void keys(Consumer<String> each) {
        Objects.requireNonNull(each, "SessionPool: what is called with each key is null");
        pool.keys(each);
    }

    @Override
    public int expire(Instant before) {
        Objects.requireNonNull(before, "SessionPool: the instant is null");
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
