package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.json.Json;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.store.MvStateStore;
import dev.carousel.stream.Session;
import dev.carousel.stream.StateStore;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of a model that is replaced while no server runs: its sessions do not begin anew without a word. */
class ReplacedModelTest {

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> log = new CopyOnWriteArrayList<>();

    private CarouselServer serve(StateStore store) {
        return Live.serve(ServerOptions.of(List.of(folder.resolve("models")))
                .withPort(0)
                .withReload(Duration.ZERO)
                .withLog(log::add)
                .withStore(store));
    }

    private MvStateStore store() {
        return MvStateStore.open(folder.resolve("sessions"));
    }

    private Network save(String name, long seed) throws Exception {
        Path file = folder.resolve("models").resolve(name);
        Files.createDirectories(file.getParent());
        return Live.save(file, seed, Live.D);
    }

    private HttpResponse<byte[]> ask(CarouselServer server, String method, String path, byte[] body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(server.address().resolve(path))
                        .method(method, BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> post(CarouselServer server, String path, String body) throws Exception {
        return ask(server, "POST", path, body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private HttpResponse<byte[]> step(CarouselServer server, String session, int event) throws Exception {
        return post(
                server,
                "/v1/models/m/sessions/" + session + "/events",
                "{\"event\":" + Live.json(Live.event(event)) + "}");
    }

    private static float[] alone(PackedNetwork network, int... events) {
        Session session = Session.of(network);
        float[] y = new float[Live.O];
        for (int event : events) {
            session.step(Live.event(event), y);
        }
        return y;
    }

    private static void assertReplaced(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(Live.text(response)).isEqualTo(409);
        Map<?, ?> problem = Live.json(response);
        assertThat(problem.get("reason")).isEqualTo("model-replaced");
        assertThat(String.valueOf(problem.get("detail"))).contains("Put that file back", "start=true", "DELETE");
    }

    /** A server whose sessions a, b, c, d, e have had an event, which has ended. */
    private void begin() throws Exception {
        try (StateStore store = store();
                CarouselServer server = serve(store)) {
            for (String session : List.of("a", "b", "c", "d", "e")) {
                assertThat(step(server, session, 0).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void aSessionOfTheOldFileIsRefusedUntilItIsEndedBegunAnewOrTheFileIsBack() throws Exception {
        PackedNetwork old = save("m.safetensors", 1).pack();
        begin();
        assertThat(log).isEmpty();
        PackedNetwork replaced = save("m.safetensors", 2).pack();
        try (StateStore store = store();
                CarouselServer server = serve(store)) {
            assertThat(log).singleElement().asString().contains("5 sessions", "'m'", "409");
            String session = "/v1/models/m/sessions/a";
            assertReplaced(step(server, "a", 1));
            assertReplaced(ask(server, "GET", session, new byte[0]));
            assertReplaced(ask(server, "GET", session + "/state", new byte[0]));
            assertReplaced(ask(server, "GET", session + "/picture", new byte[0]));
            HttpResponse<byte[]> infer = post(
                    server,
                    "/v2/models/m/infer",
                    "{\"parameters\":{\"sequence_id\":\"a\"},\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],"
                            + "\"datatype\":\"FP32\",\"data\":[1,2,3]}]}");
            assertReplaced(infer);
            assertThat(Live.json(infer).get("error")).isEqualTo(Live.json(infer).get("detail"));
            HttpResponse<byte[]> lines = post(
                    server,
                    "/v1/models/m/events",
                    "{\"session\":\"a\",\"event\":[1,2,3]}\n{\"session\":\"new\",\"event\":" + Live.json(Live.event(0))
                            + "}\n");
            List<String> answers = Live.text(lines).lines().toList();
            assertThat(answers.get(0)).contains("\"status\":409", "model-replaced");
            assertThat(Live.floats((List<?>) ((Map<?, ?>) Json.parse(answers.get(1))).get("output")))
                    .isEqualTo(alone(replaced, 0));
            assertThat(messageOf(server, "a")).contains("\"error\"", "model-replaced");

            // Begun anew, by both protocols; a state that is set; ended.
            assertThat(Live.outputs(post(
                            server,
                            "/v1/models/m/sessions/b/events?start=true",
                            "{\"event\":" + Live.json(Live.event(3)) + "}")))
                    .containsExactly(alone(replaced, 3));
            assertThat(Live.outputs(step(server, "b", 4)).get(0)).isEqualTo(alone(replaced, 3, 4));
            assertThat(post(
                                    server,
                                    "/v2/models/m/infer",
                                    "{\"parameters\":{\"sequence_id\":\"c\",\"sequence_start\":true},\"inputs\":[{\"name\":"
                                            + "\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":"
                                            + Live.json(Live.event(3)) + "}]}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(Live.outputs(step(server, "c", 4)).get(0)).isEqualTo(alone(replaced, 3, 4));
            byte[] state = ask(server, "GET", "/v1/models/m/sessions/b/state", new byte[0])
                    .body();
            assertThat(ask(server, "PUT", "/v1/models/m/sessions/d/state", state)
                            .statusCode())
                    .isEqualTo(204);
            assertThat(Live.outputs(step(server, "d", 5)).get(0)).isEqualTo(alone(replaced, 3, 4, 5));
            assertThat(ask(server, "DELETE", "/v1/models/m/sessions/e", new byte[0])
                            .statusCode())
                    .isEqualTo(204);
            assertThat(ask(server, "DELETE", "/v1/models/m/sessions/e", new byte[0])
                            .statusCode())
                    .isEqualTo(404);
            assertThat(Live.outputs(step(server, "e", 6)).get(0)).isEqualTo(alone(replaced, 6));

            // The old file as another version, while the server runs.
            save("m/0.safetensors", 1);
            server.reload();
            assertThat(Live.outputs(step(server, "a", 1)).get(0)).isEqualTo(alone(old, 0, 1));
            assertThat(Live.outputs(step(server, "b", 7)).get(0)).isEqualTo(alone(replaced, 3, 4, 7));
        }
        log.clear();
        try (StateStore store = store();
                CarouselServer server = serve(store)) {
            assertThat(log).noneMatch(line -> line.contains("The store has"));
            assertThat(Live.outputs(step(server, "a", 2)).get(0)).isEqualTo(alone(old, 0, 1, 2));
            assertThat(Live.outputs(step(server, "new", 1)).get(0)).isEqualTo(alone(replaced, 0, 1));
        }
    }

    /** The answer to a message of a WebSocket. */
    private String messageOf(CarouselServer server, String session) throws Exception {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(
                        java.net.URI.create("ws://127.0.0.1:" + server.port() + "/v1/models/m/sessions/" + session),
                        new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                                answers.add(data.toString());
                                from.request(1);
                                return null;
                            }
                        })
                .get(30, TimeUnit.SECONDS);
        socket.sendText("{\"event\":[1,2,3]}", true).join();
        String answer = answers.poll(30, TimeUnit.SECONDS);
        socket.abort();
        return String.valueOf(answer);
    }

    @Test
    void theSameNetworkInANewFileKeepsItsSessions() throws Exception {
        Network network = save("m.safetensors", 1);
        begin();
        Model.of(network, Task.of("none").with("note", "touched")).save(folder.resolve("models/m.safetensors"));
        try (StateStore store = store();
                CarouselServer server = serve(store)) {
            assertThat(log).isEmpty();
            assertThat(Live.outputs(step(server, "a", 1)).get(0)).isEqualTo(alone(network.pack(), 0, 1));
        }
    }

    @Test
    void sessionsOfAModelThatIsNotServedAtAllAreTold() throws Exception {
        save("m.safetensors", 1);
        begin();
        Files.delete(folder.resolve("models/m.safetensors"));
        save("other.safetensors", 1);
        try (StateStore store = store();
                CarouselServer server = serve(store)) {
            assertThat(log).singleElement().asString().contains("5 sessions", "'m' is not served");
            HttpResponse<byte[]> response = step(server, "a", 1);
            assertThat(response.statusCode()).isEqualTo(409);
            assertThat(Live.json(response).get("reason")).isEqualTo("model-gone");
            save("m.safetensors", 1);
            server.reload();
            assertThat(step(server, "a", 1).statusCode()).isEqualTo(200);
        }
    }
}
