package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Session;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be right gets the right status, a sentence, and changes no state. */
class RefusalsTest {

    private static final String EVENTS = "/v1/models/m/sessions/s/events";

    @TempDir
    static Path folder;

    private static Live live;

    @BeforeAll
    static void start() {
        live = Live.start(
                folder,
                options -> options.withLimits(
                        ServerLimits.defaults().withBody(1 << 20).withEvents(100)));
        live.post(EVENTS, "{\"event\":" + Live.json(Live.event(0)) + ",\"sequence\":0}");
    }

    /** After all that was refused, the session is where it was. */
    @AfterAll
    static void end() {
        Session alone = Session.of(live.network);
        float[] y = new float[Live.O];
        alone.step(Live.event(0), y);
        alone.step(Live.event(1), y);
        HttpResponse<byte[]> next = live.post(EVENTS, "{\"event\":" + Live.json(Live.event(1)) + ",\"sequence\":1}");
        assertThat(Live.outputs(next).get(0)).isEqualTo(y);
        live.close();
    }

    private static void assertProblem(HttpResponse<byte[]> response, int status) {
        assertThat(response.statusCode()).as(Live.text(response)).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        Map<?, ?> problem = Live.json(response);
        assertThat(problem.get("status")).isEqualTo((long) status);
        assertThat(problem.get("title")).isInstanceOf(String.class);
        assertThat(String.valueOf(problem.get("detail"))).hasSizeGreaterThan(20).doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | ``",
                "400 | x",
                "400 | [1,2,3]",
                "400 | {}",
                "400 | {\"events\":[]}",
                "400 | {\"events\":[[1,2,3]]",
                "400 | {\"events\":[[1,2,3]]} {}",
                "400 | {\"events\":[[1,2,3]],\"events\":[[1,2,3]]}",
                "400 | {\"events\":[[1,2,3]],\"squence\":1}",
                "400 | {\"events\":{\"0\":[1,2,3]}}",
                "400 | {\"events\":[[1,2,NaN]]}",
                "400 | {\"events\":[[1,2,Infinity]]}",
                "400 | {\"events\":[[1,2,3]],\"sequence\":-1}",
                "400 | {\"events\":[[1,2,3]],\"sequence\":1.5}",
                "400 | {\"events\":[[1,2,3]],\"sequence\":\"1\"}",
                "400 | {\"events\":[[1,2,3]],\"sequence\":99999999999999999999}",
                "400 | {\"events\":[[1,2,3]],\"sequence\":1,\"sequence\":1}",
                "400 | {\"events\":[[1,2,0x10]]}",
                "400 | {\"events\":[[1,2,3],]}",
                "422 | {\"events\":[[1,2]]}",
                "422 | {\"events\":[[1,2,3,4]]}",
                "422 | {\"events\":[[1,2,1e39]]}",
                "422 | {\"events\":[[1,2,1e999]]}",
                "422 | {\"events\":[[1,2,\"3\"]]}",
                "422 | {\"events\":[[1,2,null]]}",
                "422 | {\"events\":[[1,2,[3]]]}",
                "422 | {\"events\":[[1,2,3],[1,2]]}",
                "422 | {\"events\":[7]}",
                "422 | {\"events\":[null]}",
                "422 | {\"events\":[{\"a\":1}]}",
                "422 | {\"event\":\"x\"}",
                "409 | {\"events\":[[1,2,3]],\"sequence\":7}",
            })
    void aBodyThatCannotBeUsed(int status, String body) {
        assertProblem(live.post(EVENTS, body), status);
    }

    @Test
    void deepNestingIsRefusedWithoutDeepRecursion() {
        assertProblem(live.post(EVENTS, "{\"events\":" + "[".repeat(100_000)), 422);
        assertProblem(live.post(EVENTS, "[".repeat(200_000)), 400);
        assertProblem(live.post("/v1/models/m/events", "{\"session\":\"a\",\"event\":" + "[".repeat(100_000)), 422);
    }

    @Test
    void bodiesAndRequestsThatAreTooLargeAreRefused() {
        assertProblem(live.post(EVENTS, "{\"events\":[" + "[1,2,3],".repeat(100) + "[1,2,3]]}"), 413);
        assertProblem(live.post(EVENTS, " ".repeat((1 << 20) + 1)), 413);
        assertProblem(
                live.send(live.request(EVENTS)
                        .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[2 << 20])))
                        .build()),
                413);
        assertProblem(live.post("/v1/models/m/events", "{\"session\":\"a\",\"event\":[1,2,3]}\n".repeat(101)), 413);
    }

    /** A hundred megabytes are announced; the answer comes before they do. */
    @Test
    void aHundredMegabytesAreRefusedBeforeTheyAreRead() throws Exception {
        try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), live.server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + EVENTS + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.setSoTimeout(30_000);
            byte[] answer = socket.getInputStream().readNBytes(12);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nope",
                "/v1",
                "/v1/",
                "/v1/models/other",
                "/v1/models/other/sessions/s/events",
                "/v1/models/m/nope",
                "/v1/models/m/sessions",
                "/v1/models/m/sessions/s/nope",
                "/v1/models/m/sessions/s/events/more",
                "/v1/models/m/sessions/unknown",
                "/v1/models/m/sessions/unknown/state",
                "/v1/models/m/sessions/unknown/picture",
                "/v1/echo",
                "/v2/models/m/versions/9/ready",
                "/health/none"
            })
    void whatIsNotThereIsNotFound(String path) {
        HttpResponse<byte[]> response = live.get(path);
        assertThat(response.statusCode()).as(Live.text(response)).isEqualTo(404);
        assertThat(Live.json(response).get("status")).isEqualTo(404L);
    }

    private static String raw(String request) throws Exception {
        try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), live.server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/m/sessions/../../../etc/passwd",
                "/../../etc/passwd",
                "/v1/models/..%2f..%2fetc%2fpasswd",
                "/v1/models/%2e%2e/%2e%2e/etc/passwd",
                "/v1/models/m/sessions/a%00b/events",
                "/v1/models/m/sessions/a%0d%0ab/events",
                "/v1/models/m/sessions/%ff/events",
                "/v1/models/m/sessions/%zz/events",
                "/v1/models/m/sessions/%/events",
                "/v1/models/m/sessions//events",
                "/v1/models/m/sessions/%2e%2e/events",
                "/v1/models/m/sessions/a;b=c/../events",
                "//v1/models",
                "\\v1\\models"
            })
    void tricksWithPathsReachNothing(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer)
                .matches("(?s)HTTP/1.1 (400|404|405) .*")
                .contains("application/problem+json")
                .doesNotContain("root:");
    }

    @Test
    void whatIsNoHttpIsRefused() throws Exception {
        assertThat(raw("hello\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(raw("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(40_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(
                        raw(
                                "POST " + EVENTS
                                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/models, GET",
        "GET, /v1/models/m/sessions/s/events, POST",
        "GET, /v1/models/m/events, POST",
        "POST, /v1/models/m/sessions/s, 'GET, DELETE'",
        "DELETE, /v1/models/m/sessions/s/state, 'GET, PUT'",
        "POST, /metrics, GET",
        "POST, /, GET"
    })
    void anotherMethodIsRefusedWithTheRightOne(String method, String path, String allowed) {
        HttpResponse<byte[]> response = live.send(
                live.request(path).method(method, BodyPublishers.noBody()).build());
        assertProblem(response, 405);
        assertThat(response.headers().firstValue("Allow")).contains(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example, 421",
        "evil.example:80, 421",
        "localhost.evil.example, 421",
        "127.0.0.1.evil.example, 421",
        "1.2.3.256, 421",
        "1.2.3.0444, 421",
        "99999999999.1.1.1, 421",
        "255.249.199.0:80, 200",
        "localhost, 200",
        "LOCALHOST:1234, 200",
        "127.0.0.1, 200",
        "[::1]:8080, 200",
    })
    void onlyNamesOfThisServerAreTaken(String host, int status) throws Exception {
        assertThat(raw("GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status);
    }

    @Test
    void pagesOfOthersMayNotAsk() throws Exception {
        String post = "POST " + EVENTS
                + " HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\nContent-Length: 2\r\nOrigin: ";
        assertThat(raw(post + "http://evil.example\r\n\r\n{}")).startsWith("HTTP/1.1 403");
        assertThat(raw(post + "null\r\n\r\n{}")).startsWith("HTTP/1.1 403");
        assertThat(raw(post + "http://localhost:80\r\n\r\n{}")).startsWith("HTTP/1.1 400");
    }

    @Test
    void aSessionThatWasToBeginAnewStaysWhereTheBodyIsWrong() {
        String path = "/v1/models/m/sessions/anew";
        live.post(path + "/events", "{\"events\":[[1,2,3]],\"sequence\":0}");
        assertProblem(live.post(path + "/events?start=true", "{\"events\":[[1,2]]}"), 422);
        assertProblem(live.post(path + "/events?start=true", "{"), 400);
        HttpResponse<byte[]> infer = live.post(
                "/v2/models/m/infer",
                "{\"parameters\":{\"sequence_id\":\"anew\",\"sequence_start\":true},\"inputs\":[{\"name\":\"x\","
                        + "\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}");
        assertThat(infer.statusCode()).isEqualTo(400);
        assertThat(Live.json(live.get(path)).get("sequence")).isEqualTo(0L);
        assertThat(live.post(path + "/events?start=true", "{\"events\":[[1,2,3]],\"sequence\":1}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(Live.json(live.get(path)).get("sequence")).isEqualTo(1L);
    }

    @Test
    void answersThatAreTooLargeAreRefusedBeforeTheyAreMade(@TempDir Path wide) throws Exception {
        Path file = wide.resolve("wide.safetensors");
        Model.of(
                        Network.initialised(
                                NetworkSpec.of(Recurrent.gru(1, 2), Dense.head(2, 50_000)), new SplittableRandom(1)),
                        Task.of("none"))
                .save(file);
        String session = "/v1/models/wide/sessions/s";
        String events = "[1]" + ",[1]".repeat(80);
        try (CarouselServer server =
                CarouselServer.start(ServerOptions.of(List.of(file)).withPort(0))) {
            TaskModels.Asked asked = new TaskModels.Asked(server);
            assertProblem(asked.post(session + "/events", "{\"events\":[" + events + "]}"), 413);
            assertProblem(asked.post("/v1/models/wide/events", "{\"session\":\"s\",\"event\":[1]}\n".repeat(81)), 413);
            HttpResponse<byte[]> infer = asked.post(
                    "/v2/models/wide/infer",
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":[81,1],\"datatype\":\"FP32\",\"data\":["
                            + events.replaceAll("[\\[\\]]", "") + "]}]}");
            assertThat(infer.statusCode()).isEqualTo(413);
            assertThat(asked.get(session).statusCode()).isEqualTo(404);
            assertThat(Live.outputs(asked.post(session + "/events", "{\"event\":[1]}"))
                            .get(0))
                    .hasSize(50_000);
        }
    }

    @Test
    void oneListenerTooManyIsRefused() throws Exception {
        List<Socket> listeners = new ArrayList<>();
        String listen = "GET /v1/models/m/outputs HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try {
            for (int i = 0; i <= 1000; i++) {
                Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), live.server.port());
                listeners.add(socket);
                socket.setSoTimeout(30_000);
                socket.getOutputStream().write(listen.getBytes(StandardCharsets.US_ASCII));
                String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
                assertThat(status).isEqualTo("HTTP/1.1 " + (i < 1000 ? 200 : 503));
            }
            assertThat(Live.json(live.get("/v1/status")).get("listeners")).isEqualTo(1000L);
        } finally {
            for (Socket socket : listeners) {
                socket.close();
            }
        }
    }

    @Test
    void namesOfSessionsAreChecked() {
        assertProblem(live.post("/v1/models/m/sessions/" + "x".repeat(257) + "/events", "{\"event\":[1,2,3]}"), 400);
        HttpResponse<byte[]> lines = live.post(
                "/v1/models/m/events",
                "{\"session\":\"\",\"event\":[1,2,3]}\n{\"session\":\"\\ud800\",\"event\":[1,2,3]}\n{\"session\":[],\"event\":[1,2,3]}");
        assertThat(lines.statusCode()).isEqualTo(400);
        assertThat(live.post("/v1/models/m/events", "{\"session\":12,\"event\":[1,2,3]}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(live.get("/v1/models/m/sessions/12").statusCode()).isEqualTo(200);
    }

    @Test
    void aNearMissIsNamed() {
        assertThat(Live.text(live.get("/v1/models/n"))).contains("there are [m]");
    }
}
