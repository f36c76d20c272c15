package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.stream.Sessions.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session begins and ends in one step with the events that begin or end it. */
@Timeout(120)
class SessionPartTest {

    private static final int D = 3;

    private final PackedNetwork network =
            new Samples(4).network(Recurrent.gru(D, 5), Dense.head(5, 2)).pack();

    private static float[] event(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[D];
        for (int d = 0; d < D; d++) {
            x[d] = (float) random.nextGaussian();
        }
        return x;
    }

    private float[] alone(long... seeds) {
        Session session = Session.of(network);
        float[] y = new float[2];
        for (long seed : seeds) {
            session.step(event(seed), y);
        }
        return y;
    }

    private static <E, A> CompletableFuture<List<A>> submit(
            Sessions<E, A> pool, String key, Part part, OptionalLong first, List<E> events) {
        Answered<A> answered = new Answered<>();
        pool.submit(key, part, first, events, answered);
        return answered.future();
    }

    private static float[] last(CompletableFuture<List<float[]>> answers) {
        List<float[]> all = answers.join();
        return all.get(all.size() - 1);
    }

    /** A durable store that counts what is written. */
    private static final class Counting implements StateStore {

        private final Map<String, byte[]> records = new ConcurrentHashMap<>();
        private final AtomicInteger written = new AtomicInteger();
        private volatile boolean full;

        @Override
        public Optional<byte[]> get(String model, String key) {
            return Optional.ofNullable(records.get(key));
        }

        @Override
        public void write(String model, List<Change> changes) {
            if (full) {
                throw new PoolException(PoolException.Kind.STORE_FULL, "There is no room left.");
            }
            written.incrementAndGet();
            for (Change change : changes) {
                if (change.record().isPresent()) {
                    records.put(change.key(), change.record().get());
                } else {
                    records.remove(change.key());
                }
            }
        }

        @Override
        public boolean writeIf(String model, List<Change> changes, Map<String, byte[]> expected) {
            write(model, changes);
            return true;
        }

        @Override
        public void keys(String model, Consumer<String> each) {
            records.keySet().forEach(each);
        }

        @Override
        public boolean durable() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void theFirstEventsBeginTheSessionAnew() {
        try (SessionPool pool = SessionPool.of(network)) {
            pool.submit("s", 0, List.of(event(1), event(2))).join();
            assertThat(last(submit(pool, "s", Part.FIRST, OptionalLong.empty(), List.of(event(3), event(4)))))
                    .isEqualTo(alone(3, 4));
            assertThat(pool.applied("s")).isEmpty();
            assertThat(last(submit(pool, "s", Part.NEXT, OptionalLong.empty(), List.of(event(5)))))
                    .isEqualTo(alone(3, 4, 5));
            assertThat(last(submit(pool, "s", Part.FIRST, OptionalLong.of(1), List.of(event(6)))))
                    .isEqualTo(alone(6));
            assertThat(pool.applied("s")).hasValue(1);
            assertThat(last(submit(pool, "none yet", Part.FIRST, OptionalLong.of(0), List.of(event(6)))))
                    .isEqualTo(alone(6));
        }
    }

    @Test
    void aLastEventThatWasTakenAlreadyEndsTheSession() {
        try (SessionPool pool = SessionPool.of(network)) {
            float[] answer =
                    pool.submit("s", 0, List.of(event(1), event(2))).join().get(1);
            assertThat(last(submit(pool, "s", Part.LAST, OptionalLong.of(1), List.of(event(2)))))
                    .isEqualTo(answer);
            assertThat(pool.has("s")).isFalse();
            assertThat(pool.step("s", event(3))).isEqualTo(alone(3));
        }
    }

    @Test
    void twoPoolsOfOneNameOnOneStoreAreRefusedThroughAWrapper() {
        StateStore beneath = new Counting();
        StateStore wrapper = (StateStore) java.lang.reflect.Proxy.newProxyInstance(
                StateStore.class.getClassLoader(),
                new Class<?>[] {StateStore.class},
                (proxy, method, of) -> method.getName().equals("underlying") ? beneath : method.invoke(beneath, of));
        PoolOptions options = PoolOptions.defaults().withName("one");
        try (SessionPool first = SessionPool.of(network, options, wrapper)) {
            assertThatThrownBy(() -> SessionPool.of(network, options, beneath))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Another pool keeps its sessions under the name 'one'");
            assertThat(first.has("s")).isFalse();
        }
        SessionPool.of(network, options, beneath).close();
    }

    @Test
    void whatIsRefusedLeavesTheSessionWhereItWas() {
        try (Sessions<String, String> pool =
                Sessions.of(() -> new TextSteps(), PoolOptions.defaults().withThreads(1), Optional.empty())) {
            pool.submit("s", 0, List.of("a", "b")).join();
            byte[] before = pool.snapshot("s").orElseThrow();
            for (Part part : List.of(Part.FIRST, Part.WHOLE, Part.LAST, Part.NEXT)) {
                assertThatThrownBy(() -> submit(pool, "s", part, OptionalLong.empty(), List.of("c", "refused"))
                                .join())
                        .hasCauseInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> submit(pool, "s", part, OptionalLong.empty(), List.of("refused"))
                                .join())
                        .hasCauseInstanceOf(IllegalArgumentException.class);
                assertThat(pool.snapshot("s").orElseThrow()).as(part.name()).isEqualTo(before);
            }
            assertThatThrownBy(() -> submit(pool, "s", Part.FIRST, OptionalLong.of(7), List.of("c"))
                            .join())
                    .hasMessageContaining("number 7");
            assertThat(pool.snapshot("s").orElseThrow()).isEqualTo(before);
            assertThatThrownBy(() -> submit(pool, "new", Part.FIRST, OptionalLong.empty(), List.of("refused"))
                            .join())
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(pool.has("new")).isFalse();
            // In one turn: what comes after a refused beginning goes on where the session was.
            List<CompletableFuture<List<String>>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                all.add(submit(pool, "s", Part.ANY, OptionalLong.empty(), List.of("x")));
                all.add(submit(pool, "s", Part.FIRST, OptionalLong.empty(), List.of("y", "refused")));
            }
            String expected = "ab";
            for (int i = 0; i < all.size(); i += 2) {
                expected += "x";
                assertThat(all.get(i).join()).containsExactly(expected);
                assertThat(all.get(i + 1)).failsWithin(java.time.Duration.ofMinutes(1));
            }
        }
    }

    @Test
    void noEventOfAnotherComesBetweenTheBeginningAndItsEvents() throws Exception {
        try (Sessions<String, String> pool =
                Sessions.of(() -> new TextSteps(), PoolOptions.defaults().withThreads(1), Optional.empty())) {
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger between = new AtomicInteger();
            Thread other = new Thread(() -> {
                while (!over.get()) {
                    pool.submit("s", "x").join();
                    between.incrementAndGet();
                }
            });
            other.start();
            try {
                for (int round = 0; round < 100 || between.get() < 100; round++) {
                    assertThat(submit(pool, "s", Part.FIRST, OptionalLong.empty(), List.of("a", "b", "c"))
                                    .join())
                            .containsExactly("a", "ab", "abc");
                    assertThat(submit(pool, "s", Part.WHOLE, OptionalLong.empty(), List.of("a", "b"))
                                    .join())
                            .containsExactly("a", "ab");
                }
            } finally {
                over.set(true);
                other.join();
            }
        }
    }

    @Test
    void theLastEventsEndTheSessionAndOnlyOneThatThereIsGoesOn() {
        Counting store = new Counting();
        try (SessionPool pool = SessionPool.of(network, PoolOptions.defaults(), store)) {
            for (Part part : List.of(Part.NEXT, Part.LAST)) {
                assertThatThrownBy(() -> submit(pool, "s", part, OptionalLong.empty(), List.of(event(1)))
                                .join())
                        .isInstanceOfSatisfying(
                                CompletionException.class,
                                e -> assertThat(((PoolException) e.getCause()).kind())
                                        .isEqualTo(PoolException.Kind.NO_SESSION));
            }
            assertThat(pool.has("s")).isFalse();
            submit(pool, "s", Part.FIRST, OptionalLong.empty(), List.of(event(1)))
                    .join();
            assertThat(store.records).containsKey("s");
            assertThat(last(submit(pool, "s", Part.LAST, OptionalLong.empty(), List.of(event(2)))))
                    .isEqualTo(alone(1, 2));
            assertThat(store.records).isEmpty();
            assertThat(pool.has("s")).isFalse();
            assertThat(last(submit(pool, "s", Part.ANY, OptionalLong.empty(), List.of(event(3)))))
                    .isEqualTo(alone(3));
        }
    }

    @Test
    void aWholeSessionIsNeverWritten() {
        Counting store = new Counting();
        try (SessionPool pool = SessionPool.of(network, PoolOptions.defaults().withThreads(1), store)) {
            List<CompletableFuture<List<float[]>>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                all.add(submit(pool, "w" + i % 3, Part.WHOLE, OptionalLong.empty(), List.of(event(i), event(i + 1))));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(last(all.get(i))).isEqualTo(alone(i, i + 1));
            }
            assertThat(store.written.get()).isZero();
            assertThat(pool.figures().sessions()).isZero();
        }
    }

    @Test
    void aBeginningThatTheStoreDoesNotTakeIsNone() {
        Counting store = new Counting();
        try (SessionPool pool = SessionPool.of(network, PoolOptions.defaults(), store)) {
            pool.submit("s", 0, List.of(event(1))).join();
            store.full = true;
            assertThatThrownBy(() -> submit(pool, "s", Part.FIRST, OptionalLong.empty(), List.of(event(2)))
                            .join())
                    .hasMessageContaining("no room");
            store.full = false;
            assertThat(pool.applied("s")).hasValue(0);
            assertThat(pool.submit("s", event(3)).join()).isEqualTo(alone(1, 3));
        }
    }

    @Test
    void aRecordThatCannotBeReadGivesWayOnlyToABeginningThatIsTaken() {
        Counting store = new Counting();
        store.records.put("s", new byte[] {1, 2, 3});
        try (SessionPool pool = SessionPool.of(network, PoolOptions.defaults().withThreads(1), store)) {
            assertThatThrownBy(() -> pool.restore("s", new byte[] {4})).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> submit(pool, "s", Part.FIRST, OptionalLong.of(9), List.of(event(1)))
                            .join())
                    .hasMessageContaining("number 9");
            assertThatThrownBy(() -> pool.submit("s", event(1)).join()).hasMessageContaining("cannot be read");
            assertThatThrownBy(() -> pool.has("s")).hasMessageContaining("cannot be read");
            assertThat(store.records.get("s")).containsExactly(1, 2, 3);
            submit(pool, "s", Part.FIRST, OptionalLong.empty(), List.of(event(1)))
                    .join();
            assertThat(pool.submit("s", event(2)).join()).isEqualTo(alone(1, 2));
        }
    }

    /** A session is the text of its events; one event is refused. */
    private static final class TextSteps implements SessionSteps<StringBuilder, String, String> {

        @Override
        public String fingerprint() {
            return "text";
        }

        @Override
        public StringBuilder open(String key) {
            return new StringBuilder();
        }

        @Override
        public void step(Group<StringBuilder, String, String> group) {
            for (int i = 0; i < group.size(); i++) {
                if (group.event(i).equals("refused")) {
                    group.refuse(i, new IllegalArgumentException("It is refused."));
                } else {
                    group.answer(i, group.session(i).append(group.event(i)).toString());
                }
            }
        }

        @Override
        public byte[] save(StringBuilder session) {
            return write(session.toString());
        }

        @Override
        public StringBuilder restore(String key, byte[] saved) {
            return new StringBuilder(read(saved));
        }

        @Override
        public byte[] write(String answer) {
            return answer.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }

        @Override
        public String read(byte[] written) {
            return new String(written, java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
