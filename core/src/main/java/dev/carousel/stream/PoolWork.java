package dev.carousel.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits for a session: events, or something else that is done in their order. */
abstract sealed class PoolWork<S, E, A> permits EventWork, LoneWork, OneEventWork, TaskWork {

    /** What is done at the place of some events. */
    interface Task<S, E, A, T> {

        T of(KeptSession<S, E, A> session, long now);
    }

    /** What waits for the same session after this. */
    @Nullable
    PoolWork<S, E, A> next;

    /** How many of the events are answered. */
    int at;

    /** Whether all of the events had been taken before. */
    boolean repeated;

    /** Where the session was before the first of several events, of which all are taken or none. */
    byte @Nullable [] before;

    /** What the session was before it began anew with these events; it is that again if one of them is refused. */
    @Nullable
    S aside;

    @Nullable
    KeptSession<S, E, A> session;

    @Nullable
    RuntimeException failure;

    /** Forgets what has been done of it, so that it can be done again. */
    void restart() {
        at = 0;
        repeated = false;
        before = null;
        aside = null;
        session = null;
        failure = null;
        next = null;
    }

    abstract String key();

    /** How many events it has. */
    abstract int size();

    /** Which part of the session its events are. */
    Sessions.Part part() {
        return Sessions.Part.ANY;
    }

    /** Whether it makes a session where there is none. */
    boolean makes() {
        return size() > 0 && !part().follows();
    }

    /** Whether it does not need what the session was, so that a record that cannot be read is no obstacle. */
    boolean replaces() {
        return part().begins();
    }

    /** How much of the queue it takes. */
    int weight() {
        return Math.max(1, size());
    }

    /** The number of the first event, or {@link KeptSession#UNNUMBERED}. */
    long first() {
        return KeptSession.UNNUMBERED;
    }

    abstract E event(int i);

    abstract void answer(int i, A answer);

    /** All answers, when they are there. */
    abstract List<A> answers();

    /** Does what is no event. */
    void perform(KeptSession<S, E, A> of, long now) {}

    /** After all else: tells who waits. */
    abstract void finish();
}
