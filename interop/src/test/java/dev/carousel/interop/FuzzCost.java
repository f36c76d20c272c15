package dev.carousel.interop;

import java.lang.reflect.Method;

/**
 * What reading a file may cost, for fuzz targets: little time, and memory within a small multiple of the file.
 *
 * <p>Reflective, because the module does not read java.management.
 */
public final class FuzzCost {

    /** What a file of any size may allocate, in bytes. */
    private static final long ALWAYS_ALLOWED = 16L << 20;

    /** The first time, Java and Jazzer load and change classes, which costs far more than the file. */
    private static final int ATTEMPTS = 3;

    private static final int MOST_TIMES = 10;
    private static final long MOST_NANOS = 5_000_000_000L;

    private static final Object THREADS;
    private static final Method BYTES;
    private static final Method NANOS;

    static {
        try {
            THREADS = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            BYTES = Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
            NANOS = Class.forName("java.lang.management.ThreadMXBean").getMethod("getCurrentThreadCpuTime");
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no ThreadMXBean", e);
        }
    }

    private FuzzCost() {}

    /**
     * Reads a file, which may be refused.
     *
     * @param size its bytes
     * @param reading throws an {@link InteropException} to refuse it
     * @throws AssertionError if that took more than 5 seconds of this thread's time, or allocated more than 10 times the size
     *     and 16 MB
     */
    public static void assertBounded(long size, Runnable reading) {
        String cost = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long bytes = bytes();
            long nanos = nanos();
            try {
                reading.run();
            } catch (InteropException e) {
                // That is the way to refuse a file.
            }
            nanos = nanos() - nanos;
            bytes = bytes() - bytes;
            if (nanos <= MOST_NANOS && bytes <= ALWAYS_ALLOWED + MOST_TIMES * size) {
                return;
            }
            cost = nanos / 1_000_000 + " ms and " + bytes + " bytes of memory";
        }
        throw new AssertionError("Reading a file of " + size + " bytes took " + cost + ".");
    }

    private static long bytes() {
        try {
            return (long) BYTES.invoke(THREADS, Thread.currentThread().getId());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no count of bytes", e);
        }
    }

    private static long nanos() {
        try {
            return (long) NANOS.invoke(THREADS);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no count of time", e);
        }
    }
}
