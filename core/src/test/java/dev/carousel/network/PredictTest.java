package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.kernel.Team;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Inference on plain arrays. */
class PredictTest {

    private static PackedNetwork packed(LayerSpec... layers) {
        return Network.initialised(NetworkSpec.of(layers), new SplittableRandom(1))
                .pack();
    }

    @Test
    void outputsOfSequencesAreThoseOfEachAlone() {
        PackedNetwork network = packed(Recurrent.lstm(2, 5), Dense.head(5, 3));
        float[][][] sequences = {{{1, 2}, {3, 4}, {5, 6}}, {}, {{7, 8}}};
        float[][][] y = network.predict(sequences);
        assertThat(y.length).isEqualTo(3);
        assertThat(y[0]).hasDimensions(3, 3);
        assertThat(y[1]).isEmpty();
        assertThat(y[2]).hasDimensions(1, 3);
        Sequence alone = network.tape(Team.single())
                .forward(Sequence.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 1, 2), network.freshState(1));
        for (int t = 0; t < 3; t++) {
            assertThat(y[0][t]).containsExactly(alone.get(t, 0, 0), alone.get(t, 0, 1), alone.get(t, 0, 2));
        }
        assertThat(network.predict(new float[0][][])).isEmpty();
        assertThat(network.predict(new float[][][] {{}, {}})).isDeepEqualTo(new float[][][] {{}, {}});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.predict(new float[][][] {{{1, 2, 3}}}))
                .withMessageContaining("reads 2 numbers a step");
        assertThatIllegalArgumentException().isThrownBy(() -> network.predict(new int[][] {{1}}));
    }

    @Test
    void aNetworkThatGivesItsLastOutputGivesOneStepEach() {
        PackedNetwork last = packed(Recurrent.gru(2, 4).withLastOnly(true), Dense.head(4, 2));
        float[][][] y = last.predict(new float[][][] {{{1, 2}, {3, 4}}, {{5, 6}}});
        assertThat(y[0]).hasDimensions(1, 2);
        assertThat(y[1]).hasDimensions(1, 2);
        PackedNetwork ids = packed(new LayerSpec.OneHot(4), Recurrent.gru(4, 3));
        assertThat(ids.predict(new int[][] {{0, 3, 1}, {2}})[0]).hasDimensions(3, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.predict(new int[][] {{4}}))
                .withMessageContaining("has id 4");
    }
}
