package dev.carousel.interop.file;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A zip archive, read without trust: an entry must have the size that the directory gives and may not unpack to much more
 * than the archive, so that a few bytes cannot ask for all memory.
 *
 * <p>May be read from several threads.
 */
public final class ZipArchive implements AutoCloseable {

    /** What all entries together may unpack to whatever the archive's size; beyond it, {@link #MOST_TIMES} as much. */
    static final long ALWAYS_ALLOWED = 16L << 20;

    static final long MOST_TIMES = 4;
    private static final String DAMAGED = " Was it copied or downloaded whole?";

    private final String name;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries;
    private long left;

    private ZipArchive(String name, ZipFile zip, long size) {
        this.name = name;
        this.zip = zip;
        this.left = Math.max(ALWAYS_ALLOWED, MOST_TIMES * size);
        this.entries = Collections.unmodifiableMap(directory());
    }

    /**
     * Opens an archive and reads its directory.
     *
     * @param expected what the file should be, for errors
     * @throws InteropException if there is no such file, or it is no sound archive
     */
    public static ZipArchive open(Path file, String expected) {
        DiskFile.requireReadable(file, expected);
        ZipFile zip;
        long size;
        try {
            size = Files.size(file);
            zip = new ZipFile(file.toFile());
        } catch (IOException | IllegalArgumentException e) {
            throw new InteropException(
                    file + ": " + expected + " is a zip archive, but this is none or a damaged one (" + e.getMessage()
                            + ")." + DAMAGED,
                    e);
        }
        try {
            return new ZipArchive(file.toString(), zip, size);
        } catch (Throwable e) {
            closeQuietly(zip);
            throw e;
        }
    }

    private static void closeQuietly(ZipFile zip) {
        try {
            zip.close();
        } catch (IOException e) {
            // The error that led here tells more than this one.
        }
    }

    private Map<String, ZipEntry> directory() {
        Map<String, ZipEntry> all = new LinkedHashMap<>();
        try {
            zip.stream().filter(entry -> !entry.isDirectory()).forEach(entry -> {
                if (all.put(entry.getName(), entry) != null) {
                    throw new InteropException(
                            name + ": the archive holds " + quoted(entry.getName()) + " twice." + DAMAGED);
                }
            });
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new InteropException(name + ": the archive's directory cannot be read." + DAMAGED, e);
        }
        return all;
    }

    /** The file's name, for errors. */
    public String name() {
        return name;
    }

    /** The names of its files, in the order of its directory. */
    public Set<String> names() {
        return entries.keySet();
    }

    /**
     * The content of one file.
     *
     * @throws InteropException if there is none of that name, it is damaged, or it unpacks to far more than the archive
     */
    public synchronized byte[] read(String entry) {
        ZipEntry found = entries.get(entry);
        if (found == null) {
            throw new InteropException(name + ": the archive holds no " + quoted(entry) + "." + DAMAGED);
        }
        long size = found.getSize();
        if (size < 0 || size > left) {
            throw new InteropException(name + ": " + quoted(entry) + " would unpack to " + Long.toUnsignedString(size)
                    + " bytes, but the whole archive may unpack to " + Math.max(ALWAYS_ALLOWED, left) + " at most ("
                    + (ALWAYS_ALLOWED >> 20) + " MB, or " + MOST_TIMES + " times its own size if that is more)."
                    + " Write it without compression if it is not hostile.");
        }
        if (size > Integer.MAX_VALUE - 16) {
            throw new InteropException(
                    name + ": " + quoted(entry) + " has " + size + " bytes, more than one array can hold.");
        }
        left -= size;
        try (InputStream stream = zip.getInputStream(found)) {
            byte[] content = stream.readNBytes((int) size);
            if (content.length < size || stream.read() >= 0) {
                throw new InteropException(name + ": " + quoted(entry) + " should be " + size + " bytes but unpacks to "
                        + (content.length < size ? "only " + content.length : "more") + "." + DAMAGED);
            }
            requireChecksum(found, content);
            return content;
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new InteropException(
                    name + ": " + quoted(entry) + " cannot be unpacked (" + e.getMessage() + ")." + DAMAGED, e);
        }
    }

    private void requireChecksum(ZipEntry entry, byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(content);
        if (entry.getCrc() != sum.getValue()) {
            throw new InteropException(name + ": " + quoted(entry.getName()) + " is damaged: its CRC-32 should be "
                    + Long.toHexString(entry.getCrc()) + " but is " + Long.toHexString(sum.getValue()) + "." + DAMAGED);
        }
    }

    /** Closes the file. */
    @Override
    public void close() {
        closeQuietly(zip);
    }
}
