package dev.carousel.stream;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is done with a session between its events: looked at, saved, set, ended. */
final class TaskWork<S, E, A, T> extends PoolWork<S, E, A> {

    private final String key;
    private final Task<S, E, A, T> task;
    private final boolean makes;
    private final boolean replaces;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private @Nullable T result;

    TaskWork(String key, boolean makes, boolean replaces, Task<S, E, A, T> task) {
        this.key = key;
        this.makes = makes;
        this.replaces = replaces;
        this.task = task;
    }

    @Override
    boolean makes() {
        return makes;
    }

    @Override
    boolean replaces() {
        return replaces;
    }

    CompletableFuture<T> future() {
        return future;
    }

    @Override
    String key() {
        return key;
    }

    @Override
    int size() {
        return 0;
    }

    @Override
    E event(int i) {
        throw new IndexOutOfBoundsException("no event is " + i);
    }

    @Override
    void answer(int i, A answer) {
        throw new IndexOutOfBoundsException("no event is " + i);
    }

    @Override
    List<A> answers() {
        return List.of();
    }

    @Override
    void perform(KeptSession<S, E, A> of, long now) {
        result = task.of(of, now);
    }

    @Override
    @SuppressWarnings("NullAway") // a result there is unless there is a failure
    void finish() {
        @Nullable RuntimeException cause = failure;
        if (cause == null) {
            future.complete(result);
        } else {
            future.completeExceptionally(cause);
        }
    }
}
