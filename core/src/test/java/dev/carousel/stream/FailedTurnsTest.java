package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever fails within a turn, a call has taken all of its events or none, and the pool goes on. */
@Timeout(120)
class FailedTurnsTest extends PoolSamples {

    private static final int EXCEPTION = -1;
    private static final int ERROR = -2;

    /** A session adds up its events. */
    private static final class Sums implements SessionSteps<int[], Integer, Integer> {

        @Override
        public String fingerprint() {
            return "sums";
        }

        @Override
        public int[] open(String key) {
            return new int[1];
        }

        @Override
        public void step(Group<int[], Integer, Integer> group) {
            for (int i = 0; i < group.size(); i++) {
                switch (group.event(i)) {
                    case EXCEPTION -> throw new IllegalStateException("no such event");
                    case ERROR -> throw new StackOverflowError();
                    default -> group.session(i)[0] += group.event(i);
                }
                group.answer(i, group.session(i)[0]);
            }
        }

        @Override
        public byte[] save(int[] session) {
            return write(session[0]);
        }

        @Override
        public int[] restore(String key, byte[] saved) {
            return new int[] {read(saved)};
        }

        @Override
        public byte[] write(Integer answer) {
            return ByteBuffer.allocate(4).putInt(answer).array();
        }

        @Override
        public Integer read(byte[] written) {
            return ByteBuffer.wrap(written).getInt();
        }
    }

    /** A durable store of the heap that throws when it is told to. */
    private static final class Throwing implements StateStore {

        private final StateStore heap = StateStore.onHeap();
        private volatile boolean broken;

        private void requireWhole() {
            if (broken) {
                throw new StackOverflowError();
            }
        }

        @Override
        public Optional<byte[]> get(String model, String key) {
            return heap.get(model, key);
        }

        @Override
        public void write(String model, List<Change> changes) {
            requireWhole();
            heap.write(model, changes);
        }

        @Override
        public boolean writeIf(String model, List<Change> changes, Map<String, byte[]> expected) {
            requireWhole();
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

    private static CompletableFuture<List<Integer>> submit(
            Sessions<Integer, Integer> pool, OptionalLong first, Integer... events) {
        Answered<Integer> answered = new Answered<>();
        pool.submit("a", first, List.of(events), answered);
        return answered.future();
    }

    @ParameterizedTest
    @ValueSource(ints = {EXCEPTION, ERROR})
    void eventsBeforeTheOneThatFailsAreTakenBack(int failing) {
        try (Sessions<Integer, Integer> pool = Sessions.of(Sums::new, TWO, Optional.empty())) {
            assertThat(submit(pool, OptionalLong.empty(), 5).join()).containsExactly(5);
            assertThatThrownBy(() ->
                            submit(pool, OptionalLong.empty(), 1, 2, failing).join())
                    .hasMessageContaining("A step failed");
            assertThat(submit(pool, OptionalLong.empty(), 1, 2, 3).join()).containsExactly(6, 8, 11);
            assertThatThrownBy(
                            () -> submit(pool, OptionalLong.of(0), 1, failing).join())
                    .hasMessageContaining("A step failed");
            assertThat(submit(pool, OptionalLong.of(0), 1, 2).join()).containsExactly(12, 14);
        }
    }

    @Test
    void aStoreThatThrowsAnErrorEndsNoThread() throws InterruptedException {
        Throwing store = new Throwing();
        PoolOptions options = PoolOptions.defaults().withThreads(1).withIdle(Duration.ofMillis(20));
        try (Sessions<Integer, Integer> pool =
                Sessions.of(Sums::new, options.withWriteThrough(false), Optional.of(store))) {
            store.broken = true;
            submit(pool, OptionalLong.empty(), 5).join();
            for (int i = 0; i < 2000 && pool.figures().storeFailures() == 0; i++) {
                Thread.sleep(10);
            }
            assertThat(pool.figures().storeFailures()).isPositive();
            assertThat(submit(pool, OptionalLong.empty(), 6).join()).containsExactly(11);
            store.broken = false;
            for (int i = 0; i < 2000 && pool.figures().sessions() > 0; i++) {
                Thread.sleep(10);
            }
            assertThat(pool.figures().evicted()).isEqualTo(1);
            assertThat(submit(pool, OptionalLong.empty(), 1).join()).containsExactly(12);
        }
    }

    @Test
    void anErrorOfTheStoreFailsTheCallAndNothingOfItStays() {
        Throwing store = new Throwing();
        try (Sessions<Integer, Integer> pool = Sessions.of(Sums::new, TWO, Optional.of(store))) {
            submit(pool, OptionalLong.empty(), 5).join();
            store.broken = true;
            assertThat(kindOf(submit(pool, OptionalLong.empty(), 6))).isEqualTo(PoolException.Kind.STORE_FAILED);
            store.broken = false;
            assertThat(submit(pool, OptionalLong.empty(), 6).join()).containsExactly(11);
        }
    }

    @Test
    void sharedSessionsOfAFailedTurnAreReadAnew() {
        Throwing store = new Throwing();
        PoolOptions shared = PoolOptions.defaults()
                .withThreads(1)
                .withShared(true)
                .withName("m")
                .withBatchDelay(Duration.ofMillis(200));
        try (SessionPool one = SessionPool.of(network, shared, store);
                SessionPool other = SessionPool.of(network, shared, store)) {
            one.submit("a", 0, events(0, 1)).join();
            store.broken = true;
            // In one turn: what has been answered before, and what cannot be written.
            CompletableFuture<List<float[]>> repeated = one.submit("a", 0, events(0, 1));
            CompletableFuture<List<float[]>> failing = one.submit("b", 0, events(0, 1));
            assertSame(repeated.join(), answersAlone(1));
            assertThat(kindOf(failing)).isEqualTo(PoolException.Kind.STORE_FAILED);
            store.broken = false;
            other.submit("a", 1, events(1, 1)).join();
            assertThat(one.applied("a")).hasValue(1);
        }
    }

    @Test
    void rememberedAnswersAreNotTheArraysOfTheCaller() {
        try (SessionPool pool = SessionPool.of(network, TWO)) {
            for (int i = 0; i < 3; i++) {
                List<float[]> answers = pool.submit("a", 0, events(0, 2)).join();
                assertSame(answers, answersAlone(2));
                answers.forEach(answer -> Arrays.fill(answer, 9));
            }
        }
    }
}
