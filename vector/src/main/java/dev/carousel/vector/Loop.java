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
    private final LoopTrial trial;

    Loop(int vectors) {
        this.trial = new LoopTrial(vectors, WORTH);
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
}
