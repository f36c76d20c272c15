package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.Direction;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A cell whose steps are scanned at once gives the bits of one step after the other, on one thread and on two. */
class ScanTest {

    private static final int D = 5;
    private static final int H = 128;

    static List<Cell> cells() {
        return Cells.ALL.stream().filter(Cell::scans).toList();
    }

    private static Sequence random(int steps, int N) {
        Sequence x = Sequence.zeros(steps, N, D);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < x.data().length; i++) {
            x.data()[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static float[] numbers(Sequence y) {
        return Arrays.copyOf(y.data(), y.steps() * y.batchSize() * y.size());
    }

    @ParameterizedTest
    @MethodSource("cells")
    void theScanGivesTheBitsOfTheSteps(Cell cell) {
        for (Direction direction : List.of(Direction.FORWARD, Direction.BACKWARD)) {
            NetworkSpec spec = NetworkSpec.of(Recurrent.of(cell, D, H).withDirection(direction));
            Network network = Network.of(spec, spec.zeroParameters(), Kernels.best());
            SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < network.parameters().size(); i++) {
                network.parameters().values()[i] = (float) (0.3 * random.nextGaussian());
            }
            for (int N : new int[] {1, 3}) {
                Sequence x = random(403, N);
                State end = network.freshState(N);
                float[] expected = new float[403 * N * H];
                Tape steps = network.tape(Team.single());
                for (int s = 0; s < 403; s++) {
                    int t = direction == Direction.FORWARD ? s : 402 - s;
                    Sequence one = Sequence.zeros(1, N, D);
                    System.arraycopy(x.data(), t * N * D, one.data(), 0, N * D);
                    System.arraycopy(steps.forward(one, end).data(), 0, expected, t * N * H, N * H);
                }
                for (int threads = 1; threads <= 2; threads++) {
                    try (Team team = Team.of(threads)) {
                        Tape tape = network.tape(team);
                        State state = network.freshState(N);
                        assertThat(numbers(tape.forward(x, state))).isEqualTo(expected);
                        assertThat(state.values()).isEqualTo(end.values());
                        state.clear();
                        assertThat(numbers(tape.infer(x, state))).isEqualTo(expected);
                    }
                }
            }
        }
    }
}
