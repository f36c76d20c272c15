package dev.carousel.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.PoolException;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionPool;
import dev.carousel.stream.Sessions;
import dev.carousel.stream.StateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A million events in all: whatever batches, threads, snapshots, restores, copies, evictions and stores there are, each answer and
 * each state are those of one session stepped alone, to the bit.
 */
class MillionEventsTest {

    private static final AtomicInteger EVENTS = new AtomicInteger();
    private static final AtomicInteger FINISHED = new AtomicInteger();

    private final PackedNetwork network = Networks.small();

    @TempDir
    Path folder;

    @AfterAll
    static void thereWereAMillion() {
        if (FINISHED.get() == (RedisServer.isInstalled() ? 4 : 3)) {
            assertThat(EVENTS.get()).isGreaterThanOrEqualTo(1_000_000);
        }
    }

    @AfterEach
    void finished() {
        FINISHED.incrementAndGet();
    }

    private static PoolOptions options(int threads, int maxBatch) {
        return PoolOptions.defaults()
                .withThreads(threads)
                .withMaxBatch(maxBatch)
                .withMaxEvents(64);
    }

    @Test
    void withoutAStore() throws Exception {
        try (SessionPool pool = SessionPool.of(network, options(1, 3).withQueueCapacity(100))) {
            drive(List.of(pool), 3, 60, 120_000, 1);
        }
        try (SessionPool pool = SessionPool.of(network, options(3, 64).withBatchDelay(Duration.ofNanos(20_000)))) {
            drive(List.of(pool), 2, 200, 460_000, 2);
        }
    }

    @Test
    void withSessionsThatComeAndGo() throws Exception {
        try (StateStore store = StateStore.onHeap();
                SessionPool pool = SessionPool.of(
                        network, options(2, 256).withMaxInMemory(40).withIdle(Duration.ofMillis(20)), store)) {
            drive(List.of(pool), 2, 100, 380_000, 3);
            assertThat(pool.figures().evicted()).isGreaterThan(1000);
            assertThat(pool.figures().loaded()).isGreaterThan(1000);
        }
    }

    @Test
    void withAFileThatIsWrittenBeforeEachAnswer() throws Exception {
        try (StateStore store = MvStateStore.open(folder);
                SessionPool pool = SessionPool.of(network, options(2, 128).withMaxInMemory(60), store)) {
            drive(List.of(pool), 2, 60, 40_000, 4);
            assertThat(pool.figures().written()).isGreaterThan(pool.figures().commits());
        }
    }

    @Test
    void withTwoPoolsThatShareARedis() throws Exception {
        try (RedisServer server = RedisServer.start(folder);
                StateStore first = RedisStateStore.connect(server.uri());
                StateStore second = RedisStateStore.connect(server.uri());
                SessionPool one = SessionPool.of(network, options(2, 64).withShared(true), first);
                SessionPool other = SessionPool.of(network, options(1, 16).withShared(true), second)) {
            drive(List.of(one, other), 2, 30, 2_500, 5);
        }
    }

    private void drive(List<SessionPool> pools, int callers, int keys, int events, long seed) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int c = 0; c < callers; c++) {
                Caller caller = new Caller(pools, c, keys, new SplittableRandom(seed * 100 + c));
                int share = (events + callers - 1) / callers;
                done.add(threads.submit(() -> caller.run(share)));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** A thread with keys of its own, each next to a session that is stepped alone. */
    private final class Caller {

        private final List<SessionPool> pools;
        private final SplittableRandom random;
        private final List<Twin> twins = new ArrayList<>();
        private final AtomicReference<String> wrong = new AtomicReference<>("");
        private final AtomicInteger open = new AtomicInteger();
        private int taken;

        Caller(List<SessionPool> pools, int number, int keys, SplittableRandom random) {
            this.pools = pools;
            this.random = random;
            for (int k = 0; k < keys; k++) {
                twins.add(new Twin("caller " + number + " key " + k));
            }
        }

        void run(int events) {
            while (taken < events && wrong.get().isEmpty()) {
                Twin twin = twins.get(random.nextInt(twins.size()));
                // Of several pools that share a session the next may be another, once all answers are there.
                if (pools.size() > 1) {
                    awaitAnswers();
                }
                something(pools.get(random.nextInt(pools.size())), twin);
            }
            awaitAnswers();
            assertThat(wrong.get()).isEmpty();
            for (Twin twin : twins) {
                compareState(pools.get(0), twin);
            }
            EVENTS.addAndGet(taken);
        }

        private void something(SessionPool pool, Twin twin) {
            switch (random.nextInt(120)) {
                case 0 -> {
                    compareState(pool, twin);
                    twin.saved = pool.snapshot(twin.key);
                    twin.savedState = twin.present ? Optional.of(twin.alone.save()) : Optional.empty();
                    twin.savedNumber = twin.number;
                }
                case 1 -> twin.restore(pool, twin);
                case 2 -> twins.get(random.nextInt(twins.size())).restore(pool, twin);
                case 3 -> {
                    pool.reset(twin.key);
                    twin.begin(twin.present);
                }
                case 4 -> {
                    assertThat(pool.leave(twin.key)).isEqualTo(twin.present);
                    twin.begin(false);
                }
                case 5 -> {
                    assertThat(pool.join(twin.key)).isEqualTo(!twin.present);
                    twin.present = true;
                }
                case 6 -> {
                    Twin to = twins.get(random.nextInt(twins.size()));
                    assertThat(pool.copy(twin.key, to.key)).isEqualTo(twin.present);
                    if (twin.present) {
                        to.become(twin.alone.save(), twin.number);
                    }
                }
                case 7 -> pool.flush();
                case 8 ->
                    assertThat(pool.applied(twin.key))
                            .isEqualTo(twin.number < 0 ? OptionalLong.empty() : OptionalLong.of(twin.number));
                case 9, 10, 11, 12, 13, 14 -> stepAndWait(pool, twin);
                default -> submit(pool, twin);
            }
        }

        private void compareState(SessionPool pool, Twin twin) {
            Optional<byte[]> found = pool.state(twin.key);
            assertThat(found.isPresent()).as(twin.key).isEqualTo(twin.present);
            if (twin.present) {
                assertThat(found.get()).as(twin.key).isEqualTo(twin.alone.save());
            }
        }

        private void stepAndWait(SessionPool pool, Twin twin) {
            float[] event = Networks.event(random);
            float[] y = new float[Networks.OUTPUTS];
            while (true) {
                try {
                    pool.step(twin.key, event, y);
                    break;
                } catch (PoolException e) {
                    waitForRoom(e);
                }
            }
            assertThat(y).containsExactly(twin.step(event));
            taken++;
        }

        private void submit(SessionPool pool, Twin twin) {
            List<float[]> events = new ArrayList<>();
            List<float[]> expected = new ArrayList<>();
            int count = random.nextInt(3) > 0 ? 1 + random.nextInt(3) : 1 + random.nextInt(12);
            boolean numbered = random.nextBoolean();
            for (int i = 0; i < count; i++) {
                events.add(Networks.event(random));
                expected.add(twin.step(events.get(i)));
            }
            OptionalLong first = numbered ? OptionalLong.of(twin.number + 1) : OptionalLong.empty();
            if (numbered) {
                twin.number += count;
            }
            // Some numbered batches come twice, as they do from a caller who has not heard of the first.
            int times = numbered && random.nextInt(8) == 0 ? 2 : 1;
            for (int i = 0; i < times; i++) {
                give(pool, twin, first, events, expected);
            }
            taken += count;
        }

        private void give(
                SessionPool pool, Twin twin, OptionalLong first, List<float[]> events, List<float[]> expected) {
            open.incrementAndGet();
            while (true) {
                try {
                    pool.submit(twin.key, first, events, new Sessions.Callback<>() {
                        @Override
                        public void answered(List<float[]> answers) {
                            for (int i = 0; i < expected.size(); i++) {
                                if (!Arrays.equals(answers.get(i), expected.get(i))) {
                                    wrong.set(twin.key + ": " + Arrays.toString(answers.get(i)) + " instead of "
                                            + Arrays.toString(expected.get(i)));
                                }
                            }
                            open.decrementAndGet();
                        }

                        @Override
                        public void failed(RuntimeException cause) {
                            wrong.set(twin.key + ": " + cause);
                            open.decrementAndGet();
                        }
                    });
                    return;
                } catch (PoolException e) {
                    waitForRoom(e);
                }
            }
        }

        private static void waitForRoom(PoolException e) {
            assertThat(e.kind()).isEqualTo(PoolException.Kind.QUEUE_FULL);
            LockSupport.parkNanos(20_000);
        }

        private void awaitAnswers() {
            while (open.get() > 0) {
                LockSupport.parkNanos(10_000);
            }
        }
    }

    /** What a session of the pool must be. */
    private final class Twin {

        private final String key;
        private final Session alone = Session.of(network);
        private boolean present;
        private long number = -1;
        private Optional<byte[]> saved = Optional.empty();
        private Optional<byte[]> savedState = Optional.empty();
        private long savedNumber = -1;

        Twin(String key) {
            this.key = key;
        }

        float[] step(float[] event) {
            float[] y = new float[Networks.OUTPUTS];
            alone.step(event, y);
            present = true;
            return y;
        }

        void begin(boolean isThere) {
            alone.reset();
            number = -1;
            present = isThere;
        }

        void become(byte[] state, long withNumber) {
            alone.restore(state);
            number = withNumber;
            present = true;
        }

        /** Takes over what another was when it was saved. */
        void restore(SessionPool pool, Twin from) {
            if (from.savedState.isPresent()) {
                pool.restore(key, from.saved.orElseThrow());
                become(from.savedState.get(), from.savedNumber);
            }
        }
    }
}
