package dev.carousel.reference.language;

import dev.carousel.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A part of {@code golden/language.json}. */
public record GoldenLanguage(Map<?, ?> fields) {

    public static GoldenLanguage read(String part) {
        try (InputStream in = Objects.requireNonNull(
                GoldenLanguage.class.getResourceAsStream("/golden/language.json"), "language.json")) {
            Map<?, ?> all = (Map<?, ?>) Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return new GoldenLanguage((Map<?, ?>) Objects.requireNonNull(all.get(part)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public GoldenLanguage part(String name) {
        return new GoldenLanguage((Map<?, ?>) Objects.requireNonNull(fields.get(name), name));
    }

    public double number(String name) {
        return ((Number) Objects.requireNonNull(fields.get(name), name)).doubleValue();
    }

    /** The numbers of a list, or of lists one after the other. */
    public double[] numbers(String name) {
        return doubles(Objects.requireNonNull(fields.get(name), name));
    }

    public float[] floats(String name) {
        return floats(numbers(name));
    }

    public int[] ids(String name) {
        return Arrays.stream(numbers(name)).mapToInt(number -> (int) number).toArray();
    }

    public List<GoldenLanguage> list(String name) {
        return ((List<?>) Objects.requireNonNull(fields.get(name), name))
                .stream().map(each -> new GoldenLanguage((Map<?, ?>) each)).toList();
    }

    public static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }

    public static double[] doubles(float[] numbers) {
        double[] doubles = new double[numbers.length];
        Arrays.setAll(doubles, i -> numbers[i]);
        return doubles;
    }

    private static double[] doubles(Object list) {
        return ((List<?>) list)
                .stream()
                        .flatMapToDouble(v -> v instanceof List<?> row
                                ? Arrays.stream(doubles(row))
                                : Arrays.stream(new double[] {((Number) v).doubleValue()}))
                        .toArray();
    }
}
