package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Plateau;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Averaging;
import dev.carousel.train.ResumeException;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingException;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStepsTest {

    private static final NetworkSpec SPEC = Waves.spec(8);
    private static final TrainingPlan PLAN = TrainingPlan.forNumbers()
            .withOptimiser(new Adam(0.01))
            .withSchedule(Schedule.cosine(0.1))
            .withClipNorm(1)
            .withEpochs(4)
            .withSeed(3);

    private static JavaRDD<Example> rdd(int count, long seed) {
        return LocalSpark.context().parallelize(Waves.examples(count, seed), 2);
    }

    private static SparkTrainer trainer(TrainingPlan plan) {
        return SparkTrainer.of(LocalSpark.session(), SPEC, plan)
                .withBatchSize(16)
                .withShards(2)
                .withPartitions(2);
    }

    private static byte[] bytes(SparkTraining training) {
        return training.model(Task.of("waves")).toBytes();
    }

    @Test
    void replicasThatMeetOncePerRoundLearnTooAndSendLess() {
        JavaRDD<Example> training = rdd(400, 1);
        JavaRDD<Example> heldOut = rdd(60, 2);
        SparkTraining synchronous = trainer(PLAN).train(training, heldOut);
        SparkTraining local = trainer(PLAN).withLocalSteps(LocalSteps.of(10)).train(training, heldOut);
        double begin = 0.5;
        double each = synchronous.result().kept().decidingLoss();
        assertThat(each).isLessThan(begin / 10);
        assertThat(local.result().kept().decidingLoss()).isLessThan(2 * each);
        // 25 updates an epoch are 3 rounds.
        assertThat(synchronous.traffic().changes()).isEqualTo(4 * 25 * 2);
        assertThat(local.traffic().changes()).isEqualTo(4 * 3 * 2);
        assertThat(local.result().epochs().get(0).items())
                .isEqualTo(synchronous.result().epochs().get(0).items());
    }

    @Test
    void bitsDoNotDependOnThePartitionsAndARunGoesOn(@TempDir Path folder) {
        JavaRDD<Example> training = rdd(150, 1);
        SparkTrainer rounds = trainer(PLAN).withShards(4).withLocalSteps(LocalSteps.of(4));
        byte[] expected = bytes(rounds.train(training));
        assertThat(bytes(rounds.withPartitions(1).train(training))).isEqualTo(expected);
        SparkTrainer saving = rounds.withCheckpoints(folder.toUri().toString(), 1e-9);
        TrainingListener dying = new TrainingListener() {
            @Override
            public void batchEnded(int batch, long items, double loss, double gradientNorm) {
                if (batch == 1) {
                    throw new IllegalStateException("the driver dies");
                }
            }
        };
        assertThatThrownBy(() -> saving.train(training, dying)).hasMessageContaining("the driver dies");
        assertThat(bytes(saving.withPartitions(3).train(training))).isEqualTo(expected);
        assertThatThrownBy(() -> saving.withLocalSteps(LocalSteps.of(5)).train(training))
                .isInstanceOf(ResumeException.class)
                .hasMessageContaining("the local steps was");
        assertThatThrownBy(() -> trainer(PLAN.withOptimiser(new Adam(0.02)))
                        .withShards(4)
                        .withLocalSteps(LocalSteps.of(4))
                        .withCheckpoints(folder.toUri().toString())
                        .train(training))
                .isInstanceOf(ResumeException.class)
                .hasMessageContaining("the rule of local steps");
    }

    /** With one replica, an outer rate of 1 and next to no momentum, the parameters are just those of the replica. */
    @Test
    void oneReplicaWithoutAnOuterStepIsTheTrainerItself() {
        List<Example> examples = Waves.examples(64, 1);
        TrainingPlan plan = PLAN.withEpochs(1).withSchedule(Schedule.CONSTANT);
        SparkTraining local = trainer(plan)
                .withShards(1)
                .withPartitions(1)
                .withLocalSteps(new LocalSteps(4, 1, 1e-30))
                .train(LocalSpark.context().parallelize(examples, 1));
        ShardedExamples sharded = ShardedExamples.of(
                LocalSpark.context().parallelize(examples, 1), new ShardedExamples.Layout(16, 1, 1, 2, plan.seed()));
        Shard shard = sharded.shards().first();
        int[] places = new BatchOrder(1, 4, plan.seed()).ofEpoch(1)[0];
        Network network = Network.initialised(SPEC, new Seeds(plan.seed()).initialisation());
        Trainer.of(network, plan).train(new dev.carousel.train.Batches() {
            @Override
            public int size() {
                return 4;
            }

            @Override
            public dev.carousel.train.Batch batch(int i) {
                return shard.batches()[places[i]].batch();
            }
        });
        float[] expected = network.parameters().values();
        float[] found = local.network().parameters().values();
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-6f));
        }
    }

    /** Of 16 examples one counts, so that one of two shards has nothing to learn from. */
    @Test
    void aShardWithoutAStepThatCountsIsLeftOutAndTheLossIsWeightedByWhatCounts() {
        NetworkSpec spec = NetworkSpec.of(Recurrent.gru(2, 4), Dense.head(4, 3));
        List<Example> examples = new java.util.ArrayList<>();
        for (Example one : Waves.examples(16, 1)) {
            int[] classes = new int[one.steps()];
            java.util.Arrays.fill(classes, examples.isEmpty() ? 1 : Tokens.IGNORED);
            examples.add(Example.ofVectors(one.vectors(), 2).withClasses(classes));
        }
        TrainingPlan plan = TrainingPlan.forClasses().withEpochs(2).withSeed(3);
        SparkTraining training = SparkTrainer.of(LocalSpark.session(), spec, plan)
                .withBatchSize(16)
                .withShards(2)
                .withPartitions(1)
                .withLocalSteps(LocalSteps.of(1))
                .train(LocalSpark.context().parallelize(examples, 1));
        ReplicaTask task = ReplicaTask.of(spec, plan, 1);
        Replica replica = new Replica(task);
        replica.take(Network.initialised(spec, new Seeds(plan.seed()).initialisation())
                .parameters()
                .values());
        var sums = replica.judge(new MicroBatch(examples.subList(0, 1), 2));
        double loss = sums.loss() / sums.weight();
        assertThat(training.result().epochs().get(0).trainingLoss())
                .isCloseTo(loss, org.assertj.core.data.Offset.offset(1e-5));
        assertThat(training.result().epochs().get(1).trainingLoss()).isLessThan(loss);
        TreeSum.Part half = replica.trainAlone(List.of(new MicroBatch(examples, 2)), 0, 1, 1);
        assertThat(half.weight()).isEqualTo(examples.get(0).steps());
        assertThat(half.loss() / half.weight()).isBetween(0.5, 2.0);
        assertThat(replica.trainAlone(List.of(new MicroBatch(examples.subList(1, 16), 2)), 0, 1, 1))
                .isSameAs(TreeSum.Part.NOTHING);
    }

    @Test
    void examplesAreForgottenWhenATrainingFails() {
        var before = LocalSpark.context().getPersistentRDDs().keySet();
        JavaRDD<Example> wrong = LocalSpark.context()
                .parallelize(List.of(Example.ofVectors(new float[3], 3).withTarget(new float[1], 1)), 1);
        assertThatThrownBy(() -> trainer(PLAN).train(rdd(20, 1), wrong))
                .hasMessageContaining("The network reads 2 numbers");
        assertThat(LocalSpark.context().getPersistentRDDs().keySet()).isEqualTo(before);
    }

    @Test
    void mistakesAreTold() {
        assertThatThrownBy(() ->
                        trainer(PLAN.withRule(PLAN.rule().withAccumulate(2))).withLocalSteps(LocalSteps.of(5)))
                .hasMessageContaining("accumulates 2 batches");
        assertThatThrownBy(() -> new LocalSteps(0, 0.7, 0.9)).hasMessageContaining("1 step at least");
        assertThatThrownBy(() -> LocalSteps.of(5).withMomentum(0)).hasMessageContaining("momentum above 0");
        assertThatThrownBy(() -> LocalSteps.of(5).withLearningRate(0)).hasMessageContaining("nothing is learned");
        assertThatThrownBy(() ->
                        trainer(PLAN.withAveraging(Averaging.lastEpochs(2))).withLocalSteps(LocalSteps.of(5)))
                .hasMessageContaining("no averaging");
        assertThatThrownBy(() -> trainer(PLAN.withPlateau(new Plateau(0.5, 2))).withLocalSteps(LocalSteps.of(5)))
                .hasMessageContaining("as a plateau needs");
        assertThatThrownBy(
                        () -> trainer(PLAN.withOptimiser(new Adam(1e30)).withClipping(dev.carousel.optim.Clipping.NONE))
                                .withLocalSteps(LocalSteps.of(5))
                                .train(rdd(100, 1)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("loss is NaN");
    }
}
