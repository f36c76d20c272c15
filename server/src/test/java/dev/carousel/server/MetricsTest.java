package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.StateStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads is what happened. */
class MetricsTest {

    private static final String OF = "{model=\"m\",version=\"1\"}";

    @TempDir
    Path folder;

    /** A durable store on the heap, which can be told to fail. */
    private static final class Store implements StateStore {

        private final StateStore heap = StateStore.onHeap();
        private final AtomicBoolean fails = new AtomicBoolean();

        @Override
        public Optional<byte[]> get(String model, String key) {
            return heap.get(model, key);
        }

        @Override
        public void write(String model, List<Change> changes) {
            if (fails.get()) {
                throw new IllegalStateException("The disk is gone.");
            }
            heap.write(model, changes);
        }

        @Override
        public boolean writeIf(String model, List<Change> changes, Map<String, byte[]> expected) {
            return heap.writeIf(model, changes, expected);
        }

        @Override
        public void keys(String model, Consumer<String> each) {
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

    private static Map<String, Double> scrape(Live live) {
        HttpResponse<byte[]> response = live.get("/metrics");
        assertThat(response.headers().firstValue("Content-Type").orElse("")).contains("text/plain; version=0.0.4");
        Map<String, Double> all = new HashMap<>();
        for (String line : Live.text(response).split("\n", -1)) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                int blank = line.lastIndexOf(' ');
                String number = line.substring(blank + 1);
                all.put(
                        line.substring(0, blank),
                        number.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(number));
            }
        }
        return all;
    }

    @Test
    void allThatHappensIsCounted() {
        Store store = new Store();
        PoolOptions pool = PoolOptions.defaults()
                .withThreads(1)
                .withBatchDelay(Duration.ofMillis(100))
                .withMaxInMemory(8);
        try (Live live = Live.start(folder, options -> options.withStore(store).withPool(pool))) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                lines.append("{\"session\":\"n" + i + "\",\"event\":[1,2,3],\"sequence\":0}\n");
            }
            assertThat(live.post("/v1/models/m/events", lines.toString()).statusCode())
                    .isEqualTo(200);
            assertThat(live.post("/v1/models/m/events", lines.toString()).statusCode())
                    .isEqualTo(200);
            assertThat(live.post("/v1/models/m/sessions/x/events", "{\"events\":[[1,2,3],[1,2,3]]}")
                            .statusCode())
                    .isEqualTo(200);
            store.fails.set(true);
            assertThat(live.post("/v1/models/m/sessions/y/events", "{\"event\":[1,2,3]}")
                            .statusCode())
                    .isEqualTo(503);
            Map<String, Double> all = scrape(live);
            assertThat(all)
                    .containsEntry("carousel_events_total" + OF, 23.0)
                    .containsEntry("carousel_repeated_total" + OF, 20.0)
                    .containsEntry("carousel_store_failures_total" + OF, 1.0)
                    .containsEntry("carousel_queue" + OF, 0.0)
                    .containsEntry("carousel_sockets", 0.0)
                    .containsEntry("carousel_listeners", 0.0)
                    .containsEntry("carousel_requests_seconds_count{route=\"many-events\",status=\"200\"}", 2.0)
                    .containsEntry("carousel_requests_seconds_count{route=\"events\",status=\"503\"}", 1.0);
            assertThat(all.get("carousel_sessions" + OF)).isBetween(1.0, 8.0);
            assertThat(all.get("carousel_evicted_total" + OF)).isGreaterThanOrEqualTo(13);
            assertThat(all.get("carousel_loaded_total" + OF)).isGreaterThanOrEqualTo(12);
            assertThat(all.get("carousel_store_commits_total" + OF)).isGreaterThanOrEqualTo(2);
            assertThat(all.get("carousel_store_written_total" + OF)).isGreaterThanOrEqualTo(21);
            assertThat(all.get("carousel_store_commit_seconds_count"))
                    .isEqualTo(all.get("carousel_store_commits_total" + OF)
                            + all.get("carousel_store_failures_total" + OF));
            assertThat(all.get("carousel_store_read_seconds_count")).isGreaterThanOrEqualTo(2);
            assertThat(all.get("carousel_store_commit_seconds_bucket{le=\"+Inf\"}"))
                    .isEqualTo(all.get("carousel_store_commit_seconds_count"));
            histogram(all, "carousel_step_seconds", all.get("carousel_steps_total" + OF));
            histogram(all, "carousel_batch_sessions", all.get("carousel_steps_total" + OF));
            assertThat(all).containsEntry("carousel_batch_sessions_sum" + OF, 23.0);
            assertThat(all.get("carousel_step_seconds_sum" + OF)).isPositive();
            // The lines came as one, so that some step was of more than four sessions.
            assertThat(all.get("carousel_batch_sessions_bucket{model=\"m\",version=\"1\",le=\"4.0\"}"))
                    .isLessThan(all.get("carousel_steps_total" + OF));
            assertThat(all).containsKeys("jvm_threads_live_threads", "process_uptime_seconds", "system_cpu_count");
            store.fails.set(false);
        }
    }

    /** Its buckets grow up to the count. */
    private static void histogram(Map<String, Double> all, String name, double count) {
        assertThat(all).containsEntry(name + "_count" + OF, count);
        double before = 0;
        int buckets = 0;
        for (Map.Entry<Double, Double> bucket : buckets(all, name).entrySet()) {
            assertThat(bucket.getValue()).isGreaterThanOrEqualTo(before);
            before = bucket.getValue();
            buckets++;
        }
        assertThat(buckets).isEqualTo(22);
        assertThat(before).isEqualTo(count);
    }

    private static Map<Double, Double> buckets(Map<String, Double> all, String name) {
        Map<Double, Double> buckets = new java.util.TreeMap<>();
        String begin = name + "_bucket{model=\"m\",version=\"1\",le=\"";
        all.forEach((key, value) -> {
            if (key.startsWith(begin)) {
                String bound = key.substring(begin.length(), key.length() - 2);
                buckets.put(bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound), value);
            }
        });
        return buckets;
    }

    @Test
    void aVersionThatIsGoneTakesItsFiguresAlong() {
        try (Live live = Live.start(folder, options -> options.withReload(Duration.ZERO))) {
            live.post("/v1/models/m/sessions/old/events", "{\"event\":[1,2,3]}");
            Live.save(folder.resolve("m.safetensors"), 2, Live.D);
            live.server.reload();
            assertThat(scrape(live))
                    .containsKeys("carousel_sessions" + OF, "carousel_sessions{model=\"m\",version=\"2\"}");
            live.delete("/v1/models/m/sessions/old");
            live.server.reload();
            assertThat(scrape(live))
                    .containsKey("carousel_sessions{model=\"m\",version=\"2\"}")
                    .doesNotContainKeys("carousel_sessions" + OF, "carousel_step_seconds_count" + OF);
        }
    }
}
