package dev.carousel.cell;

import dev.carousel.kernel.Activation;
import java.util.Map;
import java.util.TreeMap;

/**
 * The names and values that tell variants of a cell apart in files. What is as usual is left out, so that files of usual
 * cells stay as they were when there was nothing else.
 */
final class VariantText {

    private final Map<String, String> texts;

    VariantText() {
        this(Map.of());
    }

    VariantText(Map<String, String> texts) {
        this.texts = new TreeMap<>(texts);
    }

    VariantText put(String name, String value) {
        texts.put(name, value);
        return this;
    }

    VariantText putUnless(String name, String value, String usual) {
        return value.equals(usual) ? this : put(name, value);
    }

    Map<String, String> map() {
        return Map.copyOf(texts);
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(texts.get(name));
    }

    Activation activation(String name, Activation usual) {
        String text = texts.get(name);
        return text == null ? usual : Activation.parse(text);
    }

    float clip() {
        String text = texts.get("clip");
        return text == null ? Cell.NO_CLIP : Float.parseFloat(text);
    }

    static void requireClip(String cell, float clip) {
        if (!(clip > 0)) {
            throw new IllegalArgumentException(
                    cell + ": clip is " + clip + " but must be above 0, or infinity for no limit.");
        }
    }
}
