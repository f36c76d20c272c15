package dev.carousel.vector;

/**
 * The calls of a {@link Loop} until the compiler has come to it: which of them are with vectors, and whether these are as fast
 * as only compiled code is. All threads may use it at once: a count that is lost only makes the trial longer.
 */
final class LoopTrial {

    /** Then one call in eight is with vectors. */
    private static final int ONE_IN = 8;

    /** A multiply-add of vectors takes up to ten nanoseconds compiled, if B comes from memory, and more than a hundred before. */
    private static final long MOST_NANOS = 30;

    /** What a call may take whatever it does. */
    private static final long MOST_NANOS_A_CALL = 200;

    /** This many calls in a row have to be fast: one alone may be compiled in the middle of it. */
    private static final int TIMES = 20;

    private final int vectors;
    private final long worth;

    private long turns;
    private int calls;
    private int fast;

    /**
     * Of a loop that begins.
     *
     * @param vectors how many it multiplies in a turn
     * @param worth after how many turns it is worth the compiler's time
     */
    LoopTrial(int vectors, long worth) {
        this.vectors = vectors;
        this.worth = worth;
    }

    /** Whether the call that begins, of this many turns, is to be with vectors. */
    boolean isDue(int turnsOfCall) {
        turns += turnsOfCall;
        return turns >= worth && ++calls % ONE_IN == 0;
    }

    /**
     * Judges a call with vectors.
     *
     * @param nanos how long it took
     * @return whether enough calls in a row have been fast
     */
    boolean passed(long nanos, int turnsOfCall) {
        fast = nanos < MOST_NANOS_A_CALL + MOST_NANOS * turnsOfCall * vectors ? fast + 1 : 0;
        return fast >= TIMES;
    }
}
