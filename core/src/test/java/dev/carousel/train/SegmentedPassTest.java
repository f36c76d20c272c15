package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.network.Initialisation;
import dev.carousel.network.LayerSpec.Dense;
import dev.carousel.network.LayerSpec.Recurrent;
import dev.carousel.network.Network;
import dev.carousel.network.NetworkSpec;
import dev.carousel.network.Parameters;
import dev.carousel.network.State;
import dev.carousel.tensor.Sequence;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentedPassTest {

    private static final int T = 23;
    private static final int[] LENGTHS = {23, 9, 0, 17};

    static List<Cell> cells() {
        return Cells.ALL;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void segmentsGiveTheLossStateAndGradientOfTheWhole(Cell cell) {
        NetworkSpec spec = NetworkSpec.of(Recurrent.of(cell, 3, 7).withLayers(2), Dense.head(7, 2));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Random(5));
        Batch batch = batch(LENGTHS);
        BatchPass whole = new WholePass(network.tape(Team.single()), BatchLoss.of(new MeanSquaredError()));
        SegmentedPass segmented =
                new SegmentedPass(spec, network.tape(Team.single()), BatchLoss.of(new MeanSquaredError()), 5);
        State wholeState = state(network);
        State segmentedState = state(network);
        Parameters wholeGradient = network.parameters().zerosLike();
        Parameters segmentedGradient = network.parameters().zerosLike();

        whole.run(batch, wholeState, new Random(1), wholeGradient);
        segmented.run(batch, segmentedState, new Random(1), segmentedGradient);

        assertThat(segmented.count()).isEqualTo(whole.count());
        assertThat(segmented.mean()).isCloseTo(whole.mean(), Offset.offset(1e-9));
        assertThat(segmentedState.values()).containsExactly(wholeState.values());
        assertThat(segmentedGradient.values()).containsExactly(wholeGradient.values(), Offset.offset(1e-6f));
        assertThat(largest(wholeGradient.values())).isGreaterThan(1e-3f);
    }

    @Test
    void whatCannotBeCutIsRefused() {
        NetworkSpec both = NetworkSpec.of(Recurrent.lstm(3, 2).withBidirectional(true));
        Network network = Network.of(both, both.zeroParameters());
        assertThatThrownBy(() ->
                        new SegmentedPass(both, network.tape(Team.single()), BatchLoss.of(new MeanSquaredError()), 5))
                .hasMessageContaining("bidirectional");
        NetworkSpec one = NetworkSpec.of(Recurrent.lstm(3, 2));
        assertThatThrownBy(() -> new SegmentedPass(
                        one,
                        Network.of(one, one.zeroParameters()).tape(Team.single()),
                        BatchLoss.of(new MeanSquaredError(Steps.LAST)),
                        5))
                .hasMessageContaining("every step");
    }

    private static Batch batch(int... lengths) {
        Random random = new Random(2);
        Sequence x = normal(3, random).withLengths(lengths);
        Sequence target = normal(2, random).withLengths(lengths);
        return new Batch(x, Target.of(target), true);
    }

    private static Sequence normal(int size, Random random) {
        Sequence sequence = Sequence.zeros(T, LENGTHS.length, size);
        for (int i = 0; i < sequence.data().length; i++) {
            sequence.data()[i] = (float) random.nextGaussian();
        }
        return sequence;
    }

    private static State state(Network network) {
        State state = network.zeroState(LENGTHS.length);
        Random random = new Random(3);
        for (int i = 0; i < state.values().length; i++) {
            state.values()[i] = (float) random.nextGaussian();
        }
        return state;
    }

    private static float largest(float[] numbers) {
        float largest = 0;
        for (float number : numbers) {
            largest = Math.max(largest, Math.abs(number));
        }
        return largest;
    }
}
