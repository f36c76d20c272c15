package dev.carousel.server.models;

import dev.carousel.server.http.Problem;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Events of a network without a task: arrays of its numbers, or an id. */
final class VectorForm implements EventForm<float[], float[]> {

    private final NetworkSpec spec;
    private final int size;

    VectorForm(NetworkSpec spec) {
        this.spec = spec;
        this.size = spec.readsIds() ? 1 : spec.inputSize();
    }

    @Override
    public float[] read(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (spec.readsIds() && token == JsonToken.VALUE_NUMBER_INT) {
            return new float[] {id(parser)};
        }
        if (token != JsonToken.START_ARRAY) {
            throw Problem.of(
                    422, "An event of this model is " + expected() + ", but found " + JsonWords.of(token) + ".");
        }
        float[] event = new float[size];
        int count = 0;
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            if (next == null || !next.isNumeric()) {
                throw Problem.of(
                        422,
                        "The event has " + JsonWords.of(next) + " at place " + count
                                + ", where a number is needed. An event" + " of this model is " + expected() + ".");
            }
            if (count < size) {
                event[count] = spec.readsIds() ? id(parser) : finite(parser, count);
            }
            count++;
        }
        if (count != size) {
            throw Problem.of(
                    422,
                    "The event has " + count + " numbers but this model reads " + expected()
                            + ". Was it made for another model?");
        }
        return event;
    }

    private static float finite(JsonParser parser, int at) {
        float number = parser.getFloatValue();
        if (Float.isInfinite(number)) {
            throw Problem.of(
                    422,
                    "The event has " + parser.getString() + " at place " + at + ", which is too large for a float.");
        }
        return number;
    }

    private float id(JsonParser parser) {
        double value = parser.getDoubleValue();
        if (value < 0 || value >= spec.inputSize() || value != Math.rint(value)) {
            throw Problem.of(422, "The event is " + parser.getString() + " but must be " + expected() + ".");
        }
        return (float) value;
    }

    private String expected() {
        return spec.readsIds()
                ? "an id, a whole number from 0 to " + (spec.inputSize() - 1)
                : "an array of " + size + (size == 1 ? " number" : " numbers");
    }

    @Override
    public void write(JsonGenerator json, float[] answer) {
        json.writeStartArray();
        for (float number : answer) {
            if (Float.isFinite(number)) {
                json.writeNumber(number);
            } else {
                json.writeNull();
            }
        }
        json.writeEndArray();
    }

    @Override
    public float[] ofNumbers(double[] numbers, Optional<String> date) {
        if (date.isPresent()) {
            throw Problem.of(422, "The event has a date but this model reads none.");
        }
        if (numbers.length != size) {
            throw Problem.of(422, "The event has " + numbers.length + " numbers but must be " + expected() + ".");
        }
        float[] event = new float[size];
        for (int i = 0; i < size; i++) {
            event[i] = (float) numbers[i];
            boolean right = spec.readsIds()
                    ? numbers[i] >= 0 && numbers[i] < spec.inputSize() && numbers[i] == Math.rint(numbers[i])
                    : Float.isFinite(event[i]);
            if (!right) {
                throw Problem.of(
                        422,
                        "The event has " + numbers[i] + " at place " + i + " but must be " + expected()
                                + ", all finite.");
            }
        }
        return event;
    }

    @Override
    public float[] ofText(String text) {
        throw Problem.of(422, "The event is a text but must be " + expected() + ".");
    }

    @Override
    public boolean readsText() {
        return false;
    }

    @Override
    public int width() {
        return size;
    }

    @Override
    public float[] numbers(float[] answer) {
        return answer;
    }

    @Override
    public int outputs() {
        return spec.outputSize();
    }

    @Override
    public List<Map<String, Object>> inputs() {
        List<Map<String, Object>> inputs = new ArrayList<>();
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("name", spec.readsIds() ? "id" : "x");
        one.put("type", spec.readsIds() ? "id" : "number");
        one.put("size", (long) spec.inputSize());
        inputs.add(one);
        return inputs;
    }

    @Override
    public Map<String, Object> description() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("event", expected());
        all.put("output", "an array of " + spec.outputSize() + " numbers");
        all.put("layers", (long) spec.layers().size());
        return all;
    }
}
