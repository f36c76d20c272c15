package dev.carousel.vector;

/**
 * A loop on vectors, and whether the compiler has come to it.
 *
 * <p>Until then vectors are objects on the heap, and the loop takes a hundred times as long as it will. So in the first moments
 * of a JVM {@link PlainTiles} do its work, which gives the same bits, and the loop itself only has as many calls as the
 * compiler needs to notice it; when these are as fast as only compiled code is, it has all. A loop with little to do never
 * costs the compiler's time.
 *
 * <pre>{@code
 * long begun = loop.begin(depth);
 * if (begun == Loop.PLAIN) {
 *     ...                          // without vectors
 * } else {
 *     ...                          // with vectors
 *     loop.end(begun, depth);
 * }
 * }</pre>
 */
enum Loop {
    TILE_2(8),
    TILE_3(12),
    TILE_4(16),
    TILE_5(20),
    TILE_6(24),
    ROW_1(4),
    ROW_2(8),
    ROW_4(16),
    SLIM_1(1),
    SLIM_2(2),
    SLIM_4(4),
    SLIM_6(6),
    TRANSPOSED_1(4),
    TRANSPOSED_2(8),
    TRANSPOSED_4(16),
    TRANSPOSED_6(24),
    THIN(1),
    THIN_TRANSPOSED(6),
    ADD(4),
    PACK(4);

    /** What {@link #begin} answers where the work is to be done without vectors. */
    static final long PLAIN = -1;

    private static final long COMPILED = 0;

    /** Some milliseconds of plain work: the first thousand steps of a small network. */
    private static final long WORTH = 400_000;

    /** All threads may read and write this at any time; whatever they find, the numbers are the same. */
    @SuppressWarnings("ImmutableEnumChecker") // what this enum is for
    private boolean compiled = VectorKernels.FROM_THE_FIRST_CALL;

    @SuppressWarnings("ImmutableEnumChecker") // counts, as above
    private final Trial trial;

    Loop(int vectors) {
        this.trial = new Trial(vectors, WORTH);
    }

    /**
     * Before work that takes this many turns.
     *
     * @return {@link #PLAIN}, or what {@link #end} is to be told
     */
    long begin(int turns) {
        return compiled ? COMPILED : tried(turns);
    }

    private long tried(int turns) {
        return trial.isDue(turns) ? (System.nanoTime() & Long.MAX_VALUE) | 1 : PLAIN;
    }

    /** After the work was done with vectors. */
    void end(long begun, int turns) {
        if (begun != COMPILED) {
            judge(begun, turns);
        }
    }

    private void judge(long begun, int turns) {
        compiled |= trial.passed((System.nanoTime() & Long.MAX_VALUE) - begun, turns);
    }

    /**
     * The calls of a loop until the compiler has come to it: which of them are with vectors, and whether these are as fast
     * as only compiled code is. All threads may use it at once: a count that is lost only makes the trial longer.
     */
    static final class Trial {

        /** Then one call in eight is with vectors. */
        private static final int ONE_IN = 8;

        /** A multiply-add of vectors takes up to ten nanoseconds compiled, if B comes from memory, and more than a hundred before. */
        private static final long MOST_NANOS = 30;

        /** What a call may take whatever it does. */
        private static final long MOST_NANOS_A_CALL = 200;

        /** This many calls in a row have to be fast: one alone may be compiled in the middle of it. */
        private static final int TIMES = 20;

        /** When any call of any trial began last; 0 before the first. */
        private static volatile long last;

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
        Trial(int vectors, long worth) {
            this.vectors = vectors;
            this.worth = worth;
        }

        /** Whether the call that begins, of this many turns, is to be with vectors. */
        boolean isDue(int turnsOfCall) {
            turns += turnsOfCall;
            if (turns < worth || ++calls % ONE_IN != 0) {
                return false;
            }
            last = System.nanoTime() | 1;
            return true;
        }

        /** Whether a call of some trial has begun since then. */
        static boolean anySince(long nanoTime) {
            long begun = last;
            return begun != 0 && begun - nanoTime > 0;
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
}
