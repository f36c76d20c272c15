package dev.carousel.interop.keras;

import dev.carousel.interop.Resource;
import dev.carousel.interop.numpy.NpzFile;
import dev.carousel.interop.numpy.NumpyArray;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** The files that make_keras_files.py has written, and others made of them. */
final class KerasTestFiles {

    private static final Map<String, byte[]> FILES = unpacked(Resource.file("keras/files.zip"));

    private KerasTestFiles() {}

    private static Map<String, byte[]> unpacked(Path zip) {
        try (InputStream stream = Files.newInputStream(zip)) {
            return entries(stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The content of each file of a zip archive, in order. */
    static Map<String, byte[]> entries(byte[] zip) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream stream = new ZipInputStream(new java.io.ByteArrayInputStream(zip))) {
            for (ZipEntry entry = stream.getNextEntry(); entry != null; entry = stream.getNextEntry()) {
                entries.put(entry.getName(), stream.readAllBytes());
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A zip archive of these files. */
    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream stream = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                stream.putNextEntry(new ZipEntry(entry.getKey()));
                stream.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What is expected of the files. */
    static Map<String, NumpyArray> expected() {
        return NpzFile.read(Resource.file("keras/expected.npz"));
    }

    /** The names of all files. */
    static Iterable<String> names() {
        return FILES.keySet();
    }

    /** The content of one of the files. */
    static byte[] bytes(String name) {
        return Objects.requireNonNull(FILES.get(name), name).clone();
    }

    /** A file in a folder. */
    static Path write(Path folder, String name, byte[] content) {
        try {
            return Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of the files, in a folder. */
    static Path file(Path folder, String name) {
        return write(folder, name, bytes(name));
    }

    /** A .keras archive whose configuration has been changed. */
    static byte[] withConfig(byte[] archive, UnaryOperator<String> change) {
        Map<String, byte[]> entries = entries(archive);
        String config = new String(entries.get("config.json"), StandardCharsets.UTF_8);
        String changed = change.apply(config);
        if (changed.equals(config)) {
            throw new IllegalArgumentException("Nothing was changed in " + config);
        }
        entries.put("config.json", changed.getBytes(StandardCharsets.UTF_8));
        return zip(entries);
    }
}
