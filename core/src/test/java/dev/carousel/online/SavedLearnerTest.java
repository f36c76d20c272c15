package dev.carousel.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.network.Network;
import dev.carousel.network.Samples;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A learner that was saved goes on to the same bits, whenever that was. */
class SavedLearnerTest {

    private static final int D = 3;
    private static final int H = 5;
    private static final OnlinePlan PLAN = OnlinePlan.of(new MeanSquaredError());

    static List<Cell> cells() {
        return Cells.ALL.stream().filter(Cell::unitByUnit).toList();
    }

    private static Network network(Cell cell) {
        return new Samples(2).network(Recurrent.of(cell, D, H).withLayers(2), Dense.head(H, 2));
    }

    /** Takes some events, every third without a target, and says what came of it. */
    private static List<Float> run(OnlineLearner learner, int from, int to) {
        List<Float> numbers = new ArrayList<>();
        float[] y = new float[2];
        for (int t = from; t < to; t++) {
            SplittableRandom random = new SplittableRandom(t);
            float[] x = {(float) random.nextGaussian(), (float) random.nextGaussian(), (float) random.nextGaussian()};
            long step = learner.predict(x, y);
            numbers.add(y[0]);
            numbers.add(y[1]);
            if (t % 3 != 1 && step >= learner.plan().lag()) {
                numbers.add((float) learner.learn(step - learner.plan().lag(), new float[] {x[0], -x[1]}));
            }
        }
        return numbers;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void goesOnToTheSameBits(Cell cell) {
        for (int lag : new int[] {0, 4}) {
            OnlinePlan plan = PLAN.withLag(lag).withOptimiser(new Adam(0.01));
            for (int saved = 0; saved < 8; saved++) {
                OnlineLearner whole = OnlineLearner.of(network(cell), plan);
                run(whole, 0, saved);
                byte[] bytes = whole.save();
                OnlineLearner other = OnlineLearner.of(network(cell), plan);
                run(other, 40, 47);
                other.restore(bytes);
                assertThat(run(other, saved, 16)).isEqualTo(run(whole, saved, 16));
                assertThat(other.network().parameters().values())
                        .isEqualTo(whole.network().parameters().values());
                assertThat(other.steps()).isEqualTo(16);
                assertThat(other.updates()).isEqualTo(whole.updates());
                assertThat(other.save()).isEqualTo(whole.save());
            }
        }
    }

    /** Between an event and its target, and between two events. */
    @Test
    void savesTheEventsWhoseTargetsMayStillCome() {
        OnlineLearner whole = OnlineLearner.of(network(Cells.ALL.get(0)), PLAN);
        run(whole, 0, 5);
        float[] y = new float[2];
        whole.predict(new float[] {1, 2, 3}, y);
        OnlineLearner other = OnlineLearner.of(network(Cells.ALL.get(0)), PLAN);
        other.restore(whole.save());
        assertThat(other.learn(new float[] {1, 2})).isEqualTo(whole.learn(new float[] {1, 2}));
        assertThat(run(other, 6, 12)).isEqualTo(run(whole, 6, 12));
    }

    @Test
    void idsAreSavedToo() {
        Network network = new Samples(2).network(new OneHot(4), Recurrent.gru(4, H), Dense.head(H, 2));
        OnlineLearner whole = OnlineLearner.of(network, PLAN.withLag(2));
        float[] y = new float[2];
        for (int id : new int[] {3, 1, 2, 0}) {
            whole.predict(id, y);
        }
        OnlineLearner other = OnlineLearner.of(network, PLAN.withLag(2));
        other.restore(whole.save());
        assertThat(other.learn(2, new float[] {1, 2})).isEqualTo(whole.learn(2, new float[] {1, 2}));
        assertThat(other.save()).isEqualTo(whole.save());
    }

    @Test
    void damagedBytesAreRefusedAndChangeNothing() {
        OnlineLearner learner = OnlineLearner.of(network(Cells.ALL.get(0)), PLAN);
        run(learner, 0, 5);
        byte[] saved = learner.save();
        for (int i = 0; i < saved.length; i += 97) {
            byte[] damaged = saved.clone();
            damaged[i] ^= 4;
            assertThatThrownBy(() -> learner.restore(damaged)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> learner.restore(Arrays.copyOf(saved, saved.length / 2)))
                .hasMessageContaining("checksum");
        assertThatThrownBy(() -> learner.restore(new byte[7])).hasMessageContaining("7 bytes");
        assertThat(learner.save()).isEqualTo(saved);
    }

    @Test
    void bytesOfAnotherNetworkOrPlanAreRefused() {
        OnlineLearner learner = OnlineLearner.of(network(Cells.ALL.get(0)), PLAN);
        byte[] saved = learner.save();
        for (OnlineLearner other : List.of(
                OnlineLearner.of(network(Cells.ALL.get(1)), PLAN),
                OnlineLearner.of(network(Cells.ALL.get(0)), PLAN.withLag(1)),
                OnlineLearner.of(network(Cells.ALL.get(0)), PLAN.withOptimiser(new Sgd(0.1))))) {
            assertThatThrownBy(() -> other.restore(saved))
                    .hasMessageContaining("another network, or learns by another plan");
        }
    }
}
