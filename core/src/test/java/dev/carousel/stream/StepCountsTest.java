package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How large steps were and how long they took, as a monitor reads it. */
@Timeout(60)
class StepCountsTest {

    private final PackedNetwork network =
            new Samples(4).network(Recurrent.gru(3, 5), Dense.head(5, 2)).pack();

    private static long sum(List<Long> counts) {
        return counts.stream().mapToLong(count -> count).sum();
    }

    @Test
    void everyStepIsInOneBucketOfItsSizeAndOfItsTime() {
        PoolOptions options =
                PoolOptions.defaults().withThreads(1).withMaxBatch(8).withBatchDelay(Duration.ofMillis(200));
        try (SessionPool pool = SessionPool.of(network, options)) {
            float[] event = {1, 2, 3};
            List<CompletableFuture<float[]>> all = new ArrayList<>();
            for (int i = 0; i < 21; i++) {
                all.add(pool.submit("key " + i, event));
            }
            all.forEach(CompletableFuture::join);
            pool.step("alone", event);
            PoolFigures figures = pool.figures();
            assertThat(figures.events()).isEqualTo(22);
            assertThat(sum(figures.batches())).isEqualTo(figures.steps());
            assertThat(sum(figures.stepTimes())).isEqualTo(figures.steps());
            assertThat(figures.stepNanos()).isPositive();
            // Of up to 1, 2, 4 and 8 sessions; more are none.
            assertThat(figures.batches().subList(4, figures.batches().size())).containsOnly(0L);
            assertThat(figures.batches().get(0)).isPositive();
            assertThat(figures.batches().get(3)).isPositive();
        }
    }
}
