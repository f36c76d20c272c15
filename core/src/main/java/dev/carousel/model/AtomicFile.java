package dev.carousel.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/**
 * Writes a file next to its target and moves it over the target when all is on the disk: whatever happens, and whenever,
 * the target holds either what it held before or all of the new content.
 *
 * <p>A process that is killed may leave a file {@code .carousel-<process>-<number>.tmp} behind; every other failure
 * removes it.
 */
public final class AtomicFile {

    /** Produces the content of a file. */
    @FunctionalInterface
    public interface Content {

        /** Writes all of the content. */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes a file.
     *
     * @param target what is created or replaced; a symbolic link stays and the file that it names is replaced
     * @throws IOException if the target is no file that may be replaced, or the content could not be written; the message
     *     is a sentence for the user
     */
    public static void write(Path target, Content content) throws IOException {
        Path file = requireReplaceable(target);
        Path temporary = createBeside(file);
        boolean moved = false;
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            moved = true;
        } catch (FileSystemException e) {
            throw new IOException(reason(e) + ".", e);
        } finally {
            if (!moved) {
                deleteQuietly(temporary);
            }
        }
        forceFolder(file);
    }

    /**
     * Checks that {@link #write} would find a folder it can write into and a target it may replace, so that a long
     * training does not end in an error.
     *
     * @throws IOException if not; the message is a sentence for the user
     */
    public static void requireWritable(Path target) throws IOException {
        deleteQuietly(createBeside(requireReplaceable(target)));
    }

    /** Writes, with the error of a model file. */
    static void writeModel(Path target, Content content) {
        try {
            write(target, content);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw new ModelException(
                    ModelException.Kind.NOT_WRITTEN,
                    target.toString(),
                    "the file could not be written: " + message + (message.endsWith(".") ? "" : ".")
                            + " What was there before is unchanged.",
                    e);
        }
    }

    private static Path requireReplaceable(Path target) throws IOException {
        Path file = (Files.isSymbolicLink(target) ? target.toRealPath() : target).toAbsolutePath();
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a folder. Name a file in it.");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + " is a device or a pipe, which cannot be replaced by a file.");
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new IOException(file + " is there and may not be written. Is it protected?");
        }
        if (!Files.isDirectory(folder(file))) {
            throw new IOException("The folder " + folder(file) + " does not exist. Create it first.");
        }
        return file;
    }

    private static Path createBeside(Path file) throws IOException {
        String prefix = ".carousel-" + ProcessHandle.current().pid() + "-";
        for (int number = 0; ; number++) {
            Path temporary = file.resolveSibling(prefix + number + ".tmp");
            try {
                // Files.createTempFile would make a file that only its owner can read, and the model with it.
                return Files.createFile(temporary);
            } catch (FileAlreadyExistsException e) {
                // Another thread's, or left by a killed process of this number: try the next.
            } catch (AccessDeniedException e) {
                throw new IOException("There is no permission to write into the folder " + folder(file) + ".", e);
            } catch (FileSystemException e) {
                throw new IOException("No file can be made in the folder " + folder(file) + " (" + reason(e) + ").", e);
            }
        }
    }

    private static Path folder(Path file) {
        return Objects.requireNonNullElse(file.getParent(), file);
    }

    private static String reason(FileSystemException e) {
        return Optional.ofNullable(e.getReason()).orElse(e.toString());
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The error that led here tells more than this one.
        }
    }

    /** Puts the new name on the disk too, where the system lets a folder be opened. */
    private static void forceFolder(Path file) {
        try (FileChannel channel = FileChannel.open(folder(file), StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows does not open folders, and keeps names safe by its journal.
        }
    }
}
