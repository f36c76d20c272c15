package dev.carousel.spark;

import dev.carousel.kernel.Team;
import dev.carousel.model.Provenance;
import dev.carousel.network.Network;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Averaging;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingResult;
import dev.carousel.train.TrainingState;
import dev.carousel.train.UpdateRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Trains a network on the machines of a Spark cluster, data-parallel.
 *
 * <pre>{@code
 * SparkTraining training = SparkTrainer.of(spark, spec, TrainingPlan.forNumbers().withEpochs(10).withSeed(1))
 *         .withBatchSize(512)
 *         .withCheckpoints("hdfs://cluster/runs/sales")
 *         .train(examples, heldOut);
 * HadoopFiles.of(spark).save(training.model(task), "hdfs://cluster/models/sales.safetensors");
 * }</pre>
 *
 * <p>The examples are cut into a fixed number of shards; of each batch, each shard has a micro-batch. There are two ways:
 *
 * <pre>{@code
 * synchronous    each update, every shard computes the gradient of its micro-batch with the same parameters, the gradients are
 *                added along one tree over the shards, and the driver makes the update
 * local steps    each round, every shard makes some updates of its own; the parameters follow the mean of the changes
 * }</pre>
 *
 * <p>The driver runs core's {@link Trainer}: schedules, clipping, averages, early stopping, which epoch is kept, checkpoints and
 * listeners are the same as on one machine. The same examples, network, plan, batch size, number of shards and kernels give the
 * same bits, on any number of machines and partitions, and also where machines are lost and their work is done again.
 *
 * <p>Immutable.
 */
public final class SparkTrainer {

    private static final int SHARDS = 8;
    private static final int BATCH_SIZE = 256;

    private final SparkSession spark;
    private final NetworkSpec spec;
    private final TrainingPlan plan;
    private final Cut cut;
    private final Optional<LocalSteps> local;
    private final Optional<Saving> saving;
    private final Optional<Network> from;

    /** How examples are cut; 0 partitions for as many as the cluster has cores. */
    private record Cut(int batchSize, int shards, int partitions) {}

    /** Where checkpoints go, and how often in the middle of an epoch. */
    private record Saving(String folder, double everySeconds) {}

    private SparkTrainer(
            SparkSession spark,
            NetworkSpec spec,
            TrainingPlan plan,
            Cut cut,
            Optional<LocalSteps> local,
            Optional<Saving> saving,
            Optional<Network> from) {
        this.spark = Objects.requireNonNull(spark, "SparkTrainer: the session is null");
        this.spec = Objects.requireNonNull(spec, "SparkTrainer: spec is null");
        this.plan = Objects.requireNonNull(plan, "SparkTrainer: plan is null");
        this.cut = cut;
        this.local = local;
        this.saving = saving;
        this.from = from;
        plan.loss().requireFits(spec);
        if (plan.segment() != TrainingPlan.WHOLE && plan.segment() != TrainingPlan.FITTING) {
            throw new IllegalArgumentException("SparkTrainer: segments of " + plan.segment()
                    + " steps were asked for, but a micro-batch is trained with all its steps in memory. Cut the"
                    + " sequences into shorter ones.");
        }
        if (local.isPresent()) {
            requireLocal(plan);
        }
    }

    private static void requireLocal(TrainingPlan plan) {
        if (plan.rule().plateau().isPresent() || !plan.averaging().equals(Averaging.NONE)) {
            throw new IllegalArgumentException(
                    "SparkTrainer: with local steps the updates are made by the replicas, which"
                            + " know neither the losses of epochs, as a plateau needs, nor an average of parameters. Use a schedule"
                            + " that counts updates, and no averaging.");
        }
        if (plan.rule().accumulate() > 1) {
            throw new IllegalArgumentException(
                    "SparkTrainer: with local steps a replica updates after each micro-batch,"
                            + " but the plan accumulates " + plan.rule().accumulate()
                            + " batches an update. Take a larger batch size instead.");
        }
    }

    /**
     * A trainer of a new network, whose first parameters are those that {@link Trainer#of(NetworkSpec, TrainingPlan)} draws:
     * synchronous, in batches of 256, in 8 shards.
     *
     * @throws IllegalArgumentException if the loss does not fit the network, or the plan asks for segments
     */
    public static SparkTrainer of(SparkSession spark, NetworkSpec spec, TrainingPlan plan) {
        Cut cut = new Cut(BATCH_SIZE, SHARDS, 0);
        return new SparkTrainer(spark, spec, plan, cut, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same, going on from the parameters of a network, which stays as it is. */
    public SparkTrainer startingFrom(Network network) {
        if (!network.spec().equals(spec)) {
            throw new IllegalArgumentException(
                    "SparkTrainer: the network to start from is " + network.spec() + " but this trains " + spec + ".");
        }
        return new SparkTrainer(spark, spec, plan, cut, local, saving, Optional.of(network));
    }

    /** The same with so many examples in a batch, of all shards together; with local steps, in a step of all replicas. */
    public SparkTrainer withBatchSize(int batchSize) {
        return with(new Cut(batchSize, cut.shards(), cut.partitions()));
    }

    /**
     * The same with so many shards, a power of two that divides the batch size. At most so many tasks work at a time, so take at
     * least the number of cores; the result depends on it, in its last bits where training is synchronous.
     */
    public SparkTrainer withShards(int shards) {
        return with(new Cut(cut.batchSize(), shards, cut.partitions()));
    }

    /** The same with the shards in so many partitions, instead of as many as the cluster has cores; changes no bit. */
    public SparkTrainer withPartitions(int partitions) {
        return with(new Cut(cut.batchSize(), cut.shards(), partitions));
    }

    /** The same with local steps. The plan's rule is then that of the replicas. */
    public SparkTrainer withLocalSteps(LocalSteps rounds) {
        return new SparkTrainer(spark, spec, plan, cut, Optional.of(rounds), saving, from);
    }

    /**
     * The same with a checkpoint after each epoch, in a folder of any file system that Hadoop knows. If there is one of the same
     * run already, the training goes on from there, with the bits of one that never stopped; one of another run is refused.
     */
    public SparkTrainer withCheckpoints(String folder) {
        return withCheckpoints(folder, Double.POSITIVE_INFINITY);
    }

    /** The same, also in the middle of an epoch, whenever so many seconds have passed. */
    public SparkTrainer withCheckpoints(String folder, double everySeconds) {
        return new SparkTrainer(spark, spec, plan, cut, local, Optional.of(new Saving(folder, everySeconds)), from);
    }

    private SparkTrainer with(Cut other) {
        return new SparkTrainer(spark, spec, plan, other, local, saving, from);
    }

    /**
     * Trains without held-out data.
     *
     * @throws dev.carousel.train.TrainingException if a loss, gradient or parameter turns NaN or infinite
     * @throws IllegalArgumentException if there is no example, or one does not fit the network or the loss
     * @throws dev.carousel.train.ResumeException if the checkpoints are of another run
     */
    public SparkTraining train(JavaRDD<Example> training, TrainingListener... listeners) {
        return run(training, Optional.empty(), listeners);
    }

    /**
     * Trains and evaluates held-out data after each epoch, on the cluster as well.
     *
     * @throws dev.carousel.train.TrainingException if a loss, gradient or parameter turns NaN or infinite
     * @throws IllegalArgumentException if there is no example, or one does not fit the network or the loss
     * @throws dev.carousel.train.ResumeException if the checkpoints are of another run
     */
    public SparkTraining train(JavaRDD<Example> training, JavaRDD<Example> heldOut, TrainingListener... listeners) {
        return run(training, Optional.of(heldOut), listeners);
    }

    private ShardedExamples.Layout layout(JavaSparkContext context) {
        int shards = cut.shards();
        if (shards < 1 || Integer.bitCount(shards) != 1) {
            throw new IllegalArgumentException(
                    "SparkTrainer: the number of shards is " + shards + " but must be a power of two.");
        }
        if (cut.batchSize() < shards || cut.batchSize() % shards != 0) {
            throw new IllegalArgumentException("SparkTrainer: a batch of " + cut.batchSize()
                    + " examples cannot be divided evenly among " + shards + " shards. Take a multiple of it.");
        }
        int partitions =
                cut.partitions() == 0 ? Math.min(shards, Math.max(1, context.defaultParallelism())) : cut.partitions();
        if (partitions < 1 || partitions > shards) {
            throw new IllegalArgumentException("SparkTrainer: " + shards + " shards cannot be in " + partitions
                    + " partitions; each needs one at least. Take more shards.");
        }
        return new ShardedExamples.Layout(
                cut.batchSize(), shards, partitions, spec.readsIds() ? 0 : spec.inputSize(), plan.seed());
    }

    private SparkTraining run(
            JavaRDD<Example> training, Optional<JavaRDD<Example>> heldOut, TrainingListener... listeners) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        ShardedExamples.Layout layout = layout(context);
        return Causes.unwrapping(() -> {
            ReplicaTask task = ReplicaTask.of(spec, plan, layout.shards());
            ShardedExamples sharded = ShardedExamples.of(training, layout);
            Optional<ShardedExamples> judged = Optional.empty();
            try {
                judged = heldOut.map(examples -> ShardedExamples.of(examples, layout));
                return run(
                        new ClusterGradients(context, task, sharded, judged, local, plan.epochs(), plan.seed()),
                        listeners);
            } finally {
                sharded.release();
                judged.ifPresent(ShardedExamples::release);
            }
        });
    }

    private SparkTraining run(ClusterGradients gradients, TrainingListener... listeners) {
        if (gradients.size() == 0) {
            throw new IllegalArgumentException("SparkTrainer: there is no example to learn from.");
        }
        Network network = from.map(first -> Network.of(spec, first.parameters().copy()))
                .orElseGet(() -> Network.initialised(spec, new Seeds(plan.seed()).initialisation()));
        TrainingPlan driven = local.map(rounds -> plan.withRule(UpdateRule.DEFAULT
                        .withOptimiser(rounds.outer())
                        .withFrozen(plan.rule().frozen())))
                .orElse(plan);
        List<TrainingListener> all = new ArrayList<>(List.of(listeners));
        Optional<TrainingState> last = Optional.empty();
        if (saving.isPresent()) {
            HadoopCheckpoints checkpoints = new HadoopCheckpoints(
                    HadoopFiles.of(spark), saving.get().folder(), saving.get().everySeconds(), identity());
            last = checkpoints.latest();
            all.add(checkpoints);
        }
        TrainingResult result;
        try (Team team = Team.ofAllProcessors()) {
            Trainer trainer = Trainer.of(network, driven, team);
            result = last.map(trainer::resuming).orElse(trainer).train(gradients, all.toArray(TrainingListener[]::new));
        }
        return new SparkTraining(network, result, provenance(result, gradients), gradients.traffic());
    }

    /** What tells the run from others that its state does not tell it from. */
    private Map<String, String> identity() {
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put("the number of shards", Integer.toString(cut.shards()));
        identity.put("the batch size", Integer.toString(cut.batchSize()));
        identity.put("the local steps", local.map(LocalSteps::toString).orElse("none"));
        if (local.isPresent()) {
            // The state has the rule between rounds; this is the one within them.
            identity.put("the rule of local steps", plan.rule().toString());
            identity.put("the number of epochs, by which local schedules go", Integer.toString(plan.epochs()));
        }
        return identity;
    }

    private Provenance provenance(TrainingResult result, ClusterGradients gradients) {
        String command = "SparkTrainer, " + gradients.trainingData() + " of " + cut.batchSize() + " in " + cut.shards()
                + " shards, " + local.map(LocalSteps::toString).orElse("synchronous");
        Provenance provenance = Provenance.of(String.join(", ", gradients.kernels()))
                .withSeed(plan.seed())
                .withCommand(command)
                .withLosses(
                        "training",
                        result.epochs().stream().map(EpochFigures::trainingLoss).toList());
        List<Double> heldOut = result.epochs().stream()
                .map(EpochFigures::heldOutLoss)
                .flatMap(loss -> loss.isPresent() ? Stream.of(loss.getAsDouble()) : Stream.empty())
                .toList();
        return heldOut.isEmpty() ? provenance : provenance.withLosses("heldOut", heldOut);
    }
}
