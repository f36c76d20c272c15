package dev.carousel.stream;

import org.jspecify.annotations.Nullable;

/** Why events cannot be the next of a session. */
final class EventRefusals {

    private EventRefusals() {}

    static PoolException noSession(KeptSession<?, ?, ?> session) {
        return new PoolException(
                PoolException.Kind.NO_SESSION,
                "There is no session " + KeptSessions.shown(session.key)
                        + ", and these events are not its first. Has it ended, or expired?");
    }

    /**
     * Whether a number leaves some out.
     *
     * @param begins whether the session has no numbered event yet, or begins anew
     * @param gaps whether numbers may leave some out
     */
    static @Nullable PoolException gap(long first, KeptSession<?, ?, ?> session, boolean begins, boolean gaps) {
        if (gaps || (begins ? first <= 1 : first == session.applied + 1)) {
            return null;
        }
        return new PoolException(
                PoolException.Kind.NUMBER_GAP,
                "The event has the number " + first + " but the session " + KeptSessions.shown(session.key)
                        + (begins
                                ? " has no numbered event yet, so that 0 or 1 must come first. Was it removed, or expired?"
                                : " has taken " + session.applied + ", so that " + (session.applied + 1)
                                        + " must come next. Has one been lost, or overtaken?"));
    }

    static PoolException forgotten(long first, KeptSession<?, ?, ?> session) {
        return new PoolException(
                PoolException.Kind.NUMBER_FORGOTTEN,
                "The event has the number " + first + " but the session " + KeptSessions.shown(session.key)
                        + " has taken " + session.applied + " already and remembers only the answers from "
                        + session.firstAnswered() + " on. The state did not move.");
    }
}
