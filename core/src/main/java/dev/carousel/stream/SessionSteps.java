package dev.carousel.stream;

/**
 * What takes the steps of a kind of sessions, for one thread at a time; a pool has one for each of its threads.
 *
 * @param <S> what a session remembers
 * @param <E> an event
 * @param <A> the answer to an event
 */
public interface SessionSteps<S, E, A> {

    /**
     * Some sessions, each with an event: one step of all of them.
     *
     * @param <S> what a session remembers
     * @param <E> an event
     * @param <A> the answer to an event
     */
    interface Group<S, E, A> {

        /** How many there are. */
        int size();

        /** What session i remembers, 0 to size - 1. */
        S session(int i);

        /** Its event. */
        E event(int i);

        /** The answer to it. */
        void answer(int i, A answer);

        /** The event is refused; the session must be where it was. */
        void refuse(int i, RuntimeException cause);
    }

    /** By which saved sessions know their model. */
    String fingerprint();

    /**
     * What two models have in common if a session may go on with the other: their network but for its weights, and what the
     * numbers of a state mean. By default no model has anything in common with another.
     */
    default String layout() {
        return fingerprint();
    }

    /**
     * A session at its beginning.
     *
     * @throws RuntimeException if there can be none of this key
     */
    S open(String key);

    /** Takes a step of some sessions: answers or refuses each event. */
    void step(Group<S, E, A> group);

    /** Makes a session that has been idle for long smaller, at the price of {@link PoolOptions#halvedAfter}, if it can. */
    default void shrink(S session) {}

    /** What a session remembers, as bytes that know their model and whether they are damaged. */
    byte[] save(S session);

    /**
     * A session that was saved.
     *
     * @throws RuntimeException that says why, if the bytes are damaged or of another model
     */
    S restore(String key, byte[] saved);

    /**
     * A session that was saved under another model of the same {@link #layout}, whose weights this one has replaced.
     *
     * @throws RuntimeException that says why, if the bytes are damaged, or of another layout
     */
    default S adopt(String key, byte[] saved) {
        return restore(key, saved);
    }

    /** An answer as bytes, to be kept with the session. */
    byte[] write(A answer);

    /** The answer that was written, to the bit. */
    A read(byte[] written);
}
