package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Team;
import dev.carousel.network.Samples.Pass;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Passes: what they carry, what they add to, in which order they come, and what they refuse. */
class TapeTest {

    private final Samples samples = new Samples(14);
    private final Network network = samples.network(Recurrent.lstm(3, 4).withLayers(2), Dense.head(4, 2));
    private final Tape tape = network.tape(Team.single());

    static List<Cell> cells() {
        return Cells.ALL;
    }

    private static Sequence steps(Sequence x, int from, int to) {
        int step = x.batchSize() * x.size();
        return Sequence.of(Arrays.copyOfRange(x.data(), from * step, to * step), to - from, x.batchSize(), x.size());
    }

    // ---- what is carried

    @ParameterizedTest
    @MethodSource("cells")
    void carriedStateEqualsOneLongPass(Cell cell) {
        Network stack = samples.network(Recurrent.of(cell, 3, 4).withLayers(2), Dense.head(4, 2));
        Tape whole = stack.tape(Team.single());
        Tape first = stack.tape(Team.single());
        Tape second = stack.tape(Team.single());
        Sequence x = samples.sequence(3, 7, 7, 7);
        Sequence dY = samples.like(x, 2);
        State initial = samples.state(stack.spec(), 3);
        State dFinal = samples.state(stack.spec(), 3);
        Pass expected = Samples.pass(stack, whole, x, initial, dY, dFinal);

        State state = stack.freshState(3);
        state.copyFrom(initial);
        float[] y1 = Samples.numbers(first.forward(steps(x, 0, 3), state));
        float[] y2 = Samples.numbers(second.forward(steps(x, 3, 7), state));
        Parameters gradient = stack.parameters().zerosLike();
        second.backward(steps(dY, 3, 7), dFinal, gradient);
        first.backward(steps(dY, 0, 3), dFinal, gradient);

        float[] y = Arrays.copyOf(y1, y1.length + y2.length);
        System.arraycopy(y2, 0, y, y1.length, y2.length);
        assertThat(y).isEqualTo(expected.y());
        assertThat(state.values()).isEqualTo(expected.finalState());
        // What is handed over has been added up, and the sums over the steps begin anew: last bits may differ.
        assertThat(dFinal.values()).containsExactly(expected.dInitialState(), within(1e-6f));
        for (Slice slice : gradient.slices()) {
            assertThat(gradient.get(slice.name()))
                    .as(slice.name())
                    .containsExactly(expected.gradient().get(slice.name()), within(1e-5f));
        }
    }

    @Test
    void batchWithoutStepsLeavesTheState() {
        State state = samples.state(network.spec(), 2);
        float[] before = state.values().clone();
        Sequence y = tape.forward(Sequence.zeros(0, 2, 3), state);
        assertThat(y).hasToString("Sequence[0, 2, 2]");
        assertThat(state.values()).isEqualTo(before);
        Parameters gradient = network.parameters().zerosLike();
        tape.backward(Sequence.zeros(0, 2, 2), state, gradient);
        assertThat(state.values()).isEqualTo(before);
        assertThat(gradient.values()).containsOnly(0);
    }

    @Test
    void batchWithoutSequencesIsAnEmptyPass() {
        Sequence y = tape.forward(Sequence.zeros(5, 0, 3), network.freshState(0));
        assertThat(y.validSteps()).isZero();
        Parameters gradient = network.parameters().zerosLike();
        tape.backward(Sequence.zeros(5, 0, 2), gradient);
        assertThat(gradient.values()).containsOnly(0);
    }

    // ---- buffers

    @Test
    void usedTapeEqualsAFreshOneAtEveryShape() {
        Network both = samples.network(Recurrent.gru(3, 4).withLayers(2).withBidirectional(true), Dense.head(8, 2));
        Tape used = both.tape(Team.single());
        int[][] shapes = {{9, 9, 9, 9, 9}, {2, 2}, {7, 0, 3}, {1}, {9, 9, 9, 9, 9}, {3, 3}, {0, 4}};
        for (int[] lengths : shapes) {
            Sequence x = samples.sequence(3, lengths);
            State initial = samples.state(both.spec(), lengths.length);
            Pass expected = Samples.pass(both, both.tape(Team.single()), x, initial);
            Samples.pass(both, used, x, initial).assertSameBitsAs(expected, Arrays.toString(lengths));
        }
    }

    @Test
    void inputAndGradientAreLeftAsTheyWere() {
        for (int[] lengths : new int[][] {{5, 5}, {5, 2}}) {
            Sequence x = samples.sequence(3, lengths);
            Sequence dY = samples.like(x, 2);
            float[] xBefore = x.data().clone();
            float[] dYBefore = dY.data().clone();
            tape.forward(x, network.freshState(2));
            tape.backward(dY, network.parameters().zerosLike());
            assertThat(x.data()).isEqualTo(xBefore);
            assertThat(dY.data()).isEqualTo(dYBefore);
        }
    }

    @Test
    void tapesOfOneNetworkDoNotDisturbEachOther() {
        Sequence x = samples.sequence(3, 5, 5);
        Sequence other = samples.sequence(3, 4, 2, 1);
        State initial = samples.state(network.spec(), 2);
        Pass expected = Samples.pass(network, network.tape(Team.single()), x, initial);
        State state = network.freshState(2);
        state.copyFrom(initial);
        float[] y = Samples.numbers(tape.forward(x, state));
        network.tape(Team.single()).forward(other, network.freshState(3));
        Parameters gradient = network.parameters().zerosLike();
        Samples gradients = new Samples(99);
        State dState = gradients.state(network.spec(), 2);
        tape.backward(gradients.like(x, 2), dState, gradient);
        assertThat(y).isEqualTo(expected.y());
        assertThat(gradient.values()).isEqualTo(expected.gradient().values());
    }

    // ---- parameters and gradients

    @Test
    void backwardAddsToTheGradient() {
        Sequence x = samples.sequence(3, 5, 3);
        Sequence dY = samples.like(x, 2);
        Parameters once = network.parameters().zerosLike();
        tape.forward(x, network.freshState(2));
        tape.backward(dY, once);
        Parameters added = network.parameters().zerosLike();
        Arrays.fill(added.values(), 10);
        tape.forward(x, network.freshState(2));
        tape.backward(dY, added);
        for (int i = 0; i < once.size(); i++) {
            assertThat(added.values()[i]).isCloseTo(10 + once.values()[i], within(1e-4f));
        }
    }

    @Test
    void backwardWithoutAStateGradientIsThatOfZero() {
        Sequence x = samples.sequence(3, 5, 3);
        Sequence dY = samples.like(x, 2);
        Parameters with = network.parameters().zerosLike();
        Parameters without = network.parameters().zerosLike();
        for (int repeat = 0; repeat < 2; repeat++) {
            Arrays.fill(with.values(), 0);
            Arrays.fill(without.values(), 0);
            tape.forward(x, network.freshState(2));
            tape.backward(dY, State.zeros(network.spec(), 2), with);
            tape.forward(x, network.freshState(2));
            tape.backward(dY, without);
            assertThat(without.values()).isEqualTo(with.values());
        }
    }

    @Test
    void everyPassReadsTheParametersAfresh() {
        Sequence x = samples.sequence(3, 5, 5);
        float[] before = Samples.numbers(tape.forward(x, network.freshState(2)));
        network.parameters()
                .values()[network.parameters().slice("rnn.weight_hh_l1").offset()] += 1;
        float[] after = Samples.numbers(tape.forward(x, network.freshState(2)));
        assertThat(after).isNotEqualTo(before);
        assertThat(Samples.numbers(network.tape(Team.single()).forward(x, network.freshState(2))))
                .isEqualTo(after);
    }

    @Test
    void packedNetworkIsASnapshot() {
        Sequence x = samples.sequence(3, 5, 5);
        float[] before = Samples.numbers(tape.forward(x, network.freshState(2)));
        PackedNetwork packed = network.pack();
        Arrays.fill(network.parameters().values(), 7);
        Tape inference = packed.tape(Team.single());
        assertThat(Samples.numbers(inference.forward(x, packed.freshState(2)))).isEqualTo(before);
        assertThat(packed.spec()).isEqualTo(network.spec());
        assertThat(packed.kernels()).isSameAs(network.kernels());

        Network ids = samples.network(new Embedding("embedding", 5, 3));
        Tokens one = Tokens.of(new int[] {2}, 1, 1);
        PackedNetwork packedIds = ids.pack();
        float[] row = Samples.numbers(ids.tape(Team.single()).forward(one, ids.freshState(1)));
        Arrays.fill(ids.parameters().values(), 7);
        assertThat(Samples.numbers(packedIds.tape(Team.single()).forward(one, ids.freshState(1))))
                .isEqualTo(row);
    }

    @Test
    void initialisedNetworkRunsOnTheFastestKernels() {
        Network fresh = Network.initialised(network.spec(), Initialisation.uniform(), new Random(3));
        assertThat(fresh.kernels()).isSameAs(dev.carousel.kernel.Kernels.best());
        Parameters expected = network.spec().zeroParameters();
        Initialisation.uniform().fill(network.spec(), expected, new Random(3));
        assertThat(fresh.parameters().values()).isEqualTo(expected.values());
    }

    // ---- what is refused

    @Test
    void idsForANetworkOfVectorsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.forward(Tokens.ignored(2, 1), network.freshState(1)))
                .withMessageContaining("Network: the input is Tokens[2, 1] but the first layer, Recurrent[rnn: ")
                .withMessageEndingWith("reads vectors: pass a Sequence, or begin with a OneHot or Embedding.");
    }

    @Test
    void vectorsForANetworkOfIdsAreRefused() {
        Network ids = samples.network(new OneHot(5), Recurrent.gru(5, 4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.tape(Team.single()).forward(Sequence.zeros(2, 1, 5), ids.freshState(1)))
                .withMessage("Network: the input is Sequence[2, 1, 5] but the first layer, OneHot[vocabularySize=5],"
                        + " reads ids: pass Tokens.");
    }

    @Test
    void inputOfAnotherSizeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.forward(Sequence.zeros(2, 1, 4), network.freshState(1)))
                .withMessageContaining("Network: the input is Sequence[2, 1, 4] but the first layer, Recurrent[")
                .withMessageEndingWith("reads 3 numbers a step. Was this model trained with other features?");
    }

    @Test
    void unknownIdsAreRefusedWithTheirPlace() {
        Network ids = samples.network(new OneHot(5), Recurrent.gru(5, 4));
        for (int id : new int[] {5, -1}) {
            Tokens x = Tokens.of(new int[] {0, 1, 2, id, 3, 4}, 3, 2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ids.tape(Team.single()).forward(x, ids.freshState(2)))
                    .withMessage("Network: step 1 of sequence 1 has id " + id + " but the network knows ids 0 to 4."
                            + " Was this model trained with another vocabulary?");
        }
    }

    @Test
    void stateOfAnotherBatchIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.forward(Sequence.zeros(2, 3, 3), network.freshState(2)))
                .withMessage("Network: the state is of a batch of 2 sequences but the input is Sequence[2, 3, 3].");
        tape.forward(Sequence.zeros(2, 3, 3), network.freshState(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.backward(
                        Sequence.zeros(2, 3, 2),
                        State.zeros(network.spec(), 2),
                        network.parameters().zerosLike()))
                .withMessageContaining("the state is of a batch of 2 sequences");
    }

    @Test
    void outputGradientOfAnotherShapeIsRefused() {
        Parameters gradient = network.parameters().zerosLike();
        tape.forward(Sequence.zeros(2, 3, 3), network.freshState(3));
        for (Sequence dY : List.of(Sequence.zeros(1, 3, 2), Sequence.zeros(2, 2, 2), Sequence.zeros(2, 3, 3))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.backward(dY, gradient))
                    .withMessage(
                            "Network: dY is " + dY + " but the output of the last forward pass is Sequence[2, 3, 2].");
        }
        tape.backward(Sequence.zeros(2, 3, 2), gradient);
    }

    @Test
    void gradientOfAnotherLayoutIsRefused() {
        Parameters other = NetworkSpec.of(Recurrent.lstm(3, 4)).zeroParameters();
        tape.forward(Sequence.zeros(2, 3, 3), network.freshState(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.backward(Sequence.zeros(2, 3, 2), other))
                .withMessageContaining("The gradient has another layout than the network's parameters");
    }

    @Test
    void backwardNeedsAForwardPassOfItsOwn() {
        Parameters gradient = network.parameters().zerosLike();
        Sequence dY = Sequence.zeros(2, 3, 2);
        String message = "A backward pass needs a forward pass of the same tape before it";
        assertThatIllegalStateException()
                .isThrownBy(() -> tape.backward(dY, gradient))
                .withMessageContaining(message);
        tape.forward(Sequence.zeros(2, 3, 3), network.freshState(3));
        tape.backward(dY, gradient);
        assertThatIllegalStateException()
                .isThrownBy(() -> tape.backward(dY, gradient))
                .withMessageContaining(message);
    }

    @Test
    void inferringOnATapeThatTrainsEqualsForwardAndKeepsNothing() {
        Sequence x = samples.sequence(3, 5, 2, 5);
        State expectedState = samples.state(network.spec(), 3);
        State state = network.freshState(3);
        state.copyFrom(expectedState);
        float[] expected =
                network.tape(Team.single()).forward(x, expectedState).data().clone();

        assertThat(tape.infer(x, state).data()).startsWith(expected);
        assertThat(state.values()).containsExactly(expectedState.values());
        assertThatIllegalStateException()
                .isThrownBy(() -> tape.backward(
                        Sequence.zeros(5, 3, 2), network.parameters().zerosLike()));
        // And the next pass keeps all again.
        Pass after = Samples.pass(network, network.tape(Team.single()), x, state);
        Samples.pass(network, tape, x, state).assertSameBitsAs(after, "after");
    }

    @Test
    void inferenceTapeRefusesBackwardPasses() {
        Tape inference = network.pack().tape(Team.single());
        inference.forward(Sequence.zeros(2, 3, 3), network.freshState(3));
        assertThatIllegalStateException()
                .isThrownBy(() -> inference.backward(
                        Sequence.zeros(2, 3, 2), network.parameters().zerosLike()))
                .withMessage("This tape is for inference. For backward passes use Network.tape.");
    }

    @Test
    void inputGradientNeedsABackwardPassAndVectors() {
        assertThatIllegalStateException()
                .isThrownBy(tape::inputGradient)
                .withMessage("The gradient of the input needs a backward pass before it.");
        tape.forward(Sequence.zeros(2, 3, 3), network.freshState(3));
        assertThatIllegalStateException().isThrownBy(tape::inputGradient);
        Network ids = samples.network(new OneHot(5), Recurrent.gru(5, 4));
        Tape onIds = ids.tape(Team.single());
        onIds.forward(Tokens.of(new int[4], 2, 2), ids.freshState(2));
        onIds.backward(Sequence.zeros(2, 2, 4), ids.parameters().zerosLike());
        assertThatIllegalStateException()
                .isThrownBy(onIds::inputGradient)
                .withMessage("The network reads ids, which have no gradient.");
    }

    @Test
    void passBeyondOneArrayIsRefusedBeforeItAllocates() {
        Network wide = samples.network(Recurrent.rnn(1, 1024));
        // 2^22 steps of one number are small; 1024 units of each are not.
        Sequence x = Sequence.zeros(1 << 22, 1, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> wide.tape(Team.single()).forward(x, wide.freshState(1)))
                .withMessageContaining("A buffer of this pass would need 4294967296 numbers")
                .withMessageEndingWith("Use fewer steps or a smaller batch.");
    }
}
