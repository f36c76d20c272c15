package dev.carousel.online;

import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.optim.Descent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.SpecJson;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One stream from which a network learns while it predicts: each event gives an output at once, each target, when it is known, a
 * step of learning. No event is kept but those whose targets may still come.
 *
 * <pre>{@code
 * OnlineLearner learner = OnlineLearner.of(network, OnlinePlan.of(new MeanSquaredError()));
 * float[] y = new float[network.spec().outputSize()];
 * learner.predict(x, y);                    // the output after this event and all before it
 * double loss = learner.learn(truth);       // of that output, before the weights changed
 * Network learned = learner.network();      // a copy; the network it began from stays as it was
 * }</pre>
 *
 * <p>Gradients are carried forward with the state (real-time recurrent learning, Williams and Zipser 1989), so that they reach
 * back to the beginning of the stream and nothing is cut off:
 *
 * <ul>
 *   <li>One recurrent layer of a cell without recurrent products (indrnn, mingru, minlstm, sru, rglru), which is the first layer
 *       that has weights: the gradient is exact, as {@link #exact} says. As long as weights stay the same, the sum over steps is
 *       that of backpropagation through the whole stream; while they change, what was carried is of the weights as they were.
 *   <li>Of other cells what a weight does to its own unit is carried, and not what it does to others through recurrent products
 *       (SnAp-1, Menick et al. 2021): biased, and as cheap. Of a cell with two products in a step (mgu, a GRU that resets
 *       before the product) what goes from one unit through another within a step is left out as well.
 *   <li>Of several recurrent layers one above the other, each carries its own; what a lower one does to the states of those above
 *       it is counted for the step of the loss alone. So is all that is below a recurrent layer, such as an embedding.
 *   <li>Layers above the last recurrent one are exact.
 * </ul>
 *
 * <p>A learner needs one to four times as many numbers as the recurrent layers have weights, one for each part of the state, next
 * to the weights, their gradient and the optimiser's memory. It allocates nothing from step to step. Dropout and other noise of
 * training is left out. One thread at a time; a second one gets an error.
 */
public final class OnlineLearner {

    private final NetworkSpec spec;
    private final Network origin;
    private final OnlinePlan plan;
    private final Parameters weights;
    private final Parameters gradient;
    private final LaggingPass pass;
    private final Descent descent;
    private final BatchLoss loss;
    private final PendingEvents pending;
    private final LearnerBytes bytes;

    private final Sequence dY;
    private final OneTarget target = new OneTarget();

    private final OneThread one = new OneThread("OnlineLearner");

    private OnlineLearner(Network network, OnlinePlan plan) {
        this.spec = network.spec();
        this.origin = network;
        this.plan = plan;
        plan.loss().requireFits(spec);
        this.weights = TransposedWeights.of(spec, network.parameters());
        this.gradient = weights.zerosLike();
        this.descent = Descent.of(
                plan.optimiser(), plan.clipping(), weights, network.kernels().updates(), Team.single());
        this.loss = BatchLoss.of(plan.loss(), network.kernels().rows(), Team.single());
        int inputSize = spec.readsIds() ? 0 : spec.inputSize();
        this.pending = new PendingEvents(Math.addExact(plan.lag(), 1), inputSize, spec.readsIds());
        this.pass = new LaggingPass(network, weights, pending, plan.lag() > 0);
        this.dY = Sequence.zeros(1, 1, spec.outputSize());
        String digest = new Parameters.Layout().zeros().fingerprint(SpecJson.toJson(spec), plan.toString());
        this.bytes = new LearnerBytes(HexFormat.of().parseHex(digest), descent.memory(), pending);
    }

    /**
     * A stream that begins.
     *
     * @param network where its weights begin; copied, and never changed
     * @throws IllegalArgumentException if the network cannot take single steps (it reads sequences from their end, or has a mean or
     *     maximum over steps), has a layer that cannot learn so (layer normalisation within a cell, a projection, zoneout, masking),
     *     or does not fit the loss
     */
    public static OnlineLearner of(Network network, OnlinePlan plan) {
        return new OnlineLearner(network, plan);
    }

    /**
     * Whether the gradient of every weight is exact, which the head of this page says of which networks; else that of weights in and
     * below recurrent layers is an approximation.
     */
    public boolean exact() {
        return LearningLayers.exact(spec);
    }

    /** The plan. */
    public OnlinePlan plan() {
        return plan;
    }

    /**
     * How many events there were: the next one has this number.
     *
     * @throws IllegalStateException if another thread is at work on this learner
     */
    public long steps() {
        one.enter();
        try {
            return pending.steps();
        } finally {
            one.leave();
        }
    }

    /**
     * How many targets have been learned from.
     *
     * @throws IllegalStateException if another thread is at work on this learner
     */
    public long updates() {
        one.enter();
        try {
            return descent.memory().updates();
        } finally {
            one.leave();
        }
    }

    /**
     * Takes an event that is a vector. An event whose target is now later than the plan allows goes without one.
     *
     * @param x the network's inputSize numbers; copied
     * @param y receives the network's outputSize numbers
     * @return the number of the event, for its target; the first is 0
     * @throws IllegalArgumentException if a size differs, a number is not finite or the network reads ids; the learner is then as
     *     it was
     * @throws IllegalStateException if another thread is at work on this learner
     */
    public long predict(float[] x, float[] y) {
        if (spec.readsIds() || x.length != spec.inputSize()) {
            throw spec.wrongEvent(x.length);
        }
        requireRoom(y);
        OneTarget.requireFinite("event", x);
        one.enter();
        try {
            pass.makeRoom();
            pending.add(x);
            return step(y);
        } finally {
            one.leave();
        }
    }

    /**
     * Takes an event that is an id, as for a vector.
     *
     * @param id 0 to V - 1
     * @throws IllegalArgumentException if the id is unknown, the output's size differs, or the network reads vectors; the learner is
     *     then as it was
     */
    public long predict(int id, float[] y) {
        if (!spec.readsIds()) {
            throw new IllegalArgumentException("The event is the id " + id + " but the network reads vectors of "
                    + spec.inputSize() + " numbers a step: pass a float[].");
        }
        if (id < 0 || id >= spec.inputSize()) {
            throw new IllegalArgumentException("The event is the id " + id + " but the network knows 0 to "
                    + (spec.inputSize() - 1) + ". Was it trained with another vocabulary?");
        }
        requireRoom(y);
        one.enter();
        try {
            pass.makeRoom();
            pending.add(id);
            return step(y);
        } finally {
            one.leave();
        }
    }

    private void requireRoom(float[] y) {
        if (y.length != spec.outputSize()) {
            throw new IllegalArgumentException("Room for " + y.length
                    + " numbers was given but the network's output has " + spec.outputSize() + " a step.");
        }
    }

    private long step(float[] y) {
        System.arraycopy(pass.predict().data(), 0, y, 0, y.length);
        return lastStep();
    }

    /**
     * Learns from the target of the last event.
     *
     * @param target what the loss compares the output with, for {@code MeanSquaredError} outputSize numbers
     * @return the loss of the output by the weights as they were, the mean over its terms
     * @throws IllegalArgumentException if a number is not finite, or the target does not fit the loss; the learner is then as it was
     * @throws IllegalStateException if there was no event yet, the last one has had its target, the loss or the gradient is not
     *     finite, or another thread is at work on this learner
     */
    public double learn(float[] target) {
        one.enter();
        try {
            return learn(lastStep(), this.target.of(target));
        } finally {
            one.leave();
        }
    }

    /**
     * Learns from the class that the last event had, as from numbers. Where the loss has weights of classes, the gradient is
     * multiplied by that of the class before it is clipped; the mean that is returned is free of it.
     *
     * @param label 0 to outputSize - 1
     */
    public double learn(int label) {
        one.enter();
        try {
            return learn(lastStep(), target.of(label, spec.outputSize()));
        } finally {
            one.leave();
        }
    }

    /**
     * Learns from the target of an earlier event. Those before it that have had none go without.
     *
     * @param step what {@link #predict(float[], float[])} returned for it
     * @return the loss of its output by the weights of now, of which this step is part: with a lag, the event is taken once more
     * @throws IllegalStateException also if it is too late: a target of this event or a later one has been learned from, or more
     *     events have come since than the plan's lag
     * @see #learn(float[])
     */
    public double learn(long step, float[] target) {
        one.enter();
        try {
            return learn(step, this.target.of(target));
        } finally {
            one.leave();
        }
    }

    /**
     * Learns from the class that an earlier event had, as from numbers.
     *
     * @see #learn(long, float[])
     */
    public double learn(long step, int label) {
        one.enter();
        try {
            return learn(step, target.of(label, spec.outputSize()));
        } finally {
            one.leave();
        }
    }

    private long lastStep() {
        return pending.steps() - 1;
    }

    private double learn(long step, Target target) {
        pending.require(step, plan.lag());
        plan.loss().requireFits(dY, target);
        while (pending.oldestStep() < step) {
            pass.settleOldest();
        }
        double mean = loss.evaluate(pass.oldest(), target, dY);
        if (!Double.isFinite(mean)) {
            throw diverged("the loss of event " + step + " is " + mean);
        }
        weigh(plan.loss().weight(target, 0));
        pass.learnOldest(dY, gradient);
        double norm = descent.clip(gradient);
        if (!Double.isFinite(norm)) {
            throw diverged("the norm of the gradient of event " + step + " is " + norm);
        }
        descent.step(gradient);
        pass.changed();
        return mean;
    }

    /** The mean of a single step is free of its weight; among the updates of a stream the step counts as its weight says. */
    private void weigh(double weight) {
        if (weight != 1) {
            float w = (float) weight;
            for (int i = 0; i < dY.size(); i++) {
                dY.data()[i] *= w;
            }
        }
    }

    private IllegalStateException diverged(String what) {
        return new IllegalStateException(
                "The learner has diverged: " + what + ". The weights are as they were before."
                        + " Take a smaller learning rate or clip the gradient, and reset() the learner or restore one that was saved.");
    }

    /**
     * Copies the state of the stream, from which {@link #step} can look ahead.
     *
     * @param into of one sequence of this network; receives the state after the last event
     * @throws IllegalArgumentException if it is of another network or batch size
     * @throws IllegalStateException if another thread is at work on this learner
     */
    public void copyState(State into) {
        one.alone(() -> into.copyFrom(pass.last()));
    }

    /**
     * A step that the stream does not take, by the weights of now: of what may come, such as the rows of a horizon beyond the next.
     *
     * @param state of one sequence of this network; read and overwritten
     * @param x the network's inputSize numbers
     * @param y receives the network's outputSize numbers
     * @throws IllegalArgumentException if a size differs, a number is not finite, the network reads ids, or the state is of another
     *     network
     * @throws IllegalStateException if another thread is at work on this learner
     */
    public void step(State state, float[] x, float[] y) {
        if (spec.readsIds() || x.length != spec.inputSize()) {
            throw spec.wrongEvent(x.length);
        }
        requireRoom(y);
        OneTarget.requireFinite("event", x);
        one.alone(() -> System.arraycopy(pass.step(state, x).data(), 0, y, 0, y.length));
    }

    /**
     * The stream ends: the next event begins a new one. Weights and the optimiser's memory stay, and events go on being counted.
     *
     * @throws IllegalStateException if another thread is at work on this learner
     */
    public void reset() {
        one.alone(pass::clear);
    }

    /**
     * A network with what has been learned so far: a copy, which does not change.
     *
     * @throws IllegalStateException if another thread is at work on this learner
     */
    public Network network() {
        return one.alone(() -> Network.of(spec, TransposedWeights.back(spec, weights), origin.kernels()));
    }

    /**
     * The gradient of the last target in all parameters, as the optimiser got it, after clipping: a copy. Zeros before the first.
     *
     * @throws IllegalStateException if another thread is at work on this learner
     */
    public Parameters gradient() {
        return one.alone(() -> TransposedWeights.back(spec, gradient));
    }

    /**
     * All that the learner is: weights, the optimiser's memory, the state, what is carried with it, and the events whose targets may
     * still come.
     *
     * @throws IllegalStateException if another thread is at work on this learner
     */
    public byte[] save() {
        return one.alone(() -> bytes.write(arrays()));
    }

    /**
     * Goes on where a learner of the same network and plan was saved, by this process or another, to the same bits.
     *
     * @throws IllegalArgumentException if the bytes are damaged, or of another network or plan; the learner is then as it was
     * @throws IllegalStateException if another thread is at work on this learner
     */
    public void restore(byte[] saved) {
        one.alone(() -> {
            bytes.read(saved, arrays());
            pass.restored();
        });
    }

    private List<float[]> arrays() {
        List<float[]> all = new ArrayList<>(pass.carried());
        all.add(weights.values());
        return all;
    }
}
