package dev.carousel.spark;

import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Loss;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.SpecJson;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import dev.carousel.train.RemoteGradients.Sums;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingException;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingMoment;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingState;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A network on one of the machines, with the buffers of its passes; for one task of Spark at a time, in its thread. */
final class Replica {

    private final Network network;
    private final Tape tape;
    private final TrainingPlan plan;
    private final BatchLoss loss;
    private final BatchLoss judging;

    Replica(ReplicaTask task) {
        NetworkSpec spec = SpecJson.ofJson(task.spec());
        this.network = Network.of(spec, spec.zeroParameters());
        this.plan = task.plan().value();
        this.tape = network.tape(Team.single());
        this.loss = lossOf(plan.loss());
        this.judging = lossOf(plan.loss().judging());
    }

    private BatchLoss lossOf(Loss of) {
        return BatchLoss.of(of.on(network.spec()), network.kernels().rows(), Team.single());
    }

    /** The kernels that it runs on. */
    String kernels() {
        return network.kernels().name();
    }

    /** Takes the parameters that the passes to come are with. */
    void take(float[] parameters) {
        System.arraycopy(parameters, 0, network.parameters().values(), 0, parameters.length);
    }

    /**
     * The gradient of the sum of a micro-batch's losses.
     *
     * @param noise from which its dropout is drawn
     */
    TreeSum.Part gradient(MicroBatch examples, long noise) {
        Batch batch = examples.batch();
        State state = network.freshState(batch.input().batchSize());
        Parameters gradient = network.parameters().zerosLike();
        if (loss.loss().ofRightClass()) {
            tape.train(
                    batch.input(),
                    state,
                    new SplittableRandom(noise),
                    loss.rightClasses(batch.target()),
                    y -> slope(y, batch),
                    gradient);
        } else {
            tape.train(batch.input(), state, new SplittableRandom(noise), y -> slope(y, batch), gradient);
        }
        float weight = (float) loss.weight();
        float[] g = gradient.values();
        for (int i = 0; i < g.length; i++) {
            g[i] *= weight;
        }
        return new TreeSum.Part(g, loss.sum(), loss.weight(), batch.input().validSteps(), 1);
    }

    private Sequence slope(Sequence y, Batch batch) {
        Sequence dY = Sequence.zeros(y.steps(), y.batchSize(), y.size());
        loss.evaluate(y, batch.target(), dY);
        return dY;
    }

    /** What the network gives for a loss, with nothing dropped. */
    private Sequence output(BatchLoss of, Batch batch) {
        State state = network.freshState(batch.input().batchSize());
        return of.loss().ofRightClass()
                ? tape.infer(batch.input(), state, of.rightClasses(batch.target()))
                : tape.infer(batch.input(), state);
    }

    /** The losses of a micro-batch by which the network is judged. */
    Sums judge(MicroBatch examples) {
        Batch batch = examples.batch();
        judging.evaluate(output(judging, batch), batch.target());
        return new Sums(judging.sum(), judging.weight(), batch.input().validSteps());
    }

    /**
     * Trains by itself for some updates, with an optimiser that begins.
     *
     * @param examples one micro-batch an update
     * @param before how many updates there were in this epoch and those before
     * @param all how many there will be in the whole training
     * @param noise from which its dropout is drawn
     * @return what the parameters lost, as a gradient; nothing where no step of the examples counts
     */
    TreeSum.Part trainAlone(List<MicroBatch> examples, long before, long all, long noise) {
        float[] begin = network.parameters().values().clone();
        Schedule schedule = plan.schedule();
        TrainingPlan local = plan.withEpochs(1)
                .withSeed(noise)
                .withKeepBest(false)
                .withSchedule((step, steps) -> schedule.factor(before + step, all));
        float[] change = new float[begin.length];
        Counted counted = new Counted();
        try {
            Trainer.of(network, local, Team.single()).train(new InOrder(examples), counted);
        } catch (IllegalArgumentException e) {
            // All shards must do their part: one of which nothing counts has none, whatever the others have.
            if (countsAny(examples)) {
                throw e;
            }
            return TreeSum.Part.NOTHING;
        } catch (TrainingException e) {
            // Not a matter of this machine, so that another one need not try: the driver sees it and says where and
            // why.
            Arrays.fill(change, Float.NaN);
            return new TreeSum.Part(change, Double.NaN, 1, 0, 1);
        }
        float[] end = network.parameters().values();
        for (int i = 0; i < change.length; i++) {
            change[i] = begin[i] - end[i];
        }
        take(begin);
        TrainingState.Sums sums = Objects.requireNonNull(counted.sums);
        return new TreeSum.Part(change, sums.loss(), sums.weight(), sums.items(), 1);
    }

    private boolean countsAny(List<MicroBatch> examples) {
        double weight = 0;
        for (MicroBatch one : examples) {
            Batch batch = one.batch();
            loss.evaluate(output(loss, batch), batch.target());
            weight += loss.weight();
        }
        return weight > 0;
    }

    /** Keeps what a training of one epoch added up. */
    private static final class Counted implements TrainingListener {

        private TrainingState.@Nullable Sums sums;

        @Override
        public void resumable(TrainingMoment moment) {
            if (moment.runEnded()) {
                sums = moment.state().sums();
            }
        }
    }

    /** Batches in the order in which they are. */
    private record InOrder(List<MicroBatch> examples) implements Batches {

        @Override
        public int size() {
            return examples.size();
        }

        @Override
        public Batch batch(int i) {
            return examples.get(i).batch();
        }
    }
}
