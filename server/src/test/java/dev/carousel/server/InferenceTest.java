package dev.carousel.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.json.Json;
import dev.carousel.stream.Session;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Open Inference Protocol, with requests as clients of Triton send them. */
class InferenceTest {

    private static final String INFER = "/v2/models/m/infer";

    @TempDir
    static Path folder;

    private static Live live;

    @BeforeAll
    static void start() {
        live = Live.start(folder, options -> options);
    }

    @AfterAll
    static void end() {
        live.close();
    }

    private static float[] alone(int... events) {
        Session session = Session.of(live.network);
        float[] y = new float[Live.O];
        for (int event : events) {
            session.step(Live.event(event), y);
        }
        return y;
    }

    private static Map<?, ?> output(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(Live.text(response)).isEqualTo(200);
        Map<?, ?> all = Live.json(response);
        assertThat(all.get("model_name")).isEqualTo("m");
        assertThat(all.get("model_version")).isEqualTo("1");
        Map<?, ?> output = (Map<?, ?>) ((List<?>) all.get("outputs")).get(0);
        assertThat(output.get("name")).isEqualTo("y");
        assertThat(output.get("datatype")).isEqualTo("FP32");
        return output;
    }

    private static float[] numbers(HttpResponse<byte[]> response) {
        return Live.floats((List<?>) output(response).get("data"));
    }

    private static String step(String parameters, int event) {
        return "{\"id\":\"r" + event + "\",\"parameters\":{" + parameters
                + "},\"inputs\":[{\"name\":\"x\",\"shape\":[1,3]," + "\"datatype\":\"FP32\",\"data\":["
                + Live.json(Live.event(event)) + "]}]}";
    }

    @Test
    void serverModelAndVersionAreDescribed() {
        Map<?, ?> server = Live.json(live.get("/v2"));
        assertThat(server.get("name")).isEqualTo("carousel");
        assertThat(((List<?>) server.get("extensions")).stream().map(String::valueOf))
                .contains("sequence", "binary_tensor_data");
        assertThat(live.get("/v2/health/live").statusCode()).isEqualTo(200);
        assertThat(live.get("/v2/health/ready").statusCode()).isEqualTo(200);
        assertThat(live.get("/v2/models/m/ready").statusCode()).isEqualTo(200);
        assertThat(live.get("/v2/models/m/versions/1/ready").statusCode()).isEqualTo(200);
        Map<?, ?> model = Live.json(live.get("/v2/models/m/versions/1"));
        assertThat(Json.write(model))
                .isEqualTo("{\"name\":\"m\",\"versions\":[\"1\"],\"platform\":\"carousel\",\"inputs\":[{\"name\":\"x\","
                        + "\"datatype\":\"FP32\",\"shape\":[-1,3]}],\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\","
                        + "\"shape\":[-1,2]}]}");
    }

    @Test
    void aSequenceOfNumberedRequestsIsASession() {
        HttpResponse<byte[]> first =
                live.post(INFER, step("\"sequence_id\":42,\"sequence_start\":true,\"sequence_end\":false", 0));
        assertThat(Live.json(first).get("id")).isEqualTo("r0");
        assertThat(numbers(first)).isEqualTo(alone(0));
        assertThat(numbers(live.post(INFER, step("\"sequence_id\":42", 1)))).isEqualTo(alone(0, 1));
        assertThat(live.get("/v1/models/m/sessions/42").statusCode()).isEqualTo(200);
        assertThat(numbers(live.post(
                        "/v2/models/m/versions/1/infer", step("\"sequence_id\":42,\"sequence_end\":true", 2))))
                .isEqualTo(alone(0, 1, 2));
        assertThat(live.get("/v1/models/m/sessions/42").statusCode()).isEqualTo(404);
        HttpResponse<byte[]> ended = live.post(INFER, step("\"sequence_id\":42", 3));
        assertThat(ended.statusCode()).isEqualTo(400);
        assertThat(String.valueOf(Live.json(ended).get("error"))).contains("START flag");
    }

    @Test
    void aSequenceMayBeNamedByATextAndBeginAnew() {
        for (int round = 0; round < 2; round++) {
            assertThat(numbers(live.post(INFER, step("\"sequence_id\":\"pump/7\",\"sequence_start\":true", 5))))
                    .isEqualTo(alone(5));
            assertThat(numbers(live.post(INFER, step("\"sequence_id\":\"pump/7\"", 6))))
                    .isEqualTo(alone(5, 6));
        }
        assertThat(live.get("/v1/models/m/sessions/pump%2F7").statusCode()).isEqualTo(200);
    }

    @Test
    void withoutASequenceEachRowIsASequenceOfItsOwn() {
        String body = "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,2,3],\"datatype\":\"FP64\",\"data\":[";
        for (int i = 0; i < 4; i++) {
            body += (i > 0 ? "," : "") + Live.json(Live.event(i)).replaceAll("[\\[\\]]", "");
        }
        HttpResponse<byte[]> response = live.post(INFER, body + "]}]}");
        assertThat(output(response).get("shape")).isEqualTo(List.of(2L, 2L, 2L));
        float[] found = numbers(response);
        assertThat(Arrays.copyOfRange(found, 2, 4)).isEqualTo(alone(0, 1));
        assertThat(Arrays.copyOfRange(found, 6, 8)).isEqualTo(alone(2, 3));
        assertThat(Live.json(live.get("/v1/models/m")).get("versions").toString())
                .doesNotContain("\u0001");
    }

    @Test
    void severalStepsOfASequenceComeAsOneTensor() {
        String body = "{\"parameters\":{\"sequence_id\":7,\"sequence_start\":true,\"sequence_end\":true},\"inputs\":["
                + "{\"name\":\"x\",\"shape\":[1,2,3],\"datatype\":\"FP32\",\"data\":[[" + Live.json(Live.event(8)) + ","
                + Live.json(Live.event(9)) + "]]}]}";
        HttpResponse<byte[]> response = live.post(INFER, body);
        assertThat(output(response).get("shape")).isEqualTo(List.of(1L, 2L, 2L));
        assertThat(Arrays.copyOfRange(numbers(response), 2, 4)).isEqualTo(alone(8, 9));
    }

    /** As tritonclient.http sends it with binary_data=True: JSON, then the bytes of the tensor. */
    @Test
    void tensorsComeAndGoAsBytes() {
        String header =
                "{\"id\":\"1\",\"parameters\":{\"sequence_id\":9,\"sequence_start\":true,\"sequence_end\":true},"
                        + "\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":12}}],"
                        + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}";
        ByteBuffer body = ByteBuffer.allocate(header.length() + 12).order(ByteOrder.LITTLE_ENDIAN);
        body.put(header.getBytes(US_ASCII));
        for (float number : Live.event(3)) {
            body.putFloat(number);
        }
        HttpResponse<byte[]> response = live.send(live.request(INFER)
                .header("Inference-Header-Content-Length", Integer.toString(header.length()))
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(body.array()))
                .build());
        assertThat(response.statusCode()).as(Live.text(response)).isEqualTo(200);
        int length = Integer.parseInt(
                response.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
        assertThat(new String(response.body(), 0, length, US_ASCII))
                .isEqualTo("{\"model_name\":\"m\",\"model_version\":\"1\",\"id\":\"1\",\"outputs\":[{\"name\":\"y\","
                        + "\"datatype\":\"FP32\",\"shape\":[1,2],\"parameters\":{\"binary_data_size\":8}}]}");
        ByteBuffer numbers = ByteBuffer.wrap(response.body(), length, 8).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(new float[] {numbers.getFloat(), numbers.getFloat()}).isEqualTo(alone(3));
        assertThat(response.body()).hasSize(length + 8);
    }

    @Test
    void whatTheProtocolDoesNotAllowIsAnErrorInItsForm() {
        String tensor = "{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[1,2,3]}";
        for (String body : List.of(
                "",
                "[]",
                "{\"inputs\":[]}",
                "{\"inputs\":[" + tensor.replace("[1,3]", "[1,4]") + "]}",
                "{\"inputs\":[" + tensor.replace("[1,2,3]", "[1,2]") + "]}",
                "{\"inputs\":[" + tensor.replace("FP32", "FP17") + "]}",
                "{\"inputs\":[" + tensor.replace("\"x\"", "\"z\"") + "]}",
                "{\"inputs\":[" + tensor + "," + tensor + "]}",
                "{\"inputs\":[" + tensor.replace("[1,3]", "[-1,3]") + "]}",
                "{\"inputs\":[" + tensor.replace("[1,2,3]", "[1,2,\"a\"]") + "]}",
                "{\"inputs\":[" + tensor + "],\"outputs\":[{\"name\":\"other\"}]}",
                "{\"parameters\":{\"sequence_id\":-3},\"inputs\":[" + tensor + "]}",
                "{\"parameters\":{\"sequence_id\":1.5},\"inputs\":[" + tensor + "]}",
                "{\"parameters\":{\"sequence_start\":1},\"inputs\":[" + tensor + "]}",
                "{\"inputs\":[" + tensor.replace("\"data\":[1,2,3]", "\"parameters\":{\"binary_data_size\":12}")
                        + "]}")) {
            HttpResponse<byte[]> response = live.post(INFER, body);
            assertThat(response.statusCode())
                    .as(body + " -> " + Live.text(response))
                    .isEqualTo(400);
            assertThat(Live.json(response).get("error")).as(body).isInstanceOf(String.class);
        }
        assertThat(live.post(INFER, "{\"inputs\":[" + tensor.replace("[1,2,3]", "[1,2,1e99]") + "]}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(live.post("/v2/models/none/infer", "{}").statusCode()).isEqualTo(404);
    }
}
