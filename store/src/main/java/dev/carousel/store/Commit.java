package dev.carousel.store;

import dev.carousel.stream.PoolException;
import dev.carousel.stream.StateStore.Change;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one caller wants written, and what became of it. */
final class Commit {

    final String model;
    final List<Change> changes;

    /** What must be there of each key; if empty, anything may. */
    final Optional<Map<String, byte[]>> expected;

    /** Set under the store's lock. */
    boolean done;

    boolean written;

    @Nullable
    PoolException failure;

    Commit(String model, List<Change> changes, Optional<Map<String, byte[]>> expected) {
        this.model = model;
        this.changes = List.copyOf(changes);
        this.expected = expected;
    }
}
