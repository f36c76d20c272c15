package dev.carousel.cli.command;

import dev.carousel.data.DataException;
import dev.carousel.model.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a command writes, whole or not at all. */
public final class OutputFile {

    private OutputFile() {}

    /**
     * Refuses, before any work is done, a place where no file can be written, or where what is read would be lost.
     *
     * @param option the option that names it
     * @param inputs what the command reads
     */
    public static void require(Subcommand command, Path file, String option, Path... inputs) {
        for (Path input : inputs) {
            if (same(file, input)) {
                throw command.mistake(option + " is " + file + ", which is read; name another file.");
            }
        }
        try {
            AtomicFile.requireWritable(file);
        } catch (IOException e) {
            throw new DataException(option + " " + file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private static boolean same(Path file, Path input) {
        try {
            return Files.exists(file) && Files.exists(input) && Files.isSameFile(file, input);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Writes a file atomically.
     *
     * @throws DataException if that fails; what was there before is still there
     */
    public static void write(Path file, byte[] content) {
        try {
            AtomicFile.write(file, channel -> {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            });
        } catch (IOException e) {
            throw new DataException(file + ": could not be written: " + e.getMessage(), e);
        }
    }
}
