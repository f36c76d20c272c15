package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Team;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dropout drops the share it should, the same forward and backward, between layers and in training only. */
class DropoutTest {

    private static Dropout dropout(float p) {
        return new Dropout(p, false, Noise.Kind.OUTPUT, 0, Team.single());
    }

    private static Noise noise(long seed) {
        return Noise.of(new Random(seed));
    }

    private static Sequence ones(int T, int N, int D) {
        Sequence x = Sequence.zeros(T, N, D);
        Arrays.fill(x.data(), 1);
        return x;
    }

    @ParameterizedTest
    @ValueSource(floats = {0.1f, 0.5f, 0.9f})
    void expectedShareIsDroppedAndTheRestScaledUp(float p) {
        Sequence y = dropout(p).forward(ones(20, 50, 40), noise(1));
        int dropped = 0;
        for (float v : y.data()) {
            if (v == 0) {
                dropped++;
            } else {
                assertThat(v).isEqualTo(1 / (1 - p));
            }
        }
        int count = y.data().length;
        assertThat((double) dropped / count).isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / count)));
    }

    @Test
    void backwardUsesTheMaskOfForward() {
        Dropout dropout = dropout(0.4f);
        Sequence y = dropout.forward(ones(5, 6, 7), noise(2));
        Sequence d = ones(5, 6, 7);
        dropout.backward(d.data(), d.data());
        assertThat(Samples.numbers(d)).isEqualTo(Samples.numbers(y));
    }

    @Test
    void nothingIsDroppedOutsideOfTraining() {
        Dropout dropout = dropout(0.4f);
        dropout.forward(ones(5, 6, 7), noise(2));
        Sequence x = ones(5, 6, 7);
        assertThat(dropout.forward(x, Noise.OFF)).isSameAs(x);
        assertThat(dropout.active()).isFalse();
        assertThat(dropout(0).forward(x, noise(2))).isSameAs(x);
    }

    /** Two layers with dropout are a layer, then dropout, then a layer; nothing is dropped behind the last. */
    @Test
    void stackWithDropoutEqualsItsLayersWithDropoutBetween() {
        Samples samples = new Samples(3);
        Recurrent both = Recurrent.gru(3, 4).withLayers(2);
        Network stack = samples.network(both.withDropout(0.5f));
        Network first = samples.network(Recurrent.gru(3, 4));
        Network second = samples.network(Recurrent.gru(4, 4));
        for (String parameter : new String[] {"weight_ih", "weight_hh", "bias_ih", "bias_hh"}) {
            first.parameters()
                    .set("rnn." + parameter + "_l0", stack.parameters().get("rnn." + parameter + "_l0"));
            second.parameters()
                    .set("rnn." + parameter + "_l0", stack.parameters().get("rnn." + parameter + "_l1"));
        }
        Sequence x = samples.sequence(3, 6, 4, 6);
        Sequence dY = samples.like(x, 4);

        Tape tape = stack.tape(Team.single());
        float[] y = Samples.numbers(tape.forwardTraining(x, stack.freshState(3), new Random(8)));
        Parameters gradient = stack.parameters().zerosLike();
        tape.backward(dY, gradient);

        Tape one = first.tape(Team.single());
        Tape two = second.tape(Team.single());
        Dropout between = dropout(0.5f);
        Sequence hidden = between.forward(one.forward(x, first.freshState(3)), noise(8));
        assertThat(y).isEqualTo(Samples.numbers(two.forward(hidden, second.freshState(3))));
        Parameters dFirst = first.parameters().zerosLike();
        Parameters dSecond = second.parameters().zerosLike();
        two.backward(dY, dSecond);
        Sequence d = two.inputGradient();
        between.backward(d.data(), d.data());
        one.backward(d, dFirst);
        for (String parameter : new String[] {"weight_ih", "weight_hh", "bias_ih", "bias_hh"}) {
            assertThat(gradient.get("rnn." + parameter + "_l0")).isEqualTo(dFirst.get("rnn." + parameter + "_l0"));
            assertThat(gradient.get("rnn." + parameter + "_l1")).isEqualTo(dSecond.get("rnn." + parameter + "_l0"));
        }
        assertThat(Samples.numbers(tape.inputGradient())).isEqualTo(Samples.numbers(one.inputGradient()));
    }

    @Test
    void dropoutBelongsToTrainingPassesAndTheirSeed() {
        Samples samples = new Samples(4);
        Network network = samples.network(
                Recurrent.lstm(3, 5).withLayers(3).withBidirectional(true).withDropout(0.5f), Dense.head(10, 2));
        Sequence x = samples.sequence(3, 7, 7);
        Tape tape = network.tape(Team.single());
        float[] y = Samples.numbers(tape.forward(x, network.freshState(2)));
        float[] trained = Samples.numbers(tape.forwardTraining(x, network.freshState(2), new Random(1)));
        assertThat(trained).isNotEqualTo(y);
        assertThat(Samples.numbers(tape.forwardTraining(x, network.freshState(2), new Random(1))))
                .isEqualTo(trained);
        assertThat(Samples.numbers(tape.forwardTraining(x, network.freshState(2), new Random(2))))
                .isNotEqualTo(trained);
        assertThat(Samples.numbers(tape.forward(x, network.freshState(2)))).isEqualTo(y);
        assertThat(Samples.numbers(network.pack().tape(Team.single()).forward(x, network.freshState(2))))
                .isEqualTo(y);
    }

    @Test
    void oneLayerDropsNothing() {
        Samples samples = new Samples(5);
        Network network = samples.network(Recurrent.lstm(3, 5).withDropout(0.9f));
        Sequence x = samples.sequence(3, 7, 7);
        Tape tape = network.tape(Team.single());
        float[] y = Samples.numbers(tape.forward(x, network.freshState(2)));
        assertThat(Samples.numbers(tape.forwardTraining(x, network.freshState(2), new Random(1))))
                .isEqualTo(y);
    }
}
