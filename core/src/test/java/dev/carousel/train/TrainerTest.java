package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrainerTest {

    private static final int V = 5;

    private static final TrainingPlan PLAN = TrainingPlan.of(new SoftmaxCrossEntropy())
            .withOptimiser(new Adam(0.01))
            .withEpochs(3);

    static Network network(NetworkSpec spec, long seed) {
        Parameters parameters = spec.zeroParameters();
        Initialisation.uniform().fill(spec, parameters, new Seeds(seed).initialisation());
        return Network.of(spec, parameters, Kernels.scalar());
    }

    private static NetworkSpec gru(float dropout) {
        return NetworkSpec.of(new OneHot(V), Recurrent.gru(V, 8).withLayers(2).withDropout(dropout), Dense.head(8, V));
    }

    /** A text in which each id has two followers, equally likely. */
    private static int[] text(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] ids = new int[count];
        for (int i = 1; i < count; i++) {
            ids[i] = (2 * ids[i - 1] + 1 + random.nextInt(2)) % V;
        }
        return ids;
    }

    private static Windows windows(int[] ids) {
        return Windows.ofText(ids, 4, 10, Windows.Tail.DROP);
    }

    private static Examples examples(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Tokens x = Tokens.ignored(6, count);
        Tokens label = Tokens.ignored(1, count);
        for (int n = 0; n < count; n++) {
            for (int t = 0; t < 6; t++) {
                x.set(t, n, random.nextInt(V));
            }
            label.set(0, n, x.get(5, n));
        }
        return Examples.of(x, Target.of(label), 8);
    }

    @Test
    void sameSeedGivesTheSameBitsOnAnyNumberOfThreads() {
        float[] one = trainedWithDropoutAndShuffling(7, Team.single());
        assertThat(trainedWithDropoutAndShuffling(7, Team.single())).isEqualTo(one);
        try (Team team = Team.of(3)) {
            assertThat(trainedWithDropoutAndShuffling(7, team)).isEqualTo(one);
        }
        assertThat(trainedWithDropoutAndShuffling(8, Team.single())).isNotEqualTo(one);
    }

    private static float[] trainedWithDropoutAndShuffling(long seed, Team team) {
        Network network = network(gru(0.3f), 1);
        TrainingPlan plan = TrainingPlan.of(new SoftmaxCrossEntropy(Steps.LAST))
                .withClipping(Clipping.byNorm(1))
                .withSchedule(Schedule.warmUp(3, Schedule.CONSTANT))
                .withEpochs(2)
                .withSeed(seed);
        Trainer.of(network, plan, team).train(examples(30, 2), examples(9, 3));
        return network.parameters().values().clone();
    }

    @Test
    void aDescriptionAndAPlanAreEnoughToBeginWith() {
        TrainingPlan plan = PLAN.withEpochs(1).withSeed(5);
        Trainer trainer = Trainer.of(gru(0), plan);
        Network same = Network.initialised(gru(0), new Seeds(5).initialisation());
        assertThat(trainer.network().parameters().values())
                .isEqualTo(same.parameters().values());
        trainer.train(windows(text(200, 1)));
        Trainer.of(same, plan).train(windows(text(200, 1)));
        assertThat(trainer.network().parameters().values())
                .isEqualTo(same.parameters().values());
    }

    @Test
    void seedsGiveIndependentStreams() {
        Seeds seeds = new Seeds(1);
        List<Long> firsts = new ArrayList<>();
        firsts.add(seeds.initialisation().nextLong());
        for (int epoch = 0; epoch < 3; epoch++) {
            firsts.add(seeds.shuffling(epoch).nextLong());
            firsts.add(seeds.dropout(epoch).nextLong());
            firsts.add(new Seeds(2).shuffling(epoch).nextLong());
        }
        assertThat(firsts).doesNotHaveDuplicates();
        assertThat(seeds.shuffling(2).nextLong())
                .isEqualTo(new Seeds(1).shuffling(2).nextLong());
    }

    @Test
    void stateCarriedAcrossWindowsEqualsOneLongPass() {
        Network network = network(gru(0), 5);
        int[] ids = text(123, 1);
        Evaluator evaluator = Evaluator.of(network, new SoftmaxCrossEntropy(), Team.single());
        double whole = evaluator.meanLoss(Windows.ofText(ids, 4, 1000, Windows.Tail.KEEP));
        double cut = evaluator.meanLoss(Windows.ofText(ids, 4, 7, Windows.Tail.KEEP));
        assertThat(cut).isCloseTo(whole, within(1e-7));

        Windows windows = Windows.ofText(ids, 4, 7, Windows.Tail.KEEP);
        Batches anew = new Batches() {
            @Override
            public int size() {
                return windows.size();
            }

            @Override
            public Batch batch(int i) {
                return Batch.of(windows.batch(i).input(), windows.batch(i).target());
            }
        };
        assertThat(Math.abs(evaluator.meanLoss(anew) - whole)).isGreaterThan(1e-5);
        double packed = Evaluator.of(network.pack(), new SoftmaxCrossEntropy(), Team.single())
                .meanLoss(windows);
        assertThat(packed).isCloseTo(whole, within(1e-7));
    }

    @Test
    void textFallsBelowItsUnigramEntropyToThatOfItsRule() {
        Network network = network(gru(0), 1);
        TrainingResult result = Trainer.of(
                        network, PLAN.withOptimiser(new Adam(0.02)).withEpochs(5), Team.single())
                .train(windows(text(4000, 1)), windows(text(800, 2)));
        double heldOut = result.kept().heldOutLoss().getAsDouble();
        // Unigrams: ln 5 = 1.609. The rule: ln 2 = 0.693.
        assertThat(heldOut).isBetween(0.68, 0.75);
        assertThat(result.epochs().get(0).trainingLoss()).isGreaterThan(heldOut);
    }

    @Test
    void gruLearnsToRecallTheFirstStepOfRaggedSequences() {
        SplittableRandom random = new SplittableRandom(3);
        int M = 240;
        Sequence x = Sequence.zeros(9, M, 4);
        Tokens label = Tokens.ignored(1, M);
        int[] lengths = new int[M];
        for (int n = 0; n < M; n++) {
            label.set(0, n, random.nextInt(3));
            lengths[n] = random.nextInt(4, 10);
            x.set(0, n, label.get(0, n), 1);
            for (int t = 0; t < 9; t++) {
                x.set(t, n, 3, (float) random.nextDouble(-1, 1));
            }
        }
        NetworkSpec spec = NetworkSpec.of(Recurrent.gru(4, 10), Dense.head(10, 3));
        TrainingPlan plan = TrainingPlan.of(new SoftmaxCrossEntropy(Steps.LAST))
                .withOptimiser(new Adam(0.02))
                .withEpochs(25);
        TrainingResult result = Trainer.of(network(spec, 1), plan, Team.single())
                .train(Examples.of(x.withLengths(lengths), Target.of(label), 16));
        assertThat(result.epochs().get(0).trainingLoss()).isGreaterThan(0.9);
        assertThat(result.epochs().get(24).trainingLoss()).isLessThan(0.05);
        assertThat(result.epochs().get(0).items())
                .isEqualTo(Arrays.stream(lengths).sum());
    }

    @Test
    void heldOutLossIsTheMeanOverAllThatCountsHoweverItIsCut() {
        Network network = network(gru(0), 1);
        Evaluator evaluator = Evaluator.of(network, new SoftmaxCrossEntropy(Steps.LAST), Team.single());
        SplittableRandom random = new SplittableRandom(1);
        Tokens x = Tokens.ignored(3, 10);
        Tokens y = Tokens.ignored(3, 10);
        for (int i = 0; i < 30; i++) {
            x.ids()[i] = random.nextInt(V);
            y.ids()[i] = random.nextInt(Tokens.IGNORED, V);
        }
        double whole = evaluator.meanLoss(Examples.of(x, Target.of(y), 10));
        assertThat(evaluator.meanLoss(Examples.of(x, Target.of(y), 4))).isCloseTo(whole, within(1e-7));
        assertThat(evaluator.meanLoss(Examples.of(x, Target.of(y), 3))).isCloseTo(whole, within(1e-7));
        assertThatThrownBy(() -> evaluator.meanLoss(Examples.of(x, Target.of(Tokens.ignored(3, 10)), 3)))
                .hasMessageContaining("no step counts");
    }

    @Test
    void bestParametersAreKeptWhereAsked() {
        // Trained on one rule, held out another: the held-out loss rises.
        int[] other = new int[400];
        for (int i = 0; i < 400; i++) {
            other[i] = i % V;
        }
        TrainingPlan plan = PLAN.withOptimiser(new Adam(0.02)).withEpochs(4);
        Network best = network(gru(0), 1);
        TrainingResult result =
                Trainer.of(best, plan.withKeepBest(true), Team.single()).train(windows(text(1000, 1)), windows(other));
        Network last = network(gru(0), 1);
        TrainingResult lastResult = Trainer.of(last, plan, Team.single()).train(windows(text(1000, 1)), windows(other));

        assertThat(result.bestEpoch()).isLessThan(4).isEqualTo(result.keptEpoch());
        assertThat(lastResult.bestEpoch()).isEqualTo(result.bestEpoch());
        assertThat(lastResult.keptEpoch()).isEqualTo(4);
        assertThat(heldOutLoss(best, other))
                .isEqualTo(result.kept().heldOutLoss().getAsDouble());
        assertThat(heldOutLoss(last, other))
                .isEqualTo(lastResult.epochs().get(3).heldOutLoss().getAsDouble())
                .isGreaterThan(heldOutLoss(best, other));
    }

    private static double heldOutLoss(Network network, int[] ids) {
        return Evaluator.of(network, new SoftmaxCrossEntropy(), Team.single()).meanLoss(windows(ids));
    }

    @Test
    void earlyStoppingEndsAfterItsPatience() {
        Network network = network(gru(0), 1);
        // A rate of zero learns nothing, so no epoch is better than the first.
        TrainingResult result = Trainer.of(
                        network, PLAN.withOptimiser(new Sgd(0)).withEpochs(9), Team.single())
                .train(windows(text(200, 1)), windows(text(200, 2)), EarlyStopping.after(2));
        assertThat(result.epochs()).hasSize(3);
        assertThat(result.stopped()).isTrue();
        assertThat(result.bestEpoch()).isEqualTo(1);
        assertThat(result.keptEpoch()).isEqualTo(3);
    }

    @Test
    void listenerThatWantsToStopCutsTheEpochShortAndStillGetsItsFigures() {
        List<String> calls = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void trainingStarted(TrainingPlan plan, int batches) {
                calls.add("started " + batches);
            }

            @Override
            public void epochStarted(int epoch) {
                calls.add("epoch " + epoch);
            }

            @Override
            public void batchEnded(int batch, long items, double loss, double gradientNorm) {
                calls.add("batch " + batch + " of " + items);
            }

            @Override
            public void epochEnded(EpochFigures figures) {
                calls.add("ended " + figures.epoch() + " after " + figures.items());
            }

            @Override
            public void trainingEnded(TrainingResult result) {
                calls.add("done");
            }

            @Override
            public boolean wantsStop() {
                return calls.contains("batch 1 of 40");
            }
        };
        TrainingResult result =
                Trainer.of(network(gru(0), 1), PLAN, Team.single()).train(windows(text(200, 1)), listener);
        assertThat(calls)
                .containsExactly("started 4", "epoch 1", "batch 0 of 40", "batch 1 of 40", "ended 1 after 80", "done");
        assertThat(result.stopped()).isTrue();
        assertThat(result.kept().heldOutLoss()).isEmpty();
    }

    @Test
    void scheduleGivesTheRateOfEachUpdate() {
        Network network = network(gru(0), 1);
        float[] before = network.parameters().values().clone();
        Schedule lastOnly = (step, steps) -> step == steps - 1 ? 0.5 : 0;
        List<float[]> afterEpochs = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void epochEnded(EpochFigures figures) {
                afterEpochs.add(network.parameters().values().clone());
            }
        };
        TrainingPlan plan = PLAN.withOptimiser(new Sgd(0.1)).withSchedule(lastOnly);
        TrainingResult result = Trainer.of(network, plan, Team.single()).train(windows(text(200, 1)), listener);
        assertThat(afterEpochs.get(1)).isEqualTo(before);
        assertThat(afterEpochs.get(2)).isNotEqualTo(before);
        assertThat(result.epochs()).extracting(EpochFigures::learningRate).containsExactly(0.0, 0.0, 0.05);
    }

    @Test
    void batchWithoutCountedStepsChangesNothing() {
        Network network = network(gru(0), 1);
        Batches source = new Batches() {
            @Override
            public int size() {
                return 2;
            }

            @Override
            public Batch batch(int i) {
                Tokens target = i == 0 ? Tokens.of(new int[] {1, 2}, 2, 1) : Tokens.ignored(2, 1);
                return Batch.of(Tokens.of(new int[] {0, 3}, 2, 1), Target.of(target));
            }
        };
        List<Integer> updates = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void batchEnded(int batch, long items, double loss, double gradientNorm) {
                updates.add(batch);
            }
        };
        Trainer.of(network, PLAN.withEpochs(1), Team.single()).train(source, listener);
        assertThat(updates).containsExactly(0);
    }

    @Test
    void regressionOverVectorsLearnsARunningMean() {
        SplittableRandom random = new SplittableRandom(2);
        Sequence x = Sequence.zeros(8, 40, 1);
        Sequence y = Sequence.zeros(8, 40, 1);
        for (int n = 0; n < 40; n++) {
            double mean = 0;
            for (int t = 0; t < 8; t++) {
                x.set(t, n, 0, (float) random.nextDouble(-1, 1));
                mean = 0.7 * mean + 0.3 * x.get(t, n, 0);
                y.set(t, n, 0, (float) mean);
            }
        }
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(1, 8), Dense.head(8, 1));
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError(Steps.last(4)))
                .withOptimiser(new Adam(0.02))
                .withEpochs(40);
        TrainingResult result =
                Trainer.of(network(spec, 1), plan, Team.single()).train(Examples.of(x, Target.of(y), 10));
        assertThat(result.epochs().get(39).trainingLoss())
                .isLessThan(0.1 * result.epochs().get(0).trainingLoss())
                .isLessThan(1e-3);
    }

    @Test
    void noEpochIsRefusedWhereItIsAskedFor() {
        assertThatThrownBy(() -> PLAN.withEpochs(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TrainingPlan: epochs is 0 but must be at least 1; without an epoch nothing is learned.");
    }

    @Test
    void shortFormsGiveTheBitsOfTheLongOnes() {
        Windows data = windows(text(400, 3));
        Network brief = Network.initialised(gru(0), new Seeds(4).initialisation());
        Network full = Network.initialised(gru(0), Initialisation.uniform(), new Seeds(4).initialisation());
        assertThat(TrainingPlan.forNumbers().loss()).isInstanceOf(MeanSquaredError.class);

        TrainingPlan plan = TrainingPlan.forClasses().withClipNorm(0.1).withEpochs(2);
        Trainer.of(brief, plan).train(data);
        try (Team team = Team.of(1)) {
            TrainingPlan same = TrainingPlan.of(new SoftmaxCrossEntropy())
                    .withClipping(Clipping.byNorm(0.1))
                    .withEpochs(2);
            Trainer.of(full, same, team).train(data);
        }
        assertThat(brief.parameters().values()).isEqualTo(full.parameters().values());
    }
}
