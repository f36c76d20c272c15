package dev.carousel.data.stream;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What happened in a stream: values by the names of a model's inputs, in any order.
 *
 * <pre>{@code
 * Event.of("sales", 20.5).with("weather", "sun").at(LocalDateTime.now());
 * Event.text("c");
 * }</pre>
 *
 * @param date when it was, where rows have dates
 * @param numbers as measured; NaN is a missing one, as is one that is not there
 * @param texts categories; of a model that reads text, the text under {@link StreamModel#TEXT}
 * @param ahead whether it tells of a row still to come what is known of it
 */
public record Event(
        Optional<LocalDateTime> date, Map<String, Double> numbers, Map<String, String> texts, boolean ahead) {

    /** Takes copies. */
    public Event {
        numbers = Map.copyOf(numbers);
        texts = Map.copyOf(texts);
    }

    /** An event without values, to which some are added. */
    public static Event empty() {
        return new Event(Optional.empty(), Map.of(), Map.of(), false);
    }

    /** An event of one number. */
    public static Event of(String name, double number) {
        return empty().with(name, number);
    }

    /** A piece of text for a model that reads text. */
    public static Event text(String text) {
        return empty().with(StreamModel.TEXT, text);
    }

    /** The same with a number. */
    public Event with(String name, double number) {
        Map<String, Double> more = new LinkedHashMap<>(numbers);
        more.put(name, number);
        return new Event(date, more, texts, ahead);
    }

    /** The same with a category or text. */
    public Event with(String name, String text) {
        Map<String, String> more = new LinkedHashMap<>(texts);
        more.put(name, text);
        return new Event(date, numbers, more, ahead);
    }

    /** The same at a date. */
    public Event at(LocalDateTime when) {
        return new Event(Optional.of(when), numbers, texts, ahead);
    }

    /** The same of a row still to come. */
    public Event toCome() {
        return new Event(date, numbers, texts, true);
    }
}
