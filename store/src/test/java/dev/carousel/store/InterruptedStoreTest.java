package dev.carousel.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionPool;
import dev.carousel.stream.StateStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thread that is interrupted closes the file for nobody. */
@Timeout(120)
class InterruptedStoreTest {

    private static final int THREADS = 4;
    private static final int EVENTS = 60;

    @TempDir
    Path folder;

    /** The threads that wait for their answers take the steps and write the file themselves. */
    @Test
    void interruptedCallersGetTheirAnswersAndTheFileStaysOpen() throws Exception {
        PackedNetwork network = Networks.small();
        AtomicInteger interrupts = new AtomicInteger();
        List<Throwable> failures = new ArrayList<>();
        try (StateStore store = MvStateStore.open(folder);
                SessionPool pool =
                        SessionPool.of(network, PoolOptions.defaults().withThreads(2), store)) {
            AtomicBoolean over = new AtomicBoolean();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                String key = "key " + t;
                Thread thread = new Thread(() -> {
                    try {
                        for (int n = 0; n < EVENTS; n++) {
                            float[] y = new float[Networks.OUTPUTS];
                            pool.step(key, Networks.event(key, n), y);
                            if (n % 16 == 0) {
                                pool.expire(Instant.EPOCH);
                                store.get("another model", key);
                            }
                        }
                    } catch (RuntimeException | Error e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            Thread interrupting = new Thread(() -> {
                while (!over.get()) {
                    threads.forEach(Thread::interrupt);
                    interrupts.incrementAndGet();
                    java.util.concurrent.locks.LockSupport.parkNanos(20_000);
                }
            });
            interrupting.start();
            for (Thread thread : threads) {
                thread.join();
            }
            over.set(true);
            interrupting.join();
            assertThat(failures).isEmpty();
            assertThat(pool.figures().storeFailures()).isZero();
        }
        assertThat(interrupts.get()).isGreaterThan(10);
        try (StateStore store = MvStateStore.open(folder);
                SessionPool pool = SessionPool.of(network, PoolOptions.defaults(), store)) {
            for (int t = 0; t < THREADS; t++) {
                String key = "key " + t;
                Session alone = Session.of(network);
                for (int n = 0; n < EVENTS; n++) {
                    alone.step(Networks.event(key, n), new float[Networks.OUTPUTS]);
                }
                assertThat(pool.state(key)).as(key).contains(alone.save());
            }
        }
    }

    @Test
    void anInterruptedThreadWritesReadsAndCloses() {
        Thread.currentThread().interrupt();
        try (StateStore store = MvStateStore.open(folder)) {
            store.put("m", "k", new byte[] {1, 2, 3});
            assertThat(store.get("m", "k")).contains(new byte[] {1, 2, 3});
            List<String> models = new ArrayList<>();
            store.models(models::add);
            assertThat(models).containsExactly("m");
        }
        assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
        try (StateStore store = MvStateStore.open(folder)) {
            assertThat(store.get("m", "k")).contains(new byte[] {1, 2, 3});
        }
    }
}
