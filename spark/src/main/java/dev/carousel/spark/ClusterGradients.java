package dev.carousel.spark;

import dev.carousel.spec.Parameters;
import dev.carousel.train.RemoteGradients;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Gradients that the machines of a cluster compute together: one job of Spark for each. */
final class ClusterGradients implements RemoteGradients {

    private final JavaSparkContext spark;
    private final ReplicaTask task;
    private final ShardedExamples training;
    private final Optional<ShardedExamples> heldOut;
    private final BatchOrder order;
    private final Optional<LocalSteps> local;
    private final int epochs;
    private final Set<String> kernels = new TreeSet<>();

    private int orderedEpoch;
    private int[][] ordered = {};
    private long modelsSent;
    private long changesSent;
    private int size;

    /**
     * Of examples on a cluster.
     *
     * @param epochs how many epochs the training has, for schedules of local steps
     * @param seed of the plan
     */
    ClusterGradients(
            JavaSparkContext spark,
            ReplicaTask task,
            ShardedExamples training,
            Optional<ShardedExamples> heldOut,
            Optional<LocalSteps> local,
            int epochs,
            long seed) {
        this.spark = spark;
        this.task = task;
        this.training = training;
        this.heldOut = heldOut;
        this.order = new BatchOrder(task.shards(), training.batches(), seed);
        this.local = local;
        this.epochs = epochs;
    }

    private int stepsOfRound() {
        return local.map(LocalSteps::steps).orElse(1);
    }

    @Override
    public int size() {
        return (training.batches() + stepsOfRound() - 1) / stepsOfRound();
    }

    @Override
    public Sums gradient(int epoch, int batch, Parameters parameters, long noise, Parameters gradient) {
        if (epoch != orderedEpoch) {
            ordered = order.ofEpoch(epoch);
            orderedEpoch = epoch;
        }
        TreeSum.Part total =
                run(parameters, now -> local.isPresent() ? round(now, epoch, batch, noise) : update(now, batch, noise));
        double parts = local.isPresent() ? total.replicas() : total.weight();
        float factor = (float) (1 / parts);
        float[] g = gradient.values();
        for (int i = 0; parts > 0 && i < g.length; i++) {
            g[i] = total.gradient()[i] * factor;
        }
        changesSent += training.nodes();
        return total.sums();
    }

    private ShardPass update(Broadcast<float[]> now, int batch, long noise) {
        int[] places = Arrays.stream(ordered).mapToInt(of -> of[batch]).toArray();
        return new ShardPass.Gradient(task, now, places, noise);
    }

    private ShardPass round(Broadcast<float[]> now, int epoch, int round, long noise) {
        int from = round * stepsOfRound();
        int to = Math.min(training.batches(), from + stepsOfRound());
        int[][] places = Arrays.stream(ordered)
                .map(of -> Arrays.copyOfRange(of, from, to))
                .toArray(int[][]::new);
        long before = (epoch - 1L) * training.batches() + from;
        return new ShardPass.Round(task, now, places, before, (long) epochs * training.batches(), noise);
    }

    private TreeSum.Part run(Parameters parameters, Function<Broadcast<float[]>, ShardPass> pass) {
        return run(training, parameters, pass);
    }

    private TreeSum.Part run(
            ShardedExamples examples, Parameters parameters, Function<Broadcast<float[]>, ShardPass> pass) {
        size = parameters.size();
        modelsSent += examples.shards().getNumPartitions();
        Broadcast<float[]> now = spark.broadcast(parameters.values().clone());
        try {
            TreeSum sum = examples.shards().treeAggregate(new TreeSum(), pass.apply(now), TreeSum::merge);
            kernels.addAll(sum.kernels());
            return sum.total();
        } finally {
            now.destroy();
        }
    }

    @Override
    public boolean holdsOut() {
        return heldOut.isPresent();
    }

    @Override
    public Optional<Sums> heldOut(Parameters parameters) {
        return heldOut.map(examples -> run(examples, parameters, now -> new ShardPass.Judgement(task, now))
                .sums());
    }

    @Override
    public String trainingData() {
        return training.describe();
    }

    @Override
    public String heldOutData() {
        return heldOut.map(ShardedExamples::describe).orElse("none");
    }

    /** The kernels that were at work on the machines. */
    Set<String> kernels() {
        return kernels;
    }

    /** What was sent so far. */
    SparkTraining.Traffic traffic() {
        return new SparkTraining.Traffic(modelsSent, changesSent, (modelsSent + changesSent) * size * Float.BYTES);
    }
}
