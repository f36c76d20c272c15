package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.network.Samples.Pass;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The number of threads never changes a bit, however the work is cut. */
class ThreadsTest {

    /** Divisible by 2, 3 and 4 and large enough to be shared by units. */
    private static final int H = 192;

    private final Samples samples = new Samples(13);

    static List<Cell> cells() {
        return Cells.ALL;
    }

    /** Those whose units may be shared. */
    static List<Cell> cellsOfUnits() {
        return Cells.ALL.stream().filter(Cell::unitByUnit).toList();
    }

    /** Those whose units have to wait for each other at every step. */
    static List<Cell> cellsThatMeet() {
        return Cells.ALL.stream().filter(cell -> !cell.blocks().isEmpty()).toList();
    }

    /** A step without a recurrent product is little work, so that it takes more of them to share. */
    private static int longer(Cell cell, int times) {
        return cell.blocks().isEmpty() ? times : 1;
    }

    private void assertSameBits(Network network, SequenceBatch x) {
        State initial = samples.state(network.spec(), x.batchSize());
        Pass alone = Samples.pass(network, network.tape(Team.single()), x, initial);
        for (int threads = 2; threads <= 4; threads++) {
            try (Team team = Team.of(threads)) {
                Tape tape = network.tape(team);
                Samples.pass(network, tape, x, initial).assertSameBitsAs(alone, threads + " threads");
                Samples.pass(network, tape, x, initial).assertSameBitsAs(alone, threads + " threads, again");
            }
        }
    }

    private static WorkSharing schedule(Cell cell, SequenceBatch x, int threads) {
        return WorkSharing.of(Recurrent.of(cell, 5, H), Kernels.scalar().products(), x, threads);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void theNumberOfThreadsNeverChangesABitWhenRowsAreShared(Cell cell) {
        int longer = longer(cell, 10);
        Sequence x = samples.sequence(5, 4 * longer, 2 * longer, 0, 4 * longer, 3 * longer, longer, 4 * longer);
        assertThat(schedule(cell, x, 3).stepsTogether()).isTrue();
        assertThat(schedule(cell, x, 3).byUnits()).isFalse();
        assertSameBits(samples.network(Recurrent.of(cell, 5, H), Dense.head(H, 3)), x);
    }

    @ParameterizedTest
    @MethodSource("cellsOfUnits")
    void theNumberOfThreadsNeverChangesABitWhenUnitsAreShared(Cell cell) {
        int steps = 3 * longer(cell, 30);
        Sequence x = samples.sequence(5, steps, steps, steps);
        for (int threads = 2; threads <= 4; threads++) {
            assertThat(schedule(cell, x, threads).byUnits()).isTrue();
        }
        assertSameBits(samples.network(Recurrent.of(cell, 5, H), Dense.head(H, 3)), x);
    }

    @ParameterizedTest
    @MethodSource("cellsThatMeet")
    void theNumberOfThreadsNeverChangesABitWhenOneThreadTakesAllSteps(Cell cell) {
        int size = H / 2;
        Sequence x = samples.sequence(5, 40);
        WorkSharing schedule =
                WorkSharing.of(Recurrent.of(cell, 5, size), Kernels.scalar().products(), x, 2);
        assertThat(schedule.stepsTogether()).isFalse();
        assertThat(schedule.gradientsTogether()).isTrue();
        assertSameBits(samples.network(Recurrent.of(cell, 5, size), Dense.head(size, 3)), x);
    }

    @Test
    void inputProductsCountAsWorkThatIsWorthMoreThanOneThread() {
        assertThat(oneStepOfAGru(1).stepsTogether()).isFalse();
        assertThat(oneStepOfAGru(128).stepsTogether()).isTrue();
        assertSameBits(samples.network(Recurrent.gru(128, 256)), samples.sequence(128, 1));
    }

    private WorkSharing oneStepOfAGru(int inputSize) {
        Sequence x = samples.sequence(inputSize, 1);
        return WorkSharing.of(Recurrent.gru(inputSize, 256), Kernels.scalar().products(), x, 2);
    }

    @Test
    void theNumberOfThreadsNeverChangesABitOfAStackInBothDirections() {
        Recurrent stack = Recurrent.gru(4, 40).withLayers(2).withBidirectional(true);
        assertSameBits(samples.network(stack, Dense.head(80, 3)), samples.sequence(4, 9, 9, 9, 9, 9, 9, 9));
        assertSameBits(samples.network(stack, Dense.head(80, 3)), samples.sequence(4, 9, 0, 2, 9, 5, 9, 8));
    }

    @Test
    void theNumberOfThreadsNeverChangesABitOfLookedUpIds() {
        for (LayerSpec input : List.of(new OneHot(7), new Embedding("embedding", 7, 7))) {
            Network network = samples.network(input, Recurrent.lstm(7, H), Dense.head(H, 7));
            assertSameBits(network, samples.tokens(7, 3, 3, 3));
            assertSameBits(network, samples.tokens(7, 3, 0, 2, 3, 3, 1));
        }
    }

    @Test
    void theNumberOfThreadsNeverChangesWhatIsDropped() {
        Network network = samples.network(Recurrent.rnn(4, 64).withLayers(2).withDropout(0.3f));
        Sequence x = samples.sequence(4, 9, 9, 9, 9, 9, 9, 9, 9);
        float[] alone = trained(network, x, Team.single());
        try (Team team = Team.of(3)) {
            assertThat(trained(network, x, team)).isEqualTo(alone);
        }
    }

    private static float[] trained(Network network, Sequence x, Team team) {
        return Samples.numbers(network.tape(team).forwardTraining(x, network.freshState(x.batchSize()), new Random(1)));
    }

    @Test
    void moreThreadsThanRowsGiveTheSameBits() {
        assertSameBits(samples.network(Recurrent.gru(5, 51), Dense.head(51, 2)), samples.sequence(5, 40, 39));
        assertSameBits(samples.network(Recurrent.lstm(5, 51), Dense.head(51, 2)), samples.sequence(5, 1));
    }
}
