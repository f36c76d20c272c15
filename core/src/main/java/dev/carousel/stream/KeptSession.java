package dev.carousel.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session in memory: its state, the number of its last event, and what waits for it in the turn that runs. */
final class KeptSession<S, E, A> {

    /** The number of the last event, where there is none. */
    static final long UNNUMBERED = -1;

    final String key;
    S state;

    long applied = UNNUMBERED;

    /** The answers to the last numbered batch, whose last one is of the event {@link #applied}. */
    List<A> answers = List.of();

    /** Where it stands in the {@link IdleOrder}. */
    int place;

    /** When the last event came, in milliseconds since 1970. */
    long usedAt;

    /** Whether it is a session, rather than a place for one whose first event has not been taken. */
    boolean present;

    /** Whether the store has a record of it, and whether that is as the session is. */
    boolean stored;

    boolean dirty;

    /** Whether it was made smaller since its last event. */
    boolean shrunk;

    /** Whether a write of it has failed, so that what is in memory is not what is kept. */
    boolean lost;

    /** Why what the store has of it cannot be read: for those alone who replace it, and not kept unless one of them does. */
    @Nullable
    PoolException unreadable;

    /** What waits for it in this turn, the first first. */
    @Nullable
    PoolWork<S, E, A> head;

    @Nullable
    PoolWork<S, E, A> tail;

    KeptSession(String key, S state) {
        this.key = key;
        this.state = state;
    }

    void add(PoolWork<S, E, A> work) {
        if (tail == null) {
            head = work;
        } else {
            tail.next = work;
        }
        tail = work;
    }

    /** The first is done. */
    void pop() {
        if (head != null) {
            PoolWork<S, E, A> done = head;
            head = done.next;
            done.next = null;
        }
        if (head == null) {
            tail = null;
        }
    }

    /** The number of the event that the first of the answers is to. */
    long firstAnswered() {
        return applied - answers.size() + 1;
    }

    /** Takes over all that another session is, but for its key. */
    void become(S other, long lastNumber, List<A> lastAnswers) {
        state = other;
        applied = lastNumber;
        answers = lastAnswers;
        present = true;
        dirty = true;
        unreadable = null;
    }

    /** There is no such session any more, or it begins anew. */
    void clear(S fresh, boolean stays) {
        become(fresh, UNNUMBERED, List.of());
        present = stays;
    }
}
