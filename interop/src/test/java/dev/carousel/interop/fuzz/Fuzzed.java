package dev.carousel.interop.fuzz;

import dev.carousel.interop.InteropException;
import dev.carousel.model.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a fuzz test asks of a reader: it reads the bytes or says in its own error what is wrong, soon, and takes no more memory
 * than ten times the file and a fixed part.
 *
 * <p>The fuzz tests run their stored inputs in every build. With the environment variable {@code JAZZER_FUZZ=1} a single
 * one of them looks for new inputs instead, for as long as its {@code @FuzzTest} says:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn -pl interop -am test -Dtest=NumpyFuzzTest#npy -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 *
 * <p>Reflective, because the tests are compiled into a module that does not read java.management.
 */
public final class Fuzzed {

    /** What a reader may allocate for any file: buffers, and the limits that are no multiple of the file's size. */
    private static final long FIXED = 16L << 20;

    private static final int TIMES = 10;
    private static final long MOST_NANOS = 5_000_000_000L;

    /** The first time, Java and Jazzer load and change classes, which costs far more than the file. */
    private static final int ATTEMPTS = 3;

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

    private Fuzzed() {}

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

    /**
     * Reads a file that is in memory.
     *
     * @throws AssertionError if that took more than 5 seconds of this thread's time, or allocated more than 10 times the file
     *     and 16 MB, or the error is no sentence
     */
    public static void read(byte[] file, Runnable reader) {
        String cost = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long bytes = bytes();
            long nanos = nanos();
            try {
                reader.run();
            } catch (InteropException | ModelException e) {
                requireSentence(e);
            }
            nanos = nanos() - nanos;
            bytes = bytes() - bytes;
            if (nanos <= MOST_NANOS && bytes <= FIXED + TIMES * (long) file.length) {
                return;
            }
            cost = nanos / 1_000_000 + " ms and " + bytes + " bytes of memory";
        }
        throw new AssertionError("Reading a file of " + file.length + " bytes took " + cost + ".");
    }

    /** What reads a file on the disk. */
    @FunctionalInterface
    public interface FileReader {

        /** Reads it. */
        void read(Path file);
    }

    /** Reads a file on the disk. */
    public static void read(byte[] file, String ending, FileReader reader) {
        Path path;
        try {
            path = Files.write(Files.createTempFile("fuzz", ending), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            read(file, () -> reader.read(path));
        } finally {
            path.toFile().delete();
        }
    }

    private static void requireSentence(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        boolean clear = message.length() > 20
                && message.length() < 5000
                && !message.startsWith("java.")
                && message.chars().noneMatch(c -> c < ' ');
        if (!clear) {
            throw new AssertionError("The error is no clear sentence: " + message, e);
        }
    }
}
