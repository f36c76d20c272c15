package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.carousel.cell.Rnn;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is not finite stops training, is explained, and leaves the last good parameters. */
class TrainingFailureTest {

    private static final NetworkSpec SPEC =
            NetworkSpec.of(Recurrent.of(new Rnn(Nonlinearity.RELU), 2, 4), Dense.head(4, 1));
    private static final TrainingPlan PLAN =
            TrainingPlan.of(new MeanSquaredError()).withEpochs(4);

    private static Sequence random(int T, int N, int D) {
        SplittableRandom random = new SplittableRandom(9);
        Sequence x = Sequence.zeros(T, N, D);
        for (int i = 0; i < T * N * D; i++) {
            x.data()[i] = (float) random.nextDouble(-1, 1);
        }
        return x;
    }

    private static TrainingException failure(Network network, TrainingPlan plan, Batches batches) {
        return catchThrowableOfType(
                TrainingException.class,
                () -> Trainer.of(network, plan, Team.single()).train(batches));
    }

    @Test
    void learningRateThatIsMuchTooLargeIsNamedAndTheFirstParametersComeBack() {
        Network network = TrainerTest.network(SPEC, 1);
        float[] before = network.parameters().values().clone();
        Batches batches = Examples.of(random(6, 8, 2), Target.of(random(6, 8, 1)), 2);
        TrainingException e = failure(network, PLAN.withOptimiser(new Sgd(1e20)), batches);
        assertThat(e.epoch()).isEqualTo(1);
        assertThat(e.batch()).isBetween(1, 3);
        assertThat(e.keptEpoch()).isZero();
        assertThat(e.parameter()).isPresent();
        assertThat(e)
                .hasMessageContainingAll(
                        "epoch 1, batch " + e.batch(),
                        e.parameter().get(),
                        "learning rate as small as 0.001",
                        "clip the gradient",
                        "it started with");
        assertThat(network.parameters().values()).isEqualTo(before);
    }

    @Test
    void parametersOfTheLastGoodEpochComeBack() {
        Network network = TrainerTest.network(SPEC, 1);
        List<float[]> afterEpochs = new ArrayList<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void epochEnded(EpochFigures figures) {
                afterEpochs.add(network.parameters().values().clone());
            }
        };
        Schedule explodes = (step, steps) -> step < 8 ? 1 : 1e25;
        TrainingPlan plan =
                PLAN.withOptimiser(new Sgd(0.01)).withSchedule(explodes).withClipping(Clipping.byValue(3));
        Batches batches = Examples.of(random(6, 8, 2), Target.of(random(6, 8, 1)), 2);
        assertThatThrownBy(() -> Trainer.of(network, plan, Team.single()).train(batches, recorder))
                .isInstanceOfSatisfying(TrainingException.class, e -> {
                    assertThat(e.epoch()).isEqualTo(3);
                    assertThat(e.keptEpoch()).isEqualTo(2);
                    assertThat(e).hasMessageContainingAll("of epoch 2 again", "clip harder than ByValue[limit=3.0]");
                });
        assertThat(afterEpochs).hasSize(2);
        assertThat(network.parameters().values()).isEqualTo(afterEpochs.get(1));
    }

    @Test
    void explosionInTheVeryLastUpdateIsNoticed() {
        Network network = TrainerTest.network(SPEC, 1);
        float[] before = network.parameters().values().clone();
        Batches one = Examples.of(random(6, 2, 2), Target.of(random(6, 2, 1)), 2);
        TrainingException e =
                failure(network, PLAN.withOptimiser(new Sgd(1e300)).withEpochs(1), one);
        assertThat(e.batch()).isEqualTo(-1);
        assertThat(e.parameter()).contains("rnn.weight_ih_l0");
        assertThat(e).hasMessageContaining("the last update was too large");
        assertThat(network.parameters().values()).isEqualTo(before);
    }

    @Test
    void nanInTheDataIsFoundAndThePlaceIsNamed() {
        Network network = TrainerTest.network(SPEC, 1);
        Sequence x = random(6, 8, 2);
        x.set(4, 5, 1, Float.NaN);
        TrainingException e = failure(network, PLAN, inOrder(x, random(6, 8, 1)));
        assertThat(e.batch()).isEqualTo(2);
        assertThat(e.parameter()).isEmpty();
        assertThat(e).hasMessageContainingAll("number 1 of the input at step 4 of sequence 1 is NaN", "missing");

        Sequence y = random(6, 8, 1);
        y.set(0, 7, 0, Float.POSITIVE_INFINITY);
        TrainingException inTarget = failure(network, PLAN, inOrder(random(6, 8, 2), y));
        assertThat(inTarget).hasMessageContaining("number 0 of the target at step 0 of sequence 1 is Infinity");
    }

    @Test
    void nanInHeldOutDataIsFoundAndThePlaceIsNamed() {
        Network network = TrainerTest.network(SPEC, 1);
        Sequence x = random(6, 8, 2);
        x.set(4, 5, 1, Float.NaN);
        assertThatThrownBy(() -> Trainer.of(network, PLAN, Team.single())
                        .train(inOrder(random(6, 8, 2), random(6, 8, 1)), inOrder(x, random(6, 8, 1))))
                .isInstanceOf(TrainingException.class)
                .hasMessageContainingAll("held-out batch 2", "number 1 of the input at step 4 of sequence 1");
    }

    /** Examples that stay in order, two a batch. */
    private static Batches inOrder(Sequence x, Sequence y) {
        Examples examples = Examples.of(x, Target.of(y), 2);
        return new Batches() {
            @Override
            public int size() {
                return examples.size();
            }

            @Override
            public Batch batch(int i) {
                return examples.batch(i);
            }
        };
    }

    @Test
    void paddingThatIsNotFiniteHarmsNothing() {
        Sequence x = random(6, 2, 2);
        Sequence y = random(6, 2, 1);
        x.set(5, 1, 0, Float.NaN);
        y.set(5, 1, 0, Float.NaN);
        Network network = TrainerTest.network(SPEC, 1);
        TrainingResult result =
                Trainer.of(network, PLAN, Team.single()).train(Examples.of(x.withLengths(6, 5), Target.of(y), 2));
        assertThat(result.kept().trainingLoss()).isFinite();
    }

    @Test
    void sourcesThatMakeNoSenseAreNamed() {
        Network network = TrainerTest.network(SPEC, 1);
        Batch begins = Batch.of(random(3, 2, 2), Target.of(random(3, 2, 1)));
        Batch continues = new Batch(random(3, 2, 2), Target.of(random(3, 2, 1)), true);
        Batch wider = new Batch(random(3, 4, 2), Target.of(random(3, 4, 1)), true);
        assertThatThrownBy(() -> train(network, List.of())).hasMessageContaining("no batch");
        assertThatThrownBy(() -> train(network, List.of(continues))).hasMessageContaining("first of its epoch");
        assertThatThrownBy(() -> train(network, List.of(begins, wider)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("batch of 4", "had 2");
        assertThatThrownBy(() -> PLAN.withEpochs(-1)).hasMessageContaining("epochs is -1");
    }

    private static void train(Network network, List<Batch> batches) {
        Trainer.of(network, PLAN, Team.single()).train(new Batches() {
            @Override
            public int size() {
                return batches.size();
            }

            @Override
            public Batch batch(int i) {
                return batches.get(i);
            }
        });
    }
}
