package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ThreadsTest {

    /** Shapes that are cut by units (few rows, large H), by rows, and not at all. */
    static Stream<Arguments> cellsAndShapes() {
        int[][] shapes = {{6, 1, 40, 256}, {5, 3, 7, 384}, {4, 37, 30, 128}, {3, 70, 65, 512}, {7, 5, 9, 33}};
        return Cells.ALL.stream().flatMap(cell -> Stream.of(shapes).map(shape -> Arguments.of(cell, shape)));
    }

    @ParameterizedTest
    @MethodSource("cellsAndShapes")
    void theNumberOfThreadsNeverChangesABit(Cell cell, int[] shape) {
        List<float[]> alone = pass(cell, shape, 1);
        for (int threads = 2; threads <= 4; threads++) {
            List<float[]> together = pass(cell, shape, threads);
            for (int i = 0; i < alone.size(); i++) {
                assertThat(together.get(i))
                        .as("%d threads, result %d", threads, i)
                        .isEqualTo(alone.get(i));
            }
        }
    }

    /** Output, final state, gradients of everything. */
    private static List<float[]> pass(Cell cell, int[] shape, int threads) {
        Random random = new Random(1);
        int T = shape[0];
        int N = shape[1];
        int D = shape[2];
        int H = shape[3];
        NetworkSpec spec = NetworkSpec.of(
                Recurrent.of(cell, D, H).withLayers(2).withBidirectional(H < 200), Dense.head(H < 200 ? 2 * H : H, 19));
        Network network = Network.initialised(spec, Initialisation.uniform(), random);
        Sequence x = normal(T, N, D, random);
        Sequence dY = normal(T, N, 19, random);
        State state = network.freshState(N);
        State dState = State.zeros(network.spec(), N);
        for (int i = 0; i < state.values().length; i++) {
            state.values()[i] = (float) random.nextGaussian();
            dState.values()[i] = (float) random.nextGaussian();
        }
        Parameters gradient = network.parameters().zerosLike();
        try (Team team = Team.of(threads)) {
            Tape tape = network.tape(team);
            float[] y = tape.forward(x, state).data().clone();
            tape.backward(dY, dState, gradient);
            return List.of(
                    y,
                    state.values(),
                    dState.values(),
                    gradient.values(),
                    tape.inputGradient().data());
        }
    }

    private static Sequence normal(int steps, int batchSize, int size, Random random) {
        Sequence sequence = Sequence.zeros(steps, batchSize, size);
        for (int i = 0; i < sequence.data().length; i++) {
            sequence.data()[i] = (float) random.nextGaussian();
        }
        return sequence;
    }
}
