package dev.carousel.stream;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one event of a call. */
final class OneEventWork<S, E, A> extends PoolWork<S, E, A> {

    private final String key;
    private final long first;
    private final E event;
    private final Sessions.Callback<A> callback;
    private @Nullable A answer;

    OneEventWork(String key, long first, E event, Sessions.Callback<A> callback) {
        this.key = key;
        this.first = first;
        this.event = event;
        this.callback = callback;
    }

    @Override
    String key() {
        return key;
    }

    @Override
    int size() {
        return 1;
    }

    @Override
    long first() {
        return first;
    }

    @Override
    E event(int i) {
        return event;
    }

    @Override
    void answer(int i, A given) {
        answer = given;
    }

    @Override
    List<A> answers() {
        return List.of(Objects.requireNonNull(answer));
    }

    @Override
    void finish() {
        @Nullable RuntimeException cause = failure;
        if (cause == null) {
            callback.answered(answers());
        } else {
            callback.failed(cause);
        }
    }
}
