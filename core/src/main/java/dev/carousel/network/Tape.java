package dev.carousel.network;

import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Lease;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * A network at work: forward passes over batches, and what they keep for the backward pass.
 *
 * <p>The buffers grow to the largest shape seen and are used again, so that a pass in the steady state allocates no
 * arrays. Sequences returned are views over them, valid until the next pass and refused after it; {@link Sequence#copy} keeps
 * one. A tape belongs to one thread at a time, which its team helps; a second one gets an error. Any number of tapes may share
 * one network.
 *
 * <p>A tape of a {@link Network} packs the weights at every pass, since they may have changed. To run a network many
 * times, above all for single steps, use a tape of {@link Network#pack()}, whose weights are packed once.
 *
 * <pre>{@code
 * Tape tape = network.tape(team);
 * State state = network.freshState(32);
 * Sequence y = tape.forward(x, state);              // state is now the final state
 * double loss = squaredError.evaluate(y, target, dY);
 * tape.backward(dY, gradient);                      // adds to the gradient of every parameter
 * }</pre>
 */
public final class Tape {

    /** Below this many parameters the hand-over to other threads costs more than packing them. */
    private static final int WORTH_A_TEAM = 32_768;

    private static final String NEXT_PASS = "the next pass of its tape";

    private final NetworkSpec spec;
    private final Parameters parameters;
    private final List<LayerWeights> weights;
    private final List<LayerPass> layers;
    private final Team team;
    private final boolean trains;
    private final boolean oneStep;

    /** The masking layers, which may move steps, from input to output. */
    private final List<MaskingPass> masks;

    private final int inputSize;
    private final int outputSize;

    // The event of a single step.
    private final Sequence vector;
    private final Tokens token = Tokens.of(new int[1], 1, 1);

    private boolean packed;
    private final Team.Task packForwardTask = this::packForward;
    private final Team.Task packBackwardTask = this::packBackward;

    private final Noise noise = new Noise();
    private State noGradient;
    private Sequence y = Sequence.zeros(0, 0, 0);
    private boolean forwardDone;
    private boolean restored;
    private boolean backwardDone;
    private final OneThread one = new OneThread("Tape, with the Session or Stepper that it belongs to,");

    /** Of the outputs that were returned, and of the gradients of the input. */
    private final Lease lease = new Lease(NEXT_PASS);

    private final Lease gradientLease = new Lease(NEXT_PASS);

    /** A tape on packed weights; one that trains packs them afresh at every pass, and no other may share them. */
    Tape(Network network, List<LayerWeights> weights, Team team, boolean trains) {
        this.spec = network.spec();
        this.parameters = network.parameters();
        this.weights = weights;
        this.layers = weights.stream()
                .map(layer -> layer.pass(network.kernels(), team))
                .collect(Collectors.toUnmodifiableList());
        this.masks = layers.stream()
                .filter(MaskingPass.class::isInstance)
                .map(MaskingPass.class::cast)
                .toList();
        this.team = team;
        this.trains = trains;
        this.oneStep = spec.lastOnly();
        this.inputSize = spec.readsIds() ? 0 : spec.inputSize();
        this.outputSize = spec.outputSize();
        this.vector = Sequence.zeros(1, 1, inputSize);
        this.noGradient = State.zeros(spec, 0);
    }

    /**
     * The state of N sequences that begin, to be stepped by this tape: one check for a second thread guards both, which a
     * step of a small network notices. Another tape may work on it, too, while this one does not.
     *
     * @throws IllegalArgumentException if the batch size is negative
     */
    public State freshState(int batchSize) {
        return State.fresh(spec, batchSize, one);
    }

    /**
     * The output for a batch, as outside training: nothing is dropped.
     *
     * @param x what the first layer reads, [T, N, D] or ids [T, N]; not copied, so it must not change before the backward
     *     pass
     * @param state the initial state of N sequences; overwritten with the final one, in which a sequence that is shorter
     *     than the batch has the state after its own last step
     * @return y [T, N, outputSize], 0 beyond a sequence's length and at masked steps; a view, valid until the next pass
     * @throws IllegalArgumentException if the input or the state does not fit the network, or an id is unknown
     * @throws IllegalStateException if another thread is at work on this tape or the state
     */
    public Sequence forward(SequenceBatch x, State state) {
        enter(state);
        try {
            return restored(run(x, state, Noise.OFF, layers.size())).lent(lease);
        } finally {
            leave(state);
        }
    }

    /**
     * As {@link #forward(SequenceBatch, State)}, for single steps and other passes that must not allocate anything: the output
     * is copied into an array.
     *
     * @param output receives y, T * N * outputSize numbers
     * @throws IllegalArgumentException also if the output has less room
     */
    public void forward(SequenceBatch x, State state, float[] output) {
        enter(state);
        try {
            Shapes.requireRoom(x, oneStep ? 1 : x.steps(), spec.outputSize(), output);
            Sequence made = restored(run(x, state, Noise.OFF, layers.size()));
            System.arraycopy(made.data(), 0, output, 0, made.steps() * made.batchSize() * made.size());
        } finally {
            leave(state);
        }
    }

    /**
     * One step of one sequence whose event is a vector, as outside training. Allocates nothing.
     *
     * @param event inputSize numbers, copied
     * @param state of one sequence; overwritten with the state after the step
     * @param output receives outputSize numbers
     * @throws IllegalArgumentException if a size differs, the network reads ids, or the state does not fit
     * @throws IllegalStateException if another thread is at work on this tape or the state
     */
    public void step(float[] event, State state, float[] output) {
        if (spec.readsIds() || event.length != inputSize) {
            throw new IllegalArgumentException("The event has " + event.length + " numbers but the network reads "
                    + (spec.readsIds() ? "ids" : inputSize + " numbers a step")
                    + ". Was this model trained with other features?");
        }
        enter(state);
        try {
            System.arraycopy(event, 0, vector.data(), 0, inputSize);
            step(vector, state, output);
        } finally {
            leave(state);
        }
    }

    /**
     * One step of one sequence whose event is an id, as for a vector.
     *
     * @param event 0 to V - 1
     * @throws IllegalArgumentException if the id is unknown, a size differs, the network reads vectors, or the state does not
     *     fit
     */
    public void step(int event, State state, float[] output) {
        if (!spec.readsIds()) {
            throw new IllegalArgumentException("The event is the id " + event + " but the network reads vectors of "
                    + spec.inputSize() + " numbers a step: pass a float[].");
        }
        enter(state);
        try {
            token.set(0, 0, event);
            step(token, state, output);
        } finally {
            leave(state);
        }
    }

    private void step(SequenceBatch x, State state, float[] output) {
        if (output.length != outputSize) {
            throw new IllegalArgumentException("Room for " + output.length
                    + " numbers was given but the network's output has " + outputSize + " a step.");
        }
        System.arraycopy(run(x, state, Noise.OFF, layers.size()).data(), 0, output, 0, outputSize);
    }

    private void enter(State state) {
        one.enter();
        if (state.one() == one) {
            return;
        }
        try {
            state.one().enter();
        } catch (IllegalStateException e) {
            one.leave();
            throw e;
        }
    }

    private void leave(State state) {
        if (state.one() != one) {
            state.one().leave();
        }
        one.leave();
    }

    /**
     * The output for a batch, with dropout and all other noise as in training.
     *
     * @param random gives one number, from which all noise of the pass is drawn ({@link Noise})
     * @throws IllegalStateException if weights are dropped and this tape is for inference, whose weights others share
     * @see #forward(SequenceBatch, State)
     */
    public Sequence forwardTraining(SequenceBatch x, State state, RandomGenerator random) {
        return forwardTraining(x, state, random.nextLong(), 0);
    }

    /**
     * A training pass in one: forward with all noise, then backward for what a loss makes of the output. Allocates nothing.
     *
     * @param random gives one number, from which all noise of the pass is drawn
     * @param loss gives the gradient of the loss in the output [T, N, outputSize] for the output, which is a view over this
     *     tape's buffers, to be read within the call alone
     * @param gradient of the network's layout; added to
     * @throws IllegalArgumentException if the input, the state, what the loss gave or the gradient does not fit
     * @throws IllegalStateException if another thread is at work on this tape or the state, or the tape is for inference
     */
    public void train(
            SequenceBatch x, State state, RandomGenerator random, UnaryOperator<Sequence> loss, Parameters gradient) {
        requireTraining();
        enter(state);
        try {
            noise.begin(random.nextLong(), 0);
            Sequence dY = loss.apply(unmoved(run(x, state, noise, layers.size())));
            backwardAlone(dY, noGradient(dY), gradient);
        } finally {
            leave(state);
        }
    }

    /** As above, of steps that are not the first of their sequences. */
    Sequence forwardTraining(SequenceBatch x, State state, long seed, long firstStep) {
        requireTraining();
        enter(state);
        try {
            noise.begin(seed, firstStep);
            return unmoved(run(x, state, noise, layers.size())).lent(lease);
        } finally {
            leave(state);
        }
    }

    private void requireTraining() {
        if (!trains
                && spec.stacks().stream()
                        .anyMatch(stack -> stack.regularisation().weightDropout() > 0)) {
            throw new IllegalStateException("The network drops weights in training, but this tape is for inference"
                    + " and shares its weights. For training passes use Network.tape.");
        }
    }

    /**
     * The output for a batch, as outside training, of which nothing is kept: no backward pass can follow.
     *
     * @see #forward(SequenceBatch, State)
     */
    public Sequence infer(SequenceBatch x, State state) {
        enter(state);
        try {
            return unmoved(withoutKeeping(x, state, Noise.OFF, layers.size())).lent(lease);
        } finally {
            leave(state);
        }
    }

    /** Only the final state after a batch, with noise as in training: no layer runs that has no state before it. */
    void advance(SequenceBatch x, State state, long seed, long firstStep) {
        int end = layers.size();
        while (end > 0 && !(layers.get(end - 1) instanceof RecurrentStack)) {
            end--;
        }
        enter(state);
        try {
            noise.begin(seed, firstStep);
            withoutKeeping(x, state, noise, end);
        } finally {
            leave(state);
        }
    }

    private Sequence withoutKeeping(SequenceBatch x, State state, Noise noise, int end) {
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).keeps(false);
        }
        try {
            run(x, state, noise, end);
        } finally {
            for (int i = 0; i < layers.size(); i++) {
                layers.get(i).keeps(true);
            }
        }
        forwardDone = false;
        return y;
    }

    /** The output with each step where its input is, if a masking layer has moved it. */
    private Sequence restored(Sequence made) {
        if (oneStep) {
            return made;
        }
        for (int i = masks.size() - 1; i >= 0; i--) {
            if (masks.get(i).moved()) {
                y = masks.get(i).restored(y);
                restored = true;
            }
        }
        return y;
    }

    /** Refuses an output whose steps are not where their input is, since a loss would compare them with others' targets. */
    private Sequence unmoved(Sequence made) {
        for (int i = 0; i < masks.size(); i++) {
            if (!oneStep && masks.get(i).moved()) {
                throw new IllegalArgumentException(
                        "Masking: masked steps stand before others that count. A network whose"
                                + " output has all steps cannot learn or be scored then, since a loss would count the masked"
                                + " ones, too. Was the batch padded at the beginning? Pad it at the end, or leave the steps out.");
            }
        }
        return made;
    }

    /** Runs the first layers, up to before layer {@code end}. */
    private Sequence run(SequenceBatch x, State state, Noise noise, int end) {
        Shapes.requireInput(spec, x);
        Shapes.requireState(spec, state, x);
        lease.end();
        gradientLease.end();
        SequenceBatch layerInput = x;
        if (trains && !packed) {
            packForward(noise);
        }
        for (int i = 0; i < end; i++) {
            y = layers.get(i).forward(layerInput, state, noise);
            layerInput = y;
        }
        forwardDone = true;
        backwardDone = false;
        restored = false;
        return y;
    }

    /**
     * Packs the weights for all passes until {@link #release}: the parameters do not change until then, and what is dropped
     * of them is drawn from this seed.
     */
    void hold(long seed) {
        packed = false;
        if (trains) {
            noise.begin(seed, 0);
            packForward(noise);
            pack(packBackwardTask);
            packed = true;
        }
    }

    /** From now on each pass packs the weights again. */
    void release() {
        packed = false;
    }

    private void packForward(Noise noise) {
        for (int i = 0; i < weights.size(); i++) {
            weights.get(i).begin(noise);
        }
        pack(packForwardTask);
    }

    /** Packs the weights of all layers, by all threads where there are many. */
    private void pack(Team.Task task) {
        if (parameters.size() < WORTH_A_TEAM) {
            task.run(0, 1);
        } else {
            team.run(task);
        }
    }

    private void packForward(int part, int parts) {
        for (int i = 0; i < weights.size(); i++) {
            weights.get(i).packForward(parameters, part, parts);
        }
    }

    private void packBackward(int part, int parts) {
        for (int i = 0; i < weights.size(); i++) {
            weights.get(i).packBackward(parameters, part, parts);
        }
    }

    /**
     * Adds the gradient of a loss in every parameter, for the last forward pass. Can be called once for it.
     *
     * @param dY the gradient of the loss in the output [T, N, outputSize]
     * @param gradient of the network's layout; added to
     * @throws IllegalArgumentException if dY is of another shape than the output, or the gradient of another layout
     * @throws IllegalStateException if there was no forward pass, or the tape is one for inference
     */
    public void backward(Sequence dY, Parameters gradient) {
        backward(dY, noGradient(dY), gradient);
    }

    private State noGradient(Sequence dY) {
        if (noGradient.batchSize() != dY.batchSize()) {
            noGradient = State.zeros(spec, dY.batchSize());
        }
        noGradient.clear();
        return noGradient;
    }

    /**
     * As {@link #backward(Sequence, Parameters)}, for a loss that depends on the final state too.
     *
     * @param dState in: the gradient of the loss in the final state; out: its gradient in the initial state
     */
    public void backward(Sequence dY, State dState, Parameters gradient) {
        enter(dState);
        try {
            backwardAlone(dY, dState, gradient);
        } finally {
            leave(dState);
        }
    }

    private void backwardAlone(Sequence dY, State dState, Parameters gradient) {
        if (!forwardDone) {
            throw new IllegalStateException(
                    "A backward pass needs a forward pass of the same tape before it, and each forward pass has but one.");
        }
        if (!trains) {
            throw new IllegalStateException("This tape is for inference. For backward passes use Network.tape.");
        }
        Shapes.requireOutputGradient(y, dY);
        Shapes.requireState(spec, dState, dY);
        if (!gradient.sameLayout(parameters)) {
            throw new IllegalArgumentException(
                    "The gradient has another layout than the network's parameters: make it with zerosLike().");
        }
        gradientLease.end();
        Sequence dLayer = dY;
        for (int i = 0; restored && i < masks.size(); i++) {
            dLayer = masks.get(i).moved() ? masks.get(i).gathered(dLayer) : dLayer;
        }
        if (!packed) {
            pack(packBackwardTask);
        }
        for (int i = layers.size() - 1; i >= 0; i--) {
            layers.get(i).backward(dLayer, dState, gradient);
            if (i > 0) {
                dLayer = layers.get(i).inputGradient();
            }
        }
        forwardDone = false;
        backwardDone = true;
    }

    /**
     * The gradient of the loss in the input, of the last backward pass.
     *
     * @return dX [T, N, D], a view, valid until the next pass
     * @throws IllegalStateException if there was no backward pass, or the network reads ids
     */
    public Sequence inputGradient() {
        if (!backwardDone || spec.readsIds()) {
            throw new IllegalStateException(
                    spec.readsIds()
                            ? "The network reads ids, which have no gradient."
                            : "The gradient of the input needs a backward pass before it.");
        }
        return layers.get(0).inputGradient().lent(gradientLease);
    }
}
