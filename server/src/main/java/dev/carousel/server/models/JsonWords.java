package dev.carousel.server.models;

import dev.carousel.server.http.Problem;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** What a token of JSON is called in messages. */
public final class JsonWords {

    private JsonWords() {}

    /** Such as "a text" or "the end of an array". */
    public static String of(@Nullable JsonToken token) {
        if (token == null) {
            return "the end of the text";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            case END_ARRAY -> "the end of an array";
            case END_OBJECT -> "the end of an object";
            default -> "something else";
        };
    }

    /** Refuses what is no single value. */
    static void requireScalar(@Nullable JsonToken token) {
        if (token == null || !token.isScalarValue()) {
            throw Problem.of(422, "The event has " + of(token) + " where a single value is needed.");
        }
    }

    /** A text of a client in a message: its beginning, without control characters. */
    public static String shortened(String text) {
        return (text.length() > 60 ? text.substring(0, 60) + "..." : text).replaceAll("\\p{C}", "?");
    }
}
