package dev.carousel.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.server.CarouselServer;
import dev.carousel.server.ServerOptions;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client and a real server. */
class CarouselClientTest {

    @TempDir
    static Path folder;

    private static CarouselServer server;
    private static Network network;
    private static CarouselClient client;

    @BeforeAll
    static void start() throws IOException {
        network = Network.initialised(NetworkSpec.of(Recurrent.gru(2, 4), Dense.head(4, 3)), new SplittableRandom(1));
        Path file = folder.resolve("m o.safetensors");
        Model.of(network, Task.of("none")).save(file);
        server = CarouselServer.start(ServerOptions.of(List.of(file)).withPort(0));
        client = CarouselClient.of(server.address());
    }

    @AfterAll
    static void end() {
        server.close();
    }

    private static List<float[]> alone(float[]... events) {
        Session session = Session.of(network.pack());
        List<float[]> outputs = new ArrayList<>();
        for (float[] event : events) {
            float[] y = new float[3];
            session.step(event, y);
            outputs.add(y);
        }
        return outputs;
    }

    private static final float[] A = {0.1f, -2.5e-8f};
    private static final float[] B = {3.25f, 1e10f};

    @Test
    void numbersAreThoseOfASessionAlone() {
        ClientSession session = client.session("m o", "s/1 ü");
        assertThat(session.numbers(List.of(A))).usingRecursiveComparison().isEqualTo(alone(A));
        assertThat(session.numbers(List.of(B, A)))
                .usingRecursiveComparison()
                .isEqualTo(alone(A, B, A).subList(1, 3));
        assertThat(session.applied()).hasValue(2);
        byte[] state = session.state();
        ClientSession other = client.session("m o", "other");
        other.restore(state);
        assertThat(other.numbers(List.of(B)))
                .usingRecursiveComparison()
                .isEqualTo(alone(A, B, A, B).subList(3, 4));
        session.end();
        session.end();
        assertThat(session.applied()).isEmpty();
        assertThat(session.numbers(List.of(A))).usingRecursiveComparison().isEqualTo(alone(A));
    }

    @Test
    void manySessionsAreOneRequest() {
        List<Map<String, Object>> answers = client.lines(
                "m o",
                List.of(
                        Map.of("session", "l1", "event", A, "sequence", 0),
                        Map.of("session", "l2", "event", B, "sequence", 0),
                        Map.of("session", "l1", "event", List.of(1), "sequence", 1)));
        assertThat(answers).hasSize(3);
        assertThat(answers.get(1).get("output"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(3);
        assertThat(answers.get(2)).containsKey("error");
        assertThat(client.models())
                .hasSize(1)
                .first()
                .satisfies(model -> assertThat(model).containsEntry("name", "m o"));
    }

    @Test
    void aRefusalIsToldInTheServersWords() {
        assertThatThrownBy(() -> client.session("m o", "x").answers(List.of(List.of(1, 2, 3))))
                .isInstanceOfSatisfying(
                        ServerProblem.class, e -> assertThat(e.status()).isEqualTo(422))
                .hasMessageContaining("3 numbers");
        assertThatThrownBy(() -> client.session("other", "x").answers(List.of(A)))
                .isInstanceOfSatisfying(
                        ServerProblem.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    /** A store that failed may have written nevertheless: only numbered events come again. */
    @Test
    void unnumberedEventsDoNotComeAgainAfterAStoreThatFailed() throws Exception {
        AtomicInteger count = new AtomicInteger();
        HttpServer failing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        failing.createContext("/", exchange -> {
            try (exchange) {
                count.incrementAndGet();
                byte[] body = "{\"detail\":\"no\",\"reason\":\"store-failed\"}".getBytes(UTF_8);
                exchange.sendResponseHeaders(503, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        failing.start();
        try {
            CarouselClient asking = CarouselClient.of(URI.create(
                            "http://127.0.0.1:" + failing.getAddress().getPort()))
                    .withPatience(Duration.ofSeconds(1));
            assertThatThrownBy(() -> asking.lines("m", List.of(Map.of("session", "s", "event", A))))
                    .isInstanceOf(ServerProblem.class);
            assertThat(count).hasValue(1);
            assertThatThrownBy(() -> asking.lines("m", List.of(Map.of("session", "s", "event", A, "sequence", 0))))
                    .isInstanceOf(ServerProblem.class);
            assertThat(count).hasValueGreaterThan(2);
        } finally {
            failing.stop(0);
        }
    }

    /** A proxy that takes requests to the server and loses every other answer, or says that it is busy. */
    @Test
    void whatIsLostOnTheWayIsTakenOnce() throws Exception {
        AtomicInteger count = new AtomicInteger();
        HttpClient behind = HttpClient.newHttpClient();
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            try (exchange) {
                int number = count.getAndIncrement();
                if (number % 3 == 1) {
                    exchange.sendResponseHeaders(503, -1);
                    return;
                }
                byte[] body = exchange.getRequestBody().readAllBytes();
                HttpResponse<byte[]> response = behind.send(
                        HttpRequest.newBuilder(server.address()
                                        .resolve(exchange.getRequestURI().toString()))
                                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
                                .build(),
                        BodyHandlers.ofByteArray());
                if (number % 3 == 0 && exchange.getRequestMethod().equals("POST")) {
                    return;
                }
                exchange.sendResponseHeaders(response.statusCode(), response.body().length);
                exchange.getResponseBody().write(response.body());
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        proxy.start();
        try {
            ClientSession session = CarouselClient.of(
                            URI.create("http://127.0.0.1:" + proxy.getAddress().getPort()))
                    .withPatience(Duration.ofSeconds(60))
                    .session("m o", "lossy");
            List<float[]> expected = alone(A, B, A, B, B, A);
            List<float[]> found = new ArrayList<>();
            for (float[] event : List.of(A, B, A, B, B, A)) {
                found.addAll(session.numbers(List.of(event)));
            }
            assertThat(found).usingRecursiveComparison().isEqualTo(expected);
            assertThat(client.session("m o", "lossy").applied()).hasValue(5);
            assertThat(count.get()).isGreaterThan(9);
        } finally {
            proxy.stop(0);
        }
    }

    @Test
    void aServerThatIsNotThereIsSaid() {
        CarouselClient nobody =
                CarouselClient.of(URI.create("http://127.0.0.1:1")).withPatience(Duration.ZERO);
        assertThatThrownBy(nobody::models)
                .isInstanceOf(ServerProblem.class)
                .hasMessageContaining("http://127.0.0.1:1/ does not answer");
    }
}
