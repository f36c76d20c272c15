package dev.carousel.server.kserve;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carousel.json.Json;
import dev.carousel.server.http.ByteOutput;
import dev.carousel.server.http.Exchange;
import dev.carousel.server.http.Problem;
import dev.carousel.server.http.Problems;
import dev.carousel.server.models.EventForm;
import dev.carousel.server.models.ModelVersion;
import dev.carousel.server.models.ServedModel;
import dev.carousel.stream.PoolException;
import dev.carousel.stream.Sessions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * {@code /v2/...}: what a server, a model, a version is, and inference.
 *
 * <p>A request with a {@code sequence_id} is one or more steps of that session: x of the shape [1, D] or [D] is one step, [1, T,
 * D] is T of them. One without is N sequences, [N, D] or [N, T, D], that begin and end with it.
 */
public final class InferenceRoutes {

    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    /** Answers of more numbers than this are written by a thread of their own, not by the pool's. */
    private static final int MANY = 256;

    private final int mostNumbers;
    private final int mostEvents;

    /**
     * The routes.
     *
     * @param mostNumbers how many numbers a request may have
     * @param mostEvents how many steps
     */
    public InferenceRoutes(int mostNumbers, int mostEvents) {
        this.mostNumbers = mostNumbers;
        this.mostEvents = mostEvents;
    }

    /** {@code GET /v2}. */
    public static Map<String, Object> server(String version) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", "carousel");
        all.put("version", version);
        all.put("extensions", List.of("sequence", "sequence(string_id)", "binary_tensor_data"));
        return all;
    }

    /** {@code GET /v2/models/{m}}. */
    public static Map<String, Object> model(ServedModel model, ModelVersion<?, ?> version) {
        EventForm<?, ?> form = version.form();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", model.name());
        all.put("versions", model.versions().stream().map(ModelVersion::label).toList());
        all.put("platform", "carousel");
        all.put("inputs", List.of(form.readsText() ? tensor("text", "BYTES", 1) : tensor("x", "FP32", form.width())));
        all.put("outputs", List.of(tensor(InferenceRequest.OUTPUT, "FP32", form.outputs())));
        return all;
    }

    private static Map<String, Object> tensor(String name, String type, int width) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", name);
        all.put("datatype", type);
        all.put("shape", List.of(-1L, (long) width));
        return all;
    }

    /** What went wrong, as this protocol has it: an object with the member "error". */
    public static void fail(Exchange exchange, Throwable error) {
        Problem problem = Problems.of(error);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("error", problem.detail());
        all.putAll(problem.fields());
        problem.headers()
                .forEach((name, value) -> exchange.response().getHeaders().put(name, value));
        exchange.json(problem.status(), all);
    }

    /**
     * {@code POST .../infer}.
     *
     * @param wanted the version that the path names, if it names one
     */
    public void infer(Exchange exchange, ServedModel model, Optional<ModelVersion<?, ?>> wanted, ByteOutput body) {
        try {
            int header = exchange.header(HEADER_LENGTH)
                    .map(text -> headerLength(text, body))
                    .orElse(body.length());
            InferenceRequest request = InferenceRequest.read(body.array(), body.length(), header, mostNumbers);
            if (wanted.isPresent()) {
                infer(exchange, model, wanted.get(), request, false);
            } else if (request.sequence().isEmpty() || request.start()) {
                infer(exchange, model, model.newest(), request, true);
            } else {
                String key = request.sequence().get();
                if (model.asks(key)) {
                    exchange.waits(
                            () -> infer(exchange, model, model.of(key), request, request.end()),
                            cause -> fail(exchange, cause));
                } else {
                    infer(exchange, model, model.newest(), request, false);
                }
            }
        } catch (RuntimeException e) {
            fail(exchange, e);
        }
    }

    private static int headerLength(String text, ByteOutput body) {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > body.length()) {
            throw Problem.badRequest("The header " + HEADER_LENGTH + " is not the length of the JSON in a body of "
                    + body.length() + " bytes.");
        }
        return Integer.parseInt(text);
    }

    /** Where in its session a request is. */
    private static Sessions.Part part(InferenceRequest request) {
        if (request.sequence().isEmpty() || (request.start() && request.end())) {
            return Sessions.Part.WHOLE;
        } else if (request.start()) {
            return Sessions.Part.FIRST;
        }
        return request.end() ? Sessions.Part.LAST : Sessions.Part.NEXT;
    }

    private <E, A> void infer(
            Exchange exchange,
            ServedModel model,
            ModelVersion<E, A> version,
            InferenceRequest request,
            boolean endsOthers) {
        SequenceTensors<E> sequences = SequenceTensors.of(version.form(), request, mostEvents);
        long numbers =
                (long) sequences.count() * sequences.steps() * version.form().outputs();
        if (numbers > mostNumbers) {
            throw Problem.of(
                    413,
                    "The outputs of this request are " + numbers + " numbers but this server gives " + mostNumbers
                            + " at once. Send fewer steps at a time.");
        }
        exchange.countEvents((long) sequences.count() * sequences.steps());
        float[] output = new float[(int) numbers];
        AtomicInteger left = new AtomicInteger(sequences.count());
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        for (int n = 0; n < sequences.count(); n++) {
            int at = n * sequences.steps() * version.form().outputs();
            String key = request.sequence().orElseGet(() -> "\u0001" + UUID.randomUUID());
            Sessions.Callback<A> callback = new Sessions.Callback<>() {
                @Override
                public void answered(List<A> answers) {
                    try {
                        for (int t = 0; t < answers.size(); t++) {
                            float[] one = version.form().numbers(answers.get(t));
                            System.arraycopy(one, 0, output, at + t * one.length, one.length);
                        }
                    } catch (RuntimeException e) {
                        failure.set(e);
                    }
                    over(endsOthers && request.sequence().isPresent() && model.asks(key));
                }

                @Override
                public void failed(RuntimeException cause) {
                    failure.set(cause);
                    over(false);
                }

                private void over(boolean leavesOthers) {
                    if (left.decrementAndGet() > 0) {
                        return;
                    }
                    if (leavesOthers) {
                        // The steps are taken, so that they are answered even if the old session stays for now.
                        model.noteBehind(key, version);
                        exchange.waits(
                                () -> {
                                    model.leaveBehind(key);
                                    tell();
                                },
                                cause -> tell());
                    } else if (output.length > MANY) {
                        exchange.later(this::tell);
                    } else {
                        exchange.guarded(this::tell);
                    }
                }

                private void tell() {
                    RuntimeException cause = failure.get();
                    if (cause == null) {
                        answer(exchange, version, request, sequences, output);
                    } else {
                        fail(exchange, begun(cause, version, key));
                    }
                }
            };
            try {
                version.pool().submit(key, part(request), OptionalLong.empty(), sequences.events(n), callback);
            } catch (RuntimeException e) {
                // Of several, some may be on their way: whoever comes last answers.
                callback.failed(e);
            }
        }
    }

    /** Where there is no such sequence, what Triton says, which clients know. */
    private static RuntimeException begun(RuntimeException cause, ModelVersion<?, ?> version, String key) {
        return cause instanceof PoolException pool && pool.kind() == PoolException.Kind.NO_SESSION
                ? Problem.badRequest("The inference request for sequence " + key + " to model '" + version.model()
                        + "' must specify the START flag (sequence_start) on the first request of the sequence.")
                : cause;
    }

    private static void answer(
            Exchange exchange,
            ModelVersion<?, ?> version,
            InferenceRequest request,
            SequenceTensors<?> sequences,
            float[] output) {
        ByteOutput bytes = new ByteOutput((int) Math.min(1 << 26, 256 + 16L * output.length));
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeStringProperty("model_name", version.model());
            json.writeStringProperty("model_version", version.label());
            if (!request.id().isEmpty()) {
                json.writeStringProperty("id", request.id());
            }
            json.writeName("outputs");
            json.writeStartArray();
            json.writeStartObject();
            json.writeStringProperty("name", InferenceRequest.OUTPUT);
            json.writeStringProperty("datatype", "FP32");
            json.writeName("shape");
            Json.write(json, sequences.outputShape(version.form().outputs()));
            if (request.binaryOutput()) {
                json.writeName("parameters");
                Json.write(json, Map.of("binary_data_size", 4L * output.length));
            } else {
                json.writeName("data");
                json.writeStartArray();
                for (float number : output) {
                    if (Float.isFinite(number)) {
                        json.writeNumber(number);
                    } else {
                        json.writeNull();
                    }
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        }
        if (!request.binaryOutput()) {
            exchange.answer(200, Exchange.JSON, bytes.buffer());
            return;
        }
        exchange.response().getHeaders().put(HEADER_LENGTH, bytes.length());
        ByteBuffer numbers = ByteBuffer.allocate(4 * output.length).order(ByteOrder.LITTLE_ENDIAN);
        numbers.asFloatBuffer().put(output);
        bytes.put(numbers);
        exchange.answer(200, "application/octet-stream", bytes.buffer());
    }

    /** A small answer of text, for health. */
    public static ByteBuffer flag(String name, boolean value) {
        return ByteBuffer.wrap(("{\"" + name + "\":" + value + "}").getBytes(US_ASCII));
    }
}
