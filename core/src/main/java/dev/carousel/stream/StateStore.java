package dev.carousel.stream;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where sessions are kept when they are not in memory: bytes by the name of a model and the key of a session. Used by any number
 * of threads, and by any number of pools.
 *
 * <p>A method that fails throws a {@link PoolException} of the kind {@link PoolException.Kind#STORE_FULL} if there is no
 * room, and {@link PoolException.Kind#STORE_FAILED} otherwise.
 */
public interface StateStore extends AutoCloseable {

    /**
     * One of the writes that belong together.
     *
     * @param key of the session
     * @param record its bytes; none to remove it
     */
    record Change(String key, Optional<byte[]> record) {}

    /** What is kept of a session, if anything. */
    Optional<byte[]> get(String model, String key);

    /**
     * What is kept of several sessions, in one go where the store can.
     *
     * @return by key; those that are not kept are left out
     */
    default Map<String, byte[]> getAll(String model, Collection<String> keys) {
        Map<String, byte[]> found = new HashMap<>();
        for (String key : keys) {
            get(model, key).ifPresent(record -> found.put(key, record));
        }
        return found;
    }

    /** Keeps a session, instead of what was kept of it before. */
    default void put(String model, String key, byte[] record) {
        write(model, List.of(new Change(key, Optional.of(record))));
    }

    /** Removes a session, if it is there. */
    default void remove(String model, String key) {
        write(model, List.of(new Change(key, Optional.empty())));
    }

    /** Writes all or nothing; when this returns, a {@link #durable} store has them even if the power fails. */
    void write(String model, List<Change> changes);

    /**
     * Writes all or nothing, and only if the store has of every one of these sessions what is expected; nobody else changes them
     * in between.
     *
     * @param expected by key, what was read of it; nothing where there was nothing
     * @return whether it was written
     */
    boolean writeIf(String model, List<Change> changes, Map<String, byte[]> expected);

    /** Calls with each key of a model. Changes meanwhile may be seen or not. */
    void keys(String model, Consumer<String> each);

    /**
     * Calls with the name of each model of which there is a session; a store that does not know them calls with none. Takes as long
     * as the store is large.
     */
    default void models(Consumer<String> each) {}

    /**
     * The store that has the sessions, where this one only wraps another; by default, this one. By it is known that two pools keep
     * their sessions in the same place.
     */
    default StateStore underlying() {
        return this;
    }

    /** Whether what was written outlives this process. */
    boolean durable();

    /** Writes what is not yet written and lets go of files and connections. */
    @Override
    void close();

    /** A store on the heap, which ends with the process. */
    static StateStore onHeap() {
        return new HeapStore();
    }
}
