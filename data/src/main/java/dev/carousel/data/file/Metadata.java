package dev.carousel.data.file;

import dev.carousel.data.DataException;
import java.util.List;
import java.util.Map;

/** Reads the plain values (maps, lists, strings, numbers) of a model file's metadata; what is amiss is named. */
public final class Metadata {

    private static final String CAUSE = " Is the model of another task, or its metadata damaged?";

    private Metadata() {}

    private static Object entry(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            throw new DataException("The model's metadata has no '" + key + "'." + CAUSE);
        }
        return value;
    }

    public static String text(Map<?, ?> map, String key) {
        if (entry(map, key) instanceof String text) {
            return text;
        }
        throw wrong(key, "a text", entry(map, key));
    }

    public static double number(Map<?, ?> map, String key) {
        if (entry(map, key) instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw wrong(key, "a finite number", entry(map, key));
    }

    /** A whole number from a range. */
    public static int integer(Map<?, ?> map, String key, int least, int most) {
        double number = number(map, key);
        if (number != Math.rint(number) || number < least || number > most) {
            throw wrong(key, "a whole number from " + least + " to " + most, number);
        }
        return (int) number;
    }

    public static List<?> list(Map<?, ?> map, String key) {
        if (entry(map, key) instanceof List<?> list) {
            return list;
        }
        throw wrong(key, "a list", entry(map, key));
    }

    public static Map<?, ?> map(Object value, String key) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw wrong(key, "named values", value);
    }

    public static DataException wrong(String key, String expected, Object found) {
        return new DataException("The model's metadata: expected '" + key + "' to be " + expected + " but found '"
                + Numbers.shortened(String.valueOf(found)) + "'." + CAUSE);
    }
}
