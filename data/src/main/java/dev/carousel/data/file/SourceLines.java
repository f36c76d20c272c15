package dev.carousel.data.file;

import dev.carousel.data.DataException;
import dev.carousel.data.ReadingListener;
import dev.carousel.model.Provenance;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The lines of a UTF-8 text file, one at a time and counted, with the size and the sum of what was read. */
public final class SourceLines implements AutoCloseable {

    private final Path file;
    private final Utf8Reader text;
    private final BufferedReader reader;
    private int number;

    private SourceLines(Path file, Utf8Reader text) {
        this.file = file;
        this.text = text;
        this.reader = new BufferedReader(text);
    }

    /**
     * Opens a file.
     *
     * @throws DataException if it is missing, a folder, empty or cannot be read
     */
    public static SourceLines open(Path file) {
        return new SourceLines(file, text(file));
    }

    /** The text of a file that exists and is not empty. */
    public static Utf8Reader text(Path file) {
        FileText.requireFile(file);
        try {
            long bytes = Files.size(file);
            FileText.requireNotEmpty(file.toString(), bytes);
            return new Utf8Reader(file.toString(), Files.newInputStream(file), bytes, ReadingListener.NONE);
        } catch (IOException e) {
            throw FileText.notRead(file.toString(), e);
        }
    }

    /** What a file was whose text has been read to its end. */
    public static Provenance.Data source(Path file, Utf8Reader text) {
        try {
            return new Provenance.Data(String.valueOf(file.getFileName()), Files.size(file), text.sha256());
        } catch (IOException e) {
            throw FileText.notRead(file.toString(), e);
        }
    }

    /**
     * The next line, without its end.
     *
     * @throws DataException if it is not UTF-8
     */
    public Optional<String> next() {
        try {
            number++;
            return Optional.ofNullable(reader.readLine());
        } catch (IOException e) {
            throw FileText.notRead(file.toString(), e);
        }
    }

    /** The number of the line that {@link #next} gave last, from 1. */
    public int number() {
        return number;
    }

    /** What the file was; asked for after its last line. */
    public Provenance.Data source() {
        return source(file, text);
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw FileText.notRead(file.toString(), e);
        }
    }
}
