package dev.carousel.train;

import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.network.Network;
import dev.carousel.network.NetworkSpec;
import dev.carousel.network.Parameters;
import dev.carousel.network.SegmentedTape;
import dev.carousel.network.Tape;
import dev.carousel.optim.Descent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/** One run of a {@link Trainer}, with all that it needs from batch to batch. */
final class TrainingRun {

    private final TrainingPlan plan;
    private final Seeds seeds;
    private final Batches training;
    private final Optional<Batches> heldOut;
    private final TrainingListener[] listeners;

    private final Parameters parameters;
    private final Parameters gradient;
    private final BatchPass pass;
    private final Descent descent;
    private final CarriedState states;
    private final Evaluator evaluator;

    /** The parameters of the best epoch, or of the last good one, whichever the plan ends with. */
    private final Parameters kept;

    private int keptEpoch;
    private int bestEpoch;
    private double bestLoss = Double.POSITIVE_INFINITY;
    private boolean stopped;

    // Of the epoch that is under way.
    private double lossSum;
    private double lossWeight;
    private double normSum;
    private final double[] layerNormSums;
    private int updates;
    private long items;
    private double rate;

    TrainingRun(
            Network network,
            TrainingPlan plan,
            Team team,
            Batches training,
            Optional<Batches> heldOut,
            List<TrainingListener> listeners) {
        this.plan = plan;
        this.seeds = new Seeds(plan.seed());
        this.training = training;
        this.heldOut = heldOut;
        this.listeners = listeners.toArray(TrainingListener[]::new);
        this.parameters = network.parameters();
        this.gradient = parameters.zerosLike();
        this.kept = parameters.copy();
        Tape tape = network.tape(team);
        BatchLoss loss = BatchLoss.of(plan.loss(), network.kernels().rows(), team);
        this.pass = pass(network.spec(), tape, loss);
        this.descent = Descent.of(
                plan.optimiser(), plan.clipping(), parameters, network.kernels().updates(), team);
        this.layerNormSums = new double[descent.layers().size()];
        this.states = new CarriedState(network.spec());
        this.evaluator = new Evaluator(network.spec(), tape, loss);
    }

    private BatchPass pass(NetworkSpec spec, Tape tape, BatchLoss loss) {
        if (plan.segment() == TrainingPlan.FITTING && SegmentedPass.canCut(loss.loss()) && SegmentedTape.canCut(spec)) {
            return new FittingPass(spec, tape, loss, Runtime.getRuntime().maxMemory());
        }
        return plan.segment() == TrainingPlan.WHOLE || plan.segment() == TrainingPlan.FITTING
                ? new WholePass(tape, loss)
                : new SegmentedPass(spec, tape, loss, plan.segment());
    }

    TrainingResult run() {
        List<EpochFigures> epochs = new ArrayList<>();
        for (TrainingListener listener : listeners) {
            listener.trainingStarted(plan, training.size());
        }
        for (int epoch = 1; epoch <= plan.epochs() && !stopped; epoch++) {
            for (TrainingListener listener : listeners) {
                listener.epochStarted(epoch);
            }
            EpochFigures figures = epoch(epoch);
            epochs.add(figures);
            keep(figures);
            for (TrainingListener listener : listeners) {
                listener.epochEnded(figures);
            }
            stopped |= epoch < plan.epochs() && stopWanted();
        }
        restoreKept();
        TrainingResult result = new TrainingResult(epochs, bestEpoch, keptEpoch, stopped);
        for (TrainingListener listener : listeners) {
            listener.trainingEnded(result);
        }
        return result;
    }

    private EpochFigures epoch(int epoch) {
        long start = System.nanoTime();
        lossSum = 0;
        lossWeight = 0;
        normSum = 0;
        Arrays.fill(layerNormSums, 0);
        updates = 0;
        items = 0;
        training.shuffle(seeds.shuffling(epoch));
        RandomGenerator dropout = seeds.dropout(epoch);
        states.restart();
        for (int i = 0; i < training.size() && !stopped; i++) {
            batch(epoch, i, training.batch(i), dropout);
            stopped = (i + 1 < training.size()) && stopWanted();
        }
        if (lossWeight == 0) {
            throw new IllegalArgumentException(
                    "Trainer: in " + training.size() + " batches no step counts. Are all targets ignored or masked?");
        }
        Optional<Diagnosis> broken = Diagnosis.inParameters("the last update was too large", parameters);
        if (broken.isPresent()) {
            throw failure(epoch, -1, broken.get());
        }
        long trained = System.nanoTime();
        OptionalDouble heldOutLoss = heldOutLoss(epoch);
        long evaluated = System.nanoTime();
        return new EpochFigures(
                epoch,
                lossSum / lossWeight,
                heldOutLoss,
                rate,
                normSum / updates,
                layerNorms(),
                items,
                trained - start,
                evaluated - trained);
    }

    private Map<String, Double> layerNorms() {
        Map<String, Double> norms = new LinkedHashMap<>();
        for (int layer = 0; layer < layerNormSums.length; layer++) {
            norms.put(descent.layers().get(layer), layerNormSums[layer] / updates);
        }
        return norms;
    }

    private void batch(int epoch, int i, Batch batch, RandomGenerator dropout) {
        pass.run(batch, states.before(batch), dropout, gradient);
        long batchItems = batch.input().validSteps();
        items += batchItems;
        if (pass.count() == 0) {
            return;
        }
        double mean = pass.mean();
        rate = plan.optimiser().learningRate() * plan.schedule().factor(step(epoch, i), step(plan.epochs() + 1, 0));
        if (!Double.isFinite(mean)) {
            throw failure(epoch, i, Diagnosis.of("the loss is " + mean, batch, parameters, gradient));
        }
        double norm = descent.clip(gradient);
        if (!Double.isFinite(norm)) {
            throw failure(epoch, i, Diagnosis.of("the norm of the gradient is " + norm, batch, parameters, gradient));
        }
        descent.step(gradient, rate);

        lossSum += pass.sum();
        lossWeight += pass.weight();
        normSum += norm;
        for (int layer = 0; layer < layerNormSums.length; layer++) {
            layerNormSums[layer] += descent.layerNorm(layer);
        }
        updates++;
        for (TrainingListener listener : listeners) {
            listener.batchEnded(i, batchItems, mean, norm);
        }
    }

    /** How many batches there were before one. */
    private long step(int epoch, int i) {
        return (epoch - 1L) * training.size() + i;
    }

    private OptionalDouble heldOutLoss(int epoch) {
        if (heldOut.isEmpty()) {
            return OptionalDouble.empty();
        }
        double mean = evaluator.meanLoss(heldOut.get());
        if (!Double.isFinite(mean)) {
            throw failure(epoch, -1, Diagnosis.ofHeldOut("the held-out loss is " + mean, heldOut.get()));
        }
        return OptionalDouble.of(mean);
    }

    private void keep(EpochFigures figures) {
        boolean best = figures.decidingLoss() < bestLoss;
        if (best) {
            bestLoss = figures.decidingLoss();
            bestEpoch = figures.epoch();
        }
        if (best || !endsWithBest()) {
            System.arraycopy(parameters.values(), 0, kept.values(), 0, kept.size());
            keptEpoch = figures.epoch();
        }
    }

    private boolean endsWithBest() {
        return plan.keepBest() && heldOut.isPresent();
    }

    private void restoreKept() {
        System.arraycopy(kept.values(), 0, parameters.values(), 0, kept.size());
    }

    private TrainingException failure(int epoch, int batch, Diagnosis diagnosis) {
        restoreKept();
        return new TrainingException(epoch, batch, keptEpoch, diagnosis, plan, rate);
    }

    private boolean stopWanted() {
        boolean wanted = false;
        for (TrainingListener listener : listeners) {
            wanted |= listener.wantsStop();
        }
        return wanted;
    }
}
