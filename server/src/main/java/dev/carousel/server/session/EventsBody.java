package dev.carousel.server.session;

import dev.carousel.json.Json;
import dev.carousel.server.http.Problem;
import dev.carousel.server.models.EventForm;
import dev.carousel.server.models.JsonWords;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The body of a request to one session: {@code {"events": [...], "sequence": 7}}, or {@code "event"} with a single one.
 *
 * @param events in order, at least one
 * @param first the number of the first, if they are numbered
 * @param <E> an event
 */
record EventsBody<E>(List<E> events, OptionalLong first) {

    private static final long MOST_NUMBERS = 4_000_000;

    /**
     * Reads a body.
     *
     * @param most how many events it may have
     * @throws Problem if it is not as it must be
     */
    static <E> EventsBody<E> read(EventForm<E, ?> form, byte[] bytes, int offset, int length, int most) {
        try (JsonParser parser = Json.parser(bytes, offset, length)) {
            JsonToken start = parser.nextToken();
            if (start != JsonToken.START_OBJECT) {
                throw Problem.badRequest(
                        "Expected an object, {\"events\": [...]}, but found " + JsonWords.of(start) + ".");
            }
            List<E> events = List.of();
            OptionalLong first = OptionalLong.empty();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "events", "event" -> {
                        if (!events.isEmpty()) {
                            throw Problem.badRequest("The body has events twice.");
                        }
                        events = name.equals("event") ? List.of(form.read(parser)) : events(form, parser, token, most);
                    }
                    case "sequence" -> {
                        if (first.isPresent()) {
                            throw Problem.badRequest("The body has \"sequence\" twice.");
                        }
                        first = OptionalLong.of(sequence(parser, token));
                    }
                    default ->
                        throw Problem.badRequest("The body has \"" + JsonWords.shortened(name)
                                + "\", but expected \"events\" and, if they are numbered, \"sequence\".");
                }
            }
            if (parser.nextToken() != null) {
                throw Problem.badRequest("There is more text after the object.");
            }
            if (events.isEmpty()) {
                throw Problem.badRequest("The body has no events: expected {\"events\": [...]} with at least one.");
            }
            requireAnswerable((long) events.size() * form.outputs());
            return new EventsBody<>(events, first);
        }
    }

    /**
     * Refuses events whose answers together are too large for memory.
     *
     * @param numbers how many numbers the answers are
     * @throws Problem 413
     */
    static void requireAnswerable(long numbers) {
        if (numbers > MOST_NUMBERS) {
            throw Problem.of(
                    413,
                    "The answers to these events are " + numbers + " numbers but this server gives " + MOST_NUMBERS
                            + " at once. Send fewer events at a time.");
        }
    }

    private static <E> List<E> events(EventForm<E, ?> form, JsonParser parser, JsonToken token, int most) {
        if (token != JsonToken.START_ARRAY) {
            throw Problem.badRequest("\"events\" is " + JsonWords.of(token) + " but must be an array of events.");
        }
        List<E> events = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            if (events.size() == most) {
                throw tooMany(most);
            }
            events.add(form.read(parser));
        }
        return events;
    }

    static Problem tooMany(int most) {
        return Problem.of(
                413,
                "The request has more than the " + most
                        + " events that this server takes at once. Send fewer, or start it with a"
                        + " larger --max-events.");
    }

    /** A number of an event. */
    static long sequence(JsonParser parser, JsonToken token) {
        if (token != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || parser.getLongValue() < 0) {
            throw Problem.badRequest("\"sequence\" is " + JsonWords.shortened(String.valueOf(parser.getString()))
                    + " but must be a whole number from 0 on: that of the first event.");
        }
        return parser.getLongValue();
    }
}
