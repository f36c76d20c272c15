package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A pool answers as sessions would alone. */
class SessionPoolTest {

    private static final int D = 3;
    private static final int O = 2;

    private final PackedNetwork network = new Samples(4)
            .network(Recurrent.lstm(D, 5).withLayers(2), Dense.head(5, O))
            .pack();

    private float[] event(SplittableRandom random) {
        float[] event = new float[D];
        for (int d = 0; d < D; d++) {
            event[d] = (float) random.nextGaussian();
        }
        return event;
    }

    @Test
    void answersAreThoseOfSessionsAlone() {
        SplittableRandom random = new SplittableRandom(1);
        Map<String, Session> alone = new HashMap<>();
        try (SessionPool pool = SessionPool.of(network, PoolOptions.defaults().withThreads(2))) {
            List<CompletableFuture<List<float[]>>> found = new ArrayList<>();
            List<List<float[]>> expected = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                String key = "s" + random.nextInt(40);
                List<float[]> events = new ArrayList<>();
                List<float[]> outputs = new ArrayList<>();
                int count = 1 + random.nextInt(4);
                for (int k = 0; k < count; k++) {
                    events.add(event(random));
                    float[] y = new float[O];
                    alone.computeIfAbsent(key, name -> Session.of(network)).step(events.get(k), y);
                    outputs.add(y);
                }
                found.add(pool.submit(key, events));
                expected.add(outputs);
            }
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i).join()).usingRecursiveComparison().isEqualTo(expected.get(i));
            }
            for (String key : alone.keySet()) {
                assertThat(pool.state(key)).contains(alone.get(key).save());
            }
            assertThat(pool.figures().largestBatch()).isGreaterThan(1);
        }
    }
}
