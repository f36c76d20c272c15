package dev.carousel.loss;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;

/** Measures what the calling thread allocates. Reflective, because core's module does not read java.management. */
public final class Allocation {

    private Allocation() {}

    private static final int RUNS = 1000;
    private static final int ROUNDS = 20;

    /**
     * Asserts that in the steady state an action makes no object (the least has 16 bytes). How soon that state is reached is
     * the compiler's affair, which may be slow on a busy machine, so the best of some rounds counts.
     */
    public static void assertNone(Runnable action) {
        double least = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS && least >= 16; round++) {
            long before = bytes();
            for (int i = 0; i < RUNS; i++) {
                action.run();
            }
            least = Math.min(least, (double) (bytes() - before) / RUNS);
        }
        assertThat(least).as("bytes a run").isLessThan(16);
    }

    /** What the calling thread has allocated so far. The look-up, which allocates kilobytes itself, is done once. */
    public static long bytes() {
        try {
            return (long)
                    Meter.BYTES.invoke(Meter.THREADS, Thread.currentThread().getId());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no ThreadMXBean", e);
        }
    }

    private static final class Meter {

        static final Object THREADS;
        static final Method BYTES;

        static {
            try {
                THREADS = Class.forName("java.lang.management.ManagementFactory")
                        .getMethod("getThreadMXBean")
                        .invoke(null);
                BYTES = Class.forName("com.sun.management.ThreadMXBean")
                        .getMethod("getThreadAllocatedBytes", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }
}
