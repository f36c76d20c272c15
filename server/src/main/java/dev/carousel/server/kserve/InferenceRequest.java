package dev.carousel.server.kserve;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.json.Json;
import dev.carousel.server.http.Problem;
import dev.carousel.server.models.JsonWords;
import dev.carousel.server.session.SessionKeys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A request for inference.
 *
 * @param id what the client calls it; empty for nothing
 * @param sequence the session; none for one that begins and ends with this request
 * @param start whether the session begins with it
 * @param end whether the session ends with it
 * @param binaryOutput whether the output is asked for as bytes
 * @param inputs the tensors
 */
record InferenceRequest(
        String id,
        Optional<String> sequence,
        boolean start,
        boolean end,
        boolean binaryOutput,
        List<InferenceTensor> inputs) {

    private static final int MOST_DIMENSIONS = 4;

    /** What is read one after the other. */
    private static final class Draft {
        String id = "";
        Optional<String> sequence = Optional.empty();
        boolean start;
        boolean end;
        boolean binary;
        final List<InferenceTensor> inputs = new ArrayList<>();
    }

    /**
     * Reads a body.
     *
     * @param header how many bytes of it are JSON; the others are tensors as bytes
     * @param most how many numbers it may have
     * @throws Problem if it is not as the protocol says
     */
    static InferenceRequest read(byte[] bytes, int length, int header, int most) {
        ByteBuffer tensors = ByteBuffer.wrap(bytes, header, length - header).order(ByteOrder.LITTLE_ENDIAN);
        Draft draft = new Draft();
        try (JsonParser parser = Json.parser(bytes, 0, header)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Problem.badRequest(
                        "Expected an object with \"inputs\", but found " + JsonWords.of(parser.currentToken()) + ".");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "id" -> draft.id = text(parser, token, "id");
                    case "parameters" -> parameters(parser, token, draft);
                    case "inputs" -> inputs(parser, token, draft, tensors, most);
                    case "outputs" -> outputs(parser, token, draft);
                    default -> parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw Problem.badRequest("There is more text after the object.");
            }
        }
        if (draft.inputs.isEmpty()) {
            throw Problem.badRequest("The request has no \"inputs\".");
        }
        if (tensors.hasRemaining()) {
            throw Problem.badRequest("After the tensors there are " + tensors.remaining()
                    + " more bytes. Is the header Inference-Header-Content-Length right, and each binary_data_size?");
        }
        return new InferenceRequest(
                draft.id, draft.sequence, draft.start, draft.end, draft.binary, List.copyOf(draft.inputs));
    }

    private static String text(JsonParser parser, JsonToken token, String name) {
        if (token != JsonToken.VALUE_STRING) {
            throw Problem.badRequest("\"" + name + "\" is " + JsonWords.of(token) + " but must be a text.");
        }
        return parser.getString();
    }

    private static boolean flag(JsonToken token, String name) {
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw Problem.badRequest("\"" + name + "\" is " + JsonWords.of(token) + " but must be true or false.");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private static void parameters(JsonParser parser, JsonToken token, Draft draft) {
        requireObject(token, "parameters");
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "sequence_id" -> draft.sequence = sequence(parser, value);
                case "sequence_start" -> draft.start = flag(value, name);
                case "sequence_end" -> draft.end = flag(value, name);
                case "binary_data_output" -> draft.binary = flag(value, name);
                default -> parser.skipChildren();
            }
        }
    }

    /** 0 and an empty text are no sequence. */
    private static Optional<String> sequence(JsonParser parser, JsonToken token) {
        if (token == JsonToken.VALUE_NUMBER_INT && !parser.getString().startsWith("-")) {
            String number = parser.getBigIntegerValue().toString();
            return number.equals("0") ? Optional.empty() : Optional.of(SessionKeys.require(number));
        }
        if (token != JsonToken.VALUE_STRING) {
            throw Problem.badRequest(
                    "\"sequence_id\" is " + JsonWords.of(token) + " but must be a whole number from 0 on, or a text.");
        }
        return parser.getString().isEmpty() ? Optional.empty() : Optional.of(SessionKeys.require(parser.getString()));
    }

    private static void outputs(JsonParser parser, JsonToken token, Draft draft) {
        requireArray(token, "outputs");
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("parameters") && value == JsonToken.START_OBJECT) {
                    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                        String parameter = parser.currentName();
                        JsonToken set = parser.nextToken();
                        if (parameter.equals("binary_data")) {
                            draft.binary = flag(set, parameter);
                        } else {
                            parser.skipChildren();
                        }
                    }
                } else if (name.equals("name") && !OUTPUT.equals(text(parser, value, name))) {
                    throw Problem.badRequest("There is no output '" + JsonWords.shortened(parser.getString())
                            + "'; the output of every model is '" + OUTPUT + "'.");
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    /** The name of the one output. */
    static final String OUTPUT = "y";

    private static void requireObject(JsonToken token, String name) {
        if (token != JsonToken.START_OBJECT) {
            throw Problem.badRequest("\"" + name + "\" is " + JsonWords.of(token) + " but must be an object.");
        }
    }

    private static void requireArray(JsonToken token, String name) {
        if (token != JsonToken.START_ARRAY) {
            throw Problem.badRequest("\"" + name + "\" is " + JsonWords.of(token) + " but must be an array.");
        }
    }

    private static void inputs(JsonParser parser, JsonToken token, Draft draft, ByteBuffer tensors, int most) {
        requireArray(token, "inputs");
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            requireObject(next, "inputs");
            if (draft.inputs.size() == 8) {
                throw Problem.badRequest("The request has more than 8 inputs.");
            }
            draft.inputs.add(input(parser, tensors, most));
        }
    }

    private static InferenceTensor input(JsonParser parser, ByteBuffer tensors, int most) {
        String name = "";
        Optional<TensorType> type = Optional.empty();
        List<Long> shape = List.of();
        long binary = -1;
        Optional<Values> data = Optional.empty();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (member) {
                case "name" -> name = text(parser, token, member);
                case "datatype" -> type = Optional.of(TensorType.of(text(parser, token, member)));
                case "shape" -> shape = shape(parser, token);
                case "data" -> data = Optional.of(Values.read(parser, token, most));
                case "parameters" -> {
                    requireObject(token, member);
                    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                        String parameter = parser.currentName();
                        JsonToken value = parser.nextToken();
                        if (parameter.equals("binary_data_size") && value == JsonToken.VALUE_NUMBER_INT) {
                            binary = parser.getLongValue();
                        } else {
                            parser.skipChildren();
                        }
                    }
                }
                default -> parser.skipChildren();
            }
        }
        TensorType of = type.orElseThrow(() -> Problem.badRequest("An input has no \"datatype\"."));
        long size = shape.stream().reduce(1L, (a, b) -> a * b);
        if (size > most) {
            throw Problem.of(
                    413,
                    "The input '" + name + "' has the shape " + shape + ", which is more than " + most + " numbers.");
        }
        InferenceTensor tensor = binary >= 0
                ? Values.bytes(name, of, shape, tensors, binary, (int) size)
                : data.orElseThrow(
                                () -> Problem.badRequest("An input has neither \"data\" nor a \"binary_data_size\"."))
                        .tensor(name, of, shape);
        if (tensor.size() != size) {
            throw Problem.badRequest("The input '" + JsonWords.shortened(name) + "' has the shape " + shape + ", so "
                    + size + " values, but there are " + tensor.size() + ".");
        }
        return tensor;
    }

    private static List<Long> shape(JsonParser parser, JsonToken token) {
        requireArray(token, "shape");
        List<Long> shape = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            long size = next == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : -1;
            if (size < 0 || size > 1_000_000 || shape.size() == MOST_DIMENSIONS) {
                throw Problem.badRequest("A \"shape\" has up to " + MOST_DIMENSIONS + " sizes from 0 to 1000000.");
            }
            shape.add(size);
        }
        return List.copyOf(shape);
    }

    /** The values of a tensor as they are read. */
    private static final class Values {

        private double[] numbers = new double[16];
        private int count;
        private final List<String> texts = new ArrayList<>();

        static Values read(JsonParser parser, JsonToken token, int most) {
            requireArray(token, "data");
            Values values = new Values();
            int depth = 1;
            while (depth > 0) {
                JsonToken next = parser.nextToken();
                if (next == JsonToken.START_ARRAY) {
                    depth++;
                } else if (next == JsonToken.END_ARRAY) {
                    depth--;
                } else {
                    values.add(parser, next);
                    if (values.count + values.texts.size() > most) {
                        throw Problem.of(413, "An input has more than " + most + " values.");
                    }
                }
            }
            return values;
        }

        private void add(JsonParser parser, JsonToken token) {
            if (token == JsonToken.VALUE_STRING) {
                texts.add(parser.getString());
                return;
            }
            double number;
            if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
                number = token == JsonToken.VALUE_TRUE ? 1 : 0;
            } else if (token != null && token.isNumeric()) {
                number = parser.getDoubleValue();
            } else {
                throw Problem.badRequest("\"data\" has " + JsonWords.of(token) + " where a number is needed.");
            }
            numbers = count == numbers.length ? Arrays.copyOf(numbers, 2 * count) : numbers;
            numbers[count++] = number;
        }

        InferenceTensor tensor(String name, TensorType type, List<Long> shape) {
            boolean right = type == TensorType.BYTES ? count == 0 : texts.isEmpty();
            if (!right) {
                throw Problem.badRequest(
                        "The input '" + JsonWords.shortened(name) + "' has values of another type than " + type + ".");
            }
            return new InferenceTensor(name, type, shape, Arrays.copyOf(numbers, count), texts);
        }

        static InferenceTensor bytes(
                String name, TensorType type, List<Long> shape, ByteBuffer from, long length, int size) {
            boolean fits =
                    length <= from.remaining() && (type == TensorType.BYTES || length == (long) size * type.bytes());
            if (!fits) {
                throw Problem.badRequest("The input '" + JsonWords.shortened(name) + "' says that it has " + length
                        + " bytes, but the shape " + shape + " of " + type + " needs " + (long) size * type.bytes()
                        + " and "
                        + from.remaining() + " are left in the body.");
            }
            int end = from.position() + (int) length;
            double[] numbers = new double[type == TensorType.BYTES ? 0 : size];
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = type.read(from);
            }
            while (type == TensorType.BYTES && from.position() < end) {
                int bytes = end - from.position() < 4 ? -1 : from.getInt();
                if (bytes < 0 || bytes > end - from.position()) {
                    throw Problem.badRequest("A text of the input '" + JsonWords.shortened(name)
                            + "' is longer than the input. Each begins with its length in four bytes.");
                }
                byte[] text = new byte[bytes];
                from.get(text);
                texts.add(new String(text, UTF_8));
            }
            return new InferenceTensor(name, type, shape, numbers, texts);
        }
    }
}
