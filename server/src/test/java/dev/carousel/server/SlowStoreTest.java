package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.model.Model;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.StateStore;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that does not answer, a listener that does not read, a task that fails: the server goes on. */
@Timeout(180)
class SlowStoreTest {

    @TempDir
    Path folder;

    /** A durable store that stands still until it is let go. */
    private static final class Stopped implements StateStore {

        private final StateStore heap = StateStore.onHeap();
        private volatile CountDownLatch gate = new CountDownLatch(0);

        private void pass() {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("Somebody interrupts a thread that is at work in the store.", e);
            }
        }

        @Override
        public Optional<byte[]> get(String model, String key) {
            pass();
            return heap.get(model, key);
        }

        @Override
        public void write(String model, List<Change> changes) {
            pass();
            heap.write(model, changes);
        }

        @Override
        public boolean writeIf(String model, List<Change> changes, Map<String, byte[]> expected) {
            pass();
            return heap.writeIf(model, changes, expected);
        }

        @Override
        public void keys(String model, Consumer<String> each) {
            pass();
            heap.keys(model, each);
        }

        @Override
        public boolean durable() {
            return true;
        }

        @Override
        public void close() {
            heap.close();
        }
    }

    @Test
    void aStoreThatStandsStillStopsNeitherHealthNorTheFiguresNorTheEnd() throws Exception {
        Stopped store = new Stopped();
        List<String> log = new CopyOnWriteArrayList<>();
        Live live = Live.start(
                folder,
                options -> options.withStore(store)
                        .withLog(log::add)
                        .withPool(PoolOptions.defaults().withThreads(1))
                        .withReload(Duration.ofMillis(50))
                        .withExpire(Duration.ofDays(1))
                        .withLimits(ServerLimits.defaults().withDrain(Duration.ofMillis(500))));
        String session = "/v1/models/m/sessions/s";
        assertThat(live.post(session + "/events", "{\"event\":[1,2,3],\"sequence\":0}")
                        .statusCode())
                .isEqualTo(200);
        byte[] state = live.get(session + "/state").body();
        store.gate = new CountDownLatch(1);
        List<CompletableFuture<HttpResponse<byte[]>>> waiting = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            String other = "/v1/models/m/sessions/" + i;
            waiting.add(live.client.sendAsync(live.request(other).build(), BodyHandlers.ofByteArray()));
            waiting.add(live.client.sendAsync(live.request(other + "/state").build(), BodyHandlers.ofByteArray()));
            waiting.add(live.client.sendAsync(live.request(other + "/picture").build(), BodyHandlers.ofByteArray()));
            waiting.add(live.client.sendAsync(
                    live.request(other + "/events")
                            .POST(BodyPublishers.ofString("{\"event\":[1,2,3],\"sequence\":0}"))
                            .build(),
                    BodyHandlers.ofByteArray()));
        }
        waiting.add(live.client.sendAsync(
                live.request("/v1/models/m/sessions/put/state")
                        .PUT(BodyPublishers.ofByteArray(state))
                        .build(),
                BodyHandlers.ofByteArray()));
        waiting.add(live.client.sendAsync(live.request(session).DELETE().build(), BodyHandlers.ofByteArray()));
        // More wait than there are places, and those are told so.
        while (waiting.stream().noneMatch(CompletableFuture::isDone)) {
            Thread.sleep(5);
        }
        for (int i = 0; i < 20; i++) {
            long begun = System.nanoTime();
            assertThat(live.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(live.get("/v1/status").statusCode()).isEqualTo(200);
            assertThat(live.get("/metrics").statusCode()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        }
        assertThat(Thread.getAllStackTraces().entrySet())
                .filteredOn(entry -> entry.getKey().getName().startsWith("carousel-http"))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(List.of(entry.getValue()))
                        .as("none waits for a pool")
                        .noneMatch(frame -> frame.getClassName().startsWith("dev.carousel.stream.")));
        store.gate.countDown();
        int refused = 0;
        for (CompletableFuture<HttpResponse<byte[]>> one : waiting) {
            HttpResponse<byte[]> response = one.get(60, TimeUnit.SECONDS);
            if (response.statusCode() == 503) {
                refused++;
                assertThat(Live.json(response).get("reason")).isEqualTo("no-thread");
                assertThat(response.headers().firstValue("Retry-After")).isPresent();
            } else {
                assertThat(response.statusCode()).isIn(200, 204, 404);
            }
        }
        assertThat(refused).isPositive();
        live.close();
        assertThat(log).isEmpty();
    }

    @Test
    void aListenerThatDoesNotReadIsCutOffAndOthersHearAll() throws Exception {
        try (Live live = Live.start(
                        folder,
                        options -> options.withPool(PoolOptions.defaults().withThreads(1)));
                Socket deaf = new Socket()) {
            deaf.setReceiveBufferSize(4096);
            deaf.connect(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), live.server.port()));
            deaf.getOutputStream()
                    .write("GET /v1/models/m/outputs HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            HttpResponse<InputStream> heard =
                    live.client.send(live.request("/v1/models/m/outputs").build(), BodyHandlers.ofInputStream());
            AtomicInteger lines = new AtomicInteger();
            Thread reading = new Thread(() -> {
                try (InputStream in = heard.body()) {
                    byte[] bytes = new byte[1 << 16];
                    for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                        for (int i = 0; i < count; i++) {
                            lines.addAndGet(bytes[i] == '\n' ? 1 : 0);
                        }
                    }
                } catch (java.io.IOException e) {
                    // The end.
                }
            });
            reading.setDaemon(true);
            reading.start();
            while (!Long.valueOf(2).equals(Live.json(live.get("/v1/status")).get("listeners"))) {
                Thread.sleep(5);
            }
            StringBuilder body = new StringBuilder();
            for (int i = 0; i < 5_000; i++) {
                body.append("{\"session\":\"a-session-with-a-long-name-" + i + "\",\"event\":[1,2,3]}\n");
            }
            int sent = 0;
            while (!Long.valueOf(1).equals(Live.json(live.get("/v1/status")).get("listeners"))) {
                assertThat(sent).as("it is cut off").isLessThan(500_000);
                assertThat(live.post("/v1/models/m/events", body.toString()).statusCode())
                        .isEqualTo(200);
                sent += 5_000;
            }
            // Two lines a message, and two of the beat at the beginning.
            while (lines.get() < 2 + 2 * sent) {
                Thread.sleep(5);
            }
            assertThat(live.server).isNotNull();
        }
    }

    @Test
    void housekeepingGoesOnAfterWhateverHappens() throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        AtomicInteger loads = new AtomicInteger();
        try (Live live = Live.start(
                folder,
                options -> options.withLog(line -> {
                            log.add(line);
                            if (log.size() == 1) {
                                throw new IllegalStateException("The log is broken, too.");
                            }
                        })
                        .withReload(Duration.ofMillis(20))
                        .withLoader(path -> {
                            int count = loads.incrementAndGet();
                            if (count == 2) {
                                throw new StackOverflowError("a model that is very deep");
                            } else if (count == 3) {
                                throw new IllegalStateException("a loader that is broken");
                            }
                            return Model.load(path);
                        }))) {
            for (int seed = 2; seed < 5; seed++) {
                int before = loads.get();
                Live.save(folder.resolve("m.safetensors"), seed, Live.D);
                while (loads.get() == before) {
                    Thread.sleep(5);
                }
            }
            while (!"2".equals(Live.json(live.get("/v1/models/m")).get("version"))) {
                Thread.sleep(5);
            }
            assertThat(log.get(0)).contains("looking at the files of models failed", "StackOverflowError");
            assertThat(log.get(1)).contains("a loader that is broken");
        }
    }
}
