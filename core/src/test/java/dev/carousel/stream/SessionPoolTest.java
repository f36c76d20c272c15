package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pool answers as sessions would alone, and refuses what it cannot take before anything has changed. */
@Timeout(120)
class SessionPoolTest extends PoolSamples {

    @ParameterizedTest
    @MethodSource("networks")
    void answersAreThoseOfSessionsAlone(NetworkSpec spec) {
        PackedNetwork of = new Samples(4).network(spec).pack();
        SplittableRandom random = new SplittableRandom(1);
        Map<String, Session> alone = new HashMap<>();
        try (SessionPool pool = SessionPool.of(of, TWO)) {
            List<CompletableFuture<List<float[]>>> found = new ArrayList<>();
            List<List<float[]>> expected = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                String key = "s" + random.nextInt(40);
                List<float[]> events = new ArrayList<>();
                List<float[]> outputs = new ArrayList<>();
                int count = 1 + random.nextInt(4);
                for (int k = 0; k < count; k++) {
                    events.add(event(random, spec));
                    outputs.add(step(alone.computeIfAbsent(key, name -> Session.of(of)), events.get(k), spec));
                }
                found.add(pool.submit(key, events));
                expected.add(outputs);
            }
            for (int i = 0; i < found.size(); i++) {
                assertSame(found.get(i).join(), expected.get(i));
            }
            alone.forEach(
                    (key, session) -> assertThat(pool.state(key).orElseThrow()).isEqualTo(session.save()));
            assertThat(pool.figures().largestBatch()).isGreaterThan(1);
            assertThat(pool.figures().sessions()).isEqualTo(alone.size());
            List<String> keys = new ArrayList<>();
            pool.keys(keys::add);
            assertThat(keys).containsExactlyInAnyOrderElementsOf(alone.keySet());
        }
    }

    @Test
    void anEventThatDoesNotFitIsRefusedAndTheSessionStaysWhereItWas() {
        try (SessionPool pool = SessionPool.of(network, TWO)) {
            pool.submit("a", events(0, 3)).join();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool.submit("a", List.of(event(3), new float[] {1, Float.NaN, 1})))
                    .withMessageContaining("NaN");
            assertThatIllegalArgumentException().isThrownBy(() -> pool.step("a", new float[D + 1]));
            assertThatIllegalArgumentException().isThrownBy(() -> pool.step("a", event(3), new float[O + 1]));
            assertThatIllegalArgumentException().isThrownBy(() -> pool.submit("a", List.of()));
            assertThatIllegalArgumentException().isThrownBy(() -> pool.submit("a", -1, events(3, 1)));
            assertThatIllegalArgumentException().isThrownBy(() -> pool.restore("a", new byte[100]));
            assertThat(pool.state("a").orElseThrow()).isEqualTo(stateAlone(3));
            assertThat(pool.step("a", event(3))).containsExactly(answersAlone(4).get(3));
        }
        PackedNetwork ids = new Samples(4)
                .network(new OneHot(7), Recurrent.gru(7, 6), Dense.head(6, 3))
                .pack();
        try (SessionPool pool = SessionPool.of(ids, TWO)) {
            for (float wrong : new float[] {-1, 7, 0.5f, Float.NaN}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> pool.step("a", new float[] {wrong}))
                        .withMessageContaining("0 to 6");
            }
            assertThat(pool.has("a")).isFalse();
        }
    }

    @Test
    void whatThePoolWasGivenMayChangeAfterwards() {
        try (SessionPool pool = SessionPool.of(network, TWO)) {
            float[] event = event(0);
            CompletableFuture<float[]> answer = pool.submit("a", event);
            event[0] = 1e9f;
            assertThat(answer.join()).containsExactly(answersAlone(1).get(0));
        }
    }

    @Test
    void aNumberThatComesAgainGetsTheSameAnswerAndTheStateDoesNotMove() {
        List<float[]> answers = answersAlone(12);
        try (SessionPool pool = SessionPool.of(network, TWO)) {
            assertSame(pool.submit("a", 0, events(0, 4)).join(), answers.subList(0, 4));
            assertThat(pool.applied("a")).hasValue(3);
            assertSame(pool.submit("a", 4, events(4, 5)).join(), answers.subList(4, 9));
            // All of the last batch, and parts of it.
            assertSame(pool.submit("a", 4, events(4, 5)).join(), answers.subList(4, 9));
            assertSame(pool.submit("a", 6, events(6, 2)).join(), answers.subList(6, 8));
            assertSame(pool.submit("a", 4, events(4, 5)).join(), answers.subList(4, 9));
            assertThat(pool.state("a").orElseThrow()).isEqualTo(stateAlone(9));
            // Some of it and what follows.
            assertSame(pool.submit("a", 8, events(8, 3)).join(), answers.subList(8, 11));
            assertThat(pool.state("a").orElseThrow()).isEqualTo(stateAlone(11));
            assertThat(pool.figures().repeated()).isEqualTo(5 + 2 + 5 + 1);
            assertThat(kindOf(pool.submit("a", 12, events(12, 1)))).isEqualTo(PoolException.Kind.NUMBER_GAP);
            assertThat(kindOf(pool.submit("a", 7, events(7, 1)))).isEqualTo(PoolException.Kind.NUMBER_FORGOTTEN);
            assertThat(pool.state("a").orElseThrow()).isEqualTo(stateAlone(11));
            // Copies and snapshots know the number and the answers.
            pool.restore("b", pool.snapshot("a").orElseThrow());
            assertThat(pool.copy("a", "c")).isTrue();
            for (String key : List.of("b", "c")) {
                assertSame(pool.submit(key, 8, events(8, 3)).join(), answers.subList(8, 11));
                assertSame(pool.submit(key, 11, events(11, 1)).join(), answers.subList(11, 12));
            }
            // A state alone has no number, nor has one that begins anew.
            pool.restore("d", pool.state("a").orElseThrow());
            assertThat(pool.applied("d")).isEmpty();
            assertThat(kindOf(pool.submit("d", 11, events(11, 1)))).isEqualTo(PoolException.Kind.NUMBER_GAP);
            pool.reset("a");
            assertSame(pool.submit("a", 1, events(0, 2)).join(), answers.subList(0, 2));
        }
        try (SessionPool pool = SessionPool.of(network, TWO.withGaps(true))) {
            assertSame(pool.submit("a", 500, events(0, 2)).join(), answers.subList(0, 2));
            assertSame(pool.submit("a", 900, events(2, 2)).join(), answers.subList(2, 4));
            assertSame(pool.submit("a", 900, events(2, 2)).join(), answers.subList(2, 4));
            assertThat(kindOf(pool.submit("a", 700, events(9, 1)))).isEqualTo(PoolException.Kind.NUMBER_FORGOTTEN);
        }
    }

    @Test
    void aFullQueueSaysSoAndTakesNothing() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        try (SessionPool pool =
                SessionPool.of(network, PoolOptions.defaults().withThreads(1).withQueueCapacity(5))) {
            // A callback that waits, though it should not, keeps the one thread busy.
            CompletableFuture<Void> first = new CompletableFuture<>();
            pool.submit("a", OptionalLong.empty(), events(0, 1), new Sessions.Callback<>() {
                @Override
                public void answered(List<float[]> answers) {
                    begun.countDown();
                    await(free);
                    first.complete(null);
                }

                @Override
                public void failed(RuntimeException cause) {
                    first.completeExceptionally(cause);
                }
            });
            begun.await();
            List<CompletableFuture<List<float[]>>> waiting = new ArrayList<>();
            waiting.add(pool.submit("a", events(1, 2)));
            waiting.add(pool.submit("a", events(3, 2)));
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> pool.submit("a", event(99)))
                        .isInstanceOfSatisfying(
                                PoolException.class, e -> assertThat(e.kind()).isEqualTo(PoolException.Kind.QUEUE_FULL))
                        .hasMessageContaining("room for 5");
            }
            assertThat(pool.figures().refused()).isEqualTo(3);
            assertThat(pool.figures().waiting()).isEqualTo(5);
            free.countDown();
            first.join();
            waiting.forEach(CompletableFuture::join);
            assertThat(pool.state("a").orElseThrow()).isEqualTo(stateAlone(5));
            assertThat(pool.submit("a", event(5)).join())
                    .containsExactly(answersAlone(6).get(5));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool.submit("a", events(0, 6)))
                    .withMessageContaining("1 to 5");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCallbackMaySubmitButNotWait() {
        try (SessionPool pool = SessionPool.of(network, TWO)) {
            AtomicReference<CompletableFuture<float[]>> second = new AtomicReference<>();
            AtomicReference<Throwable> refused = new AtomicReference<>();
            pool.submit("a", event(0))
                    .thenAccept(y -> {
                        second.set(pool.submit("a", event(1)));
                        try {
                            pool.snapshot("b");
                        } catch (IllegalStateException e) {
                            refused.set(e);
                        }
                    })
                    .join();
            assertThat(second.get().join()).containsExactly(answersAlone(2).get(1));
            // The future may have been answered before its dependent was added, which then ran here.
            if (refused.get() != null) {
                assertThat(refused.get()).hasMessageContaining("callback");
            }
            CompletableFuture<Void> stepped = new CompletableFuture<>();
            pool.submit("c", OptionalLong.empty(), List.of(event(0)), new Sessions.Callback<>() {
                @Override
                public void answered(List<float[]> answers) {
                    try {
                        pool.step("c", event(1));
                        stepped.complete(null);
                    } catch (RuntimeException e) {
                        stepped.completeExceptionally(e);
                    }
                    throw new IllegalStateException("A callback that fails harms nobody.");
                }

                @Override
                public void failed(RuntimeException cause) {
                    stepped.completeExceptionally(cause);
                }
            });
            assertThatThrownBy(stepped::join).hasCauseInstanceOf(IllegalStateException.class);
            assertThat(pool.state("c").orElseThrow()).isEqualTo(stateAlone(1));
            assertThat(pool.figures().callbackFailures()).isEqualTo(1);
        }
    }

    @Test
    void aClosedPoolTakesNothing() {
        SessionPool pool = SessionPool.of(network, TWO);
        CompletableFuture<float[]> last = pool.submit("a", event(0));
        pool.close();
        pool.close();
        assertThat(last).isCompleted();
        for (ThrowingCallable late : List.<ThrowingCallable>of(
                () -> pool.submit("a", event(1)), () -> pool.step("a", event(1)), () -> pool.snapshot("a"))) {
            assertThatThrownBy(late)
                    .isInstanceOfSatisfying(
                            PoolException.class, e -> assertThat(e.kind()).isEqualTo(PoolException.Kind.CLOSED));
        }
    }
}
