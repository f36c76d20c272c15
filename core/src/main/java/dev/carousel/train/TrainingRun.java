package dev.carousel.train;

import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Loss;
import dev.carousel.network.Network;
import dev.carousel.network.SegmentedTape;
import dev.carousel.network.Tape;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** One run of a {@link Trainer}, with all that it needs from batch to batch. */
final class TrainingRun {

    private final Network network;
    private final TrainingPlan plan;
    private final Seeds seeds;
    private final Sources data;
    private final Listeners listeners;

    private final Parameters parameters;
    private final Updates updates;
    private final CarriedState states;
    private final Evaluator evaluator;
    private final WeightAverage average;
    private final KeptWeights kept;
    private final EpochSums sums;

    private final List<EpochFigures> epochs = new ArrayList<>();
    private int epoch = 1;
    private int batch;
    private ResumableRandom dropout = new ResumableRandom(0);
    private double plateau = 1;
    private double rate;
    private boolean epochEnded;
    private boolean stopped;
    private Optional<Map<String, String>> identity = Optional.empty();
    private final TrainingMoment moment = new Moment();

    private static final float[] NO_STATE = {};

    TrainingRun(Network network, TrainingPlan plan, Team team, Sources data, Listeners listeners) {
        this.network = network;
        this.plan = plan;
        this.seeds = new Seeds(plan.seed());
        this.data = data;
        this.listeners = listeners;
        this.parameters = network.parameters();
        Tape tape = network.tape(team);
        BatchLoss loss =
                BatchLoss.of(plan.loss().on(network.spec()), network.kernels().rows(), team);
        BatchPass pass = data.remote().isPresent()
                ? new RemotePass(data.remote().get(), parameters, () -> epoch, () -> batch)
                : pass(network.spec(), tape, loss);
        this.updates = new Updates(network, plan.rule(), pass, team);
        this.states = new CarriedState(network.spec());
        Loss judging = plan.loss().judging().on(network.spec());
        this.evaluator = new Evaluator(
                network.spec(),
                tape,
                judging.equals(loss.loss())
                        ? loss
                        : BatchLoss.of(judging, network.kernels().rows(), team));
        this.average = new WeightAverage(plan, parameters, team);
        this.kept =
                new KeptWeights(parameters, plan.keepBest() && data.heldOut().isPresent());
        this.sums = new EpochSums(updates.descent().layers());
    }

    private BatchPass pass(NetworkSpec spec, Tape tape, BatchLoss loss) {
        if (plan.segment() == TrainingPlan.FITTING && SegmentedPass.canCut(loss.loss()) && SegmentedTape.canCut(spec)) {
            return new FittingPass(spec, tape, loss, Runtime.getRuntime().maxMemory());
        }
        return plan.segment() == TrainingPlan.WHOLE || plan.segment() == TrainingPlan.FITTING
                ? new WholePass(tape, loss)
                : new SegmentedPass(spec, tape, loss, plan.segment());
    }

    /**
     * Runs to the end.
     *
     * @param from where an earlier run was left, if anywhere
     */
    TrainingResult run(Optional<TrainingState> from) {
        listeners.trainingStarted(plan, data.training().size());
        from.ifPresent(this::restore);
        while (epoch <= plan.epochs() && !stopped) {
            listeners.epochStarted(epoch);
            EpochFigures figures = trainAndJudge();
            epochs.add(figures);
            kept.offer(figures, parameters);
            listeners.epochEnded(figures);
            average.hide();
            average.afterLosses(decidingLosses());
            plateau = plateauFactor();
            stopped |= epoch < plan.epochs() && listeners.wantsStop();
            epochEnded = true;
            listeners.resumable(moment);
            epochEnded = false;
            epoch++;
            batch = 0;
        }
        kept.giveBack(parameters);
        TrainingResult result = new TrainingResult(epochs, kept.bestEpoch(), kept.keptEpoch(), stopped);
        listeners.trainingEnded(result);
        return result;
    }

    /** An epoch, or the rest of one, and its judgement; leaves the parameters in place that were judged. */
    private EpochFigures trainAndJudge() {
        data.training().shuffle(seeds.shuffling(epoch));
        updates.begin();
        if (batch == 0) {
            sums.clear();
            states.restart();
            dropout = seeds.resumableDropout(epoch);
        }
        int size = data.training().size();
        while (batch < size && !stopped) {
            boolean updated = nextBatch();
            stopped = batch < size && listeners.wantsStop();
            if (updated && batch < size) {
                listeners.resumable(moment);
            }
        }
        if (sums.empty()) {
            throw new IllegalArgumentException(
                    "Trainer: in " + size + " batches no step counts. Are all targets ignored or masked?");
        }
        Optional<Diagnosis> broken = Diagnosis.inParameters("the last update was too large", parameters);
        if (broken.isPresent()) {
            throw failure(-1, broken.get());
        }
        average.afterEpoch(epoch);
        average.show();
        long elapsed = sums.elapsedNanos();
        long trained = System.nanoTime();
        OptionalDouble heldOutLoss = heldOutLoss();
        return sums.figures(epoch, heldOutLoss, elapsed, System.nanoTime() - trained);
    }

    /** The next batch; whether it led to an update. */
    private boolean nextBatch() {
        int i = batch;
        Batch next = data.training().batch(i);
        int size = data.training().size();
        rate = rate(i, size);
        boolean updated;
        try {
            updated = updates.batch(next, states.before(next), dropout, i + 1 == size, rate);
        } catch (Updates.NotFinite e) {
            throw failure(i, e.diagnosis());
        }
        sums.read(updates.read());
        batch++;
        if (updated) {
            sums.add(updates.loss(), updates.weight());
            sums.update(updates.norm(), rate, updates.descent());
            average.afterUpdate(updates.descent().memory().updates() - 1);
            listeners.batchEnded(i, updates.items(), updates.loss() / updates.weight(), updates.norm());
        }
        return updated;
    }

    private double rate(int i, int size) {
        long perEpoch = plan.rule().updates(size);
        long step = (epoch - 1L) * perEpoch + i / plan.rule().accumulate();
        return plan.optimiser().learningRate() * plan.schedule().factor(step, plan.epochs() * perEpoch) * plateau;
    }

    private double[] decidingLosses() {
        return epochs.stream().mapToDouble(EpochFigures::decidingLoss).toArray();
    }

    private double plateauFactor() {
        return plan.rule()
                .plateau()
                .map(rule -> rule.factorAfter(decidingLosses()))
                .orElse(1.0);
    }

    private OptionalDouble heldOutLoss() {
        if (data.heldOut().isEmpty()) {
            return OptionalDouble.empty();
        }
        Batches heldOut = data.heldOut().get();
        double mean = data.remote().isPresent() ? remoteLoss(data.remote().get()) : evaluator.meanLoss(heldOut);
        if (!Double.isFinite(mean)) {
            throw failure(-1, Diagnosis.ofHeldOut("the held-out loss is " + mean, heldOut));
        }
        return OptionalDouble.of(mean);
    }

    private double remoteLoss(RemoteGradients remote) {
        RemoteGradients.Sums judged = remote.heldOut(parameters).orElse(RemoteGradients.Sums.NONE);
        if (judged.weight() == 0) {
            throw new IllegalArgumentException("Trainer: no step of " + remote.heldOutData()
                    + ", the held-out data, counts. Are all targets ignored or masked?");
        }
        return judged.mean();
    }

    private TrainingException failure(int failedBatch, Diagnosis diagnosis) {
        kept.giveBack(parameters);
        return new TrainingException(epoch, failedBatch, kept.keptEpoch(), diagnosis, plan, rate);
    }

    private Map<String, String> identity() {
        if (identity.isEmpty()) {
            identity = Optional.of(Identity.of(network.spec(), plan, data));
            // It was shuffled for the first epoch, to tell it from other data.
            data.training().shuffle(seeds.shuffling(epoch));
        }
        return identity.get();
    }

    private void restore(TrainingState state) {
        state.requireIdentity(identity());
        state.requireFits(
                parameters, data.training().size(), updates.descent().layers().size());
        TrainingState.Position position = state.position();
        updates.descent()
                .memory()
                .restore(state.optimiser().updates(), state.optimiser().arrays());
        System.arraycopy(state.weights().now().values(), 0, parameters.values(), 0, parameters.size());
        epochs.addAll(state.epochs());
        kept.restore(epochs, state.weights().kept());
        state.weights()
                .average()
                .ifPresent(values -> average.restore(values, state.weights().averaged(), decidingLosses()));
        plateau = plateauFactor();
        epoch = position.epoch();
        batch = position.batch();
        stopped = position.stopped();
        if (batch > 0) {
            dropout = new ResumableRandom(position.dropout());
            states.restore(position.carriedBatch(), state.carried());
            sums.restore(state.sums());
        }
        listeners.trainingResumed(List.copyOf(epochs), batch);
    }

    /** What a listener may ask between two updates; one object for all of them. */
    private final class Moment implements TrainingMoment {

        @Override
        public int epoch() {
            return epoch;
        }

        @Override
        public int batch() {
            return batch;
        }

        @Override
        public boolean epochEnded() {
            return epochEnded;
        }

        @Override
        public boolean runEnded() {
            return epochEnded && (stopped || epoch == plan.epochs());
        }

        @Override
        public boolean epochBest() {
            return epochEnded && kept.bestEpoch() == epoch;
        }

        @Override
        public Parameters judged() {
            return average.judged();
        }

        @Override
        public TrainingState state() {
            boolean between = epochEnded;
            return new TrainingState(
                    identity(),
                    new TrainingState.Position(
                            between ? epoch + 1 : epoch,
                            between ? 0 : batch,
                            dropout.state(),
                            between ? 0 : states.batchSize(),
                            stopped),
                    epochs,
                    sums.save(),
                    new TrainingState.Weights(parameters, kept.values(), average.values(), average.averaged()),
                    new TrainingState.Memory(
                            updates.descent().memory().updates(),
                            updates.descent().memory().arrays()),
                    between ? NO_STATE : states.values());
        }
    }
}
