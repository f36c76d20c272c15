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

    /** After so many turns of a loop it is worth the compiler's time. */
    private static final long WORTH = 20_000;

    /** One in so many calls is with vectors then. */
    private static final int ONE_IN = 8;

    /** A multiply-add of vectors takes up to ten nanoseconds compiled, if B comes from memory, and more than a hundred before. */
    private static final long MOST_NANOS = 30;

    /** What a call may take whatever it does. */
    private static final long MOST_NANOS_A_CALL = 200;

    /** So many calls in a row have to be fast: one alone may be compiled in the middle of it. */
    private static final int TIMES = 20;

    /** How many vectors it multiplies in a turn. */
    private final int vectors;

    /** All threads may read and write these at any time; whatever they find, the numbers are the same. */
    private boolean compiled = VectorKernels.FROM_THE_FIRST_CALL;

    private long turns;
    private int calls;
    private int fast;

    Loop(int vectors) {
        this.vectors = vectors;
    }

    /**
     * Before work that takes so many turns.
     *
     * @return {@link #PLAIN}, or what {@link #end} is to be told
     */
    long begin(int turns) {
        return compiled ? COMPILED : trial(turns);
    }

    private long trial(int turns) {
        this.turns += turns;
        if (this.turns < WORTH || ++calls % ONE_IN != 0) {
            return PLAIN;
        }
        return System.nanoTime() & Long.MAX_VALUE | 1;
    }

    /** After the work was done with vectors. */
    void end(long begun, int turns) {
        if (begun != COMPILED) {
            judge(begun, turns);
        }
    }

    private void judge(long begun, int turns) {
        long nanos = (System.nanoTime() & Long.MAX_VALUE) - begun;
        fast = nanos < MOST_NANOS_A_CALL + MOST_NANOS * turns * vectors ? fast + 1 : 0;
        compiled = compiled || fast >= TIMES;
    }
}
