package dev.carousel.interop.numpy;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.file.DiskFile;
import dev.carousel.interop.file.ZipArchive;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's {@code .npz} files, zip archives of named arrays: what {@code numpy.savez} and {@code numpy.savez_compressed}
 * write.
 *
 * <p>A compressed archive is read too, as long as it does not unpack to far more than its own size; the message says how
 * much that is.
 */
public final class NpzFile {

    private static final String ENDING = ".npy";

    /** The first moment that a zip can name: equal arrays give equal files. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private NpzFile() {}

    /**
     * Reads all arrays.
     *
     * @return by name, in the order of the file
     * @throws InteropException if the file is missing, no archive or damaged, or an entry is no array of numbers
     */
    public static Map<String, NumpyArray> read(Path file) {
        Map<String, NumpyArray> arrays = new LinkedHashMap<>();
        try (ZipArchive zip = ZipArchive.open(file, "a NumPy .npz file")) {
            for (String entry : zip.names()) {
                if (!entry.endsWith(ENDING)) {
                    throw new InteropException(file + ": the archive holds " + quoted(entry)
                            + ", but each entry of an .npz file is named after its array and ends in .npy.");
                }
                String name = entry.substring(0, entry.length() - ENDING.length());
                arrays.put(name, NpyFile.ofBytes(file + ", array " + quoted(name), zip.read(entry)));
            }
        }
        return Collections.unmodifiableMap(arrays);
    }

    /**
     * Writes arrays without compression, as {@code numpy.savez} does, atomically.
     *
     * @param arrays by name, in this order
     * @throws InteropException if the file cannot be written
     */
    public static void write(Path file, Map<String, NumpyArray> arrays) {
        DiskFile.write(file, channel -> {
            ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(channel));
            for (Map.Entry<String, NumpyArray> array : arrays.entrySet()) {
                byte[] content = NpyFile.toBytes(array.getValue());
                CRC32 sum = new CRC32();
                sum.update(content);
                ZipEntry entry = new ZipEntry(array.getKey() + ENDING);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.length);
                entry.setCrc(sum.getValue());
                entry.setTimeLocal(NO_TIME);
                zip.putNextEntry(entry);
                zip.write(content);
                zip.closeEntry();
            }
            zip.finish();
        });
    }
}
