package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Several batches an update: as one batch with all their sequences. */
class AccumulationTest {

    private static final int V = 4;
    private static final NetworkSpec SPEC = NetworkSpec.of(new OneHot(V), Recurrent.lstm(V, 6), Dense.head(6, V));

    private static final TrainingPlan PLAN = TrainingPlan.of(
                    new SoftmaxCrossEntropy().withWeights(List.of(1.0, 3.0, 0.5, 2.0)))
            .withOptimiser(new Sgd(0.5))
            .withClipping(Clipping.byNorm(0.3))
            .withEpochs(2);

    /** Ragged examples with ignored steps, so that batches weigh differently. */
    private static Examples examples(int count, int batchSize) {
        SplittableRandom random = new SplittableRandom(3);
        Tokens x = Tokens.ignored(7, count);
        Tokens y = Tokens.ignored(7, count);
        int[] lengths = new int[count];
        for (int n = 0; n < count; n++) {
            lengths[n] = 1 + random.nextInt(7);
            for (int t = 0; t < 7; t++) {
                x.set(t, n, random.nextInt(V));
                y.set(t, n, random.nextInt(-1, V));
            }
            y.set(0, n, n % V);
        }
        return Examples.of(x.withLengths(lengths), Target.of(y), batchSize);
    }

    private static float[] trained(int batchSize, int accumulate, Team team, TrainingListener... listeners) {
        Network network = TrainerTest.network(SPEC, 1);
        Trainer.of(network, PLAN.withAccumulate(accumulate), team).train(examples(26, batchSize), listeners);
        return network.parameters().values();
    }

    @Test
    void batchesTogetherAreAsOneLargeBatch() {
        float[] large = trained(8, 1, Team.single());
        float[] small = trained(2, 4, Team.single());
        float[] apart = trained(2, 1, Team.single());
        for (int i = 0; i < large.length; i++) {
            assertThat((double) small[i]).as("parameter " + i).isCloseTo(large[i], within(2e-6));
        }
        assertThat(apart).isNotEqualTo(small);
    }

    @Test
    void theSumIsTheSameOnAnyNumberOfThreads() {
        try (Team team = Team.of(3)) {
            assertThat(trained(2, 4, team)).isEqualTo(trained(2, 4, Team.single()));
        }
    }

    @Test
    void listenersHearOfUpdatesAndTheScheduleCountsThem() {
        List<String> heard = new ArrayList<>();
        List<Long> steps = new ArrayList<>();
        long[] items = new long[1];
        Schedule recorder = (step, all) -> {
            assertThat(all).isEqualTo(8);
            steps.add(step);
            return 1;
        };
        TrainingListener listener = new TrainingListener() {
            @Override
            public void batchEnded(int batch, long read, double loss, double gradientNorm) {
                heard.add(Integer.toString(batch));
                items[0] += read;
            }

            @Override
            public void epochEnded(EpochFigures figures) {
                assertThat(items[0]).isEqualTo(figures.items());
                items[0] = 0;
            }
        };
        Trainer.of(TrainerTest.network(SPEC, 1), PLAN.withAccumulate(4).withSchedule(recorder), Team.single())
                .train(examples(26, 2), listener);
        assertThat(heard).containsExactly("3", "7", "11", "12", "3", "7", "11", "12");
        assertThat(steps.stream().distinct().toList()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void theTrainingLossIsTheMeanOverEverythingThatCounts() {
        double[] losses = new double[2];
        trained(26, 1, Team.single(), new TrainingListener() {
            @Override
            public void epochEnded(EpochFigures figures) {
                losses[0] = figures.epoch() == 1 ? figures.trainingLoss() : losses[0];
            }
        });
        trained(2, 13, Team.single(), new TrainingListener() {
            @Override
            public void epochEnded(EpochFigures figures) {
                losses[1] = figures.epoch() == 1 ? figures.trainingLoss() : losses[1];
            }
        });
        assertThat(losses[1]).isCloseTo(losses[0], within(1e-7));
    }
}
