package dev.carousel.stream;

import java.util.Objects;

/** Why a pool of sessions did not take what it was given. The session is where it was, unless the kind says otherwise. */
public final class PoolException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** What a caller may want to tell apart. */
    public enum Kind {
        /** Too many events wait already: come back later. */
        QUEUE_FULL,
        /** The pool has been closed, or is being closed. */
        CLOSED,
        /** There is no room for one more session, and no store where idle ones could go. */
        TOO_MANY_SESSIONS,
        /** There is no such session, and the events were for one that there is. */
        NO_SESSION,
        /** Events before this one are missing. */
        NUMBER_GAP,
        /** The event was taken before, but only the answers to the last batch are remembered. */
        NUMBER_FORGOTTEN,
        /** The store has no room. Ask again with the same number when there is some. */
        STORE_FULL,
        /** The store does not work; whether it has written the answer is not known. Ask again with the same number. */
        STORE_FAILED,
        /** What the store has of this session is not what was written, or of another model. */
        STORE_DAMAGED
    }

    private final Kind kind;

    /** Of a kind. */
    public PoolException(Kind kind, String message) {
        super(message);
        this.kind = Objects.requireNonNull(kind);
    }

    /** With a cause. */
    public PoolException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind);
    }

    /** What happened. */
    public Kind kind() {
        return kind;
    }
}
