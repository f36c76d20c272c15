package dev.carousel.server.watch;

import dev.carousel.stream.StateStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** A store whose commits and reads are timed, whether they succeed or fail. */
public final class TimedStore implements StateStore {

    private final StateStore store;
    private volatile LongConsumer commits = nanos -> {};
    private volatile LongConsumer reads = nanos -> {};

    /** Nobody hears of the times yet. */
    public TimedStore(StateStore store) {
        this.store = store;
    }

    /** Who hears how many nanoseconds each commit and each read took, from now on. */
    void tell(LongConsumer ofCommits, LongConsumer ofReads) {
        commits = ofCommits;
        reads = ofReads;
    }

    @Override
    public Optional<byte[]> get(String model, String key) {
        long begun = System.nanoTime();
        try {
            return store.get(model, key);
        } finally {
            reads.accept(System.nanoTime() - begun);
        }
    }

    @Override
    public Map<String, byte[]> getAll(String model, Collection<String> keys) {
        long begun = System.nanoTime();
        try {
            return store.getAll(model, keys);
        } finally {
            reads.accept(System.nanoTime() - begun);
        }
    }

    @Override
    public void write(String model, List<Change> changes) {
        long begun = System.nanoTime();
        try {
            store.write(model, changes);
        } finally {
            commits.accept(System.nanoTime() - begun);
        }
    }

    @Override
    public boolean writeIf(String model, List<Change> changes, Map<String, byte[]> expected) {
        long begun = System.nanoTime();
        try {
            return store.writeIf(model, changes, expected);
        } finally {
            commits.accept(System.nanoTime() - begun);
        }
    }

    @Override
    public void keys(String model, Consumer<String> each) {
        store.keys(model, each);
    }

    @Override
    public void models(Consumer<String> each) {
        store.models(each);
    }

    @Override
    public StateStore underlying() {
        return store.underlying();
    }

    @Override
    public boolean durable() {
        return store.durable();
    }

    @Override
    public void close() {
        store.close();
    }
}
