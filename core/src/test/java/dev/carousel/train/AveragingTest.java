package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Averages of parameters against their equations in double, and where they are shown. */
class AveragingTest {

    private static final NetworkSpec SPEC = NetworkSpec.of(Recurrent.gru(2, 4), Dense.head(4, 1));

    private static final TrainingPlan PLAN = TrainingPlan.of(new MeanSquaredError())
            .withOptimiser(new Sgd(0.3).withMomentum(0.8))
            .withEpochs(5);

    private static Examples examples(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Sequence x = Sequence.zeros(4, 12, 2);
        Sequence y = Sequence.zeros(4, 12, 1);
        for (int i = 0; i < x.data().length; i++) {
            x.data()[i] = (float) random.nextDouble(-1, 1);
        }
        for (int i = 0; i < y.data().length; i++) {
            y.data()[i] = (float) random.nextDouble(-1, 1);
        }
        return Examples.of(x, Target.of(y), 3);
    }

    /** The parameters after each update and each epoch, as they are and as the run is judged by. */
    private static final class Recorder implements TrainingListener {

        private final Network network;
        private final List<float[]> updates = new ArrayList<>();
        private final List<float[]> shown = new ArrayList<>();
        private final List<float[]> raw = new ArrayList<>();

        Recorder(Network network) {
            this.network = network;
        }

        @Override
        public void batchEnded(int batch, long items, double loss, double gradientNorm) {
            updates.add(network.parameters().values().clone());
        }

        @Override
        public void epochEnded(EpochFigures figures) {
            shown.add(network.parameters().values().clone());
        }

        @Override
        public void resumable(TrainingMoment moment) {
            if (moment.epochEnded()) {
                raw.add(network.parameters().values().clone());
                assertThat(moment.judged().values()).isEqualTo(shown.get(shown.size() - 1));
            }
        }
    }

    private static void assertClose(float[] found, double[] expected) {
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).as("parameter " + i).isCloseTo(expected[i], within(1e-6));
        }
    }

    @Test
    void theRunningMeanFollowsItsEquationAndIsJudgedAndKept() {
        Network network = TrainerTest.network(SPEC, 1);
        float[] first = network.parameters().values().clone();
        Recorder recorder = new Recorder(network);
        Batches heldOut = examples(2);
        TrainingResult result = Trainer.of(network, PLAN.withAveraging(Averaging.exponential(0.6)), Team.single())
                .train(examples(1), heldOut, recorder);

        double[] average = new double[first.length];
        for (int i = 0; i < average.length; i++) {
            average[i] = first[i];
        }
        for (int t = 0; t < recorder.updates.size(); t++) {
            double d = Math.min(0.6, (1.0 + t) / (10.0 + t));
            for (int i = 0; i < average.length; i++) {
                average[i] = d * average[i] + (1 - d) * recorder.updates.get(t)[i];
            }
            if (t % 4 == 3) {
                assertClose(recorder.shown.get(t / 4), average);
                assertThat(recorder.raw.get(t / 4)).isEqualTo(recorder.updates.get(t));
            }
        }
        assertThat(network.parameters().values()).isEqualTo(recorder.shown.get(4));
        assertThat(Evaluator.of(network, new MeanSquaredError(), Team.single()).meanLoss(heldOut))
                .isEqualTo(result.kept().heldOutLoss().getAsDouble());
    }

    @Test
    void theMeanOfTheLastEpochsIsThatOfTheirParameters() {
        Network network = TrainerTest.network(SPEC, 1);
        Recorder recorder = new Recorder(network);
        Trainer.of(network, PLAN.withAveraging(Averaging.lastEpochs(3)), Team.single())
                .train(examples(1), recorder);
        assertThat(recorder.shown.get(1)).isEqualTo(recorder.raw.get(1));
        double[] mean = new double[network.parameters().size()];
        for (int k = 1; k <= 3; k++) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += (recorder.raw.get(1 + k)[i] - mean[i]) / k;
            }
            assertClose(recorder.shown.get(1 + k), mean);
        }
        assertClose(network.parameters().values(), mean);
    }

    @Test
    void anAverageNeverLeadsTheTraining() {
        Recorder averaged = new Recorder(TrainerTest.network(SPEC, 1));
        Recorder plain = new Recorder(TrainerTest.network(SPEC, 1));
        Trainer.of(averaged.network, PLAN.withAveraging(Averaging.exponential(0.9)), Team.single())
                .train(examples(1), averaged);
        Trainer.of(plain.network, PLAN, Team.single()).train(examples(1), plain);
        assertThat(averaged.updates).hasSameSizeAs(plain.updates);
        for (int t = 0; t < plain.updates.size(); t++) {
            assertThat(averaged.updates.get(t)).isEqualTo(plain.updates.get(t));
        }
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Averaging.exponential(1)).hasMessageContaining("decay is 1.0");
        assertThatThrownBy(() -> Averaging.lastEpochs(0)).hasMessageContaining("1 epoch at least");
    }

    @Test
    void resumableNumbersAreThoseOfJava() {
        SplittableRandom java = new SplittableRandom(-5);
        ResumableRandom ours = new ResumableRandom(-5);
        for (int i = 0; i < 1000; i++) {
            switch (i % 4) {
                case 0 -> assertThat(ours.nextLong()).isEqualTo(java.nextLong());
                case 1 -> assertThat(ours.nextInt()).isEqualTo(java.nextInt());
                case 2 -> assertThat(ours.nextFloat()).isEqualTo(java.nextFloat());
                default -> assertThat(ours.nextInt(17)).isEqualTo(java.nextInt(17));
            }
            ours = new ResumableRandom(ours.state());
        }
    }
}
