package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.stream.PoolOptions;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is about to end says so, answers what it has taken, and closes what is open. */
@Timeout(120)
class DrainTest {

    private static final String EVENTS = "/v1/models/m/sessions/s/events";

    @TempDir
    Path folder;

    /** What a WebSocket is told. */
    private static final class Heard implements WebSocket.Listener {

        final BlockingQueue<String> all = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            all.add(data.toString());
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket from, java.nio.ByteBuffer message) {
            all.add("pong " + message.remaining());
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            all.add("closed " + status + " " + reason);
            return null;
        }

        String next() throws InterruptedException {
            return String.valueOf(all.poll(60, TimeUnit.SECONDS));
        }
    }

    private static WebSocket socket(Live live, String session, Heard heard) throws Exception {
        return live.client
                .newWebSocketBuilder()
                .buildAsync(
                        java.net.URI.create(
                                "ws://127.0.0.1:" + live.server.port() + "/v1/models/m/sessions/" + session),
                        heard)
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    void itIsNotReadyWhileItAnswersWhatItHasTaken() throws Exception {
        Live live = Live.start(
                folder,
                options -> options.withPool(
                        PoolOptions.defaults().withThreads(1).withBatchDelay(Duration.ofMillis(1_500))));
        Heard idle = new Heard();
        Heard busy = new Heard();
        socket(live, "idle", idle);
        WebSocket asking = socket(live, "busy", busy);
        HttpResponse<Stream<String>> outputs =
                live.client.send(live.request("/v1/models/m/outputs").build(), BodyHandlers.ofLines());
        CompletableFuture<HttpResponse<byte[]>> running = live.client.sendAsync(
                live.request(EVENTS)
                        .POST(BodyPublishers.ofString("{\"event\":[1,2,3]}"))
                        .build(),
                BodyHandlers.ofByteArray());
        asking.sendText("{\"event\":[1,2,3]}", true).join();
        while (!Live.text(live.get("/metrics")).contains("carousel_queue{model=\"m\",version=\"1\"} 2.0")) {
            assertThat(running).isNotDone();
            Thread.sleep(5);
        }
        assertThat(live.get("/health/ready").statusCode()).isEqualTo(200);
        Thread end = new Thread(live::close);
        end.start();
        assertThat(idle.next()).startsWith("closed 1001 The server is about to end");
        // By connections that are new, as those who watch over it have.
        boolean seen = false;
        while (!running.isDone()) {
            try {
                Live fresh = live;
                HttpClient other = HttpClient.newHttpClient();
                HttpResponse<byte[]> ready =
                        other.send(fresh.request("/health/ready").build(), BodyHandlers.ofByteArray());
                HttpResponse<byte[]> alive =
                        other.send(fresh.request("/health/live").build(), BodyHandlers.ofByteArray());
                HttpResponse<byte[]> v2 =
                        other.send(fresh.request("/v2/health/ready").build(), BodyHandlers.ofByteArray());
                HttpResponse<byte[]> refused = other.send(
                        fresh.request(EVENTS)
                                .POST(BodyPublishers.ofString("{\"event\":[1,2,3]}"))
                                .build(),
                        BodyHandlers.ofByteArray());
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(Live.json(ready).get("ready")).isEqualTo(false);
                assertThat(v2.statusCode()).isEqualTo(503);
                assertThat(alive.statusCode()).isEqualTo(200);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).contains("5");
                seen = true;
            } catch (java.io.IOException e) {
                // It ended meanwhile.
                break;
            }
        }
        assertThat(seen).isTrue();
        assertThat(running.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(busy.next()).contains("\"outputs\"");
        assertThat(busy.next()).startsWith("closed 1001");
        List<String> lines = outputs.body().toList();
        assertThat(lines.stream().filter(line -> line.startsWith("data:"))).hasSize(2);
        assertThat(lines).contains("retry: 5000", ": the server is about to end");
        end.join();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> live.get("/health/ready")))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void whatAWebSocketDoesNotTakeClosesItWithItsCode() throws Exception {
        try (Live live = Live.start(
                folder, options -> options.withLimits(ServerLimits.defaults().withBody(1024)))) {
            Heard heard = new Heard();
            WebSocket socket = socket(live, "large", heard);
            assertThat(socket.sendText(" ".repeat(2000), true)).isNotNull();
            assertThat(heard.next()).startsWith("closed 1009");
            Heard bytes = new Heard();
            WebSocket both = socket(live, "bytes", bytes);
            both.sendPing(java.nio.ByteBuffer.wrap(new byte[3])).join();
            assertThat(bytes.next()).isEqualTo("pong 3");
            both.sendText("{\"event\":[1,2,3]}", true).join();
            assertThat(bytes.next()).contains("\"outputs\"");
            both.sendBinary(java.nio.ByteBuffer.wrap(new byte[3]), true).join();
            assertThat(bytes.next()).startsWith("closed 1003");
            assertThat(live.get("/v1/models/m/sessions/large").statusCode()).isEqualTo(404);
            while (!Live.text(live.get("/metrics")).contains("carousel_sockets 0.0")) {
                Thread.sleep(5);
            }
        }
    }
}
