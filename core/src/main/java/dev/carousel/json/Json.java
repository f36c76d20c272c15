package dev.carousel.json;

import java.io.OutputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * JSON to and from plain values: {@code Map<String, Object>} in the order of the text, {@code List<Object>},
 * {@code String}, {@code Long}, {@code Double}, {@code Boolean}.
 *
 * <p>Reading is strict: no {@code null}, no name twice in an object, no number that a long or a finite double cannot
 * hold, at most {@value #MAX_NESTING} levels and {@value #MAX_TOKENS} tokens. Writing is stable: the same values give the
 * same ASCII text on every Java version. All methods are pure and may be called from any thread.
 */
public final class Json {

    /** How deep objects and arrays may lie in each other. */
    public static final int MAX_NESTING = 16;

    /** How many tokens (names, values, brackets) {@link #parse} takes, which bounds its memory. */
    public static final long MAX_TOKENS = 1_000_000;

    private static final int MAX_NAME_LENGTH = 10_000;
    private static final int MAX_NUMBER_LENGTH = 100;

    private static final JsonFactory TREES = factory(MAX_TOKENS);
    private static final JsonFactory STREAMS = factory(Long.MAX_VALUE);

    private Json() {}

    private static JsonFactory factory(long maxTokens) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .maxTokenCount(maxTokens)
                        .maxNameLength(MAX_NAME_LENGTH)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                // Names come from files that may be hostile; a table of them that outlives the parser would be theirs.
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                // Double.toString gives other digits before Java 19.
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                // Half a surrogate pair, which a vocabulary of chars may hold, has no UTF-8 form.
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
                .build();
    }

    /**
     * A parser for a caller that reads token by token: the limits hold, except that of the number of tokens, and names
     * that stand twice are the caller's to refuse. Its errors are {@link JacksonException}; {@link #explain} words them.
     */
    public static JsonParser parser(Reader text) {
        return STREAMS.createParser(ObjectReadContext.empty(), text);
    }

    /**
     * A parser of bytes in UTF-8, as {@link #parser(Reader)}.
     *
     * @param bytes not copied; read from {@code offset} on, {@code length} of them
     */
    public static JsonParser parser(byte[] bytes, int offset, int length) {
        return STREAMS.createParser(ObjectReadContext.empty(), bytes, offset, length);
    }

    /** What writes JSON as bytes of ASCII to a stream, value by value; numbers and names as {@link #write} does. */
    public static JsonGenerator generator(OutputStream out) {
        return STREAMS.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** What is wrong and where, in one line. */
    public static String explain(JacksonException e) {
        // Jackson ends some messages with the name of its own setting.
        String message = String.valueOf(e.getOriginalMessage()).replaceAll(", from `[^`]*`", "");
        long offset = e.getLocation() == null
                ? -1
                : Math.max(e.getLocation().getCharOffset(), e.getLocation().getByteOffset());
        // It quotes what it found, which may be any character.
        String line = message.lines().findFirst().orElse("malformed").replaceAll("\\p{C}", "?");
        return line + (offset < 0 ? "" : " (at character " + offset + ")");
    }

    /**
     * The value that a text holds.
     *
     * @throws JsonException if the text is not strict JSON or passes a limit
     */
    public static Object parse(String text) {
        try (JsonParser parser = TREES.createParser(ObjectReadContext.empty(), text)) {
            Object value = value(parser, parser.nextToken());
            if (parser.nextToken() != null) {
                throw new JsonException("there is more text after the JSON value", false);
            }
            return value;
        } catch (JacksonException e) {
            throw new JsonException(explain(e), false);
        }
    }

    private static Object value(JsonParser parser, JsonToken token) {
        if (token == null) {
            throw new JsonException("there is no JSON value", false);
        }
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> finite(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new JsonException("null stands where a value is needed", false);
        };
    }

    private static double finite(JsonParser parser) {
        double number = parser.getDoubleValue();
        if (Double.isInfinite(number)) {
            throw new JsonException("the number " + parser.getString() + " is too large for a double", false);
        }
        return number;
    }

    private static List<Object> array(JsonParser parser) {
        List<Object> list = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            list.add(value(parser, token));
        }
        return Collections.unmodifiableList(list);
    }

    private static Map<String, Object> object(JsonParser parser) {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (map.put(name, value(parser, parser.nextToken())) != null) {
                throw new JsonException("the name \"" + name + "\" stands twice in one object", true);
            }
        }
        return Collections.unmodifiableMap(map);
    }

    /**
     * The compact ASCII text of a value: maps in their own order, also {@code Integer} and {@code Float}.
     *
     * @throws IllegalArgumentException if a number is not finite or a value is of another class
     */
    public static String write(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = STREAMS.createGenerator(ObjectWriteContext.empty(), text)) {
            write(generator, value);
        }
        return text.toString();
    }

    /**
     * Writes a value as {@link #write(Object)} does.
     *
     * @throws IllegalArgumentException if a number is not finite or a value is of another class
     */
    public static void write(JsonGenerator generator, Object value) {
        if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            map.forEach((name, inner) -> {
                generator.writeName((String) name);
                write(generator, inner);
            });
            generator.writeEndObject();
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            list.forEach(inner -> write(generator, inner));
            generator.writeEndArray();
        } else if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof Boolean flag) {
            generator.writeBoolean(flag);
        } else if (value instanceof Long || value instanceof Integer) {
            generator.writeNumber(((Number) value).longValue());
        } else if (value instanceof Double number && Double.isFinite(number)) {
            generator.writeNumber(number.doubleValue());
        } else if (value instanceof Float number && Float.isFinite(number)) {
            generator.writeNumber(number.floatValue());
        } else {
            throw new IllegalArgumentException("JSON has no form for " + value + " (" + value.getClass() + ").");
        }
    }
}
