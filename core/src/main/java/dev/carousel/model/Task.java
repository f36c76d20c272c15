package dev.carousel.model;

import static dev.carousel.model.ModelException.quoted;

import dev.carousel.json.Json;
import dev.carousel.json.JsonException;
import dev.carousel.model.ModelException.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a model was trained for and what its user must know apart from the weights: the vocabulary, the normalisation, the
 * names of the features. An immutable value: a kind, and properties by name.
 *
 * <pre>{@code
 * Task task = Task.of("forecast").with("horizon", 28).with("mean", 4842.7).withTexts("features", List.of("births"));
 * int horizon = task.integer("horizon");
 * }</pre>
 *
 * <p>A property is a text, a whole number, a number, true or false, a list of texts or a list of numbers. Reading one
 * that is not there, or is of another type, is a {@link ModelException} that names it. In a model file a task is one JSON
 * object, {@code {"kind":"forecast","features":["births"],"horizon":28,"mean":4842.7}}, its properties sorted by name.
 */
public final class Task {

    private static final String KIND = "kind";

    private final String origin;
    private final String kind;
    private final Map<String, Object> properties;

    private Task(String origin, String kind, Map<String, Object> properties) {
        this.origin = origin;
        this.kind = kind;
        this.properties = properties;
    }

    /** A task without properties, such as {@code forecast}, {@code text} or {@code addition}. */
    public static Task of(String kind) {
        Objects.requireNonNull(kind, "Task: kind is null");
        if (kind.isEmpty()) {
            throw new IllegalArgumentException("A task needs a kind, such as \"forecast\".");
        }
        return new Task("Task", kind, new TreeMap<>());
    }

    private Task put(String name, Object value) {
        Objects.requireNonNull(name, "Task: the name of a property is null");
        if (name.isEmpty() || name.equals(KIND)) {
            throw new IllegalArgumentException("A property of a task cannot be named \"" + name + "\".");
        }
        Map<String, Object> more = new TreeMap<>(properties);
        more.put(name, value);
        return new Task(origin, kind, more);
    }

    private static double finite(String name, double number) {
        Objects.requireNonNull(name, "Task: the name of a property is null");
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("Property \"" + name + "\" of a task is " + number
                    + " but must be finite. Does the data hold a value that is not?");
        }
        return number;
    }

    /** The same with a text. */
    public Task with(String name, String text) {
        Objects.requireNonNull(text, "Task: the text is null");
        return put(name, text);
    }

    /** The same with a whole number. */
    public Task with(String name, int number) {
        return put(name, (long) number);
    }

    /** The same with a number, which must be finite. */
    public Task with(String name, double number) {
        return put(name, finite(name, number));
    }

    /** The same with a yes or no. */
    public Task with(String name, boolean flag) {
        return put(name, flag);
    }

    /** The same with a list of texts. */
    public Task withTexts(String name, List<String> texts) {
        Objects.requireNonNull(texts, "Task: texts are null");
        for (String text : texts) {
            Objects.requireNonNull(text, "Task: a text is null");
        }
        return put(name, List.copyOf(texts));
    }

    /** The same with a list of numbers, which must be finite. */
    public Task withNumbers(String name, double... numbers) {
        Objects.requireNonNull(numbers, "Task: numbers are null");
        return put(
                name,
                Arrays.stream(numbers)
                        .map(number -> finite(name, number))
                        .boxed()
                        .toList());
    }

    /** The same without a property of this name, whether it had one or not. */
    public Task without(String name) {
        Objects.requireNonNull(name, "Task: the name of a property is null");
        Map<String, Object> fewer = new TreeMap<>(properties);
        fewer.remove(name);
        return new Task(origin, kind, fewer);
    }

    /** What the model was trained for. */
    public String kind() {
        return kind;
    }

    /** Whether there is a property of this name. */
    public boolean has(String name) {
        Objects.requireNonNull(name, "Task: the name of a property is null");
        return properties.containsKey(name);
    }

    /** The names of the properties, sorted. */
    public List<String> names() {
        return List.copyOf(properties.keySet());
    }

    /** A text. */
    public String text(String name) {
        return get(name, String.class, "a text");
    }

    /** A whole number. */
    public int integer(String name) {
        String expected = "a whole number from -2147483648 to 2147483647";
        long number = get(name, Long.class, expected);
        if (number != (int) number) {
            throw wrong(name, expected, number);
        }
        return (int) number;
    }

    /** A number; also one that was given as a whole number. */
    public double number(String name) {
        return get(name, Number.class, "a number").doubleValue();
    }

    /** A yes or no. */
    public boolean flag(String name) {
        return get(name, Boolean.class, "true or false");
    }

    /** A list of texts. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object item : get(name, List.class, "a list of texts")) {
            if (!(item instanceof String text)) {
                throw wrong(name, "a list of texts", item);
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    /** A list of numbers, a new array. */
    public double[] numbers(String name) {
        List<?> list = get(name, List.class, "a list of numbers");
        double[] numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!(list.get(i) instanceof Number number)) {
                throw wrong(name, "a list of numbers", list.get(i));
            }
            numbers[i] = number.doubleValue();
        }
        return numbers;
    }

    private <V> V get(String name, Class<V> type, String expected) {
        Objects.requireNonNull(name, "Task: the name of a property is null");
        Object value = properties.get(name);
        if (value == null) {
            throw new ModelException(
                    Kind.BAD_TASK,
                    origin,
                    "the task \"" + kind + "\" lacks " + quoted(name) + " (" + expected + "); it has " + names()
                            + ". Was the model written by another version?");
        }
        if (!type.isInstance(value)) {
            throw wrong(name, expected, value);
        }
        return type.cast(value);
    }

    private ModelException wrong(String name, String expected, Object found) {
        return new ModelException(
                Kind.BAD_TASK,
                origin,
                "in the task \"" + kind + "\", " + quoted(name) + " must be " + expected + " but is or holds "
                        + quoted(Json.write(found)) + ".");
    }

    /** The text that stands in a model file. */
    String toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(KIND, kind);
        json.putAll(properties);
        return Json.write(json);
    }

    /** Reads what {@link #toJson} wrote; errors name the file. */
    static Task ofJson(String file, String text) {
        Object json;
        try {
            json = Json.parse(text);
        } catch (JsonException e) {
            throw new ModelException(
                    Kind.BAD_TASK, file, "the task is not JSON that we read: " + e.getMessage() + ".", e);
        }
        if (!(json instanceof Map<?, ?> map) || !(map.get(KIND) instanceof String kind) || kind.isEmpty()) {
            throw new ModelException(
                    Kind.BAD_TASK, file, "the task must be a JSON object with a \"kind\" but is " + quoted(text) + ".");
        }
        Map<String, Object> properties = new TreeMap<>();
        map.forEach((name, value) -> properties.put((String) name, value));
        properties.remove(KIND);
        return new Task(file, kind, properties);
    }

    // Annotations are needed to compile against, not to run, so their module is not passed on.
    @SuppressWarnings("exports")
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Task task && kind.equals(task.kind) && properties.equals(task.properties);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + properties.hashCode();
    }

    /** The JSON text, as in a model file. */
    @Override
    public String toString() {
        return toJson();
    }
}
