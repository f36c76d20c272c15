package dev.carousel.stream;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one event of a call that takes the step itself; used again and again, so that nothing is allocated. */
final class LoneWork<S, E, A> extends PoolWork<S, E, A> {

    private @Nullable String key;
    private @Nullable E event;
    private @Nullable A answer;

    void set(String ofKey, E ofEvent) {
        key = ofKey;
        event = ofEvent;
        at = 0;
        repeated = false;
        failure = null;
    }

    /** The answer, or the failure thrown; keeps neither. */
    A take() {
        key = null;
        event = null;
        session = null;
        before = null;
        @Nullable RuntimeException cause = failure;
        failure = null;
        if (cause != null) {
            throw cause;
        }
        A taken = Objects.requireNonNull(answer);
        answer = null;
        return taken;
    }

    @Override
    String key() {
        return Objects.requireNonNull(key);
    }

    @Override
    int size() {
        return 1;
    }

    @Override
    E event(int i) {
        return Objects.requireNonNull(event);
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
    void finish() {}
}
