package dev.carousel.interop.fuzz;

import dev.carousel.interop.InteropException;
import dev.carousel.model.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a fuzz test asks of a reader: it reads the bytes or says in its own error what is wrong, and takes no more memory
 * than ten times the file and a fixed part.
 *
 * <p>The fuzz tests run their stored inputs in every build. With the environment variable {@code JAZZER_FUZZ=1} a single
 * one of them looks for new inputs instead, for as long as its {@code @FuzzTest} says:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn -pl interop -am test -Dtest=NumpyFuzzTest#npy -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
public final class Fuzzed {

    /** What a reader may allocate for any file: buffers, and the limits that are no multiple of the file's size. */
    private static final long FIXED = 32L << 20;

    private static final int TIMES = 10;

    private static final Object THREADS;
    private static final Method ALLOCATED;

    static {
        try {
            // By reflection, since the tests are compiled into a module that does not read java.management.
            THREADS = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            ALLOCATED =
                    Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no ThreadMXBean", e);
        }
    }

    private Fuzzed() {}

    private static long allocatedBytes() {
        try {
            return (long) ALLOCATED.invoke(THREADS, Thread.currentThread().getId());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("getThreadAllocatedBytes", e);
        }
    }

    /** Reads a file that is in memory. */
    public static void read(byte[] file, Runnable reader) {
        long most = FIXED + TIMES * (long) file.length;
        long allocated = allocatedBy(reader);
        // The first time, the classes are loaded too.
        if (allocated > most && allocatedBy(reader) > most) {
            throw new AssertionError("A file of " + file.length + " bytes made the reader allocate " + allocated + ".");
        }
    }

    private static long allocatedBy(Runnable reader) {
        long before = allocatedBytes();
        try {
            reader.run();
        } catch (InteropException | ModelException e) {
            requireSentence(e);
        }
        return allocatedBytes() - before;
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
