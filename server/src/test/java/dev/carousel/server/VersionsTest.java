package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.store.MvStateStore;
import dev.carousel.stream.Session;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New versions take new sessions; running ones finish on theirs. */
class VersionsTest {

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<byte[]> ask(CarouselServer server, String method, String path, String body) throws Exception {
        URI uri = server.address().resolve(path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private float[] step(CarouselServer server, String model, String session, int event) throws Exception {
        HttpResponse<byte[]> response = ask(
                server,
                "POST",
                "/v1/models/" + model + "/sessions/" + session + "/events",
                "{\"event\":" + Live.json(Live.event(event)) + "}");
        assertThat(response.statusCode()).as(Live.text(response)).isEqualTo(200);
        return Live.outputs(response).get(0);
    }

    private static float[] alone(PackedNetwork network, int... events) {
        Session session = Session.of(network);
        float[] y = new float[Live.O];
        for (int event : events) {
            session.step(Live.event(event), y);
        }
        return y;
    }

    @Test
    void aChangedFileTakesNewSessionsAndRunningOnesFinish() throws Exception {
        Path file = folder.resolve("m.safetensors");
        PackedNetwork one = Live.save(file, 1, Live.D).pack();
        ServerOptions options = ServerOptions.of(List.of(folder)).withPort(0).withReload(Duration.ZERO);
        try (CarouselServer server = CarouselServer.start(options)) {
            assertThat(step(server, "m", "old", 0)).isEqualTo(alone(one, 0));
            PackedNetwork two = Live.save(file, 2, Live.D).pack();
            server.reload();
            assertThat(step(server, "m", "old", 1)).isEqualTo(alone(one, 0, 1));
            assertThat(step(server, "m", "new", 0)).isEqualTo(alone(two, 0));
            assertThat(Live.text(ask(server, "GET", "/v1/models/m/sessions/old", "")))
                    .contains("\"version\":\"1\"");
            assertThat(Live.text(ask(server, "GET", "/v1/models/m/sessions/new", "")))
                    .contains("\"version\":\"2\"");
            assertThat(ask(server, "DELETE", "/v1/models/m/sessions/old", "").statusCode())
                    .isEqualTo(204);
            server.reload();
            assertThat(Live.json(ask(server, "GET", "/v1/models/m", ""))
                            .get("versions")
                            .toString())
                    .contains("version=2")
                    .doesNotContain("version=1");
            assertThat(step(server, "m", "old", 0)).isEqualTo(alone(two, 0));
        }
    }

    @Test
    void theSameNetworkAgainKeepsItsSessions() throws Exception {
        theSameNetworkAgainKeepsItsSessions(
                ServerOptions.of(List.of(folder)).withPort(0).withReload(Duration.ZERO));
    }

    @Test
    void theSameNetworkAgainKeepsItsSessionsInAStore() throws Exception {
        try (MvStateStore store = MvStateStore.open(folder.resolve("sessions"))) {
            theSameNetworkAgainKeepsItsSessions(ServerOptions.of(List.of(folder))
                    .withPort(0)
                    .withReload(Duration.ZERO)
                    .withStore(store));
        }
    }

    @Test
    void twoFilesOfOneNetworkAreOneVersionInAStore() throws Exception {
        Files.createDirectories(folder.resolve("m"));
        Network network = Live.save(folder.resolve("m/1.safetensors"), 1, Live.D);
        Live.save(folder.resolve("m/2.safetensors"), 1, Live.D);
        try (MvStateStore store = MvStateStore.open(folder.resolve("sessions"));
                CarouselServer server = CarouselServer.start(ServerOptions.of(List.of(folder))
                        .withPort(0)
                        .withReload(Duration.ZERO)
                        .withStore(store))) {
            assertThat(step(server, "m", "s", 0)).isEqualTo(alone(network.pack(), 0));
            assertThat((List<?>)
                            Live.json(ask(server, "GET", "/v1/models/m", "")).get("versions"))
                    .hasSize(1);
        }
    }

    private void theSameNetworkAgainKeepsItsSessions(ServerOptions options) throws Exception {
        Path file = folder.resolve("m.safetensors");
        Network network = Live.save(file, 1, Live.D);
        try (CarouselServer server = CarouselServer.start(options)) {
            step(server, "m", "s", 0);
            dev.carousel.model.Model.of(
                            network, dev.carousel.model.Task.of("none").with("note", "touched"))
                    .save(file);
            server.reload();
            assertThat(step(server, "m", "s", 1)).isEqualTo(alone(network.pack(), 0, 1));
            assertThat((List<?>)
                            Live.json(ask(server, "GET", "/v1/models/m", "")).get("versions"))
                    .hasSize(1);
        }
    }

    @Test
    void foldersHaveNamesAndVersions() throws Exception {
        Files.createDirectories(folder.resolve("pumps/10"));
        Files.createDirectories(folder.resolve("pumps/9"));
        Live.save(folder.resolve("pumps/10/any.safetensors"), 1, Live.D);
        Live.save(folder.resolve("pumps/9/model.safetensors"), 2, Live.D);
        Files.createDirectories(folder.resolve("fans"));
        Live.save(folder.resolve("fans/1.safetensors"), 3, 4);
        Live.save(folder.resolve("alone.safetensors"), 4, Live.D);
        try (CarouselServer server = CarouselServer.start(
                ServerOptions.of(List.of(folder)).withPort(0).withReload(Duration.ofMillis(50)))) {
            assertThat(Live.text(ask(server, "GET", "/v1/models", "")))
                    .contains("\"name\":\"alone\"", "\"name\":\"fans\"", "\"name\":\"pumps\"");
            assertThat(Live.json(ask(server, "GET", "/v1/models/pumps", "")).get("version"))
                    .isEqualTo("10");
            Files.createDirectories(folder.resolve("pumps/11"));
            Live.save(folder.resolve("pumps/11/m.safetensors"), 5, 7);
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!"11"
                    .equals(Live.json(ask(server, "GET", "/v1/models/pumps", ""))
                            .get("version"))) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(20);
            }
        }
    }

    @Test
    void aFileThatCannotBeReadLeavesWhatWasThere() throws Exception {
        Path file = folder.resolve("m.safetensors");
        PackedNetwork one = Live.save(file, 1, Live.D).pack();
        List<String> log = java.util.Collections.synchronizedList(new java.util.ArrayList<>());
        ServerOptions options = ServerOptions.of(List.of(folder))
                .withPort(0)
                .withReload(Duration.ZERO)
                .withLog(log::add);
        try (CarouselServer server = CarouselServer.start(options)) {
            Files.write(file, new byte[] {1, 2, 3});
            Files.writeString(folder.resolve("other.safetensors"), "no model");
            server.reload();
            assertThat(step(server, "m", "s", 0)).isEqualTo(alone(one, 0));
            assertThat(log.toString()).contains("m.safetensors: not taken", "other.safetensors: not taken");
        }
    }
}
