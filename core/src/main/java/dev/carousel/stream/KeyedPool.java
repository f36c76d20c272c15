package dev.carousel.stream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sessions of any kind, each with one of some threads by its key. */
final class KeyedPool<S, E, A> implements Sessions<E, A> {

    private final PoolOptions options;
    private final Optional<StateStore> store;
    private final String model;
    private final List<PoolShard<S, E, A>> shards = new ArrayList<>();
    private final PoolCounters counters = new PoolCounters();
    private final PoolQueue room;
    private final AtomicInteger inMemory = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();

    /** For looking at states out of turn: of each shard, used within its turns alone. */
    private final List<MeasuredSteps<S, E, A>> steps = new ArrayList<>();

    KeyedPool(Supplier<SessionSteps<S, E, A>> make, PoolOptions options, Optional<StateStore> store) {
        this.options = options;
        this.store = store;
        this.room = new PoolQueue(options.queueCapacity());
        for (int i = 0; i < options.threads(); i++) {
            steps.add(new MeasuredSteps<>(make.get()));
        }
        this.model = options.name().isEmpty() ? steps.get(0).fingerprint() : options.name();
        for (int i = 0; i < options.threads(); i++) {
            KeptSessions<S, E, A> sessions =
                    new KeptSessions<>(steps.get(i), model, options, store, inMemory, counters);
            shards.add(new PoolShard<>(i, steps.get(i), sessions, options, room, counters));
        }
        store.ifPresent(kept -> PoolNames.begin(kept, model, options.shared()));
        shards.forEach(PoolShard::start);
    }

    @Override
    public String fingerprint() {
        return steps.get(0).fingerprint();
    }

    private int shardOf(String key) {
        int hash = key.hashCode();
        // Spread as HashMap does not: keys that differ in their last characters must not fall to one thread.
        hash = (hash ^ (hash >>> 16)) * 0x45d9f3b;
        return Math.floorMod(hash ^ (hash >>> 16), shards.size());
    }

    @Override
    public void submit(String key, Part part, OptionalLong first, List<E> events, Callback<A> callback) {
        Objects.requireNonNull(key, "Sessions: the key is null");
        Objects.requireNonNull(part, "Sessions: the part of the session is null; Part.ANY is any");
        Objects.requireNonNull(callback, "Sessions: the callback is null");
        if (events.isEmpty() || events.size() > Math.min(options.maxEvents(), room.capacity())) {
            throw new IllegalArgumentException("Sessions: a call brings " + events.size()
                    + " events but must bring 1 to " + Math.min(options.maxEvents(), room.capacity())
                    + " (maxEvents, and no more than the queue has room for).");
        }
        if (first.isPresent() && first.getAsLong() < 0) {
            throw new IllegalArgumentException(
                    "Sessions: the number of the first event is " + first.getAsLong() + " but must not be negative.");
        }
        long number = first.orElse(KeptSession.UNNUMBERED);
        PoolWork<S, E, A> work = events.size() == 1 && part == Part.ANY
                ? new OneEventWork<>(key, number, events.get(0), callback)
                : new EventWork<>(key, part, number, events, callback);
        if (!room.take(work.weight())) {
            counters.refused.increment();
            throw new PoolException(
                    PoolException.Kind.QUEUE_FULL,
                    "There are " + room.taken() + " events that wait or are under way, and there is room for "
                            + room.capacity() + ": nothing was taken. Come back later, or give the pool more threads.");
        }
        add(work);
    }

    /** Lets work wait, for which room has been taken. */
    private void add(PoolWork<S, E, A> work) {
        if (!shards.get(shardOf(work.key())).add(work)) {
            room.release(work.weight());
            throw closed();
        }
    }

    private static PoolException closed() {
        return new PoolException(PoolException.Kind.CLOSED, "The pool of sessions has been closed: nothing was taken.");
    }

    @Override
    public A step(String key, E event) {
        requireOutside();
        PoolShard<S, E, A> shard = shards.get(shardOf(key));
        if (shard.tryStep()) {
            return shard.step(key, event);
        }
        return await(submit(key, event));
    }

    /** Refuses to wait for what cannot go on meanwhile. */
    private void requireOutside() {
        for (int i = 0; i < shards.size(); i++) {
            if (shards.get(i).isHeldHere()) {
                throw new IllegalStateException(
                        "A callback of a pool of sessions wants to wait for the pool, which waits"
                                + " for the callback. Let it submit instead, or do it elsewhere.");
            }
        }
    }

    private static <T> T await(java.util.concurrent.CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Does something with a session, in turn. */
    private <T> T perform(String key, boolean makes, boolean replaces, PoolWork.Task<S, E, A, T> task) {
        Objects.requireNonNull(key, "Sessions: the key is null");
        requireOutside();
        TaskWork<S, E, A, T> work = new TaskWork<>(key, makes, replaces, task);
        room.takeAnyway(work.weight());
        add(work);
        return await(work.future());
    }

    private SessionSteps<S, E, A> stepsOf(String key) {
        return steps.get(shardOf(key));
    }

    @Override
    public boolean join(String key) {
        return perform(key, true, false, (session, now) -> {
            boolean made = !session.present;
            if (made) {
                session.present = true;
                session.dirty = true;
                session.usedAt = now;
            }
            return made;
        });
    }

    @Override
    public boolean leave(String key) {
        return perform(key, false, true, (session, now) -> {
            boolean was = session.present;
            session.clear(stepsOf(key).open(key), false);
            return was;
        });
    }

    @Override
    public void reset(String key) {
        perform(key, false, true, (session, now) -> {
            session.clear(stepsOf(key).open(key), session.present);
            return true;
        });
    }

    @Override
    public boolean has(String key) {
        return perform(key, false, false, (session, now) -> session.present);
    }

    @Override
    public OptionalLong applied(String key) {
        return perform(
                key,
                false,
                false,
                (session, now) -> session.applied == KeptSession.UNNUMBERED
                        ? OptionalLong.empty()
                        : OptionalLong.of(session.applied));
    }

    @Override
    public Optional<byte[]> snapshot(String key) {
        return perform(
                key,
                false,
                false,
                (session, now) ->
                        session.present ? Optional.of(SessionRecord.of(stepsOf(key), session)) : Optional.empty());
    }

    @Override
    public Optional<byte[]> state(String key) {
        return perform(
                key,
                false,
                false,
                (session, now) -> session.present ? Optional.of(stepsOf(key).save(session.state)) : Optional.empty());
    }

    @Override
    public void restore(String key, byte[] saved) {
        Objects.requireNonNull(saved, "Sessions: there are no bytes to restore; they are null");
        perform(key, true, true, (session, now) -> {
            SessionSteps<S, E, A> own = stepsOf(key);
            if (SessionRecord.isOne(saved)) {
                SessionRecord.Read<S, A> read = SessionRecord.read(own, key, saved);
                session.become(read.state(), read.applied(), read.answers());
            } else {
                session.become(own.restore(key, saved), KeptSession.UNNUMBERED, List.of());
            }
            session.usedAt = now;
            return true;
        });
    }

    @Override
    public boolean copy(String from, String to) {
        Optional<byte[]> saved = snapshot(from);
        saved.ifPresent(record -> restore(to, record));
        return saved.isPresent();
    }

    @Override
    public void keys(Consumer<String> each) {
        Set<String> inMemoryKeys = keysInMemory(Long.MAX_VALUE);
        inMemoryKeys.forEach(each);
        store.ifPresent(all -> all.keys(model, key -> {
            if (!inMemoryKeys.contains(key)) {
                each.accept(key);
            }
        }));
    }

    /** Those whose last event was before a time. */
    private Set<String> keysInMemory(long before) {
        requireOutside();
        Set<String> keys = new HashSet<>();
        for (PoolShard<S, E, A> shard : shards) {
            shard.between(() -> shard.sessions().each(session -> {
                if (session.usedAt < before) {
                    keys.add(session.key);
                }
            }));
        }
        return keys;
    }

    @Override
    public int expire(Instant before) {
        long limit = before.toEpochMilli();
        Set<String> candidates = keysInMemory(limit);
        store.ifPresent(all -> all.keys(model, key -> {
            // One that is in memory was asked already, and one that is not has not changed.
            if (all.get(model, key).filter(record -> isBefore(record, limit)).isPresent()) {
                candidates.add(key);
            }
        }));
        int expired = 0;
        for (String key : candidates) {
            expired += perform(key, false, false, (session, now) -> {
                boolean goes = session.present && session.usedAt < limit;
                if (goes) {
                    session.clear(stepsOf(key).open(key), false);
                }
                return goes ? 1 : 0;
            });
        }
        return expired;
    }

    private static boolean isBefore(byte[] record, long limit) {
        try {
            return SessionRecord.usedAt(record) < limit;
        } catch (IllegalArgumentException e) {
            // Whoever asks for the session will hear of it.
            return false;
        }
    }

    @Override
    public void flush() {
        requireOutside();
        flushAll();
    }

    /** A shard that fails does not keep the others from theirs. */
    private void flushAll() {
        @Nullable RuntimeException failure = null;
        for (PoolShard<S, E, A> shard : shards) {
            try {
                shard.between(shard.sessions()::flush);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public PoolFigures figures() {
        return counters.figures(inMemory.get(), room.taken(), steps);
    }

    @Override
    public void close() {
        requireOutside();
        shards.forEach(PoolShard::close);
        shards.forEach(PoolShard::join);
        try {
            flushAll();
        } finally {
            if (!ended.getAndSet(true)) {
                store.ifPresent(kept -> PoolNames.end(kept, model, options.shared()));
            }
        }
    }
}
