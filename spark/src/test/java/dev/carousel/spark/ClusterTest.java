package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.model.Task;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Minutes on a real cluster: {@code mvn verify -pl spark -am -Dcarousel.engines=long -Dtest=ClusterTest}. */
@EnabledIfSystemProperty(named = "carousel.engines", matches = "long")
class ClusterTest {

    private static final NetworkSpec SPEC = Waves.spec(24);
    private static final int BATCH = 64;
    private static final int SHARDS = 2;
    private static final int KILLED_AT = 60;
    private static final double NOISE = 0.3;
    private static final TrainingPlan PLAN = TrainingPlan.forNumbers()
            .withOptimiser(new Adam(0.005))
            .withSchedule(Schedule.cosine(0.05))
            .withClipNorm(1)
            .withSeed(11);

    private static SparkTrainer trainer(StandaloneCluster cluster, TrainingPlan plan) {
        return SparkTrainer.of(cluster.session(), SPEC, plan)
                .withBatchSize(BATCH)
                .withShards(SHARDS)
                .withPartitions(2);
    }

    private static byte[] bytes(SparkTraining training) {
        return training.model(Task.of("waves")).toBytes();
    }

    /** The same training in this process, with the same batches. */
    private static TrainingResult inOneProcess(JavaRDD<Example> training, List<Example> judged, TrainingPlan plan) {
        ShardedExamples.Layout layout = new ShardedExamples.Layout(BATCH, SHARDS, 2, SPEC.inputSize(), plan.seed());
        WholeBatches whole = WholeBatches.of(ShardedExamples.of(training, layout), SPEC.inputSize());
        Batch all = new MicroBatch(judged, SPEC.inputSize()).batch();
        return Trainer.of(SPEC, plan).train(whole, Batches.of(() -> List.of(all).iterator()));
    }

    /** Kills a worker in the middle of the training. */
    private static final class Killing implements TrainingListener {

        private final StandaloneCluster cluster;
        private int updates;

        Killing(StandaloneCluster cluster) {
            this.cluster = cluster;
        }

        @Override
        public void batchEnded(int batch, long items, double loss, double gradientNorm) {
            if (++updates == KILLED_AT) {
                cluster.kill(1);
            }
        }
    }

    @Test
    void twoWorkersTrainAsOneProcessDoesAndOneOfThemMayBeKilled(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        TrainingPlan plan = PLAN.withEpochs(2);
        List<Example> judged = Waves.examples(1000, 2, NOISE);
        try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
            JavaSparkContext context =
                    JavaSparkContext.fromSparkContext(cluster.session().sparkContext());
            JavaRDD<Example> training = context.parallelize(Waves.examples(3200, 1, NOISE), 2);
            JavaRDD<Example> heldOut = context.parallelize(judged, 2);
            TrainingResult one = inOneProcess(training, judged, plan);
            long begin = System.nanoTime();
            SparkTraining synchronous = trainer(cluster, plan).train(training, heldOut);
            double seconds = (System.nanoTime() - begin) / 1e9;
            for (int e = 0; e < plan.epochs(); e++) {
                EpochFigures here = one.epochs().get(e);
                EpochFigures there = synchronous.result().epochs().get(e);
                System.out.printf(
                        Locale.ROOT,
                        "epoch %d: one process %.9f, held out %.9f; two workers %.9f, held out %.9f%n",
                        e + 1,
                        here.trainingLoss(),
                        here.decidingLoss(),
                        there.trainingLoss(),
                        there.decidingLoss());
                assertThat(there.trainingLoss()).isCloseTo(here.trainingLoss(), Percentage.withPercentage(1e-3));
                assertThat(there.decidingLoss()).isCloseTo(here.decidingLoss(), Percentage.withPercentage(1e-3));
            }
            System.out.printf(Locale.ROOT, "synchronous: %.1f s, %s%n", seconds, synchronous.traffic());
            begin = System.nanoTime();
            SparkTraining killed = trainer(cluster, plan).train(training, heldOut, new Killing(cluster));
            seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(Locale.ROOT, "synchronous, one worker killed: %.1f s%n", seconds);
            assertThat(cluster.alive(1)).isFalse();
            assertThat(bytes(killed)).isEqualTo(bytes(synchronous));
        }
    }

    @Test
    void localStepsReachNearlyTheSameLossWithFewBytes(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        TrainingPlan plan = PLAN.withEpochs(8);
        List<Example> judged = Waves.examples(4000, 2, NOISE);
        try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
            JavaSparkContext context =
                    JavaSparkContext.fromSparkContext(cluster.session().sparkContext());
            JavaRDD<Example> training = context.parallelize(Waves.examples(12_800, 1, NOISE), 2);
            // Of synchronous training, whose losses are these (the test above), and which sends 2 models and 2
            // gradients an update.
            TrainingResult one = inOneProcess(training, judged, plan);
            long parameters = SPEC.zeroParameters().size();
            long synchronous = (plan.epochs() * (200L * 4 + 2)) * parameters * Float.BYTES;
            long begin = System.nanoTime();
            SparkTraining local = trainer(cluster, plan)
                    .withLocalSteps(LocalSteps.of(100))
                    .train(training, context.parallelize(judged, 2));
            double seconds = (System.nanoTime() - begin) / 1e9;
            double ratio = local.result().kept().decidingLoss() / one.kept().decidingLoss();
            double bytes = (double) local.traffic().bytes() / synchronous;
            System.out.printf(
                    Locale.ROOT,
                    "local steps: %.1f s, %s; held-out loss %.6f, synchronous %.6f: %.4f times; bytes %.4f times%n",
                    seconds,
                    local.traffic(),
                    local.result().kept().decidingLoss(),
                    one.kept().decidingLoss(),
                    ratio,
                    bytes);
            assertThat(ratio).isLessThan(1.02);
            assertThat(bytes).isLessThan(0.02);
        }
    }
}
