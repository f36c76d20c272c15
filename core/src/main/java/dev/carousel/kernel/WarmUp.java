package dev.carousel.kernel;

import java.time.Duration;

/** Runs something until the compiler is done with it, for what has to be fast from its first use on. */
public final class WarmUp {

    /** How much less of its time makes a run a faster one. */
    private static final double FASTER = 0.9;

    /** For how long none has been faster, and no kernel on trial, when the compiler is done: it comes in leaps. */
    private static final long QUIET = Duration.ofMillis(400).toNanos();

    private WarmUp() {}

    /**
     * Runs it again and again until it gets no faster, or the time is up.
     *
     * @param kernels that it uses
     * @param run takes microseconds to milliseconds, and changes nothing that matters
     * @return whether it had become as fast as it gets
     */
    public static boolean untilSteady(Kernels kernels, Runnable run, Duration limit) {
        long begin = System.nanoTime();
        long now = begin;
        long fasterAt = begin;
        double least = Double.POSITIVE_INFINITY;
        while (now - begin < limit.toNanos()) {
            run.run();
            long after = System.nanoTime();
            if (after - now < FASTER * least) {
                least = after - now;
                fasterAt = after;
            }
            now = after;
            if (now - fasterAt > QUIET && !kernels.products().triedSince(now - QUIET)) {
                return true;
            }
        }
        return false;
    }
}
