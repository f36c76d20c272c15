package dev.carousel.spec;

import dev.carousel.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The members of one JSON object, taken one by one; what is left over is an error. */
final class SpecFields {

    private final String where;
    private final Map<String, Object> left = new LinkedHashMap<>();
    private final Set<String> all;

    SpecFields(String where, Object json) {
        this.where = where;
        if (!(json instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("In the specification, " + where + " must be a JSON object.");
        }
        map.forEach((name, value) -> left.put((String) name, value));
        all = Set.copyOf(left.keySet());
    }

    private <V> V take(String name, Class<V> type, String expected) {
        Object value = left.remove(name);
        if (value == null) {
            throw new IllegalArgumentException("In " + where + ", \"" + name + "\" (" + expected
                    + ") is missing; there are " + all.stream().sorted().toList() + ".");
        }
        if (!type.isInstance(value)) {
            throw wrong(name, expected, value);
        }
        return type.cast(value);
    }

    private IllegalArgumentException wrong(String name, String expected, Object value) {
        return new IllegalArgumentException(
                "In " + where + ", \"" + name + "\" must be " + expected + " but is " + Json.write(value) + ".");
    }

    /** What the object is, for messages. */
    String where() {
        return where;
    }

    String text(String name) {
        return take(name, String.class, "a text");
    }

    int size(String name) {
        String expected = "a whole number from 1 to 2147483647";
        long size = take(name, Long.class, expected);
        if (size < 1 || size > Integer.MAX_VALUE) {
            throw wrong(name, expected, size);
        }
        return (int) size;
    }

    /** A place, counted from 0. */
    int index(String name) {
        String expected = "a whole number from 0 to 2147483647";
        long index = take(name, Long.class, expected);
        if (index < 0 || index > Integer.MAX_VALUE) {
            throw wrong(name, expected, index);
        }
        return (int) index;
    }

    boolean has(String name) {
        return left.containsKey(name);
    }

    boolean flag(String name) {
        return take(name, Boolean.class, "true or false");
    }

    boolean flag(String name, boolean unlessGiven) {
        return has(name) ? flag(name) : unlessGiven;
    }

    double number(String name) {
        return take(name, Number.class, "a number").doubleValue();
    }

    /** A share that is 0 unless it is given. */
    float share(String name) {
        return has(name) ? (float) number(name) : 0;
    }

    /** One of the constants of an enum, by its name. */
    <E extends Enum<E>> E constant(String name, E[] values, E unlessGiven) {
        if (!has(name)) {
            return unlessGiven;
        }
        String text = text(name);
        return Arrays.stream(values)
                .filter(value -> value.name().equals(text))
                .findFirst()
                .orElseThrow(() -> wrong(name, "one of " + Arrays.toString(values), text));
    }

    /** An object, to be read as {@code SpecFields} of its own. */
    Object json(String name) {
        return take(name, Map.class, "an object");
    }

    List<?> list(String name) {
        return take(name, List.class, "a list");
    }

    /** A list of numbers of at least 1. */
    List<Integer> sizes(String name) {
        List<?> list = list(name);
        List<Integer> sizes = new ArrayList<>();
        for (Object size : list) {
            if (!(size instanceof Long number) || number < 1 || number > Integer.MAX_VALUE) {
                throw wrong(name, "a list of whole numbers from 1 to 2147483647", list);
            }
            sizes.add(number.intValue());
        }
        return sizes;
    }

    Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<?, ?> map = take(name, Map.class, "an object of texts");
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getValue() instanceof String text)) {
                throw wrong(name, "an object of texts", map);
            }
            texts.put((String) entry.getKey(), text);
        }
        return texts;
    }

    void requireNoOther() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "In " + where + ", " + left.keySet() + " is unknown. Was the model written by a newer Carousel?");
        }
    }
}
