package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The state of a network: its parts in one array, and what is done to them. */
class StateTest {

    private final NetworkSpec spec = NetworkSpec.of(
            Recurrent.lstm(2, 3).withLayers(2).withBidirectional(true),
            Recurrent.gru(6, 4).withName("second"),
            Dense.head(4, 1));

    @Test
    void partsAreLayersTimesDirectionsInOrder() {
        State state = State.zeros(spec, 2);
        assertThat(state.parts()).isEqualTo(5);
        assertThat(state.batchSize()).isEqualTo(2);
        assertThat(state.values()).hasSize(4 * (2 * 2 * 3) + 2 * 4);
        int at = 0;
        for (int part = 0; part < 4; part++) {
            assertThat(state.h(part)).hasToString("Matrix[2, 3]");
            assertThat(state.h(part).offset()).isEqualTo(at);
            assertThat(state.c(part).offset()).isEqualTo(at + 6);
            at += 12;
        }
        assertThat(state.hasCellState(3)).isTrue();
        assertThat(state.hasCellState(4)).isFalse();
        assertThat(state.h(4)).hasToString("Matrix[2, 4]");
    }

    @Test
    void oneSequenceIsClearedAndTheOthersStay() {
        State state = new Samples(1).state(spec, 3);
        State before = State.zeros(spec, 3);
        before.copyFrom(state);
        state.clear(1);
        for (int part = 0; part < state.parts(); part++) {
            assertThat(state.h(part).row(1)).containsOnly(0);
            assertThat(state.h(part).row(0)).isEqualTo(before.h(part).row(0));
            assertThat(state.h(part).row(2)).isEqualTo(before.h(part).row(2));
            if (state.hasCellState(part)) {
                assertThat(state.c(part).row(1)).containsOnly(0);
                assertThat(state.c(part).row(0)).isEqualTo(before.c(part).row(0));
                assertThat(state.c(part).row(2)).isEqualTo(before.c(part).row(2));
            }
        }
        state.clear();
        assertThat(state.values()).containsOnly(0);
        assertThat(before.values()).doesNotContain(0);
    }

    @Test
    void severalSequencesAreCopiedAtOnce() {
        State from = new Samples(1).state(spec, 3);
        State all = State.zeros(spec, 4);
        all.copyFrom(new int[] {3, 0, 2}, from, new int[] {1, 2, 9}, 2);
        for (int part = 0; part < all.parts(); part++) {
            assertThat(all.h(part).row(3)).isEqualTo(from.h(part).row(1));
            assertThat(all.h(part).row(0)).isEqualTo(from.h(part).row(2));
            assertThat(all.h(part).row(1)).containsOnly(0);
            assertThat(all.h(part).row(2)).containsOnly(0);
        }
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> all.copyFrom(new int[] {4}, from, new int[1], 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> all.clear(4));
    }

    @Test
    void cellStateOfACellWithoutOneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> State.zeros(spec, 2).c(4))
                .withMessage("Part 4 of the state is of a cell without a cell state c.");
    }

    @Test
    void partsThatAreNotThereAreNamed() {
        State state = State.zeros(spec, 2);
        int parts = state.parts();
        List<Executable> all = List.of(
                () -> state.h(parts),
                () -> state.c(parts),
                () -> state.get(parts, "h"),
                () -> state.hasCellState(parts));
        for (Executable one : all) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(one::execute)
                    .withMessage("State: there is no part " + parts + "; it has " + parts
                            + ", from 0, one for each recurrent layer and direction.");
        }
        State small = State.zeros(NetworkSpec.of(Recurrent.gru(1, 1)), 1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> small.h(7))
                .withMessageStartingWith("State: there is no part 7; it has 1, number 0,");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> small.h(-1));
    }

    @Test
    void negativeBatchIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> State.zeros(spec, -1))
                .withMessage("batchSize is -1 but must not be negative.");
    }

    @Test
    void copyOfAnotherNetworksStateIsRefused() {
        State state = State.zeros(spec, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> state.copyFrom(State.zeros(spec, 3)))
                .withMessageContaining("The other state is of a batch of 3 and 84 numbers, this one of 2 and 56");
        // As many numbers, but of other layers.
        NetworkSpec other = NetworkSpec.of(Recurrent.rnn(2, 28));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> state.copyFrom(State.zeros(other, 2)))
                .withMessageContaining("they must be of the same network and batch size");
    }
}
