package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.Samples;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The state goes by the parts that a cell declares, however odd: {@link OddCell}. */
class OddCellStateTest {

    private static final int D = 3;
    private static final int H = 5;

    private final Samples samples = new Samples(21);
    private final Recurrent two = Recurrent.of(new OddCell(), D, H).withLayers(2);
    private final Network network = samples.network(two, Dense.head(H, 2));

    @Test
    void aFreshStateIsWhatTheCellSays() {
        State state = network.freshState(2);
        for (int part = 0; part < 2; part++) {
            assertThat(state.h(part)).hasToString("Matrix[2, 5]");
            assertThat(state.get(part, "s")).hasToString("Matrix[2, 7]");
            assertThat(state.get(part, "m")).hasToString("Matrix[2, 3]");
            for (int n = 0; n < 2; n++) {
                assertFresh(state, part, n);
            }
        }
        assertThat(state.hasCellState(0)).isFalse();
        assertThat(state.isFinite(1)).isTrue();
        assertThat(State.zeros(network.spec(), 2).values()).containsOnly(0);
    }

    private static void assertFresh(State state, int part, int n) {
        assertThat(state.h(part).row(n)).containsOnly(0);
        assertThat(state.get(part, "s").row(n)).containsOnly(0.5f);
        assertThat(state.get(part, "m").row(n)).containsOnly(Float.NEGATIVE_INFINITY);
    }

    @Test
    void oneSequenceIsClearedOrCopiedAndTheOthersStay() {
        State state = samples.state(network.spec(), 3);
        State mixed = network.freshState(3);
        mixed.copyFrom(state);
        mixed.clear(1);
        State other = samples.state(network.spec(), 2);
        mixed.copyFrom(2, other, 0);
        for (int part = 0; part < 2; part++) {
            assertFresh(mixed, part, 1);
            for (String name : List.of("h", "s", "m")) {
                assertThat(mixed.get(part, name).row(0))
                        .isEqualTo(state.get(part, name).row(0));
                assertThat(mixed.get(part, name).row(2))
                        .isEqualTo(other.get(part, name).row(0));
            }
        }
        mixed.clear();
        assertThat(mixed.values()).isEqualTo(network.freshState(3).values());
    }

    @Test
    void anotherInfinityOrNoNumberIsNotFinite() {
        State state = network.freshState(2);
        state.get(1, "m").set(1, 2, Float.POSITIVE_INFINITY);
        assertThat(state.isFinite(0)).isTrue();
        assertThat(state.isFinite(1)).isFalse();
        state.get(0, "s").set(0, 0, Float.NaN);
        assertThat(state.isFinite(0)).isFalse();
    }

    @Test
    void sequencesThatHaveEndedKeepTheirStateAndSpoilNothing() {
        Sequence x = samples.sequence(D, 4, 0, 2);
        Tape tape = network.tape(Team.single());
        State state = network.freshState(3);
        float[] y = Samples.numbers(tape.forward(x, state));
        for (int part = 0; part < 2; part++) {
            assertFresh(state, part, 1);
        }
        Parameters gradient = network.parameters().zerosLike();
        State dState = samples.state(network.spec(), 3);
        State dLast = State.zeros(network.spec(), 3);
        dLast.copyFrom(dState);
        tape.backward(samples.like(x, 2), dState, gradient);
        assertThat(sum(gradient.values())).isFinite();
        assertThat(sum(Samples.numbers(tape.inputGradient()))).isFinite();
        for (String name : List.of("h", "s", "m")) {
            assertThat(dState.get(0, name).row(1)).isEqualTo(dLast.get(0, name).row(1));
            assertThat(dState.get(0, name).row(0))
                    .isNotEqualTo(dLast.get(0, name).row(0));
        }
        // What is before the first step of m is infinite, and no step of it changes anything.
        for (float number : dState.get(0, "m").row(0)) {
            assertThat(number).isEqualTo(0);
        }

        Sequence alone = Sequence.zeros(2, 1, D);
        for (int t = 0; t < 2; t++) {
            System.arraycopy(x.data(), x.offset(t, 2), alone.data(), t * D, D);
        }
        State one = network.freshState(1);
        float[] yAlone = Samples.numbers(network.tape(Team.single()).forward(alone, one));
        for (int t = 0; t < 2; t++) {
            int at = (t * 3 + 2) * 2;
            assertThat(Arrays.copyOfRange(y, at, at + 2)).isEqualTo(Arrays.copyOfRange(yAlone, t * 2, t * 2 + 2));
        }
        for (String name : List.of("h", "s", "m")) {
            assertThat(state.get(1, name).row(2)).isEqualTo(one.get(1, name).row(0));
        }
    }

    private static double sum(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        return sum;
    }
}
