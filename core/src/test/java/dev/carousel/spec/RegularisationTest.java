package dev.carousel.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.Noise;
import dev.carousel.network.Noise.Kind;
import dev.carousel.network.Samples;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Recurrent dropout, weight dropout and zoneout do what they say, in training and outside; residual connections add. */
class RegularisationTest {

    private static final int D = 3;
    private static final int H = 6;
    private static final int[] LENGTHS = {5, 0, 3, 5};

    private final Samples samples = new Samples(31);

    static List<Cell> cells() {
        return Cells.ALL;
    }

    private static Regularisation all(Cell cell) {
        float ofProducts = cell.blocks().isEmpty() ? 0 : 0.3f;
        return new Regularisation(true, ofProducts, ofProducts, 0.2f, mixesCellState(cell) ? 0.4f : 0);
    }

    /** Whether there is a cell state and nothing that belongs to it. */
    private static boolean mixesCellState(Cell cell) {
        return cell.hasCellState() && cell.state(1).size() == 2;
    }

    /** Those whose recurrent connections are a product, of which some can be dropped. */
    static List<Cell> cellsWithProducts() {
        return Cells.ALL.stream().filter(cell -> !cell.blocks().isEmpty()).toList();
    }

    private static float[] output(Network network, Sequence x, State initial) {
        State state = network.freshState(x.batchSize());
        state.copyFrom(initial);
        return Samples.numbers(network.tape(Team.single()).forward(x, state));
    }

    @ParameterizedTest
    @MethodSource("cellsWithProducts")
    void outsideTrainingNothingIsDropped(Cell cell) {
        Recurrent plain = Recurrent.of(cell, D, H).withLayers(2);
        Network network = samples.network(plain.withRegularisation(
                Regularisation.NONE.withRecurrentDropout(0.5f).withWeightDropout(0.5f)));
        Network without = Network.of(NetworkSpec.of(plain), network.parameters(), Kernels.scalar());
        Sequence x = samples.sequence(D, LENGTHS);
        State initial = samples.state(network.spec(), LENGTHS.length);
        float[] expected = output(without, x, initial);
        Tape tape = network.tape(Team.single());
        float[] trained = Samples.numbers(tape.forwardTraining(x, network.freshState(4), new Random(1)));
        assertThat(trained).isNotEqualTo(expected);
        // On the tape that has just trained: nothing is left of what it dropped.
        State state = network.freshState(4);
        state.copyFrom(initial);
        assertThat(Samples.numbers(tape.forward(x, state))).isEqualTo(expected);
        state.copyFrom(initial);
        assertThat(Samples.numbers(network.pack().tape(Team.single()).forward(x, state)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("cellsWithProducts")
    void weightDropoutIsANetworkWithoutTheseWeights(Cell cell) {
        Recurrent plain = Recurrent.of(cell, D, H);
        Network network = samples.network(plain.withRegularisation(Regularisation.NONE.withWeightDropout(0.4f)));
        Sequence x = samples.sequence(D, LENGTHS);
        float[] trained =
                Samples.numbers(network.tape(Team.single()).forwardTraining(x, network.freshState(4), new Random(2)));

        Network less = Network.of(NetworkSpec.of(plain), network.parameters().copy(), Kernels.scalar());
        Slice r = less.parameters().slice("rnn.weight_hh_l0");
        float[] factors = Noise.of(new Random(2)).factors(Kind.WEIGHT, 0, r.size(), 0.4f);
        for (int i = 0; i < r.size(); i++) {
            less.parameters().values()[r.offset() + i] *= factors[i];
        }
        assertThat(factors).contains(0);
        assertThat(trained).isEqualTo(output(less, x, less.freshState(4)));
    }

    /** With R as the unit matrix, W = 0 and no bias, a ReLU cell gives h = m ⊙ h', so after t steps mᵗ ⊙ h. */
    @Test
    void recurrentDropoutDropsTheSameUnitsAtEveryStepAndScalesTheRest() {
        Network network = samples.network(Recurrent.of(new Rnn(Nonlinearity.RELU), D, H)
                .withBias(false)
                .withRegularisation(Regularisation.NONE.withRecurrentDropout(0.5f)));
        network.parameters().clear();
        Slice r = network.parameters().slice("rnn.weight_hh_l0");
        for (int i = 0; i < H; i++) {
            network.parameters().values()[r.offset() + i * H + i] = 1;
        }
        State state = network.freshState(2);
        Arrays.fill(state.values(), 1);
        Sequence y = network.tape(Team.single()).forwardTraining(Sequence.zeros(3, 2, D), state, new Random(3));
        float[] m = Noise.of(new Random(3)).factors(Kind.RECURRENT, 0, 2 * H, 0.5f);
        assertThat(m).contains(0, 2);
        for (int i = 0; i < 2 * H; i++) {
            for (int t = 0; t < 3; t++) {
                assertThat(y.data()[t * 2 * H + i]).isEqualTo((float) Math.pow(m[i], t + 1));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void zoneoutOutsideTrainingMixesByItsShare(Cell cell) {
        Regularisation zoneout = Regularisation.NONE.withZoneout(0.25f, mixesCellState(cell) ? 0.5f : 0);
        Recurrent plain = Recurrent.of(cell, D, H);
        Network network = samples.network(plain.withRegularisation(zoneout));
        Network without = Network.of(NetworkSpec.of(plain), network.parameters(), Kernels.scalar());
        Sequence x = samples.sequence(D, 1, 1);
        State initial = samples.state(network.spec(), 2);
        State cellAlone = network.freshState(2);
        cellAlone.copyFrom(initial);
        without.tape(Team.single()).forward(x, cellAlone);
        State mixed = network.freshState(2);
        mixed.copyFrom(initial);
        network.tape(Team.single()).forward(x, mixed);
        for (int i = 0; i < mixed.values().length; i++) {
            float z = i < 2 * H ? 0.25f : mixesCellState(cell) ? 0.5f : 0;
            float expected = z * initial.values()[i] + (1 - z) * cellAlone.values()[i];
            assertThat(mixed.values()[i]).isCloseTo(expected, within(1e-6f));
        }
    }

    @Test
    void zoneoutInTrainingKeepsUnitsAtEachStepAnew() {
        Network network =
                samples.network(Recurrent.lstm(D, H).withRegularisation(Regularisation.NONE.withZoneout(0.5f, 0.25f)));
        Sequence x = samples.sequence(D, 4, 4);
        Sequence y = network.tape(Team.single()).forwardTraining(x, network.freshState(2), new Random(4));
        float[] fresh = Noise.of(new Random(4)).factors(Kind.ZONEOUT_H, 0, 4 * 2 * H, 0.5f);
        int step = 2 * H;
        for (int i = step; i < 4 * step; i++) {
            assertThat(y.data()[i] == y.data()[i - step]).isEqualTo(fresh[i] == 0);
        }
        assertThat(Arrays.copyOf(fresh, step)).isNotEqualTo(Arrays.copyOfRange(fresh, step, 2 * step));
    }

    /** A share so small that nothing is drawn: all the passes of their own change no bit. */
    @ParameterizedTest
    @MethodSource("cells")
    void noiseThatNeverStrikesChangesNoBit(Cell cell) {
        Recurrent plain = Recurrent.of(cell, D, H).withLayers(2);
        float never = Float.MIN_VALUE;
        float ofProducts = cell.blocks().isEmpty() ? 0 : never;
        Network network = samples.network(plain.withRegularisation(
                new Regularisation(true, ofProducts, ofProducts, never, mixesCellState(cell) ? never : 0)));
        Network without = Network.of(NetworkSpec.of(plain), network.parameters(), Kernels.scalar());
        for (Sequence x : List.of(samples.sequence(D, LENGTHS), samples.sequence(D, 3, 3))) {
            State initial = samples.state(network.spec(), x.batchSize());
            Sequence dY = samples.like(x, H);
            float[] expected = results(without, x, initial, dY, Team.single());
            assertThat(results(network, x, initial, dY, Team.single())).isEqualTo(expected);
        }
    }

    /** All that a training pass computes. */
    private float[] results(Network network, Sequence x, State initial, Sequence dY, Team team) {
        Tape tape = network.tape(team);
        State state = network.freshState(x.batchSize());
        state.copyFrom(initial);
        float[] y = Samples.numbers(tape.forwardTraining(x, state, new Random(5)));
        Parameters gradient = network.parameters().zerosLike();
        State dState = State.zeros(network.spec(), x.batchSize());
        dState.copyFrom(initial);
        tape.backward(dY, dState, gradient);
        float[] dX = Samples.numbers(tape.inputGradient());
        int size = y.length + dX.length + gradient.size() + 2 * state.values().length;
        float[] results = Arrays.copyOf(y, size);
        System.arraycopy(dX, 0, results, y.length, dX.length);
        System.arraycopy(gradient.values(), 0, results, y.length + dX.length, gradient.size());
        int at = y.length + dX.length + gradient.size();
        System.arraycopy(state.values(), 0, results, at, state.values().length);
        System.arraycopy(dState.values(), 0, results, at + state.values().length, dState.values().length);
        return results;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void anyNumberOfThreadsGivesTheSameBitsInTraining(Cell cell) {
        Network network = samples.network(Recurrent.of(cell, 5, 96)
                .withLayers(2)
                .withDropout(0.3f)
                .withResidual(Residual.BEYOND_FIRST)
                .withRegularisation(all(cell)));
        for (Sequence x : List.of(
                samples.sequence(5, 9, 9, 9, 9, 9, 9, 9, 9), // shared by rows
                samples.sequence(5, 9, 0, 2, 9, 5, 9, 8, 9),
                samples.sequence(5, 9, 9, 9, 9, 9))) { // by units, of an even number of threads
            State initial = samples.state(network.spec(), x.batchSize());
            Sequence dY = samples.like(x, 96);
            float[] alone = results(network, x, initial, dY, Team.single());
            for (int threads = 2; threads <= 4; threads++) {
                try (Team team = Team.of(threads)) {
                    assertThat(results(network, x, initial, dY, team))
                            .as(threads + " threads")
                            .isEqualTo(alone);
                }
            }
        }
    }

    @Test
    void weightsAreNotDroppedOnATapeThatSharesThem() {
        Network network =
                samples.network(Recurrent.lstm(D, H).withRegularisation(Regularisation.NONE.withWeightDropout(0.5f)));
        Tape tape = network.pack().tape(Team.single());
        assertThatThrownBy(() -> tape.forwardTraining(samples.sequence(D, 2), network.freshState(1), new Random(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Network.tape");
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void residualStackIsItsLayersWithTheirInputsAdded(Direction direction) {
        int size = direction == Direction.BOTH ? 2 * H : H;
        Recurrent stack = Recurrent.gru(size, H).withLayers(2).withDirection(direction);
        Network plain = samples.network(stack);
        Network first = Network.of(
                NetworkSpec.of(stack.withLayers(1).withResidual(Residual.ALL)),
                NetworkSpec.of(stack.withLayers(1)).zeroParameters(),
                Kernels.scalar());
        Network second = Network.of(
                NetworkSpec.of(stack.withLayers(1)),
                NetworkSpec.of(stack.withLayers(1)).zeroParameters(),
                Kernels.scalar());
        for (Slice slice : second.parameters().slices()) {
            first.parameters().set(slice.name(), plain.parameters().get(slice.name()));
            second.parameters()
                    .set(slice.name(), plain.parameters().get(slice.name().replace("_l0", "_l1")));
        }
        Sequence x = samples.sequence(size, LENGTHS);
        Sequence between = first.tape(Team.single()).forward(x, first.freshState(4));
        float[] top = Samples.numbers(second.tape(Team.single()).forward(between, second.freshState(4)));
        float[] hidden = Samples.numbers(between);
        Network all =
                Network.of(NetworkSpec.of(stack.withResidual(Residual.ALL)), plain.parameters(), Kernels.scalar());
        float[] y = Samples.numbers(all.tape(Team.single()).forward(x, all.freshState(4)));
        for (int i = 0; i < y.length; i++) {
            assertThat(y[i]).isEqualTo(top[i] + hidden[i]);
        }
    }

    @Test
    void paddingOfTheOutputsGradientReachesNoInput() {
        Network network = samples.network(Recurrent.gru(H, H).withResidual(Residual.ALL));
        Sequence x = samples.sequence(H, LENGTHS);
        Sequence dY = samples.like(x, H);
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < LENGTHS.length; n++) {
                if (t >= LENGTHS[n]) {
                    Arrays.fill(dY.data(), dY.offset(t, n), dY.offset(t, n) + H, Float.NaN);
                }
            }
        }
        Tape tape = network.tape(Team.single());
        tape.forward(x, network.freshState(LENGTHS.length));
        tape.backward(dY, network.parameters().zerosLike());
        Sequence dX = tape.inputGradient();
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < LENGTHS.length; n++) {
                float[] step = Arrays.copyOfRange(dX.data(), dX.offset(t, n), dX.offset(t, n) + H);
                if (t < LENGTHS[n]) {
                    assertThat(step).doesNotContain(Float.NaN, 0);
                } else {
                    assertThat(step).containsOnly(0);
                }
            }
        }
    }

    // What makes no sense is refused.

    @Test
    void sharesOutOfRangeAreRefused() {
        for (float share : new float[] {-0.1f, 1, Float.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Regularisation.NONE.withRecurrentDropout(share))
                    .withMessageContaining("recurrentDropout is " + share);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Regularisation.NONE.withWeightDropout(share))
                    .withMessageContaining("weightDropout");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Regularisation.NONE.withZoneout(share, 0))
                    .withMessageContaining("zoneoutHidden");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Regularisation.NONE.withZoneout(0, share))
                    .withMessageContaining("zoneoutCell");
        }
    }

    @Test
    void zoneoutOfACellStateNeedsACellWithOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recurrent.gru(D, H).withRegularisation(Regularisation.NONE.withZoneout(0.1f, 0.1f)))
                .withMessageContaining("the cell gru has no cell state");
        assertThat(Lstm.STANDARD.hasCellState()).isTrue();
    }

    @Test
    void residualThatDoesNotFitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recurrent.lstm(D, H).withResidual(Residual.ALL))
                .withMessageContaining("the 3 numbers that it reads to the 6 that it gives")
                .withMessageContaining("BEYOND_FIRST");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Recurrent.lstm(D, H).withLayers(2).withLastOnly(true).withResidual(Residual.BEYOND_FIRST))
                .withMessageContaining("last output only");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkSpec.of(
                        new OneHot(H), Recurrent.lstm(H, H).withResidual(Residual.ALL), Dense.head(H, H)))
                .withMessageContaining("reads ids");
    }

    @Test
    void layerNormRefusesABadEpsilon() {
        for (float epsilon : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new LayerNorm("norm", 4, epsilon))
                    .withMessageContaining("epsilon is " + epsilon);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new LayerNorm("norm", 0));
    }

    @Test
    void layerNormBringsEachStepToMeanZeroAndVarianceOne() {
        Network network = Network.initialised(
                NetworkSpec.of(new LayerNorm("norm", 50)), Initialisation.orthogonal(), new Random(1));
        Sequence x = samples.sequence(50, 3, 3);
        for (int i = 0; i < x.data().length; i++) {
            x.data()[i] = 1000 + 7 * x.data()[i];
        }
        Sequence y = network.tape(Team.single()).forward(x, network.freshState(2));
        for (int row = 0; row < 6; row++) {
            double sum = 0;
            double squares = 0;
            for (int j = 0; j < 50; j++) {
                sum += y.data()[row * 50 + j];
                squares += y.data()[row * 50 + j] * y.data()[row * 50 + j];
            }
            assertThat(sum / 50).isCloseTo(0, within(1e-4));
            assertThat(squares / 50).isCloseTo(1, within(1e-4));
        }
    }
}
