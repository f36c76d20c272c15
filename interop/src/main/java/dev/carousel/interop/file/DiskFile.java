package dev.carousel.interop.file;

import dev.carousel.interop.InteropException;
import dev.carousel.model.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Whole files, in and out, with the errors that a user can act upon. */
public final class DiskFile {

    /** The longest file that one array of Java holds. */
    private static final int MOST_BYTES = Integer.MAX_VALUE - 16;

    private static final int LONGEST_NAME = 80;

    private DiskFile() {}

    /**
     * Checks that there is a file that can be read.
     *
     * @param expected what it should be, for errors, such as {@code a NumPy file}
     * @throws InteropException if it is missing, a folder, a device or protected
     */
    public static void requireReadable(Path file, String expected) {
        if (Files.isDirectory(file)) {
            throw new InteropException(file + ": this is a folder; " + expected + " is expected.");
        }
        if (!Files.exists(file)) {
            throw new InteropException(
                    file + ": there is no such file in " + file.toAbsolutePath().getParent() + ".");
        }
        if (!Files.isRegularFile(file)) {
            throw new InteropException(file + ": this is a device or a pipe; " + expected + " is expected.");
        }
        if (!Files.isReadable(file)) {
            throw new InteropException(file + ": the file may not be read. Check its permissions.");
        }
    }

    /**
     * All bytes of a file.
     *
     * @param expected what it should be, for errors
     * @throws InteropException if it cannot be read, is empty, or is longer than an array can be
     */
    public static byte[] read(Path file, String expected) {
        requireReadable(file, expected);
        try {
            long size = Files.size(file);
            if (size == 0) {
                throw new InteropException(
                        file + ": the file is empty. Was it copied or downloaded whole, or the disk full?");
            }
            if (size > MOST_BYTES) {
                throw new InteropException(
                        file + ": the file has " + size + " bytes; at most " + MOST_BYTES + " can be read at once.");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
    }

    /** The error of a file that the system would not let us read. */
    public static InteropException unreadable(String file, IOException e) {
        String why = e instanceof NoSuchFileException
                ? "there is no such file"
                : e instanceof AccessDeniedException ? "access is denied" : String.valueOf(e.getMessage());
        return new InteropException(file + ": the file cannot be read: " + why + ".", e);
    }

    /**
     * Writes a file atomically: a failure leaves what was there before.
     *
     * @throws InteropException if it cannot be written
     */
    public static void write(Path file, byte[] content) {
        write(file, channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }

    /** As {@link #write(Path, byte[])}, for content that is produced piece by piece. */
    public static void write(Path file, AtomicFile.Content content) {
        try {
            AtomicFile.write(file, content);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw new InteropException(
                    file + ": the file could not be written: " + message + (message.endsWith(".") ? "" : ".")
                            + " What was there before is unchanged.",
                    e);
        }
    }

    /** A name from a file, quoted, shortened, and without characters that would disturb a terminal. */
    public static String quoted(String name) {
        String shown = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 3) + "...";
        return '"' + shown.replaceAll("\\p{C}", "?") + '"';
    }
}
