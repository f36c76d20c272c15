package dev.carousel.server.models;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/**
 * How events of a model are read and its answers written. Immutable; any thread.
 *
 * @param <E> an event
 * @param <A> an answer
 */
public interface EventForm<E, A> {

    /**
     * Reads an event, number by number.
     *
     * @param parser at the first token of the event; left at its last
     * @throws dev.carousel.server.http.Problem if it is no event
     * @throws dev.carousel.data.DataException if it does not fit the model
     */
    E read(JsonParser parser);

    /** Writes an answer as a value of JSON. */
    void write(JsonGenerator json, A answer);

    /**
     * An event of numbers in the order of {@link #inputs}; NaN is a missing one where values may be missing.
     *
     * @param numbers not copied
     * @param date of the event, where it has one, as JSON has it
     * @throws dev.carousel.server.http.Problem if the model has no such events
     */
    E ofNumbers(double[] numbers, Optional<String> date);

    /**
     * An event of text.
     *
     * @throws dev.carousel.server.http.Problem if the model has no such events
     */
    E ofText(String text);

    /** Whether events are texts. */
    boolean readsText();

    /** How many numbers an event has; 1 where it is an id or a text. */
    int width();

    /** The answer as numbers, always as many of them, NaN where there is none; the array may be the answer's own. */
    float[] numbers(A answer);

    /** How many {@link #numbers} an answer has. */
    int outputs();

    /** What an event holds, in order: name and type of each. */
    List<Map<String, Object>> inputs();

    /** What is to be known of events and answers, for those who ask for the model. */
    Map<String, Object> description();
}
