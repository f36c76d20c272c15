package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WarmingTest {

    private static PackedNetwork network(NetworkSpec spec) {
        return Network.initialised(spec, new SplittableRandom(1)).pack();
    }

    @Test
    void endsWhenPassesAreSteady() {
        for (NetworkSpec spec : List.of(
                NetworkSpec.of(LayerSpec.Recurrent.lstm(3, 8), LayerSpec.Dense.head(8, 2)),
                NetworkSpec.of(LayerSpec.Recurrent.gru(3, 8).withLastOnly(true), LayerSpec.Dense.head(8, 2)),
                NetworkSpec.of(new LayerSpec.OneHot(5), LayerSpec.Recurrent.rnn(5, 8)))) {
            assertThat(network(spec).warm(1, 1, Duration.ofMinutes(1)))
                    .as("%s", spec)
                    .isTrue();
            assertThat(network(spec).warm(4, 3, Duration.ofMinutes(1)))
                    .as("%s", spec)
                    .isTrue();
        }
    }

    @Test
    void endsWhenTheTimeIsUp() {
        NetworkSpec spec = NetworkSpec.of(LayerSpec.Recurrent.lstm(3, 8));
        long begin = System.nanoTime();
        assertThat(network(spec).warm(1, 1, Duration.ofMillis(20))).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void refusesARequestOfNothing() {
        PackedNetwork network = network(NetworkSpec.of(LayerSpec.Recurrent.lstm(3, 8)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.warm(0, 1, Duration.ofSeconds(1)))
                .withMessageContaining("0 steps of 1 sequences");
    }
}
