package dev.carousel.model;

import static dev.carousel.model.ModelException.quoted;

import dev.carousel.json.Json;
import dev.carousel.json.JsonException;
import dev.carousel.model.ModelException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where a model comes from: what is needed to train it again, or to know what it was trained on.
 *
 * <p>Nothing in it may depend on the time, the machine's name or the number of threads, because the same training must
 * give the same file, byte for byte. So the command is given without options that do not change the result, such as
 * {@code --threads} and {@code --output}.
 *
 * @param seed the seed of everything random, if there was one
 * @param command what was typed, or a sentence; may be empty
 * @param data what it was trained on
 * @param software what trained it
 * @param losses by name, such as {@code training} and {@code heldOut}, one number an epoch
 */
public record Provenance(
        OptionalLong seed, String command, List<Data> data, Software software, Map<String, List<Double>> losses) {

    /** Takes copies; the losses are sorted by name and must be finite. */
    public Provenance {
        Objects.requireNonNull(seed, "Provenance: seed is null; OptionalLong.empty() is none");
        Objects.requireNonNull(command, "Provenance: command is null; it may be empty");
        Objects.requireNonNull(data, "Provenance: data is null; the list may be empty");
        Objects.requireNonNull(software, "Provenance: software is null");
        Objects.requireNonNull(losses, "Provenance: losses are null; the map may be empty");
        for (Data one : data) {
            Objects.requireNonNull(one, "Provenance: data is null");
        }
        data = List.copyOf(data);
        Map<String, List<Double>> sorted = new TreeMap<>();
        losses.forEach((name, list) -> {
            Objects.requireNonNull(name, "Provenance: the name of losses is null");
            Objects.requireNonNull(list, "Provenance: losses are null");
            if (!list.stream()
                    .allMatch(loss -> Double.isFinite(Objects.requireNonNull(loss, "Provenance: a loss is null")))) {
                throw new IllegalArgumentException("The losses \"" + name + "\" hold a number that is not finite.");
            }
            sorted.put(name, List.copyOf(list));
        });
        losses = Collections.unmodifiableMap(sorted);
    }

    /**
     * A file that a model was trained on.
     *
     * @param name its name, without its folder
     * @param bytes its size
     * @param sha256 its SHA-256 in lower-case hexadecimal digits
     */
    public record Data(String name, long bytes, String sha256) {

        /** Checks the size and the digits. */
        public Data {
            Objects.requireNonNull(name, "Provenance: the name of data is null");
            Objects.requireNonNull(sha256, "Provenance: the SHA-256 of data is null");
            if (bytes < 0 || !sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("Data " + name + ": size " + bytes + " and SHA-256 \"" + sha256
                        + "\" must be at least 0 and 64 lower-case hexadecimal digits.");
            }
        }

        /** Describes bytes in memory. */
        public static Data of(String name, byte[] content) {
            Objects.requireNonNull(content, "Provenance: the content of data is null");
            MessageDigest digest = Checksum.sha256();
            digest.update(content);
            return new Data(name, content.length, Checksum.hex(digest));
        }

        /**
         * Describes a file, reading it once.
         *
         * @throws IOException if it cannot be read
         */
        public static Data of(Path file) throws IOException {
            Objects.requireNonNull(file, "Provenance: the file of data is null");
            MessageDigest digest = Checksum.sha256();
            long size = 0;
            try (InputStream in = Files.newInputStream(file)) {
                byte[] buffer = new byte[1 << 16];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    digest.update(buffer, 0, count);
                    size += count;
                }
            }
            return new Data(String.valueOf(file.getFileName()), size, Checksum.hex(digest));
        }
    }

    /**
     * What trained a model; another Java or other kernels may give other last bits.
     *
     * @param carousel the version of this library
     * @param java the version of Java
     * @param kernels which kernels did the work
     */
    public record Software(String carousel, String java, String kernels) {

        /** This library on this Java, with these kernels. */
        public static Software current(String kernels) {
            Objects.requireNonNull(kernels, "Provenance: the name of the kernels is null");
            return new Software(carouselVersion(), Runtime.version().toString(), kernels);
        }

        /** The version of this library, or {@code unknown} where it was repackaged without its module descriptor. */
        public static String carouselVersion() {
            String name = Provenance.class.getName().replace('.', '/');
            URL self = Provenance.class.getResource("Provenance.class");
            if (self == null) {
                return "unknown";
            }
            // On the class path Java ignores the descriptor, but it still lies at the root of the classes.
            String descriptor = self.toString().replace(name + ".class", "module-info.class");
            try (InputStream in = URI.create(descriptor).toURL().openStream()) {
                return ModuleDescriptor.read(in).rawVersion().orElse("unknown");
            } catch (IOException | RuntimeException e) {
                return "unknown";
            }
        }
    }

    /** Nothing is known but what runs now, with these kernels; add with the {@code with} methods. */
    public static Provenance of(String kernels) {
        return new Provenance(OptionalLong.empty(), "", List.of(), Software.current(kernels), Map.of());
    }

    /** The same with a seed. */
    public Provenance withSeed(long seed) {
        return new Provenance(OptionalLong.of(seed), command, data, software, losses);
    }

    /** The same with a command. */
    public Provenance withCommand(String command) {
        return new Provenance(seed, command, data, software, losses);
    }

    /** The same with one more file of data. */
    public Provenance withData(Data more) {
        Objects.requireNonNull(more, "Provenance: data is null");
        List<Data> all = new ArrayList<>(data);
        all.add(more);
        return new Provenance(seed, command, all, software, losses);
    }

    /** The same with the losses of a name, one an epoch. */
    public Provenance withLosses(String name, List<Double> perEpoch) {
        Objects.requireNonNull(name, "Provenance: the name of the losses is null");
        Objects.requireNonNull(perEpoch, "Provenance: losses are null");
        Map<String, List<Double>> all = new TreeMap<>(losses);
        all.put(name, perEpoch);
        return new Provenance(seed, command, data, software, all);
    }

    /** The text that stands in a model file. */
    String toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        seed.ifPresent(number -> json.put("seed", number));
        json.put("command", command);
        List<Object> files = new ArrayList<>();
        for (Data file : data) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", file.name());
            entry.put("bytes", file.bytes());
            entry.put("sha256", file.sha256());
            files.add(entry);
        }
        json.put("data", files);
        json.put("carousel", software.carousel());
        json.put("java", software.java());
        json.put("kernels", software.kernels());
        json.put("losses", losses);
        return Json.write(json);
    }

    /** Reads what {@link #toJson} wrote; keys that a later release adds are ignored. Errors name the file. */
    static Provenance ofJson(String file, String text) {
        try {
            Map<?, ?> json = cast(Json.parse(text), Map.class, "the provenance");
            OptionalLong seed =
                    json.containsKey("seed") ? OptionalLong.of(field(json, "seed", Long.class)) : OptionalLong.empty();
            List<Data> data = new ArrayList<>();
            for (Object entry : field(json, "data", List.class)) {
                Map<?, ?> map = cast(entry, Map.class, "an entry of data");
                data.add(new Data(
                        field(map, "name", String.class),
                        field(map, "bytes", Long.class),
                        field(map, "sha256", String.class)));
            }
            Map<String, List<Double>> losses = new TreeMap<>();
            Map<?, ?> lists = field(json, "losses", Map.class);
            for (Object name : lists.keySet()) {
                List<Double> numbers = new ArrayList<>();
                for (Object number : field(lists, (String) name, List.class)) {
                    numbers.add(cast(number, Number.class, "a loss").doubleValue());
                }
                losses.put((String) name, numbers);
            }
            Software software = new Software(
                    field(json, "carousel", String.class),
                    field(json, "java", String.class),
                    field(json, "kernels", String.class));
            return new Provenance(seed, field(json, "command", String.class), data, software, losses);
        } catch (JsonException e) {
            throw new ModelException(
                    Kind.BAD_PROVENANCE, file, "the provenance is not JSON that we read: " + e.getMessage() + ".", e);
        } catch (IllegalArgumentException e) {
            throw new ModelException(Kind.BAD_PROVENANCE, file, "the provenance is malformed: " + e.getMessage(), e);
        }
    }

    private static <V> V field(Map<?, ?> json, String name, Class<V> type) {
        Object value = json.get(name);
        if (value == null) {
            throw new IllegalArgumentException("\"" + name + "\" is missing; there are " + json.keySet() + ".");
        }
        return cast(value, type, quoted(name));
    }

    private static <V> V cast(Object value, Class<V> type, String what) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(what + " is of the wrong type: " + quoted(Json.write(value)) + ".");
        }
        return type.cast(value);
    }
}
