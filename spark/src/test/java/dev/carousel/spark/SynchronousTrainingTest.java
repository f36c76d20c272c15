package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.loss.Loss;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.optim.AdamW;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Averaging;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.ResumeException;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingException;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynchronousTrainingTest {

    private static final NetworkSpec SPEC = Waves.spec(8);
    private static final TrainingPlan PLAN = TrainingPlan.forNumbers()
            .withOptimiser(new AdamW(0.01).withWeightDecay(0.001))
            .withSchedule(Schedule.warmUp(5, Schedule.cosine(0.1)))
            .withAveraging(Averaging.exponential(0.9))
            .withClipNorm(1)
            .withKeepBest(true)
            .withEpochs(3)
            .withSeed(7);
    private static final int BATCH = 32;
    private static final int SHARDS = 4;

    private static JavaRDD<Example> rdd(List<Example> examples, int slices) {
        return LocalSpark.context().parallelize(examples, slices);
    }

    private static SparkTrainer trainer(TrainingPlan plan) {
        return SparkTrainer.of(LocalSpark.session(), SPEC, plan)
                .withBatchSize(BATCH)
                .withShards(SHARDS)
                .withPartitions(2);
    }

    private static byte[] bytes(SparkTraining training) {
        return training.model(Task.of("waves")).toBytes();
    }

    @Test
    void bitsAreThoseOfAnyNumberOfPartitionsAndAnyOrderOfTheExamples() {
        List<Example> examples = Waves.examples(301, 1);
        List<Example> heldOut = Waves.examples(50, 2);
        SparkTraining expected = trainer(PLAN).train(rdd(examples, 3), rdd(heldOut, 2));
        assertThat(expected.result().epochs()).hasSize(3);
        assertThat(expected.result().epochs().get(2).decidingLoss())
                .isLessThan(expected.result().epochs().get(0).decidingLoss());
        List<Example> shuffled = new ArrayList<>(examples);
        Collections.shuffle(shuffled, new Random(3));
        for (int partitions : new int[] {1, 3, 4}) {
            SparkTraining other =
                    trainer(PLAN).withPartitions(partitions).train(rdd(shuffled, partitions + 1), rdd(heldOut, 1));
            assertThat(bytes(other)).as("%d partitions", partitions).isEqualTo(bytes(expected));
        }
    }

    /** The batches of the cluster in one process, whole: what its losses must be but for rounding. */
    private record WholeBatches(List<Shard> shards, int size, int[][] order) implements Batches {

        static WholeBatches of(ShardedExamples examples) {
            return new WholeBatches(
                    examples.shards().collect(), examples.batches(), new int[SHARDS][examples.batches()]);
        }

        @Override
        public void shuffle(RandomGenerator random) {
            for (int[] places : order) {
                for (int i = 0; i < size; i++) {
                    places[i] = i;
                }
                for (int i = size - 1; i > 0; i--) {
                    int j = random.nextInt(i + 1);
                    int swapped = places[i];
                    places[i] = places[j];
                    places[j] = swapped;
                }
            }
        }

        private static List<Example> unpacked(Batch batch) {
            float[][][] inputs = ((Sequence) batch.input()).toBatchFirst();
            float[][][] targets = batch.target().vectors().toBatchFirst();
            List<Example> examples = new ArrayList<>();
            for (int n = 0; n < inputs.length; n++) {
                examples.add(
                        Example.ofVectors(flat(inputs[n]), SPEC.inputSize()).withTarget(flat(targets[n]), 1));
            }
            return examples;
        }

        private static float[] flat(float[][] steps) {
            float[] all = new float[steps.length * steps[0].length];
            for (int t = 0; t < steps.length; t++) {
                System.arraycopy(steps[t], 0, all, t * steps[0].length, steps[0].length);
            }
            return all;
        }

        @Override
        public Batch batch(int i) {
            List<Example> all = new ArrayList<>();
            for (Shard shard : shards) {
                int place = order[shard.number()][i];
                if (place < shard.batches().length) {
                    all.addAll(unpacked(shard.batches()[place].batch()));
                }
            }
            return new MicroBatch(all, SPEC.inputSize()).batch();
        }
    }

    @Test
    void lossesAreThoseOfOneProcessWithTheSameBatches() {
        List<Example> examples = Waves.examples(301, 1);
        List<Example> heldOut = Waves.examples(50, 2);
        SparkTraining spark = trainer(PLAN).train(rdd(examples, 3), rdd(heldOut, 2));
        ShardedExamples.Layout layout = new ShardedExamples.Layout(BATCH, SHARDS, 1, SPEC.inputSize(), PLAN.seed());
        WholeBatches training = WholeBatches.of(ShardedExamples.of(rdd(examples, 2), layout));
        Batch judged = new MicroBatch(heldOut, SPEC.inputSize()).batch();
        Trainer trainer = Trainer.of(SPEC, PLAN);
        TrainingResult one =
                trainer.train(training, Batches.of(() -> List.of(judged).iterator()));
        for (int e = 0; e < 3; e++) {
            EpochFigures here = one.epochs().get(e);
            EpochFigures there = spark.result().epochs().get(e);
            assertThat(there.trainingLoss()).isCloseTo(here.trainingLoss(), Percentage.withPercentage(1e-3));
            assertThat(there.heldOutLoss().orElseThrow())
                    .isCloseTo(here.heldOutLoss().orElseThrow(), Percentage.withPercentage(1e-3));
            assertThat(there.items()).isEqualTo(here.items());
            assertThat(there.learningRate()).isEqualTo(here.learningRate());
        }
    }

    /** Ends a run in the middle of an epoch, as a driver that dies does. */
    private static final class Dying implements TrainingListener {

        private final int after;
        private int updates;

        Dying(int after) {
            this.after = after;
        }

        @Override
        public void batchEnded(int batch, long items, double loss, double gradientNorm) {
            if (++updates == after) {
                throw new IllegalStateException("the driver dies");
            }
        }
    }

    @Test
    void aRunThatDiedGoesOnFromItsCheckpointWithTheSameBits(@TempDir Path folder) throws Exception {
        JavaRDD<Example> examples = rdd(Waves.examples(200, 1), 2);
        JavaRDD<Example> heldOut = rdd(Waves.examples(50, 2), 2);
        byte[] expected = bytes(trainer(PLAN).train(examples, heldOut));
        SparkTrainer saving = trainer(PLAN).withCheckpoints(folder.toUri().toString(), 1e-9);
        assertThatThrownBy(() -> saving.train(examples, heldOut, new Dying(9))).hasMessageContaining("the driver dies");
        assertThatThrownBy(() -> saving.train(examples, heldOut, new Dying(3))).hasMessageContaining("the driver dies");
        // The latest checkpoint is damaged: the one before serves.
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> checkpoints = files.filter(file -> file.toString().endsWith(".checkpoint"))
                    .sorted()
                    .toList();
            assertThat(checkpoints).hasSize(2);
            byte[] last = Files.readAllBytes(checkpoints.get(1));
            last[last.length / 2] ^= 1;
            Files.deleteIfExists(folder.resolve("." + checkpoints.get(1).getFileName() + ".crc"));
            Files.write(checkpoints.get(1), last);
        }
        assertThat(bytes(saving.train(examples, heldOut))).isEqualTo(expected);
        assertThatThrownBy(() -> saving.withShards(8).train(examples, heldOut))
                .isInstanceOf(ResumeException.class)
                .hasMessageContaining("the number of shards was 4 and is now 8");
        assertThatThrownBy(() -> trainer(PLAN.withSeed(8))
                        .withCheckpoints(folder.toUri().toString())
                        .train(examples, heldOut))
                .isInstanceOf(ResumeException.class)
                .hasMessageContaining("the seed");
    }

    @Test
    void modelKnowsWhereItComesFrom(@TempDir Path folder) {
        SparkTraining training = trainer(PLAN).train(rdd(Waves.examples(100, 1), 2), rdd(Waves.examples(20, 2), 1));
        String file = folder.resolve("waves.safetensors").toUri().toString();
        HadoopFiles files = HadoopFiles.of(LocalSpark.session());
        files.save(training.model(Task.of("waves")), file);
        files.save(training.model(Task.of("waves")), file);
        Model model = files.load(file).requireTask("waves");
        assertThat(model.provenance().seed()).hasValue(7);
        assertThat(model.provenance().command()).contains("SparkTrainer, 100 examples in 4 batches");
        assertThat(model.provenance().software().kernels()).isNotEmpty();
        assertThat(model.provenance().losses().get("heldOut"))
                .hasSize(3)
                .containsExactlyElementsOf(training.result().epochs().stream()
                        .map(EpochFigures::decidingLoss)
                        .toList());
        assertThat(model.parameters().values())
                .isEqualTo(training.network().parameters().values());
        // 3 epochs of 4 updates and a judgement, in 2 partitions.
        assertThat(training.traffic().changes()).isEqualTo(3 * 4 * 2);
        assertThat(training.traffic().models()).isEqualTo(3 * 5 * 2);
    }

    @Test
    void aTaskThatFailsOnceIsDoneAgainWithTheSameBits() {
        List<Example> examples = Waves.examples(120, 1);
        byte[] expected = bytes(trainer(PLAN).train(rdd(examples, 2)));
        TrainingPlan failing = new TrainingPlan(
                new FailingOnce(new MeanSquaredError()),
                PLAN.rule(),
                PLAN.averaging(),
                PLAN.epochs(),
                PLAN.seed(),
                PLAN.keepBest(),
                PLAN.segment());
        FailingOnce.failures = 3;
        assertThat(bytes(trainer(failing).train(rdd(examples, 2)))).isEqualTo(expected);
        assertThat(FailingOnce.failures).isZero();
    }

    @Test
    void mistakesAreTold() {
        JavaRDD<Example> examples = rdd(Waves.examples(20, 1), 2);
        assertThatThrownBy(() -> trainer(PLAN).withShards(6).train(examples))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is 6 but must be a power of two");
        assertThatThrownBy(() -> trainer(PLAN).withBatchSize(33).train(examples))
                .hasMessageContaining("33 examples cannot be divided evenly among 4 shards");
        assertThatThrownBy(() -> trainer(PLAN).withPartitions(5).train(examples))
                .hasMessageContaining("4 shards cannot be in 5 partitions");
        assertThatThrownBy(() -> trainer(PLAN.withSegment(5))).hasMessageContaining("segments of 5 steps");
        assertThatThrownBy(() -> trainer(PLAN).train(rdd(List.of(), 1)))
                .hasMessageContaining("there is no example to learn from");
        NetworkSpec other = NetworkSpec.of(Recurrent.gru(3, 4), Dense.head(4, 1));
        assertThatThrownBy(() -> SparkTrainer.of(LocalSpark.session(), other, PLAN)
                        .withBatchSize(8)
                        .train(examples))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The network reads 3 numbers a step");
        Loss lambda = PLAN.loss();
        assertThatThrownBy(() -> trainer(PLAN.withSchedule((step, steps) -> lambda.terms(1)))
                        .train(examples))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Write it as a record");
    }

    @Test
    void aTrainingThatDivergesSaysWhere() {
        List<Example> examples = new ArrayList<>(Waves.examples(40, 1));
        float[] broken = examples.get(5).vectors().clone();
        broken[0] = Float.NaN;
        examples.set(5, Example.ofVectors(broken, 2).withTarget(examples.get(5).targets(), 1));
        assertThatThrownBy(() -> trainer(PLAN).train(rdd(examples, 2)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("the loss is NaN");
    }
}
