package dev.carousel.tensor;

/**
 * How long views over somebody else's array may be read: until its owner ends them, because other numbers will be
 * written there. From then on a {@link Sequence} that was {@linkplain Sequence#lent lent} before reports an error instead of
 * returning them.
 */
public final class Lease {

    private final String end;
    private long ended;

    /**
     * A lease under which nothing is lent yet.
     *
     * @param end what ends each view, as a message says: {@code the next pass of its tape}
     */
    public Lease(String end) {
        this.end = end;
    }

    /** The numbers are no longer those that were lent until now. What is lent from now on can be read until the next end. */
    public void end() {
        ended++;
    }

    /** How many times views have ended. */
    long ended() {
        return ended;
    }

    void requireRunning(long since) {
        if (ended != since) {
            throw new IllegalStateException("This Sequence was a view, valid until " + end
                    + ", and other numbers stand there now. To keep numbers longer, take a copy() before.");
        }
    }
}
