package dev.carousel.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events of one call. */
final class EventWork<S, E, A> extends PoolWork<S, E, A> {

    private final String key;
    private final Sessions.Part part;
    private final long first;
    private final List<E> events;
    private final List<A> answers;
    private final Sessions.Callback<A> callback;

    EventWork(String key, Sessions.Part part, long first, List<E> events, Sessions.Callback<A> callback) {
        this.key = key;
        this.part = part;
        this.first = first;
        this.events = events;
        this.answers = new ArrayList<>(events.size());
        this.callback = callback;
    }

    @Override
    void restart() {
        super.restart();
        answers.clear();
    }

    @Override
    String key() {
        return key;
    }

    @Override
    Sessions.Part part() {
        return part;
    }

    @Override
    int size() {
        return events.size();
    }

    @Override
    long first() {
        return first;
    }

    @Override
    E event(int i) {
        return events.get(i);
    }

    @Override
    void answer(int i, A answer) {
        answers.add(answer);
    }

    @Override
    List<A> answers() {
        return Collections.unmodifiableList(answers);
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
