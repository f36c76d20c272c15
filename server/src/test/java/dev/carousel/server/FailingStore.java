package dev.carousel.server;

import dev.carousel.stream.PoolException;
import dev.carousel.stream.StateStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A store on the heap of which single models, and what it has of names, can be told to fail. */
final class FailingStore implements StateStore {

    private final StateStore kept = StateStore.onHeap();

    /** Whose writes fail, by how their names begin. */
    volatile Optional<String> failing = Optional.empty();

    /** Whether the names of models cannot be told. */
    volatile boolean nameless;

    private void check(String model) {
        if (failing.filter(model::startsWith).isPresent()) {
            throw new PoolException(PoolException.Kind.STORE_FAILED, "The disk does not answer.");
        }
    }

    @Override
    public Optional<byte[]> get(String model, String key) {
        return kept.get(model, key);
    }

    @Override
    public void write(String model, List<Change> changes) {
        check(model);
        kept.write(model, changes);
    }

    @Override
    public boolean writeIf(String model, List<Change> changes, Map<String, byte[]> expected) {
        check(model);
        return kept.writeIf(model, changes, expected);
    }

    @Override
    public void keys(String model, Consumer<String> each) {
        kept.keys(model, each);
    }

    @Override
    public void models(Consumer<String> each) {
        if (nameless) {
            throw new PoolException(PoolException.Kind.STORE_FAILED, "The disk does not answer.");
        }
        kept.models(each);
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public void close() {}
}
