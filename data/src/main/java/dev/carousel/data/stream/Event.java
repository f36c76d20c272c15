package dev.carousel.data.stream;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What happened in a stream: values by the names of a model's inputs, in any order, or by the order of its inputs alone.
 *
 * <pre>{@code
 * Event.of("sales", 20.5).with("weather", "sun").at(LocalDateTime.now());
 * Event.ordered(20.5, sun).at(LocalDateTime.now());      // int sun = model.id("weather", "sun");
 * Event.text("c");
 * }</pre>
 *
 * <p>By order nothing is looked up by name, for services of many events a second; both forms of the same values are answered
 * with the same bits.
 *
 * @param date when it was, where rows have dates
 * @param numbers as measured; NaN is a missing one, as is one that is not there
 * @param texts categories; of a model that reads text, the text under {@link StreamModel#TEXT}
 * @param ahead whether it tells of an upcoming row what is known of it; what else it holds is not read
 * @param ordered instead of numbers and texts, one value for each of {@link StreamModel#inputs}, in their order: a number,
 *     or of a category or a unit of text its {@link StreamModel#id}; NaN is a missing one. The array is not copied and is to
 *     be read only
 */
// An array, since events come by the million; compared by nobody.
@SuppressWarnings("ArrayRecordComponent")
public record Event(
        Optional<LocalDateTime> date,
        Map<String, Double> numbers,
        Map<String, String> texts,
        boolean ahead,
        Optional<double[]> ordered) {

    private static final Event EMPTY = new Event(Optional.empty(), Map.of(), Map.of(), false, Optional.empty());

    /**
     * Takes copies of the maps.
     *
     * @throws IllegalArgumentException if there are values both by name and by order
     */
    public Event {
        Objects.requireNonNull(date, "Event: date is null; Optional.empty() is none");
        Objects.requireNonNull(numbers, "Event: numbers are null; the map may be empty");
        Objects.requireNonNull(texts, "Event: texts are null; the map may be empty");
        Objects.requireNonNull(ordered, "Event: the values by order are null; Optional.empty() is none");
        numbers = Map.copyOf(numbers);
        texts = Map.copyOf(texts);
        if (ordered.isPresent() && !(numbers.isEmpty() && texts.isEmpty())) {
            throw new IllegalArgumentException("An event has values by name or by order, but this one has both: "
                    + numbers.keySet() + " and " + texts.keySet() + " and " + ordered.get().length + " by order.");
        }
    }

    /** An event without values, to which some are added by name. */
    public static Event empty() {
        return EMPTY;
    }

    /** An event of one number. */
    public static Event of(String name, double number) {
        return empty().with(name, number);
    }

    /** A piece of text for a model that reads text. */
    public static Event text(String text) {
        return empty().with(StreamModel.TEXT, text);
    }

    /**
     * An event of all inputs of a model in their order.
     *
     * @param values as many as {@link StreamModel#inputs}, another number is refused by the stream; not copied
     */
    public static Event ordered(double... values) {
        Objects.requireNonNull(values, "Event: values are null");
        return new Event(Optional.empty(), Map.of(), Map.of(), false, Optional.of(values));
    }

    /** An event of all inputs of a model in their order, as floats, which are copied. */
    public static Event ordered(float[] values) {
        Objects.requireNonNull(values, "Event: values are null");
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return ordered(wide);
    }

    /**
     * This event with a number.
     *
     * @throws IllegalArgumentException if its values are by order
     */
    public Event with(String name, double number) {
        Objects.requireNonNull(name, "Event: the name of an input is null");
        Map<String, Double> more = new LinkedHashMap<>(numbers);
        more.put(name, number);
        return new Event(date, more, texts, ahead, ordered);
    }

    /**
     * This event with a category or text.
     *
     * @throws IllegalArgumentException if its values are by order
     */
    public Event with(String name, String text) {
        Objects.requireNonNull(name, "Event: the name of an input is null");
        Objects.requireNonNull(text, "Event: the text is null; leave it out where it is missing");
        Map<String, String> more = new LinkedHashMap<>(texts);
        more.put(name, text);
        return new Event(date, numbers, more, ahead, ordered);
    }

    /** This event, at a date. */
    public Event at(LocalDateTime when) {
        Objects.requireNonNull(when, "Event: the date is null");
        return new Event(Optional.of(when), numbers, texts, ahead, ordered);
    }

    /** This event, about an upcoming row. */
    public Event toCome() {
        return new Event(date, numbers, texts, true, ordered);
    }
}
