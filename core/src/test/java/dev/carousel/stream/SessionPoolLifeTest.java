package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.kernel.TwoThreads;
import dev.carousel.loss.Allocation;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions join, leave, rest in a store and come back; steps cost no memory. */
@Timeout(120)
class SessionPoolLifeTest extends PoolSamples {

    @Test
    void sessionsJoinLeaveAndExpire() throws InterruptedException {
        try (SessionPool pool = SessionPool.of(network, TWO.withMaxInMemory(2))) {
            assertThat(pool.join("a")).isTrue();
            assertThat(pool.join("a")).isFalse();
            assertThat(pool.has("a")).isTrue();
            assertThat(pool.has("b")).isFalse();
            assertThat(pool.leave("b")).isFalse();
            assertThat(pool.snapshot("b")).isEmpty();
            assertThat(pool.copy("b", "a")).isFalse();
            assertThat(pool.figures().sessions()).isEqualTo(1);
            pool.step("b", event(0));
            assertThat(kindOf(pool.submit("c", event(0)))).isEqualTo(PoolException.Kind.TOO_MANY_SESSIONS);
            assertThat(pool.leave("a")).isTrue();
            Thread.sleep(50);
            Instant between = Instant.now();
            Thread.sleep(50);
            pool.step("c", event(0));
            assertThat(pool.expire(between)).isEqualTo(1);
            List<String> keys = new ArrayList<>();
            pool.keys(keys::add);
            assertThat(keys).containsExactly("c");
        }
    }

    @Test
    void idleSessionsGoToTheStoreAndComeBack() throws InterruptedException {
        try (StateStore store = StateStore.onHeap();
                SessionPool pool = SessionPool.of(
                        network, TWO.withIdle(Duration.ofMillis(30)).withName("m"), store)) {
            for (int i = 0; i < 20; i++) {
                pool.submit("s" + i, 0, events(0, 3)).join();
            }
            for (int i = 0; i < 2000 && pool.figures().sessions() > 0; i++) {
                Thread.sleep(10);
            }
            assertThat(pool.figures().sessions()).isZero();
            assertThat(pool.figures().evicted()).isEqualTo(20);
            List<String> keys = new ArrayList<>();
            store.keys("m", keys::add);
            assertThat(keys).hasSize(20);
            for (int i = 0; i < 20; i++) {
                assertSame(pool.submit("s" + i, 0, events(0, 3)).join(), answersAlone(3));
                assertThat(pool.step("s" + i, event(3)))
                        .containsExactly(answersAlone(4).get(3));
            }
            assertThat(pool.figures().loaded()).isGreaterThanOrEqualTo(20);
            assertThat(pool.leave("s0")).isTrue();
            assertThat(store.get("m", "s0")).isEmpty();
            TreeSet<String> all = new TreeSet<>();
            pool.keys(key -> assertThat(all.add(key)).isTrue());
            assertThat(all).hasSize(19);
            assertThat(pool.expire(Instant.now().plusSeconds(60))).isEqualTo(19);
        }
    }

    @Test
    void aPoolGoesOnWhereTheLastOneWasClosed() {
        try (StateStore store = StateStore.onHeap()) {
            try (SessionPool pool = SessionPool.of(network, TWO, store)) {
                pool.submit("a", 0, events(0, 5)).join();
            }
            try (SessionPool pool = SessionPool.of(network, TWO.withThreads(3), store)) {
                assertThat(pool.applied("a")).hasValue(4);
                assertSame(pool.submit("a", 0, events(0, 5)).join(), answersAlone(5));
                assertSame(
                        pool.submit("a", 5, events(5, 1)).join(),
                        answersAlone(6).subList(5, 6));
            }
            PackedNetwork other = new Samples(5)
                    .network(Recurrent.lstm(D, 5).withLayers(2), Dense.head(5, O))
                    .pack();
            try (SessionPool pool = SessionPool.of(other, TWO.withName(network.fingerprint()), store)) {
                assertThat(kindOf(pool.submit("a", event(6)))).isEqualTo(PoolException.Kind.STORE_DAMAGED);
                assertThat(pool.leave("a")).isTrue();
                pool.submit("a", event(6)).join();
            }
        }
    }

    @Test
    void aStepAllocatesNothing() {
        try (SessionPool pool = SessionPool.of(network, TWO)) {
            float[] event = event(0);
            float[] y = new float[O];
            Allocation.assertNone(() -> pool.step("a", event, y));
        }
    }

    /** What it costs is stated: each number of an idle state is off by 1/256 of itself at most. */
    @Test
    void halvedStatesAreAsNearAsStated() throws InterruptedException {
        try (SessionPool pool = SessionPool.of(network, TWO.withHalvedAfter(Duration.ofMillis(20)))) {
            pool.submit("a", events(0, 30)).join();
            byte[] exact = stateAlone(30);
            byte[] found = exact;
            for (int i = 0; i < 2000 && Arrays.equals(found, exact); i++) {
                Thread.sleep(10);
                found = pool.state("a").orElseThrow();
            }
            Session rounded = Session.of(network);
            rounded.restore(found);
            Session alone = Session.of(network);
            alone.restore(exact);
            double largest = 0;
            for (int i = 0; i < alone.state().values().length; i++) {
                double right = alone.state().values()[i];
                largest = Math.max(largest, Math.abs(rounded.state().values()[i] - right) / Math.abs(right));
            }
            assertThat(largest).isBetween(1e-5, 1.0 / 256);
            // The answers after it are those of the rounded state, to the bit.
            assertThat(pool.step("a", event(30))).containsExactly(step(rounded, event(30), network.spec()));
        }
    }

    @Test
    void twoThreadsAtOneSessionTakeAllEventsOnce() throws Exception {
        int each = 2_000;
        try (SessionPool pool = SessionPool.of(network, TWO);
                TwoThreads threads = new TwoThreads()) {
            float[] event = event(0);
            threads.both(
                    () -> {
                        for (int i = 0; i < each; i++) {
                            pool.step("a", event);
                        }
                        return event;
                    },
                    () -> {
                        List<CompletableFuture<float[]>> all = new ArrayList<>();
                        for (int i = 0; i < each; i++) {
                            all.add(pool.submit("a", event));
                        }
                        all.forEach(CompletableFuture::join);
                        return event;
                    });
            Session alone = Session.of(network);
            for (int i = 0; i < 2 * each; i++) {
                step(alone, event, network.spec());
            }
            assertThat(pool.state("a").orElseThrow()).isEqualTo(alone.save());
            assertThat(pool.figures().events()).isEqualTo(2L * each);
        }
    }

    @Test
    void sharedSessionsNeedADurableStore() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionPool.of(network, TWO.withShared(true)))
                .withMessageContaining("store");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TWO.withThreads(0))
                .withMessageContaining("threads");
    }
}
