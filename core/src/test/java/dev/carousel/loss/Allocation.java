package dev.carousel.loss;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;

/** Measures what the calling thread allocates. Reflective, because core's module does not read java.management. */
public final class Allocation {

    private Allocation() {}

    /** Runs an action until it is warm, then asserts that running it again makes no object (the least has 16 bytes). */
    public static void assertNone(Runnable action) {
        int runs = 1000;
        for (int i = 0; i < runs; i++) {
            action.run();
        }
        long before = bytes();
        for (int i = 0; i < runs; i++) {
            action.run();
        }
        long bytes = bytes() - before;
        assertThat((double) bytes / runs).as("bytes a run").isLessThan(16);
    }

    /** What the calling thread has allocated so far. */
    public static long bytes() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            Method bytes =
                    Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
            return (long) bytes.invoke(threads, Thread.currentThread().getId());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no ThreadMXBean", e);
        }
    }
}
