package dev.carousel.loss;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A test resource of lines {@code name: number number ...}; the program that printed it lies next to it. */
public final class GoldenLines {

    private final List<String> lines;
    private final String resource;

    private GoldenLines(String resource, List<String> lines) {
        this.resource = resource;
        this.lines = lines;
    }

    public static GoldenLines read(String resource) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(GoldenLines.class.getResourceAsStream(resource), resource),
                StandardCharsets.UTF_8))) {
            return new GoldenLines(resource, reader.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All lines of a name, in order; at least one. */
    public List<double[]> all(String name) {
        List<double[]> found = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(name + ": ")) {
                found.add(Stream.of(line.substring(name.length() + 2).split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray());
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(resource + " has no line " + name);
        }
        return found;
    }

    public double[] one(String name) {
        return all(name).get(0);
    }
}
