package dev.carousel.server.models;

import dev.carousel.data.DataException;
import dev.carousel.data.Spelling;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.json.Json;
import dev.carousel.server.http.Problem;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Events of a model with a task: an object by column names, an array in their order, or of a text model a text. A date stands
 * under {@code "date"}, and {@code "ahead": true} says that the row is still to come.
 */
final class TaskForm implements EventForm<Event, Answer> {

    private static final String DATE = "date";
    private static final String AHEAD = "ahead";

    private final StreamModel model;
    private final AnswerNumbers numbers;
    private final List<StreamModel.Input> inputs;
    private final Map<String, Integer> places = new HashMap<>();

    TaskForm(StreamModel model, AnswerNumbers numbers) {
        this.model = model;
        this.numbers = numbers;
        this.inputs = model.inputs();
        for (int i = 0; i < inputs.size(); i++) {
            places.put(inputs.get(i).name(), i);
        }
    }

    @Override
    public Event read(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_ARRAY) {
            return byOrder(parser);
        }
        if (token == JsonToken.START_OBJECT) {
            return byName(parser);
        }
        if (token == JsonToken.VALUE_STRING && readsText()) {
            return Event.text(parser.getString());
        }
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            if (inputs.size() == 1) {
                return Event.ordered(value(parser, token, 0));
            }
        }
        throw Problem.of(
                422,
                "An event of this model is an object of its columns or an array in their order, " + names()
                        + ", but found " + JsonWords.of(token) + ".");
    }

    private String names() {
        return inputs.stream().map(StreamModel.Input::name).collect(Collectors.joining(", ", "[", "]"));
    }

    private Event byOrder(JsonParser parser) {
        double[] values = new double[inputs.size()];
        int count = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (count < values.length) {
                values[count] = value(parser, token, count);
            } else {
                JsonWords.requireScalar(token);
            }
            count++;
        }
        if (count != values.length) {
            throw new DataException(
                    DataException.Kind.WRONG_WIDTH,
                    "The event has " + count + " values by order but the model has " + values.length + " inputs: "
                            + names() + ". Was it made for another model?");
        }
        return Event.ordered(values);
    }

    /** A number, or the id of a category or a unit of text; NaN where it is missing. */
    private double value(JsonParser parser, JsonToken token, int at) {
        StreamModel.Input input = inputs.get(at);
        if (token == JsonToken.VALUE_NULL) {
            return Double.NaN;
        }
        if (input.type() == StreamModel.Type.NUMBER) {
            if (token == JsonToken.VALUE_STRING) {
                throw new DataException(
                                DataException.Kind.NOT_A_NUMBER,
                                "The event has a text of '" + input.name() + "', which needs a number.")
                        .inColumn(input.name());
            }
            if (!token.isNumeric()) {
                throw unfit(token, input, "a number");
            }
            return finite(parser, input.name());
        }
        if (token == JsonToken.VALUE_STRING) {
            return model.id(input.name(), parser.getString());
        }
        if (token.isNumeric()) {
            return finite(parser, input.name());
        }
        throw unfit(token, input, "a text");
    }

    private static Problem unfit(JsonToken token, StreamModel.Input input, String expected) {
        return Problem.of(
                422,
                "The event has " + JsonWords.of(token) + " of '" + input.name() + "', which needs " + expected + ".");
    }

    private static double finite(JsonParser parser, String name) {
        double number = parser.getDoubleValue();
        if (Double.isInfinite(number)) {
            throw new DataException(
                            DataException.Kind.NOT_FINITE,
                            "The event has " + parser.getString() + " of '" + name
                                    + "', which is too large for a number.")
                    .inColumn(name);
        }
        return number;
    }

    private Event byName(JsonParser parser) {
        double[] values = new double[inputs.size()];
        Arrays.fill(values, Double.NaN);
        boolean[] there = new boolean[values.length];
        Optional<LocalDateTime> date = Optional.empty();
        Optional<String> text = Optional.empty();
        boolean ahead = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            Integer at = places.get(name);
            if (at != null) {
                if (there[at]) {
                    throw Problem.badRequest("The event has '" + name + "' twice.");
                }
                there[at] = true;
                if (readsText() && token == JsonToken.VALUE_STRING) {
                    text = Optional.of(parser.getString());
                } else {
                    values[at] = value(parser, token, at);
                }
            } else if (name.equals(DATE)) {
                if (date.isPresent()) {
                    throw Problem.badRequest("The event has 'date' twice.");
                }
                date = JsonDates.read(parser, token, model.dates());
            } else if (name.equals(AHEAD) && (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE)) {
                ahead = token == JsonToken.VALUE_TRUE;
            } else {
                throw unknown(name);
            }
        }
        Event event = text.isPresent() ? Event.text(text.get()) : Event.ordered(values);
        event = date.isPresent() ? event.at(date.get()) : event;
        return ahead ? event.toCome() : event;
    }

    private DataException unknown(String name) {
        return new DataException(
                        DataException.Kind.UNKNOWN_COLUMN,
                        "The event has a value of '" + name + "' but the model reads " + names() + "."
                                + Spelling.nearest(name, places.keySet())
                                        .map(near -> " Did you mean '" + near + "'?")
                                        .orElse(""))
                .inColumn(name);
    }

    @Override
    public void write(JsonGenerator json, Answer answer) {
        writeFinite(json, answer.fields());
    }

    /** JSON has no form for numbers that are not finite, such as a network whose weights are too large gives: null. */
    private static void writeFinite(JsonGenerator json, Object value) {
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            map.forEach((name, inner) -> {
                json.writeName((String) name);
                writeFinite(json, inner);
            });
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            list.forEach(inner -> writeFinite(json, inner));
            json.writeEndArray();
        } else if (value instanceof Double number && !Double.isFinite(number)) {
            json.writeNull();
        } else {
            Json.write(json, value);
        }
    }

    @Override
    public Event ofNumbers(double[] values, Optional<String> date) {
        Event event = Event.ordered(values);
        return date.map(text -> event.at(JsonDates.parse(text, model.dates()))).orElse(event);
    }

    @Override
    public Event ofText(String text) {
        if (!readsText()) {
            throw Problem.of(422, "The event is a text but this model reads numbers: " + names() + ".");
        }
        return Event.text(text);
    }

    @Override
    public boolean readsText() {
        return inputs.size() == 1 && inputs.get(0).type() == StreamModel.Type.TEXT;
    }

    @Override
    public int width() {
        return inputs.size();
    }

    @Override
    public float[] numbers(Answer answer) {
        return numbers.of(answer);
    }

    @Override
    public int outputs() {
        return numbers.size();
    }

    @Override
    public List<Map<String, Object>> inputs() {
        return inputs.stream()
                .map(input -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("name", input.name());
                    one.put("type", input.type().name().toLowerCase(java.util.Locale.ROOT));
                    return one;
                })
                .toList();
    }

    @Override
    public Map<String, Object> description() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("event", readsText() ? "a text" : "an object of the columns, or an array in their order: " + names());
        all.put("rows_until_answer", model.open().rowsUntilAnswer());
        return all;
    }
}
