package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.json.Json;
import dev.carousel.stream.Session;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a session is told over HTTP is what it is told in process. */
class SessionRoutesTest {

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

    /** The outputs of a session alone. */
    private static List<float[]> alone(int from, int to) {
        Session session = Session.of(live.network);
        List<float[]> outputs = new ArrayList<>();
        for (int i = from; i < to; i++) {
            float[] y = new float[Live.O];
            session.step(Live.event(i), y);
            outputs.add(y);
        }
        return outputs;
    }

    private static String events(int from, int to) {
        StringBuilder text = new StringBuilder("{\"events\":[");
        for (int i = from; i < to; i++) {
            text.append(i > from ? "," : "").append(Live.json(Live.event(i)));
        }
        return text.append("]}").toString();
    }

    private static void assertSame(List<float[]> found, List<float[]> expected) {
        assertThat(found).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void answersAreTheBitsOfASessionAlone() {
        List<float[]> expected = alone(0, 7);
        assertSame(Live.outputs(live.post("/v1/models/m/sessions/a/events", events(0, 3))), expected.subList(0, 3));
        assertSame(Live.outputs(live.post("/v1/models/m/sessions/a/events", events(3, 7))), expected.subList(3, 7));
        HttpResponse<byte[]> one =
                live.post("/v1/models/m/sessions/b/events", "{\"event\":" + Live.json(Live.event(0)) + "}");
        assertThat(one.headers().firstValue("Content-Type")).contains("application/json");
        assertSame(Live.outputs(one), expected.subList(0, 1));
    }

    @Test
    void theLastAnswerAloneAndABeginningAnewCanBeAskedFor() {
        List<float[]> expected = alone(0, 4);
        for (int round = 0; round < 2; round++) {
            assertSame(
                    Live.outputs(live.post("/v1/models/m/sessions/anew/events?start=true&answers=last", events(0, 4))),
                    expected.subList(3, 4));
        }
    }

    @Test
    void aRepeatedNumberGetsTheSameAnswerAndTheStateMovesOnce() {
        String path = "/v1/models/m/sessions/once/events";
        List<float[]> expected = alone(0, 6);
        String first = events(0, 3).replaceFirst("}$", ",\"sequence\":0}");
        String second = events(3, 6).replaceFirst("}$", ",\"sequence\":3}");
        for (int round = 0; round < 3; round++) {
            HttpResponse<byte[]> response = live.post(path, first);
            assertSame(Live.outputs(response), expected.subList(0, 3));
            assertThat(Live.json(response).get("sequence")).isEqualTo(2L);
        }
        for (int round = 0; round < 2; round++) {
            assertSame(Live.outputs(live.post(path, second)), expected.subList(3, 6));
        }
        assertThat(Live.json(live.get("/v1/models/m/sessions/once")).get("sequence"))
                .isEqualTo(5L);
        assertThat(live.post(path, first).statusCode()).isEqualTo(409);
        HttpResponse<byte[]> gap = live.post(path, events(3, 4).replaceFirst("}$", ",\"sequence\":9}"));
        assertThat(gap.statusCode()).isEqualTo(409);
        assertThat(Live.json(gap).get("reason")).isEqualTo("number-gap");
        assertThat(Live.json(live.get("/v1/models/m/sessions/once")).get("sequence"))
                .isEqualTo(5L);
    }

    @Test
    void linesOfManySessionsAreAnsweredInTheirOrder() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append("{\"session\":\"n" + i % 4 + "\",\"event\":" + Live.json(Live.event(i / 4)) + ",\"sequence\":"
                    + i / 4 + "}\n");
        }
        List<float[]> expected = alone(0, 10);
        String first = "";
        for (int round = 0; round < 2; round++) {
            HttpResponse<byte[]> response = live.post("/v1/models/m/events", lines.toString());
            assertThat(response.headers().firstValue("Content-Type")).contains("application/x-ndjson");
            List<String> answers = Live.text(response).lines().toList();
            assertThat(answers).hasSize(40);
            for (int i = 0; i < 40; i++) {
                Map<?, ?> answer = (Map<?, ?>) Json.parse(answers.get(i));
                assertThat(answer.get("session")).isEqualTo("n" + i % 4);
                assertThat(answer.get("sequence")).isEqualTo((long) i / 4);
                assertThat(Live.floats((List<?>) answer.get("output"))).isEqualTo(expected.get(i / 4));
            }
            first = first.isEmpty() ? Live.text(response) : first;
            assertThat(Live.text(response)).isEqualTo(first);
        }
    }

    @Test
    void aLineThatCannotBeUsedIsSaidInItsPlaceAndOthersGoOn() {
        String event = Live.json(Live.event(0));
        HttpResponse<byte[]> response = live.post(
                "/v1/models/m/events",
                "{\"session\":\"l1\",\"event\":" + event + "}\n"
                        + "{\"session\":\"l2\",\"event\":[1,2]}\n"
                        + "not json\n\n"
                        + "{\"event\":" + event + ",\"session\":\"l3\"}\r\n"
                        + "{\"session\":\"l2\",\"event\":" + event + "}\n"
                        + "{\"session\":\"l4\",\"event\":" + event + ",\"sequence\":1}\n"
                        + "{\"session\":\"l4\",\"event\":" + event + ",\"sequence\":3}\n");
        assertThat(response.statusCode()).isEqualTo(200);
        List<Map<?, ?>> lines = new ArrayList<>();
        Live.text(response).lines().forEach(line -> lines.add((Map<?, ?>) Json.parse(line)));
        assertThat(lines).hasSize(7);
        assertThat(lines.get(0).keySet().toString()).isEqualTo("[session, output]");
        assertThat(lines.get(1).get("error").toString()).contains("status=422", "2 numbers", "line=2");
        assertThat(lines.get(2).get("error").toString()).contains("status=400", "line=3");
        assertThat(lines.get(3).keySet().toString()).isEqualTo("[session, output]");
        assertThat(lines.get(4).get("error").toString()).contains("none of them was taken");
        assertThat(lines.get(5).get("error").toString()).contains("none of them was taken");
        assertThat(lines.get(6).get("error").toString()).contains("numbered one after the other");
        assertThat(live.get("/v1/models/m/sessions/l1").statusCode()).isEqualTo(200);
        assertThat(live.get("/v1/models/m/sessions/l2").statusCode()).isEqualTo(404);
        assertThat(live.get("/v1/models/m/sessions/l4").statusCode()).isEqualTo(404);
    }

    @Test
    void aStateIsReadWrittenElsewhereAndEnded() {
        List<float[]> expected = alone(0, 6);
        live.post("/v1/models/m/sessions/from/events", events(0, 4).replaceFirst("}$", ",\"sequence\":0}"));
        byte[] state = live.get("/v1/models/m/sessions/from/state").body();
        assertThat(live.put("/v1/models/m/sessions/to%2Fhere%20%C3%A9/state", state)
                        .statusCode())
                .isEqualTo(204);
        assertSame(
                Live.outputs(live.post("/v1/models/m/sessions/to%2Fhere%20%C3%A9/events", events(4, 6))),
                expected.subList(4, 6));
        Session bare = Session.of(live.network);
        bare.step(Live.event(0), new float[Live.O]);
        assertThat(live.put("/v1/models/m/sessions/bare/state", bare.save()).statusCode())
                .isEqualTo(204);
        assertSame(Live.outputs(live.post("/v1/models/m/sessions/bare/events", events(1, 4))), expected.subList(1, 4));
        assertThat(live.delete("/v1/models/m/sessions/from").statusCode()).isEqualTo(204);
        assertThat(live.delete("/v1/models/m/sessions/from").statusCode()).isEqualTo(404);
        assertThat(live.get("/v1/models/m/sessions/from").statusCode()).isEqualTo(404);
        assertThat(live.get("/v1/models/m/sessions/from/state").statusCode()).isEqualTo(404);
    }

    @Test
    void aDamagedStateIsRefusedAndTheSessionStaysWhereItWas() {
        List<float[]> expected = alone(0, 3);
        live.post("/v1/models/m/sessions/kept/events", events(0, 2));
        byte[] state = live.get("/v1/models/m/sessions/kept/state").body();
        state[state.length / 2] ^= 1;
        assertThat(live.put("/v1/models/m/sessions/kept/state", state).statusCode())
                .isEqualTo(409);
        assertThat(live.put("/v1/models/m/sessions/kept/state", new byte[0]).statusCode())
                .isEqualTo(409);
        assertThat(live.put(
                                "/v1/models/m/sessions/kept/state",
                                Session.of(Live.network(2, Live.D).pack()).save())
                        .statusCode())
                .isEqualTo(409);
        assertSame(Live.outputs(live.post("/v1/models/m/sessions/kept/events", events(2, 3))), expected.subList(2, 3));
    }

    @Test
    void aWebSocketAnswersEachMessageInOrder() throws Exception {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        WebSocket socket = live.client
                .newWebSocketBuilder()
                .buildAsync(
                        java.net.URI.create(
                                live.at("/v1/models/m/sessions/ws").toString().replaceFirst("^http", "ws")),
                        new WebSocket.Listener() {
                            private final StringBuilder text = new StringBuilder();

                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                                text.append(data);
                                if (last) {
                                    answers.add(text.toString());
                                    text.setLength(0);
                                }
                                from.request(1);
                                return null;
                            }
                        })
                .get(30, TimeUnit.SECONDS);
        List<float[]> expected = alone(0, 5);
        for (int i = 0; i < 5; i++) {
            socket.sendText("{\"event\":" + Live.json(Live.event(i)) + ",\"sequence\":" + i + "}", true)
                    .join();
        }
        for (int i = 0; i < 5; i++) {
            Map<?, ?> answer = (Map<?, ?>) Json.parse(answers.poll(30, TimeUnit.SECONDS));
            assertThat(Live.floats((List<?>) ((List<?>) answer.get("outputs")).get(0)))
                    .isEqualTo(expected.get(i));
        }
        socket.sendText("{\"event\":\"x\"}", true).join();
        assertThat(answers.poll(30, TimeUnit.SECONDS)).contains("\"error\"", "\"status\":422");
        assertThat(Live.json(live.get("/v1/models/m/sessions/ws")).get("sequence"))
                .isEqualTo(4L);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").join();
    }

    @Test
    void outputsAreToldToThoseWhoListen() throws Exception {
        HttpResponse<Stream<String>> stream = live.client.send(
                live.request("/v1/models/m/sessions/heard/outputs").build(), BodyHandlers.ofLines());
        assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
        Iterator<String> lines = stream.body().iterator();
        assertThat(lines.next()).startsWith(":");
        live.post("/v1/models/m/sessions/other/events", events(0, 1));
        HttpResponse<byte[]> response =
                live.post("/v1/models/m/sessions/heard/events", events(0, 2).replaceFirst("}$", ",\"sequence\":0}"));
        List<String> heard = new ArrayList<>();
        while (heard.size() < 2) {
            String line = lines.next();
            if (line.startsWith("data: ")) {
                heard.add(line.substring(6));
            }
        }
        for (int i = 0; i < 2; i++) {
            Map<?, ?> told = (Map<?, ?>) Json.parse(heard.get(i));
            assertThat(told.get("session")).isEqualTo("heard");
            assertThat(told.get("sequence")).isEqualTo((long) i);
            assertThat(Live.floats((List<?>) told.get("output")))
                    .isEqualTo(Live.outputs(response).get(i));
        }
        stream.body().close();
    }

    @Test
    void modelsHealthMetricsAndThePageAreThere() {
        Map<?, ?> model =
                (Map<?, ?>) ((List<?>) Live.json(live.get("/v1/models")).get("models")).get(0);
        assertThat(model.get("name")).isEqualTo("m");
        assertThat(model.get("outputs")).isEqualTo(2L);
        assertThat(Live.json(live.get("/v1/models/m")).get("fingerprint")).isEqualTo(live.network.fingerprint());
        String example = Live.text(live.get("/v1/models/m/example"));
        assertThat(live.post("/v1/models/m/sessions/example/events", example).statusCode())
                .isEqualTo(200);
        assertThat(Live.text(live.get("/health/live"))).isEqualTo("{\"live\":true}");
        assertThat(Live.text(live.get("/health/ready"))).isEqualTo("{\"ready\":true}");
        assertThat(Live.text(live.get("/metrics")))
                .contains(
                        "carousel_events_total{model=\"m\",version=\"1\"}",
                        "carousel_requests_seconds_bucket{route=\"events\",status=\"200\",le=\"0.025\"}",
                        "carousel_sessions{",
                        "jvm_memory_used_bytes");
        HttpResponse<byte[]> page = live.get("/");
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'");
        assertThat(Live.json(live.get("/v1/status")).get("requests")).isInstanceOf(Long.class);
        Map<?, ?> picture = Live.json(live.get("/v1/models/m/sessions/example/picture"));
        assertThat(picture.get("kind")).isEqualTo("numbers");
        assertThat((List<?>) picture.get("values")).hasSize(10);
    }

    @Test
    void aBodyThatComesInPiecesIsReadWhole() throws Exception {
        byte[] whole = events(0, 2).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        HttpResponse<byte[]> response = live.client
                .sendAsync(
                        live.request("/v1/models/m/sessions/pieces/events")
                                .POST(BodyPublishers.ofInputStream(() -> new SlowInput(whole)))
                                .build(),
                        BodyHandlers.ofByteArray())
                .get(Duration.ofSeconds(60).toMillis(), TimeUnit.MILLISECONDS);
        assertSame(Live.outputs(response), alone(0, 2));
    }
}
