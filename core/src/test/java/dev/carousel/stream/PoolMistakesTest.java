package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What would stop a pool, or spoil its sessions, is refused. */
class PoolMistakesTest extends PoolSamples {

    private static final PoolOptions ONE = PoolOptions.defaults().withThreads(1);

    /** What a callback throws that waits in one of these ways. */
    private Throwable thrownBy(SessionPool pool, Waiting waiting) {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        pool.submit("a", OptionalLong.empty(), List.of(event(0)), new Sessions.Callback<>() {
            @Override
            public void answered(List<float[]> answers) {
                try {
                    waiting.on(pool.submit("b", event(1)));
                    thrown.completeExceptionally(new AssertionError("It waited."));
                } catch (Exception e) {
                    thrown.complete(e);
                }
            }

            @Override
            public void failed(RuntimeException cause) {
                thrown.completeExceptionally(cause);
            }
        });
        return thrown.join();
    }

    private interface Waiting {

        void on(CompletableFuture<float[]> future) throws Exception;
    }

    @Test
    @Timeout(60)
    void noCallbackWaitsForAnAnswer() {
        try (SessionPool pool = SessionPool.of(network, ONE)) {
            for (Waiting waiting : List.<Waiting>of(
                    CompletableFuture::join,
                    CompletableFuture::get,
                    future -> future.get(1, TimeUnit.MINUTES),
                    future -> future.thenApply(y -> y.length).join())) {
                assertThat(thrownBy(pool, waiting))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("A callback of a pool of sessions wants to wait");
            }
            // All others go on.
            assertThat(pool.submit("c", event(0)).join())
                    .containsExactly(answersAlone(1).get(0));
        }
    }

    @Test
    void twoPoolsOfOneNameNeedToShareAStore() {
        StateStore store = StateStore.onHeap();
        try (SessionPool first = SessionPool.of(network, ONE.withName("x"), store)) {
            first.submit("a", event(0)).join();
            assertThatThrownBy(() -> SessionPool.of(network, ONE.withName("x"), store))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'x'")
                    .hasMessageContaining("withShared");
            assertThatCode(() ->
                            SessionPool.of(network, ONE.withName("y"), store).close())
                    .doesNotThrowAnyException();
            assertThatCode(() -> SessionPool.of(network, ONE.withName("x"), StateStore.onHeap())
                            .close())
                    .doesNotThrowAnyException();
        }
        SessionPool second = SessionPool.of(network, ONE.withName("x"), store);
        assertThat(second.submit("a", event(1)).join())
                .containsExactly(answersAlone(2).get(1));
        second.close();
        second.close();
        try (SessionPool third = SessionPool.of(network, ONE.withName("x"), store)) {
            assertThat(third.has("a")).isTrue();
            // To close the second once more does not make room for a fourth.
            second.close();
            assertThatIllegalStateException().isThrownBy(() -> SessionPool.of(network, ONE.withName("x"), store));
        }
    }

    @Test
    void whoSharesIsNotAlone() {
        StateStore store = StateStore.onHeap();
        PoolNames.begin(store, "x", true);
        PoolNames.begin(store, "x", true);
        assertThatIllegalStateException().isThrownBy(() -> PoolNames.begin(store, "x", false));
        PoolNames.end(store, "x", true);
        assertThatIllegalStateException().isThrownBy(() -> PoolNames.begin(store, "x", false));
        PoolNames.end(store, "x", true);
        PoolNames.begin(store, "x", false);
        assertThatIllegalStateException().isThrownBy(() -> PoolNames.begin(store, "x", true));
    }
}
