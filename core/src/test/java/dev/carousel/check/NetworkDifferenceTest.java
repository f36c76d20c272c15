package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NetworkDifferenceTest {

    private static Network network(int inputs, int hidden, long seed) {
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(inputs, hidden), Dense.head(hidden, 2));
        return Network.initialised(spec, new SplittableRandom(seed));
    }

    @Test
    void aNetworkDiffersFromItselfByNothing() {
        NetworkDifference found = NetworkDifference.of(network(3, 4, 1), network(3, 4, 1), 5, 7);
        assertThat(found.largest()).isZero();
        assertThat(found.where()).isEmpty();
        assertThat(found.states()).isTrue();
    }

    @Test
    void oneChangedBiasOfTheHeadIsTheDifference() {
        Network a = network(3, 4, 1);
        Network b = network(3, 4, 1);
        float[] values = b.parameters().values();
        values[values.length - 1] += 0.25f;
        NetworkDifference found = NetworkDifference.of(a, b, 5, 7);
        assertThat(found.largest()).isCloseTo(0.25, within(1e-6));
        assertThat(found.where()).startsWith("y of input ").contains("number 1: ");
    }

    @Test
    void everyPartOfTheStateIsCompared() {
        NetworkSpec spec = NetworkSpec.of(Recurrent.of(new OddCell(), 3, 4));
        Network a = Network.initialised(spec, new SplittableRandom(1));
        Network b = Network.initialised(spec, new SplittableRandom(1));
        assertThat(NetworkDifference.of(a, b, 3, 7).largest()).isZero();
        // Of s_0 the output says nothing: h reads s from 2 on.
        b.parameters().values()[b.parameters().slice("rnn.gain_l0").offset()] += 0.25f;
        NetworkDifference found = NetworkDifference.of(a, b, 3, 7);
        assertThat(found.states()).isTrue();
        assertThat(found.where()).startsWith("s of input ").contains("part 0", "unit 0");
        NetworkSpec lstm = NetworkSpec.of(Recurrent.lstm(3, 4));
        Network other = Network.initialised(lstm, new SplittableRandom(1));
        assertThat(NetworkDifference.of(a, other, 1, 7).states()).isFalse();
    }

    @Test
    void statesOfOtherShapesBeginFresh() {
        assertThat(NetworkDifference.of(network(3, 4, 1), network(3, 5, 1), 2, 7)
                        .states())
                .isFalse();
    }

    @Test
    void networksThatReadOtherInputsAreRefused() {
        assertThatThrownBy(() -> NetworkDifference.of(network(3, 4, 1), network(2, 4, 1), 2, 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 numbers")
                .hasMessageContaining("2 numbers");
    }
}
