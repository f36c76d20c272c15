package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.Direction;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Steps that are skipped wherever they are, and what layers make of those that are left. */
class MaskedStepsTest {

    private static final int D = 3;
    private static final int H = 4;

    private final Samples samples = new Samples(7);

    private static State copy(State state, Network network) {
        State copy = network.freshState(state.batchSize());
        copy.copyFrom(state);
        return copy;
    }

    private static float[] row(Sequence x, int t, int n) {
        return Arrays.copyOfRange(x.data(), x.offset(t, n), x.offset(t, n) + x.size());
    }

    private static float[] outputs(Network network, Sequence x, State state) {
        return Samples.numbers(network.tape(Team.single()).forward(x, state));
    }

    /** Sequences with masked steps in front, between and behind, and the same without them. */
    private record Gaps(Sequence full, Sequence dense, int[][] places) {}

    private Gaps gaps(float mask) {
        int[][] places = {{2, 3, 5}, {0, 1, 2, 3}, {1, 4}, {}};
        Sequence full = samples.sequence(D, 6, 6, 6, 6);
        Sequence dense = Sequence.zeros(6, 4, D);
        for (int n = 0; n < places.length; n++) {
            for (int t = 0; t < 6; t++) {
                if (Arrays.binarySearch(places[n], t) < 0) {
                    Arrays.fill(full.data(), full.offset(t, n), full.offset(t, n) + D, mask);
                }
            }
            for (int k = 0; k < places[n].length; k++) {
                System.arraycopy(full.data(), full.offset(places[n][k], n), dense.data(), dense.offset(k, n), D);
            }
        }
        return new Gaps(full, dense.withLengths(3, 4, 2, 0), places);
    }

    @Test
    void maskedStepsAreSkippedWhereverTheyAre() {
        for (LayerSpec last : List.of(
                Recurrent.lstm(D, H).withBidirectional(true).withLastOnly(true), new Parameterless.Max(D, true))) {
            Network masked = samples.network(new Parameterless.Masking(D, 0), last);
            Network plain = Network.of(NetworkSpec.of(last), masked.parameters(), Kernels.scalar());
            Gaps gaps = gaps(0);
            State initial = samples.state(plain.spec(), 4);
            State dFinal = samples.state(plain.spec(), 4);
            Sequence dY = samples.sequence(last.outputSize(), 1, 1, 1, 1);
            Tape expected = plain.tape(Team.single());
            Tape tape = masked.tape(Team.single());
            State one = copy(initial, plain);
            State other = copy(initial, plain);
            float[] y = Samples.numbers(expected.forward(gaps.dense(), one));
            assertThat(Samples.numbers(tape.forward(gaps.full(), other))).isEqualTo(y);
            Parameters gradient = plain.parameters().zerosLike();
            Parameters again = masked.parameters().zerosLike();
            expected.backward(dY, copy(dFinal, plain), gradient);
            tape.backward(dY, copy(dFinal, plain), again);
            assertThat(again.values()).isEqualTo(gradient.values());
            requirePlaced(gaps, expected.inputGradient(), tape.inputGradient());
        }
    }

    /** Each step of the first is a step of the second, whose other steps are 0. */
    private static void requirePlaced(Gaps gaps, Sequence dense, Sequence full) {
        for (int n = 0; n < gaps.places().length; n++) {
            int k = 0;
            for (int t = 0; t < full.steps(); t++) {
                boolean counts = Arrays.binarySearch(gaps.places()[n], t) >= 0;
                float[] expected = counts ? row(dense, k++, n) : new float[full.size()];
                assertThat(row(full, t, n)).as("step %d of sequence %d", t, n).isEqualTo(expected);
            }
        }
    }

    @Test
    void outputsOfMaskedStepsStandAtTheirPlaces() {
        Recurrent stack = Recurrent.gru(D, H).withDirection(Direction.BACKWARD);
        Network masked = samples.network(new Parameterless.Masking(D, -1), stack, Dense.head(H, 2));
        Network plain = Network.of(NetworkSpec.of(stack, Dense.head(H, 2)), masked.parameters(), Kernels.scalar());
        Gaps gaps = gaps(-1);
        Tape expected = plain.tape(Team.single());
        Tape tape = masked.tape(Team.single());
        Sequence y = expected.forward(gaps.dense(), plain.freshState(4)).copy();
        Sequence found = tape.forward(gaps.full(), masked.freshState(4)).copy();
        requirePlaced(gaps, y, found);
        assertThat(List.of(found.length(0), found.length(1), found.length(2), found.length(3)))
                .containsExactly(6, 4, 5, 0);
        Sequence dFound = samples.like(found, 2);
        Sequence dY = Sequence.zeros(6, 4, 2);
        for (int n = 0; n < 4; n++) {
            for (int k = 0; k < gaps.places()[n].length; k++) {
                System.arraycopy(dFound.data(), dFound.offset(gaps.places()[n][k], n), dY.data(), dY.offset(k, n), 2);
            }
        }
        Parameters gradient = plain.parameters().zerosLike();
        Parameters again = masked.parameters().zerosLike();
        expected.backward(dY.withLengths(3, 4, 2, 0), gradient);
        tape.backward(dFound, again);
        assertThat(again.values()).isEqualTo(gradient.values());
        requirePlaced(gaps, expected.inputGradient(), tape.inputGradient());
    }

    @Test
    void stepsThatMovedAreNotTrainedOrScored() {
        Network network = samples.network(new Parameterless.Masking(D, 0), Recurrent.rnn(D, H));
        Sequence x = gaps(0).full();
        Tape tape = network.tape(Team.single());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.infer(x, network.freshState(4)))
                .withMessageContaining("padded at the beginning");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.forwardTraining(x, network.freshState(4), new Random(1)))
                .withMessageContaining("padded at the beginning");
        Parameters gradient = network.parameters().zerosLike();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.train(x, network.freshState(4), new Random(1), y -> y, gradient))
                .withMessageContaining("padded at the beginning");
    }

    @Test
    void maximumIsThatOfTheStepsThatCountOrOfPaddingToo() {
        Sequence x = Sequence.of(new float[] {-3, 1, 5, -2, -1, 9, 7, 7, 8, 8, 8, 8}, 3, 2, 2);
        Sequence ragged = x.withLengths(2, 1);
        Network network = samples.network(new Parameterless.Max(2));
        Network padded = samples.network(new Parameterless.Max(2, true));
        assertThat(outputs(network, ragged, network.freshState(2))).containsExactly(-1, 9, 5, -2);
        assertThat(outputs(padded, ragged, padded.freshState(2))).containsExactly(0, 9, 5, 0);
        assertThat(outputs(padded, x, padded.freshState(2))).containsExactly(8, 9, 8, 8);
    }

    @Test
    void largeInputsAreCentredBeforeTheyAreScaled() {
        Network network = samples.network(new ElementwiseAffine("scale", 1));
        network.parameters().set("scale.weight", new float[] {1000});
        network.parameters().set("scale.center", new float[] {1_000_000});
        network.parameters().set("scale.bias", new float[] {0.5f});
        Sequence x = Sequence.of(new float[] {1_000_000.0625f, 999_999}, 2, 1, 1);
        assertThat(outputs(network, x, network.freshState(1))).containsExactly(63, -999.5f);
    }
}
