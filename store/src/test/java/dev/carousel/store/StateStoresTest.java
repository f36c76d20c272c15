package dev.carousel.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.stream.PoolException;
import dev.carousel.stream.StateStore;
import dev.carousel.stream.StateStore.Change;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every store keeps what it is given, all of a write or nothing. */
class StateStoresTest {

    enum Kind {
        HEAP,
        FILE,
        REDIS
    }

    /** A store of a kind, with the server that it may need. */
    private record Opened(StateStore store, Optional<RedisServer> server) implements AutoCloseable {

        @Override
        public void close() {
            store.close();
            server.ifPresent(RedisServer::close);
        }
    }

    @TempDir
    Path folder;

    private Opened open(Kind kind) throws IOException, InterruptedException {
        return switch (kind) {
            case HEAP -> new Opened(StateStore.onHeap(), Optional.empty());
            case FILE -> new Opened(MvStateStore.open(folder), Optional.empty());
            case REDIS -> {
                RedisServer server = RedisServer.start(folder);
                yield new Opened(RedisStateStore.connect(server.uri()), Optional.of(server));
            }
        };
    }

    private static Set<String> keys(StateStore store, String model) {
        List<String> keys = new ArrayList<>();
        store.keys(model, keys::add);
        assertThat(keys).doesNotHaveDuplicates();
        return new TreeSet<>(keys);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void tellsOfWhichModelsItHasSessions(Kind kind) throws Exception {
        try (Opened opened = open(kind)) {
            StateStore store = opened.store();
            assertThat(models(store)).isEmpty();
            store.get("asked for", "k");
            store.put("a@1", "k", new byte[] {7});
            store.put("a@2", "k", new byte[] {7});
            store.put("ü:b", "k", new byte[] {7});
            store.remove("a@1", "k");
            assertThat(models(store)).containsExactly("a@2", "ü:b");
        }
    }

    private static Set<String> models(StateStore store) {
        List<String> models = new ArrayList<>();
        store.models(models::add);
        assertThat(models).doesNotHaveDuplicates();
        return new TreeSet<>(models);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void keepsWhatItIsGiven(Kind kind) throws Exception {
        try (Opened opened = open(kind)) {
            StateStore store = opened.store();
            byte[] bytes = {0, -1, 13, 10, 0};
            store.put("a", "k*[1] ü", bytes);
            store.put("b", "k*[1] ü", new byte[] {7});
            assertThat(store.get("a", "k*[1] ü"))
                    .hasValueSatisfying(found -> assertThat(found).containsExactly(0, -1, 13, 10, 0));
            bytes[0] = 9;
            store.get("a", "k*[1] ü").orElseThrow()[1] = 9;
            assertThat(store.get("a", "k*[1] ü").orElseThrow()).startsWith(0, -1);
            assertThat(store.get("a", "other")).isEmpty();
            assertThat(store.get("c", "k*[1] ü")).isEmpty();
            assertThat(keys(store, "a")).containsExactly("k*[1] ü");
            store.remove("a", "k*[1] ü");
            store.remove("a", "k*[1] ü");
            assertThat(store.get("a", "k*[1] ü")).isEmpty();
            assertThat(keys(store, "a")).isEmpty();
            assertThat(store.get("b", "k*[1] ü").orElseThrow()).containsExactly(7);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void isAsAMapAfterAnyWrites(Kind kind) throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        Map<String, byte[]> expected = new HashMap<>();
        try (Opened opened = open(kind)) {
            StateStore store = opened.store();
            for (int i = 0; i < 200; i++) {
                Map<String, Change> changes = new HashMap<>();
                int count = random.nextInt(20);
                for (int k = 0; k < count; k++) {
                    String key = "key " + random.nextInt(500);
                    byte[] bytes = new byte[random.nextInt(1500)];
                    random.nextBytes(bytes);
                    changes.put(key, new Change(key, random.nextInt(4) == 0 ? Optional.empty() : Optional.of(bytes)));
                }
                store.write("m", List.copyOf(changes.values()));
                changes.values()
                        .forEach(change -> change.record()
                                .ifPresentOrElse(
                                        record -> expected.put(change.key(), record),
                                        () -> expected.remove(change.key())));
            }
            assertThat(keys(store, "m")).isEqualTo(new TreeSet<>(expected.keySet()));
            Map<String, byte[]> found = store.getAll("m", keys(store, "m"));
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            found.forEach((key, bytes) -> assertThat(bytes).isEqualTo(expected.get(key)));
            assertThat(store.getAll("m", List.of("none", "key 1")).keySet()).doesNotContain("none");
        }
        if (kind == Kind.FILE) {
            try (StateStore again = MvStateStore.open(folder)) {
                assertThat(keys(again, "m")).isEqualTo(new TreeSet<>(expected.keySet()));
                expected.forEach((key, bytes) ->
                        assertThat(again.get("m", key).orElseThrow()).isEqualTo(bytes));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void writesOnlyWhereItHasWhatIsExpected(Kind kind) throws Exception {
        try (Opened opened = open(kind)) {
            StateStore store = opened.store();
            Change a = new Change("a", Optional.of(bytes("1")));
            Change b = new Change("b", Optional.of(bytes("1")));
            assertThat(store.writeIf("m", List.of(a, b), Map.of())).isTrue();
            assertThat(store.writeIf("m", List.of(a), Map.of())).isFalse();
            // One of two is not as expected: neither is written.
            Change a2 = new Change("a", Optional.of(bytes("2")));
            Change b2 = new Change("b", Optional.empty());
            assertThat(store.writeIf("m", List.of(a2, b2), Map.of("a", bytes("1"), "b", bytes("x"))))
                    .isFalse();
            assertThat(store.get("m", "a").orElseThrow()).isEqualTo(bytes("1"));
            assertThat(store.writeIf("m", List.of(a2, b2), Map.of("a", bytes("1"), "b", bytes("1"))))
                    .isTrue();
            assertThat(store.get("m", "a").orElseThrow()).isEqualTo(bytes("2"));
            assertThat(store.get("m", "b")).isEmpty();
        }
    }

    /** Each thread counts one of two numbers up, as often as it can: none of the additions is lost. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void conditionalWritesOfManyThreadsLoseNothing(Kind kind) throws Exception {
        int threads = 4;
        int additions = 40;
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try (Opened opened = open(kind)) {
            StateStore store = opened.store();
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                String key = "n" + t % 2;
                done.add(callers.submit(() -> {
                    for (int i = 0; i < additions; i++) {
                        addOne(store, key);
                    }
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
            for (String key : List.of("n0", "n1")) {
                assertThat(new String(store.get("m", key).orElseThrow(), UTF_8))
                        .isEqualTo(String.valueOf(threads / 2 * additions));
            }
        } finally {
            callers.shutdownNow();
        }
    }

    private static void addOne(StateStore store, String key) {
        while (true) {
            Optional<byte[]> before = store.get("m", key);
            int number = before.map(bytes -> Integer.parseInt(new String(bytes, UTF_8)))
                    .orElse(0);
            Change change = new Change(key, Optional.of(bytes(String.valueOf(number + 1))));
            if (store.writeIf(
                    "m",
                    List.of(change),
                    before.map(bytes -> Map.of(key, bytes)).orElse(Map.of()))) {
                return;
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void aFileThatAnotherStoreHasOpenIsRefused() {
        try (StateStore first = MvStateStore.open(folder)) {
            first.put("m", "k", bytes("1"));
            assertThatThrownBy(() -> MvStateStore.open(folder))
                    .isInstanceOfSatisfying(
                            PoolException.class, e -> assertThat(e.kind()).isEqualTo(PoolException.Kind.STORE_FAILED))
                    .hasMessageContaining("this process has it open already")
                    .hasMessageContaining(folder.toString());
        }
    }

    @Test
    void aFileThatIsNoneIsRefused() throws IOException {
        Files.write(folder.resolve("sessions.mv.db"), new byte[20_000]);
        assertThatThrownBy(() -> MvStateStore.open(folder))
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("sessions.mv.db");
    }

    @Test
    void aClosedFileIsRefused() {
        StateStore store = MvStateStore.open(folder);
        store.close();
        store.close();
        assertThatThrownBy(() -> store.put("m", "k", bytes("1")))
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("closed");
    }

    /** A write that fails by an exception that nobody expects fails all that are written with it. */
    @Test
    void noneOfManyWritersTakesAFailedWriteForWritten() throws Exception {
        Map<String, byte[]> failing = new HashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            public byte[] get(Object key) {
                throw new StackOverflowError();
            }
        };
        int writers = 8;
        ExecutorService callers = Executors.newFixedThreadPool(writers);
        try (StateStore store = MvStateStore.open(folder)) {
            for (int round = 0; round < 30; round++) {
                List<Future<Boolean>> done = new ArrayList<>();
                for (int w = 0; w < writers; w++) {
                    List<Change> changes = List.of(new Change(round + "/" + w, Optional.of(bytes("1"))));
                    boolean fails = w == 0;
                    done.add(callers.submit(() -> {
                        try {
                            return store.writeIf("m", changes, fails ? failing : Map.of());
                        } catch (PoolException e) {
                            assertThat(e.kind()).isEqualTo(PoolException.Kind.STORE_FAILED);
                            return false;
                        }
                    }));
                }
                for (int w = 0; w < writers; w++) {
                    boolean written = done.get(w).get();
                    assertThat(store.get("m", round + "/" + w).isPresent()).isEqualTo(written);
                    assertThat(written && w == 0).isFalse();
                }
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void aFileThatIsWrittenAgainAndAgainStaysSmall() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        byte[] record = new byte[1200];
        long written = 0;
        try (StateStore store = MvStateStore.open(folder)) {
            long begun = System.nanoTime();
            // On a busy disk what is of no use any more goes later, so it is written for longer; the bound is the same.
            while (seconds(begun) < 3 || (seconds(begun) < 20 && !staysSmall(written))) {
                List<Change> changes = new ArrayList<>();
                for (int k = 0; k < 16; k++) {
                    random.nextBytes(record);
                    changes.add(new Change("key " + (16 * random.nextInt(12) + k), Optional.of(record.clone())));
                    written += record.length;
                }
                store.write("m", changes);
            }
        }
        // 192 records of 1.2 kB, written many times; what is of no use any more is kept for a second.
        assertThat(staysSmall(written))
                .as("%d bytes of %d written", Files.size(folder.resolve("sessions.mv.db")), written)
                .isTrue();
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private boolean staysSmall(long written) throws IOException {
        return Files.size(folder.resolve("sessions.mv.db")) < Math.max(8_000_000, written * 4 / 5);
    }

    @Test
    void aRedisThatIsNotThereIsToldAtOnce() {
        assertThatThrownBy(() -> RedisStateStore.connect(URI.create("redis://127.0.0.1:1")))
                .isInstanceOfSatisfying(
                        PoolException.class, e -> assertThat(e.kind()).isEqualTo(PoolException.Kind.STORE_FAILED))
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void aRedisThatIsFullSaysSoAndHasWrittenNothing() throws Exception {
        try (RedisServer server = RedisServer.start(folder, "--maxmemory", "3mb", "--maxmemory-policy", "noeviction");
                StateStore store = RedisStateStore.connect(server.uri())) {
            byte[] record = new byte[100_000];
            int written = 0;
            PoolException failure = null;
            while (failure == null && written < 1000) {
                try {
                    store.write(
                            "m",
                            List.of(
                                    new Change("a" + written, Optional.of(record)),
                                    new Change("b" + written, Optional.of(record))));
                    written++;
                } catch (PoolException e) {
                    failure = e;
                }
            }
            assertThat(failure).isNotNull();
            assertThat(failure.kind()).isEqualTo(PoolException.Kind.STORE_FULL);
            assertThat(keys(store, "m")).hasSize(2 * written);
        }
    }
}
