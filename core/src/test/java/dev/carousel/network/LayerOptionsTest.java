package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cell.Gru;
import dev.carousel.cell.LayerNormLstm;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.check.StandardNetworks;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Allocation;
import dev.carousel.network.Samples.Pass;
import dev.carousel.spec.Direction;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Merge;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each option of a layer does what it says, told by a network without it. */
class LayerOptionsTest {

    private static final int D = 3;
    private static final int H = 5;
    private static final int[] LENGTHS = {5, 0, 3, 1};

    private final Samples samples = new Samples(21);

    static List<NetworkSpec> networks() {
        return StandardNetworks.all(D, H);
    }

    static List<Cell> cells() {
        return Cells.ALL;
    }

    private static float[] outputs(Network network, Sequence x, State initial) {
        State state = network.freshState(x.batchSize());
        state.copyFrom(initial);
        return Samples.numbers(network.tape(Team.single()).forward(x, state));
    }

    /** Gradients of the shape of the network's output for x. */
    private Sequence gradientFor(Network network, Sequence x) {
        Sequence y = network.tape(Team.single()).forward(x, network.freshState(x.batchSize()));
        return samples.like(y, y.size());
    }

    private static Pass pass(Network network, Team team, Sequence x, State initial, Sequence dY, State dFinal) {
        return Samples.pass(network, network.tape(team), x, initial, dY, dFinal);
    }

    // What holds for all of them.

    @ParameterizedTest
    @MethodSource("networks")
    void paddingOfInputAndGradientChangesNothing(NetworkSpec spec) {
        Network network = samples.network(spec);
        Sequence x = samples.input(spec, LENGTHS);
        Sequence dY = gradientFor(network, x);
        State initial = samples.state(spec, LENGTHS.length);
        State dFinal = samples.state(spec, LENGTHS.length);
        Pass expected = pass(network, Team.single(), x, initial, dY, dFinal);
        for (float value : new float[] {0, Float.NaN, 1e30f}) {
            pass(network, Team.single(), Samples.padded(x, value), initial, Samples.padded(dY, value), dFinal)
                    .assertSameBitsAs(expected, "padding " + value);
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void oneThreadEqualsFourBitForBit(NetworkSpec small) {
        NetworkSpec spec = StandardNetworks.all(D, 96).get(networks().indexOf(small));
        Network network = samples.network(spec);
        Sequence x = samples.input(spec, 4, 2, 0, 4, 3, 1, 4, 4);
        Sequence dY = gradientFor(network, x);
        State initial = samples.state(spec, 8);
        State dFinal = samples.state(spec, 8);
        Pass alone = pass(network, Team.single(), x, initial, dY, dFinal);
        for (int threads = 2; threads <= 4; threads++) {
            try (Team team = Team.of(threads)) {
                pass(network, team, x, initial, dY, dFinal).assertSameBitsAs(alone, threads + " threads");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void packedForInferenceItComputesTheSame(NetworkSpec spec) {
        Network network = samples.network(spec);
        for (Sequence x : List.of(samples.input(spec, LENGTHS), samples.input(spec, 4, 4))) {
            State initial = samples.state(spec, x.batchSize());
            float[] expected = outputs(network, x, initial);
            State state = network.freshState(x.batchSize());
            state.copyFrom(initial);
            assertThat(Samples.numbers(network.pack().tape(Team.single()).forward(x, state)))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void passesInTheSteadyStateAllocateNothing(NetworkSpec spec) {
        Network network = samples.network(spec);
        Sequence x = samples.input(spec, LENGTHS);
        Sequence dY = gradientFor(network, x);
        Tape tape = network.tape(Team.single());
        State state = network.freshState(LENGTHS.length);
        Parameters gradient = network.parameters().zerosLike();
        Random dropout = new Random(1);
        UnaryOperator<Sequence> loss = y -> dY;
        Allocation.assertNone(() -> {
            tape.train(x, state, dropout, loss, gradient);
            state.clear();
        });
        float[] output = new float[dY.data().length];
        Allocation.assertNone(() -> {
            tape.forward(x, state, output);
            state.clear();
        });
    }

    @Test
    void idsAreReadAsVectorsWithEveryOption() {
        Recurrent stack = Recurrent.lstm(6, H)
                .withCell(Lstm.STANDARD.withPeepholes(true))
                .withProjectionSize(2)
                .withBias(false)
                .withDirection(Direction.BACKWARD);
        Network byIds = samples.network(new OneHot(6), stack);
        Network byVectors = Network.of(NetworkSpec.of(stack), byIds.parameters(), Kernels.scalar());
        Tokens ids = samples.tokens(6, LENGTHS);
        Sequence x = Sequence.shapedLike(ids, new float[ids.steps() * ids.batchSize() * 6], 6);
        for (int n = 0; n < LENGTHS.length; n++) {
            for (int t = 0; t < LENGTHS[n]; t++) {
                x.set(t, n, ids.get(t, n), 1);
            }
        }
        State initial = samples.state(byIds.spec(), LENGTHS.length);
        Pass expected = Samples.pass(byVectors, byVectors.tape(Team.single()), x, initial);
        Pass actual = Samples.pass(byIds, byIds.tape(Team.single()), ids, initial);
        assertThat(actual.y()).isEqualTo(expected.y());
        assertThat(actual.gradient().values()).isEqualTo(expected.gradient().values());
    }

    // Each by itself.

    static Stream<Cell> cellsWithABiasOfTheirProducts() {
        return Cells.ALL.stream().filter(cell -> !(cell instanceof LayerNormLstm));
    }

    @Test
    void aBiasBehindANormalisationCannotBeLeftOut() {
        assertThatThrownBy(() -> Recurrent.of(LayerNormLstm.STANDARD, D, H).withBias(false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bias is false but the cell lnlstm adds its bias in its own equations");
    }

    @ParameterizedTest
    @MethodSource("cellsWithABiasOfTheirProducts")
    void withoutBiasItIsAsWithBiasesOfZero(Cell cell) {
        Recurrent with = Recurrent.of(cell, D, H).withLayers(2);
        Network without = samples.network(with.withBias(false), new Dense("out", H, 2, false));
        Network zeros = Network.of(
                NetworkSpec.of(with, Dense.head(H, 2)),
                NetworkSpec.of(with, Dense.head(H, 2)).zeroParameters(),
                Kernels.scalar());
        for (Slice slice : without.parameters().slices()) {
            zeros.parameters().set(slice.name(), without.parameters().get(slice.name()));
        }
        assertThat(without.parameters().slices())
                .noneMatch(slice -> slice.name().contains("bias"));
        Sequence x = samples.sequence(D, LENGTHS);
        State initial = samples.state(without.spec(), LENGTHS.length);
        Pass expected = Samples.pass(zeros, zeros.tape(Team.single()), x, initial);
        Pass actual = Samples.pass(without, without.tape(Team.single()), x, initial);
        assertThat(actual.y()).isEqualTo(expected.y());
        assertThat(actual.dX()).isEqualTo(expected.dX());
        for (Slice slice : without.parameters().slices()) {
            assertThat(actual.gradient().get(slice.name()))
                    .isEqualTo(expected.gradient().get(slice.name()));
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void backwardIsTheReversedSequenceForward(Cell cell) {
        Recurrent forward = Recurrent.of(cell, D, H);
        Network backward = samples.network(forward.withDirection(Direction.BACKWARD));
        Network same = Network.of(NetworkSpec.of(forward), backward.parameters(), Kernels.scalar());
        Sequence x = samples.sequence(D, LENGTHS);
        State initial = samples.state(backward.spec(), LENGTHS.length);
        Sequence y = reversed(Sequence.shapedLike(x, outputs(backward, reversed(x), initial), H));
        assertThat(y.data()).isEqualTo(outputs(same, x, initial));
    }

    private static Sequence reversed(Sequence x) {
        Sequence y = Sequence.shapedLike(x, new float[x.data().length], x.size());
        for (int n = 0; n < x.batchSize(); n++) {
            for (int t = 0; t < x.length(n); t++) {
                System.arraycopy(x.data(), x.offset(t, n), y.data(), y.offset(x.length(n) - 1 - t, n), x.size());
            }
        }
        return y;
    }

    @ParameterizedTest
    @EnumSource(Merge.class)
    void directionsAreMergedAsSaid(Merge merge) {
        Recurrent both = Recurrent.gru(D, H).withBidirectional(true);
        Network sideBySide = samples.network(both);
        Network merged = Network.of(NetworkSpec.of(both.withMerge(merge)), sideBySide.parameters(), Kernels.scalar());
        Sequence x = samples.sequence(D, LENGTHS);
        State initial = samples.state(merged.spec(), LENGTHS.length);
        float[] all = outputs(sideBySide, x, initial);
        float[] y = outputs(merged, x, initial);
        int size = both.withMerge(merge).outputSize();
        assertThat(size).isEqualTo(merge == Merge.CONCATENATE ? 2 * H : H);
        for (int row = 0; row < x.steps() * x.batchSize() && merge != Merge.CONCATENATE; row++) {
            for (int j = 0; j < H; j++) {
                float f = all[row * 2 * H + j];
                float b = all[row * 2 * H + H + j];
                float expected = switch (merge) {
                    case CONCATENATE -> Float.NaN;
                    case SUM -> f + b;
                    case PRODUCT -> f * b;
                    case AVERAGE -> (f + b) / 2;
                };
                assertThat(y[row * H + j]).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void lastOnlyGivesHAfterEachDirectionsOwnLastStep(Direction direction) {
        Recurrent every = Recurrent.lstm(D, H).withLayers(2).withDirection(direction);
        Network all = samples.network(every);
        Network last = Network.of(NetworkSpec.of(every.withLastOnly(true)), all.parameters(), Kernels.scalar());
        Sequence x = samples.sequence(D, LENGTHS);
        State initial = samples.state(all.spec(), LENGTHS.length);
        State end = all.freshState(LENGTHS.length);
        end.copyFrom(initial);
        Sequence y = last.tape(Team.single()).forward(x, end);
        assertThat(y.steps()).isEqualTo(1);
        assertThat(y.ragged()).isFalse();
        float[] steps = outputs(all, x, initial);
        for (int n = 0; n < LENGTHS.length; n++) {
            for (int way = 0; way < every.directions(); way++) {
                int part = every.directions() + way;
                float[] h = Arrays.copyOfRange(end.h(part).row(n), 0, H);
                float[] output = Arrays.copyOfRange(y.step(0).row(n), way * H, (way + 1) * H);
                assertThat(output).isEqualTo(h);
                int t = every.reversed(way) ? 0 : LENGTHS[n] - 1;
                int at = (t * LENGTHS.length + n) * every.outputSize() + way * H;
                assertThat(output)
                        .isEqualTo(LENGTHS[n] == 0 ? initial.h(part).row(n) : Arrays.copyOfRange(steps, at, at + H));
            }
        }
    }

    @Test
    void maskingEqualsTheLengthsItFinds() {
        Recurrent stack = Recurrent.lstm(D, H).withBidirectional(true);
        Network masked = samples.network(new Parameterless.Masking(D, -2), stack, Dense.head(2 * H, 2));
        Network plain = Network.of(NetworkSpec.of(stack, Dense.head(2 * H, 2)), masked.parameters(), Kernels.scalar());
        Sequence x = samples.sequence(D, 6, 6, 4, 6);
        Sequence ragged = Samples.padded(x.withLengths(4, 6, 3, 0), -2);
        Sequence full = Sequence.shapedLike(x, ragged.data(), D);
        State initial = samples.state(plain.spec(), 4);
        Sequence dY = samples.like(ragged, 2);
        State dFinal = samples.state(plain.spec(), 4);
        Pass expected = pass(plain, Team.single(), ragged, initial, dY, dFinal);
        pass(masked, Team.single(), full, initial, dY, dFinal).assertSameBitsAs(expected, "masked");
        assertThat(masked.tape(Team.single())
                        .forward(full, masked.freshState(4))
                        .length(2))
                .isEqualTo(3);
    }

    @Test
    void dropoutLayerDropsInTrainingAlone() {
        Network network = samples.network(new Parameterless.Drop(D, 0.25f));
        Sequence x = samples.sequence(D, 400, 400);
        Tape tape = network.tape(Team.single());
        assertThat(Samples.numbers(tape.forward(x, network.freshState(2)))).isEqualTo(Samples.numbers(x));
        float[] y = Samples.numbers(tape.forwardTraining(x, network.freshState(2), new Random(5)));
        Sequence dY = samples.like(x, D);
        float[] before = dY.data().clone();
        tape.backward(dY, network.parameters().zerosLike());
        float[] dX = Samples.numbers(tape.inputGradient());
        int dropped = 0;
        for (int i = 0; i < y.length; i++) {
            boolean gone = y[i] == 0;
            dropped += gone ? 1 : 0;
            assertThat(y[i]).isEqualTo(gone ? 0 : x.data()[i] / 0.75f, within(1e-6f));
            assertThat(dX[i]).isEqualTo(gone ? 0 : dY.data()[i] / 0.75f, within(1e-6f));
        }
        assertThat((double) dropped / y.length).isCloseTo(0.25, within(0.03));
        assertThat(dY.data()).as("the caller's gradient").isEqualTo(before);
    }

    @Test
    void softmaxOfLargeNumbersIsFinite() {
        Network network = samples.network(new Parameterless.Softmax(3));
        Network logarithm = samples.network(new Parameterless.LogSoftmax(3));
        Sequence x = Sequence.of(new float[] {1e30f, 0, -1e30f, -500, -501, -502}, 2, 1, 3);
        float[] y = outputs(network, x, network.freshState(1));
        assertThat(Arrays.copyOf(y, 3)).containsExactly(1, 0, 0);
        assertThat(y[3]).isCloseTo(0.66524096f, within(1e-6f));
        float[] log = outputs(logarithm, x, logarithm.freshState(1));
        assertThat(log[2]).isEqualTo(-2e30f);
        assertThat(log[3]).isCloseTo(-0.40760596f, within(1e-6f));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recurrent.gru(D, H).withProjectionSize(2))
                .withMessageContaining("projectionSize is 2 but the cell gru has no projection; it must be 0.");
        for (int size : new int[] {-1, H, H + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Recurrent.lstm(D, H).withProjectionSize(size))
                    .withMessageContaining("projectionSize is " + size + " but must be below the hiddenSize 5");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recurrent.lstm(D, H).withMerge(Merge.SUM))
                .withMessageContaining("merge is SUM but the direction is FORWARD");
        for (float clip : new float[] {0, -1, Float.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Lstm.STANDARD.withClip(clip))
                    .withMessageContaining("clip is " + clip + " but must be above 0");
            assertThatIllegalArgumentException().isThrownBy(() -> Gru.STANDARD.withClip(clip));
            assertThatIllegalArgumentException().isThrownBy(() -> new Rnn(Activation.RELU, clip));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Parameterless.Drop(3, 1))
                .withMessageContaining("the share is 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Parameterless.Masking(3, Float.NaN))
                .withMessageContaining("must be finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Parameterless.Softmax(0))
                .withMessageContaining("must be positive");
    }
}
