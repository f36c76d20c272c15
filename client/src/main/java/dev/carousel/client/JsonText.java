package dev.carousel.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON to and from plain values: maps, lists, texts, longs, doubles, booleans; null is {@link #NULL}. */
final class JsonText {

    /** What null is. */
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private static final int DEEPEST = 64;

    private final String text;
    private int at;
    private int depth;

    private JsonText(String text) {
        this.text = text;
    }

    /**
     * The value that a text is.
     *
     * @throws IllegalArgumentException if it is no JSON
     */
    static Object read(String text) {
        JsonText json = new JsonText(text);
        Object value = json.value();
        json.skip();
        if (json.at < text.length()) {
            throw json.wrong("the end");
        }
        return value;
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("Expected " + expected + " at character " + at
                + " of the answer, but found " + (at < text.length() ? "'" + text.charAt(at) + "'" : "its end")
                + ". Is it a server of Carousel?");
    }

    private void skip() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(char c) {
        skip();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void need(char c) {
        if (!take(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private Object value() {
        skip();
        if (at == text.length() || ++depth > DEEPEST) {
            throw wrong("a value");
        }
        char c = text.charAt(at);
        Object value = switch (c) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NULL);
            default -> number();
        };
        depth--;
        return value;
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
        return value;
    }

    private Map<String, Object> object() {
        Map<String, Object> map = new LinkedHashMap<>();
        need('{');
        if (!take('}')) {
            do {
                skip();
                String name = string();
                need(':');
                map.put(name, value());
            } while (take(','));
            need('}');
        }
        return map;
    }

    private List<Object> array() {
        List<Object> list = new ArrayList<>();
        need('[');
        if (!take(']')) {
            do {
                list.add(value());
            } while (take(','));
            need(']');
        }
        return list;
    }

    private String string() {
        need('"');
        StringBuilder string = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return string.toString();
            }
            if (c == '\\' && at < text.length()) {
                c = text.charAt(at++);
                int place = "bfnrt".indexOf(c);
                if (place >= 0) {
                    c = "\b\f\n\r\t".charAt(place);
                } else if (c == 'u' && at + 4 <= text.length()) {
                    c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                    at += 4;
                }
            }
            string.append(c);
        }
        throw wrong("the end of a text");
    }

    private Object number() {
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(from, at);
        if (number.isEmpty()) {
            throw wrong("a value");
        }
        return number.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(number) : (Object) Double.valueOf(number);
    }

    /**
     * A value as JSON: also arrays of floats and doubles, in which NaN is null.
     *
     * @throws IllegalArgumentException if JSON has no form for it
     */
    static void write(@Nullable Object value, StringBuilder to) {
        if (value == null || value == NULL) {
            to.append("null");
        } else if (value instanceof float[] numbers) {
            to.append('[');
            for (int i = 0; i < numbers.length; i++) {
                write(i, numbers[i], Float.toString(numbers[i]), to);
            }
            to.append(']');
        } else if (value instanceof double[] numbers) {
            to.append('[');
            for (int i = 0; i < numbers.length; i++) {
                write(i, numbers[i], Double.toString(numbers[i]), to);
            }
            to.append(']');
        } else if (value instanceof Map<?, ?> map) {
            to.append('{');
            String before = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.append(before);
                write(String.valueOf(entry.getKey()), to);
                to.append(':');
                write(entry.getValue(), to);
                before = ",";
            }
            to.append('}');
        } else if (value instanceof Iterable<?> list) {
            to.append('[');
            String before = "";
            for (Object one : list) {
                to.append(before);
                write(one, to);
                before = ",";
            }
            to.append(']');
        } else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            write(0, number, value.toString(), to);
        } else if (value instanceof Number || value instanceof Boolean) {
            to.append(value);
        } else {
            quoted(value.toString(), to);
        }
    }

    private static void write(int place, double number, String text, StringBuilder to) {
        if (place > 0) {
            to.append(',');
        }
        if (Double.isInfinite(number)) {
            throw new IllegalArgumentException("An event has " + text + ", but JSON has finite numbers only.");
        }
        to.append(Double.isNaN(number) ? "null" : text);
    }

    private static void quoted(String text, StringBuilder to) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                to.append(String.format("\\u%04x", (int) c));
            } else {
                to.append(c);
            }
        }
        to.append('"');
    }
}
