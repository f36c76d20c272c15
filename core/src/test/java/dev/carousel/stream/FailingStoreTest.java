package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a store does not take is not answered, and nothing of it stays in memory. */
@Timeout(120)
class FailingStoreTest {

    private static final int D = 3;

    private final PackedNetwork network =
            new Samples(4).network(Recurrent.gru(D, 5), Dense.head(5, 2)).pack();

    /** When a store fails. */
    private enum Fault {
        NONE,
        /** Before it has written. */
        FULL,
        /** After it has written, as when the answer of a server is lost. */
        UNKNOWN,
        READ
    }

    /** A durable store that fails when it is told to. */
    private static final class Faulty implements StateStore {

        private final StateStore heap = StateStore.onHeap();
        private volatile Fault fault = Fault.NONE;

        @Override
        public Optional<byte[]> get(String model, String key) {
            if (fault == Fault.READ) {
                throw new IllegalStateException("The line is dead.");
            }
            return heap.get(model, key);
        }

        @Override
        public void write(String model, List<Change> changes) {
            if (fault == Fault.FULL) {
                throw new PoolException(PoolException.Kind.STORE_FULL, "There is no room left.");
            }
            heap.write(model, changes);
            if (fault == Fault.UNKNOWN) {
                throw new IllegalStateException("The line is dead.");
            }
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

    private static float[] event(int number) {
        SplittableRandom random = new SplittableRandom(number);
        float[] event = new float[D];
        for (int d = 0; d < D; d++) {
            event[d] = (float) random.nextGaussian();
        }
        return event;
    }

    private byte[] stateAlone(int count) {
        Session alone = Session.of(network);
        for (int i = 0; i < count; i++) {
            alone.step(event(i), new float[2]);
        }
        return alone.save();
    }

    private static PoolException failure(CompletableFuture<?> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            return (PoolException) e.getCause();
        }
        throw new AssertionError("it was answered");
    }

    @Test
    void aWriteThatFailsAnswersNobodyAndTheSessionIsWhereItWas() {
        Faulty store = new Faulty();
        try (SessionPool pool = SessionPool.of(network, PoolOptions.defaults().withThreads(2), store)) {
            pool.submit("a", 0, List.of(event(0))).join();
            store.fault = Fault.FULL;
            assertThat(failure(pool.submit("a", 1, List.of(event(1)))).kind()).isEqualTo(PoolException.Kind.STORE_FULL);
            assertThat(failure(pool.submit("new", 0, List.of(event(0)))).kind())
                    .isEqualTo(PoolException.Kind.STORE_FULL);
            // What was answered before is answered again, for it needs no room.
            assertThat(pool.submit("a", 0, List.of(event(0))).join()).hasSize(1);
            assertThat(pool.applied("a")).hasValue(0);
            assertThat(pool.state("a").orElseThrow()).isEqualTo(stateAlone(1));
            assertThat(pool.has("new")).isFalse();
            store.fault = Fault.NONE;
            pool.submit("a", 1, List.of(event(1))).join();
            assertThat(pool.state("a").orElseThrow()).isEqualTo(stateAlone(2));
            assertThat(pool.figures().storeFailures()).isEqualTo(2);
        }
    }

    @Test
    void whoDoesNotKnowWhetherItWasWrittenAsksAgain() {
        Faulty store = new Faulty();
        try (SessionPool pool = SessionPool.of(network, PoolOptions.defaults().withThreads(1), store)) {
            pool.submit("a", 0, List.of(event(0))).join();
            store.fault = Fault.UNKNOWN;
            PoolException failure = failure(pool.submit("a", 1, List.of(event(1), event(2))));
            assertThat(failure.kind()).isEqualTo(PoolException.Kind.STORE_FAILED);
            assertThat(failure).hasMessageContaining("The line is dead.");
            store.fault = Fault.NONE;
            assertThat(pool.submit("a", 1, List.of(event(1), event(2))).join()).hasSize(2);
            assertThat(pool.state("a").orElseThrow()).isEqualTo(stateAlone(3));
        }
    }

    @Test
    void aStoreThatCannotBeReadBeginsNoSessionAnew() {
        Faulty store = new Faulty();
        PoolOptions one = PoolOptions.defaults().withThreads(1).withMaxInMemory(1);
        try (SessionPool pool = SessionPool.of(network, one, store)) {
            pool.submit("a", 0, List.of(event(0))).join();
            pool.submit("b", 0, List.of(event(0))).join();
            store.fault = Fault.READ;
            assertThat(failure(pool.submit("a", 1, List.of(event(1)))).kind())
                    .isEqualTo(PoolException.Kind.STORE_FAILED);
            store.fault = Fault.NONE;
            pool.submit("a", 1, List.of(event(1))).join();
            assertThat(pool.state("a").orElseThrow()).isEqualTo(stateAlone(2));
        }
    }

    @Test
    void sessionsThatCannotLeaveMemoryStayAndNewOnesAreRefused() {
        Faulty store = new Faulty();
        PoolOptions two =
                PoolOptions.defaults().withThreads(1).withMaxInMemory(2).withWriteThrough(false);
        SessionPool pool = SessionPool.of(network, two, store);
        store.fault = Fault.FULL;
        for (String key : List.of("a", "b", "c")) {
            pool.submit(key, List.of(event(0))).join();
        }
        assertThat(pool.figures().sessions()).isEqualTo(3);
        assertThat(failure(pool.submit("d", List.of(event(0)))).kind()).isEqualTo(PoolException.Kind.STORE_FULL);
        pool.submit("a", List.of(event(1))).join();
        store.fault = Fault.NONE;
        pool.submit("a", List.of(event(2))).join();
        assertThat(pool.figures().sessions()).isEqualTo(2);
        pool.submit("d", List.of(event(0))).join();
        for (String key : List.of("b", "c", "d")) {
            assertThat(pool.state(key).orElseThrow()).isEqualTo(stateAlone(1));
        }
        assertThat(pool.state("a").orElseThrow()).isEqualTo(stateAlone(3));
        pool.close();
        assertThat(store.get(network.fingerprint(), "a")).isPresent();
    }
}
