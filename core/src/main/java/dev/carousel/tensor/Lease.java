package dev.carousel.tensor;

/**
 * How long a view over somebody else's array may be read: until its owner ends the lease, because other numbers will
 * be written there. From then on a {@link Sequence} that was {@linkplain Sequence#lent lent} reports an error instead of
 * returning them.
 */
public final class Lease {

    private final String end;
    private boolean over;

    /**
     * A lease that runs.
     *
     * @param end what ends it, as a message says: {@code the next pass of its tape}
     */
    public Lease(String end) {
        this.end = end;
    }

    /** The numbers are no longer those that were lent. */
    public void end() {
        over = true;
    }

    void requireRunning() {
        if (over) {
            throw new IllegalStateException("This Sequence was a view, valid until " + end
                    + ", and other numbers stand there now. To keep numbers longer, take a copy() before.");
        }
    }
}
