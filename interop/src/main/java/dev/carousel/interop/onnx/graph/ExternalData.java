package dev.carousel.interop.onnx.graph;

import dev.carousel.interop.InteropException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files next to a model that hold its large tensors. A model names them, so a hostile one could name any file of the
 * machine: only files within the model's own folder are opened.
 */
public final class ExternalData {

    /** One of the pairs that say where a tensor lies: {@code location}, {@code offset}, {@code length}. */
    record Entry(String key, String value) {}

    private final Optional<Path> folder;
    private final Set<Path> opened = new HashSet<>();

    private ExternalData(Optional<Path> folder) {
        this.folder = folder;
    }

    /** Of a model in this folder. */
    static ExternalData in(Path folder) {
        return new ExternalData(Optional.of(folder));
    }

    /** Of a model that is no file: there is none. */
    public static ExternalData none() {
        return new ExternalData(Optional.empty());
    }

    static Entry entry(Wire in, Budget budget) {
        String key = "";
        String value = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> key = in.text();
                case 2 -> value = in.text();
                default -> in.skip();
            }
        }
        budget.spend(Budget.ATTRIBUTE + key.length() + value.length());
        return new Entry(key, value);
    }

    /**
     * The bytes of a tensor.
     *
     * @param entries say where they lie
     * @param expected how many the tensor needs
     * @param budget grows by each file that is opened
     * @param title names the tensor in errors
     * @throws InteropException if the file is outside the folder, is missing, or has not that many bytes there
     */
    ByteBuffer read(List<Entry> entries, long expected, Budget budget, String title) {
        String location = value(entries, "location").orElse("");
        Path file = inside(location, title);
        long offset = number(entries, "offset", 0, title);
        long length = number(entries, "length", expected, title);
        if (length != expected || length > Integer.MAX_VALUE - 16) {
            throw new InteropException(title + " needs " + expected + " bytes, but the model says that there are "
                    + length + " in the file " + location + ".");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (offset > channel.size() - length) {
                throw new InteropException(
                        title + " should be the " + length + " bytes from " + offset + " in the file " + location
                                + ", which is " + channel.size() + " bytes long. Was it copied completely?");
            }
            if (opened.add(file)) {
                budget.grow(channel.size());
            }
            budget.spend(length);
            ByteBuffer bytes = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
                // The next part of the file.
            }
            return bytes.flip();
        } catch (IOException e) {
            throw new InteropException(title + " lies in the file " + location + ", which cannot be read: " + e, e);
        }
    }

    private Path inside(String location, String title) {
        if (folder.isEmpty()) {
            throw new InteropException(
                    title + " lies in another file, " + location + ", but the model was not read from one.");
        }
        try {
            Path home = folder.get().toRealPath();
            Path named = home.resolve(location);
            if (!named.normalize().startsWith(home) || location.isEmpty()) {
                throw outside(location, title);
            }
            if (!Files.isRegularFile(named)) {
                throw new InteropException(title + " lies in the file '" + location
                        + "' next to the model, which is not there. It belongs to the model: copy both.");
            }
            Path real = named.toRealPath();
            if (!real.startsWith(home)) {
                throw outside(location, title);
            }
            return real;
        } catch (IOException | InvalidPathException e) {
            throw new InteropException(title + " lies in the file '" + location + "', which cannot be read: " + e, e);
        }
    }

    private static InteropException outside(String location, String title) {
        return new InteropException(title + " is said to lie in '" + location
                + "', which is outside the model's folder. Such files are not opened: copy it next to the model.");
    }

    private static Optional<String> value(List<Entry> entries, String key) {
        return entries.stream()
                .filter(entry -> entry.key().equals(key))
                .map(Entry::value)
                .findFirst();
    }

    private static long number(List<Entry> entries, String key, long missing, String title) {
        Optional<String> text = value(entries, key);
        try {
            long number = text.isEmpty() ? missing : Long.parseLong(text.get());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As wrong as a negative one.
        }
        throw new InteropException(
                title + " has the " + key + " '" + text.orElse("") + "' in its file, which is no number.");
    }
}
