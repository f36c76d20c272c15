package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.network.Tape;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RemoteGradientsTest {

    private static final NetworkSpec SPEC = NetworkSpec.of(Recurrent.gru(2, 5).withDropout(0.2f), Dense.head(5, 1));
    private static final TrainingPlan PLAN = TrainingPlan.forNumbers()
            .withOptimiser(new Adam(0.01))
            .withSchedule(Schedule.cosine(0.1))
            .withAveraging(Averaging.exponential(0.9))
            .withClipNorm(0.5)
            .withAccumulate(2)
            .withKeepBest(true)
            .withEpochs(3)
            .withSeed(5);

    private static Batches batches(int examples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Sequence x = Sequence.zeros(7, examples, 2);
        Sequence y = Sequence.zeros(7, examples, 1);
        for (int i = 0; i < 7 * examples; i++) {
            x.data()[2 * i] = (float) random.nextGaussian();
            x.data()[2 * i + 1] = (float) random.nextGaussian();
            y.data()[i] = x.data()[2 * i] * 0.5f;
        }
        return Examples.of(x, Target.of(y), 4);
    }

    /** Computed by another tape than the trainer's, with what it is told alone. */
    private static final class Elsewhere implements RemoteGradients {

        private final Batches training = batches(22, 1);
        private final Batches heldOut = batches(9, 2);
        private final Network network = Network.of(SPEC, SPEC.zeroParameters());
        private final Tape tape = network.tape(Team.single());
        private final BatchLoss loss = BatchLoss.of(new MeanSquaredError());
        private final boolean holdsOut;
        private final float factor;

        Elsewhere(boolean holdsOut, float factor) {
            this.holdsOut = holdsOut;
            this.factor = factor;
        }

        @Override
        public int size() {
            return training.size();
        }

        @Override
        public Sums gradient(int epoch, int batch, Parameters parameters, long noise, Parameters gradient) {
            training.shuffle(new Seeds(PLAN.seed()).shuffling(epoch));
            Batch examples = training.batch(batch);
            System.arraycopy(parameters.values(), 0, network.parameters().values(), 0, parameters.size());
            gradient.clear();
            tape.train(
                    examples.input(),
                    network.freshState(examples.input().batchSize()),
                    () -> noise,
                    y -> {
                        Sequence dY = Sequence.zeros(y.steps(), y.batchSize(), y.size());
                        loss.evaluate(y, examples.target(), dY);
                        return dY;
                    },
                    gradient);
            for (int i = 0; i < gradient.size(); i++) {
                gradient.values()[i] *= factor;
            }
            return new Sums(loss.sum(), loss.weight(), examples.input().validSteps());
        }

        @Override
        public boolean holdsOut() {
            return holdsOut;
        }

        @Override
        public Optional<Sums> heldOut(Parameters parameters) {
            System.arraycopy(parameters.values(), 0, network.parameters().values(), 0, parameters.size());
            Sums all = Sums.NONE;
            for (int i = 0; i < heldOut.size(); i++) {
                Batch batch = heldOut.batch(i);
                Sequence y = tape.infer(
                        batch.input(), network.freshState(batch.input().batchSize()));
                loss.evaluate(y, batch.target());
                all = all.plus(new Sums(loss.sum(), loss.weight(), 0));
            }
            return Optional.of(all);
        }

        @Override
        public String trainingData() {
            return "22 examples elsewhere";
        }

        @Override
        public String heldOutData() {
            return holdsOut ? "9 examples elsewhere" : "none";
        }
    }

    /** Keeps the state of a moment. */
    private static final class At implements TrainingListener {

        private final int epoch;
        private final int batch;
        private Optional<TrainingState> state = Optional.empty();

        At(int epoch, int batch) {
            this.epoch = epoch;
            this.batch = batch;
        }

        @Override
        public void resumable(TrainingMoment moment) {
            if (moment.epoch() == epoch && moment.batch() == batch) {
                state = Optional.of(moment.state().copy());
            }
        }
    }

    @Test
    void trainsWithTheBitsOfItsOwnGradients() {
        Trainer here = Trainer.of(SPEC, PLAN);
        TrainingResult expected = here.train(batches(22, 1), batches(9, 2));
        Trainer there = Trainer.of(SPEC, PLAN);
        TrainingResult result = there.train(new Elsewhere(true, 1));
        assertThat(there.network().parameters().values())
                .isEqualTo(here.network().parameters().values());
        for (int e = 0; e < 3; e++) {
            EpochFigures figures = result.epochs().get(e);
            assertThat(figures.trainingLoss())
                    .isEqualTo(expected.epochs().get(e).trainingLoss());
            assertThat(figures.heldOutLoss()).isEqualTo(expected.epochs().get(e).heldOutLoss());
            assertThat(figures.items())
                    .isEqualTo(expected.epochs().get(e).items())
                    .isEqualTo(22 * 7);
        }
        assertThat(result.keptEpoch()).isEqualTo(expected.keptEpoch());
    }

    @Test
    void goesOnFromAStateInTheMiddleOfAnEpoch() {
        Trainer whole = Trainer.of(SPEC, PLAN);
        At middle = new At(2, 4);
        whole.train(new Elsewhere(false, 1), middle);
        TrainingState state = middle.state.orElseThrow();
        Trainer rest = Trainer.of(SPEC, PLAN).resuming(state);
        rest.train(new Elsewhere(false, 1));
        assertThat(rest.network().parameters().values())
                .isEqualTo(whole.network().parameters().values());
        assertThatThrownBy(() -> Trainer.of(SPEC, PLAN).resuming(state).train(new Elsewhere(true, 1)))
                .isInstanceOf(ResumeException.class)
                .hasMessageContaining("the held-out data was none and is now 9 examples elsewhere");
        assertThatThrownBy(() -> Trainer.of(SPEC, PLAN).resuming(state).train(batches(22, 1)))
                .isInstanceOf(ResumeException.class)
                .hasMessageContaining("22 examples elsewhere");
    }

    @Test
    void aGradientThatIsNotFiniteEndsTheRun() {
        assertThatThrownBy(() -> Trainer.of(SPEC, PLAN).train(new Elsewhere(true, Float.NaN)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("the norm of the gradient is NaN");
    }

    @Test
    void oneTrainingAtATimeUsesThem() {
        Elsewhere shared = new Elsewhere(false, 1);
        TrainingListener another = new TrainingListener() {
            @Override
            public void epochStarted(int epoch) {
                Trainer.of(SPEC, PLAN).train(shared);
            }
        };
        assertThatThrownBy(() -> Trainer.of(SPEC, PLAN).train(shared, another))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("remote gradients");
        assertThat(List.of(shared.size())).containsExactly(6);
    }
}
