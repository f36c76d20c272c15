package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.Sgd;
import dev.carousel.reference.language.GoldenLanguage;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A mean of weights that begins when the loss has stopped falling. */
class NonMonotonicTest {

    private static final Averaging.NonMonotonic RULE = new Averaging.NonMonotonic(2);

    @Test
    void itBeginsAfterTheFirstEpochThatIsWorseThanTheBestOfThoseBefore() {
        assertThat(RULE.beginsAfter()).isEmpty();
        assertThat(RULE.beginsAfter(3, 2, 1)).isEmpty();
        // Four epochs at least, for the last 2 before are not compared with.
        assertThat(RULE.beginsAfter(1, 5, 6)).isEmpty();
        assertThat(RULE.beginsAfter(1, 5, 6, 7)).hasValue(4);
        assertThat(RULE.beginsAfter(1, 5, 6, 0.9)).isEmpty();
        assertThat(RULE.beginsAfter(5, 4, 3, 4.5)).isEmpty();
        assertThat(RULE.beginsAfter(5, 4, 3, 4.5, 4.2)).hasValue(5);
        // Whatever comes later.
        assertThat(RULE.beginsAfter(5, 4, 3, 4.5, 4.2, 0.1)).hasValue(5);
        assertThat(new Averaging.NonMonotonic(Integer.MAX_VALUE).beginsAfter(1, 2, 3))
                .isEmpty();
        assertThatThrownBy(() -> Averaging.nonMonotonic(0)).hasMessageContaining("at least, not 0");
    }

    /** PyTorch's leaves out the first update after it was begun, so it is begun an update earlier there. */
    @Test
    void theMeanIsThatOfPyTorchsAsgd() {
        GoldenLanguage golden = GoldenLanguage.read("averaged");
        Parameters parameters = new Parameters.Layout().add("w", 5).zeros();
        TrainingPlan plan = TrainingPlan.forNumbers().withAveraging(RULE);
        WeightAverage average = new WeightAverage(plan, parameters, Team.single());
        List<GoldenLanguage> steps = golden.list("steps");
        int begins = (int) golden.number("begins_after") + 1;
        for (int step = 0; step < steps.size(); step++) {
            if (step == begins) {
                average.afterLosses(1, 2, 3, 4);
            }
            parameters.set("w", steps.get(step).floats("w"));
            average.afterUpdate(step);
            if (step >= begins) {
                assertThat(average.judged().values())
                        .as("step " + step)
                        .containsExactly(steps.get(step).floats("average"), within(1e-6f));
                assertThat(average.averaged()).isEqualTo(step - begins + 1);
            } else {
                assertThat(average.judged()).isSameAs(parameters);
            }
        }
    }

    private static Examples examples(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Sequence x = Sequence.zeros(1, 12, 2);
        Sequence y = Sequence.zeros(1, 12, 1);
        for (int i = 0; i < x.data().length; i++) {
            x.data()[i] = (float) random.nextDouble(-1, 1);
        }
        for (int i = 0; i < y.data().length; i++) {
            y.data()[i] = (float) random.nextDouble(-1, 1);
        }
        return Examples.of(x, Target.of(y), 3);
    }

    @Test
    void aRunIsJudgedByTheMeanOfTheUpdatesSinceItBegan() {
        Network network = TrainerTest.network(NetworkSpec.of(Dense.head(2, 1)), 1);
        List<float[]> updates = new ArrayList<>();
        List<float[]> judged = new ArrayList<>();
        // There is nothing to learn, so the held-out loss rises and falls.
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError())
                .withOptimiser(new Sgd(0.5))
                .withEpochs(12)
                .withAveraging(Averaging.nonMonotonic(1));
        TrainingResult result = Trainer.of(network, plan, Team.single())
                .train(examples(1), examples(2), new TrainingListener() {
                    @Override
                    public void batchEnded(int batch, long items, double loss, double gradientNorm) {
                        updates.add(network.parameters().values().clone());
                    }

                    @Override
                    public void epochEnded(EpochFigures figures) {
                        judged.add(network.parameters().values().clone());
                    }
                });
        double[] losses =
                result.epochs().stream().mapToDouble(EpochFigures::decidingLoss).toArray();
        int begins = new Averaging.NonMonotonic(1).beginsAfter(losses).orElseThrow();
        assertThat(begins).as("the epoch after which it begins").isLessThan(11);
        int perEpoch = updates.size() / 12;
        for (int epoch = 1; epoch <= 12; epoch++) {
            double[] mean = new double[3];
            int from = epoch <= begins ? epoch * perEpoch - 1 : begins * perEpoch;
            for (int update = from; update < epoch * perEpoch; update++) {
                for (int i = 0; i < 3; i++) {
                    mean[i] += updates.get(update)[i] / (double) (epoch * perEpoch - from);
                }
            }
            for (int i = 0; i < 3; i++) {
                assertThat((double) judged.get(epoch - 1)[i])
                        .as("epoch " + epoch)
                        .isCloseTo(mean[i], within(1e-5));
            }
        }
    }

    /** However early the loss rises, no update is in the mean before the last epoch of the fewest. */
    @Test
    void aRunOfFewerEpochsThanTheLeastEndsWithoutAMean() {
        assertThat(RULE.leastEpochs()).isEqualTo(5);
        assertThat(new Averaging.NonMonotonic(Integer.MAX_VALUE).leastEpochs()).isEqualTo(Integer.MAX_VALUE + 3L);
        for (int epochs : new int[] {4, 5}) {
            WeightAverage average = new WeightAverage(
                    TrainingPlan.forNumbers().withAveraging(RULE).withEpochs(epochs),
                    new Parameters.Layout().add("w", 5).zeros(),
                    Team.single());
            double[] losses = new double[0];
            for (int epoch = 1; epoch <= epochs; epoch++) {
                average.afterUpdate(epoch - 1L);
                losses = Arrays.copyOf(losses, epoch);
                losses[epoch - 1] = epoch;
                average.afterLosses(losses);
            }
            assertThat(average.averaged()).isEqualTo(epochs - 4);
        }
    }
}
