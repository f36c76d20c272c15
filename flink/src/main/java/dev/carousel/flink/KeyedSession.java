package dev.carousel.flink;

import dev.carousel.stream.SavedSessions;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The session of a key as Flink keeps it: an immutable value. {@link #state} is what {@code Session.restore},
 * {@code TaskStream.restore} and pools read, so that a savepoint can be looked into.
 */
public final class KeyedSession {

    private final byte[] saved;

    KeyedSession(byte[] saved) {
        this.saved = saved;
    }

    /** Not copied, since nobody changes it. */
    byte[] saved() {
        return saved;
    }

    /** The state of the session alone. */
    public byte[] state() {
        return SavedSessions.state(saved);
    }

    /** The number of its last event, if these are numbered. */
    public OptionalLong number() {
        return SavedSessions.applied(saved);
    }

    /** The time of its last event in milliseconds since 1970; 0 if it had none. */
    public long usedAt() {
        return SavedSessions.usedAt(saved);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyedSession session && Arrays.equals(saved, session.saved);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(saved);
    }
}
