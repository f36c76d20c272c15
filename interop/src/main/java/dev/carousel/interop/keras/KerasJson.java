package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * JSON as Python writes it, which knows null, NaN and Infinity: to {@code Map<String, Object>}, {@code List<Object>},
 * {@code String}, {@code Number}, {@code Boolean} and {@link Null}.
 */
final class KerasJson {

    /** What stands for null: an option that is not set. */
    enum Null {
        /** The one null. */
        NULL
    }

    /** A layer needs some 150 tokens. */
    private static final long MAX_TOKENS = 300_000;

    private static final int MAX_NESTING = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxTokenCount(MAX_TOKENS)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            // A table of names that outlives the parser would be filled by files that may be hostile.
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private KerasJson() {}

    /**
     * The object that a text holds.
     *
     * @param source what the text is, for errors
     * @throws InteropException if it is no JSON object, or far larger than the description of any model
     */
    static Map<String, Object> object(String source, String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InteropException(source + " should be a JSON object but begins otherwise. Was it edited?");
            }
            Map<String, Object> object = object(source, parser);
            if (parser.nextToken() != null) {
                throw new InteropException(source + " has more text after its JSON object. Was it edited?");
            }
            return object;
        } catch (JacksonException e) {
            String why =
                    String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("malformed");
            throw new InteropException(
                    source + " is no JSON that we read: " + why.replaceAll("\\p{C}", "?")
                            + ". Was it copied or downloaded whole?",
                    e);
        }
    }

    private static Map<String, Object> object(String source, JsonParser parser) {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (map.put(name, value(source, parser, parser.nextToken())) != null) {
                throw new InteropException(
                        source + " has the name " + quoted(name) + " twice in one object. Was it edited?");
            }
        }
        return map;
    }

    private static Object value(String source, JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> object(source, parser);
            case START_ARRAY -> array(source, parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> Null.NULL;
        };
    }

    private static List<Object> array(String source, JsonParser parser) {
        List<Object> list = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            list.add(value(source, parser, token));
        }
        return list;
    }
}
