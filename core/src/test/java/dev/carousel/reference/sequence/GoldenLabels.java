package dev.carousel.reference.sequence;

import dev.carousel.json.Json;
import dev.carousel.reference.Seq;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A part of {@code golden/labels.json}. */
public final class GoldenLabels {

    private final Map<?, ?> part;

    private GoldenLabels(Map<?, ?> part) {
        this.part = part;
    }

    public static GoldenLabels read(String part) {
        try (InputStream in =
                Objects.requireNonNull(GoldenLabels.class.getResourceAsStream("/golden/labels.json"), "labels.json")) {
            Map<?, ?> all = (Map<?, ?>) Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return new GoldenLabels((Map<?, ?>) Objects.requireNonNull(all.get(part), part));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object entry(String name) {
        return Objects.requireNonNull(part.get(name), name);
    }

    private static double[] doubles(Object list) {
        return ((List<?>) list)
                .stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray();
    }

    private static int[] integers(Object list) {
        return ((List<?>) list).stream().mapToInt(v -> ((Number) v).intValue()).toArray();
    }

    public double[] data(String name) {
        return doubles(((Map<?, ?>) entry(name)).get("data"));
    }

    public int[] ints(String name) {
        return integers(entry(name));
    }

    /** Lists of different lengths. */
    public int[][] lists(String name) {
        return ((List<?>) entry(name)).stream().map(GoldenLabels::integers).toArray(int[][]::new);
    }

    /** Of three dimensions, with the lengths of this file. */
    public Seq sequences(String name) {
        int[] shape = integers(((Map<?, ?>) entry(name)).get("shape"));
        return Seq.over(shape[0], shape[1], shape[2], data(name), ints("lengths"));
    }
}
