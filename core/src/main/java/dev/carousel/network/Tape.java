package dev.carousel.network;

import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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

    private final NetworkSpec spec;
    private final NetworkPass pass;
    private final boolean trains;
    private final boolean keepsSteps;
    private final boolean stepwise;
    private final int inputSize;
    private final int outputSize;

    // The event of a single step.
    private final Sequence vector;
    private final Tokens token = Tokens.of(new int[1], 1, 1);

    private final OneThread one = new OneThread("Tape, with the Session, Stepper or SegmentedTape that it belongs to,");

    /** Who is between {@link #hold} and {@link #release}, and may read the gradient of the input there. */
    private volatile @Nullable Thread holder;

    /** A tape on packed weights; one that trains packs them afresh at every pass, and no other may share them. */
    Tape(Network network, List<LayerWeights> weights, Team team, boolean trains) {
        this.spec = network.spec();
        this.pass = new NetworkPass(network, weights, team, trains);
        this.trains = trains;
        this.keepsSteps = spec.keepsSteps();
        this.stepwise = spec.stepwise();
        this.inputSize = spec.readsIds() ? 0 : spec.inputSize();
        this.outputSize = spec.outputSize();
        this.vector = Sequence.zeros(1, 1, inputSize);
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
        Objects.requireNonNull(x, "Tape: x, the input, is null");
        enter(state);
        try {
            return pass.lent(pass.forward(x, state));
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
        Objects.requireNonNull(x, "Tape: x, the input, is null");
        Objects.requireNonNull(output, "Tape: output is null");
        enter(state);
        try {
            Shapes.requireRoom(x, keepsSteps ? x.steps() : spec.outputSteps(x.steps()), spec.outputSize(), output);
            Sequence made = pass.forward(x, state);
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
     * @throws IllegalArgumentException if a size differs, the network reads ids, reads sequences from their end or has a mean
     *     or maximum over steps, or the state does not fit
     * @throws IllegalStateException if another thread is at work on this tape or the state
     */
    public void step(float[] event, State state, float[] output) {
        Objects.requireNonNull(event, "Tape: event is null");
        Objects.requireNonNull(output, "Tape: output is null");
        if (spec.readsIds() || event.length != inputSize) {
            throw spec.wrongEvent(event.length);
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
     * @throws IllegalArgumentException if the id is unknown, a size differs, the network reads vectors, reads sequences from
     *     their end or has a mean or maximum over steps, or the state does not fit
     */
    public void step(int event, State state, float[] output) {
        Objects.requireNonNull(state, "Tape: state is null");
        Objects.requireNonNull(output, "Tape: output is null");
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
        if (!stepwise) {
            spec.requireStepwise("Tape.step");
        }
        if (output.length != outputSize) {
            throw new IllegalArgumentException("Room for " + output.length
                    + " numbers was given but the network's output has " + outputSize + " a step.");
        }
        System.arraycopy(pass.forward(x, state).data(), 0, output, 0, outputSize);
    }

    private void enter(State state) {
        Objects.requireNonNull(state, "Tape: state is null");
        one.enterWith(state.one());
    }

    private void leave(State state) {
        one.leaveWith(state.one());
    }

    /**
     * The output for a batch, with dropout and all other noise as in training.
     *
     * @param random gives one number, from which all noise of the pass is drawn ({@link Noise})
     * @throws IllegalStateException if weights are dropped and this tape is for inference, whose weights others share
     * @see #forward(SequenceBatch, State)
     */
    public Sequence forwardTraining(SequenceBatch x, State state, RandomGenerator random) {
        Objects.requireNonNull(x, "Tape: x, the input, is null");
        Objects.requireNonNull(random, "Tape: random is null");
        requireTraining();
        enter(state);
        try {
            return pass.lent(pass.forwardTraining(x, state, random.nextLong(), 0));
        } finally {
            leave(state);
        }
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
        train(x, state, random, Optional.empty(), loss, gradient);
    }

    /**
     * As {@link #train(SequenceBatch, State, RandomGenerator, UnaryOperator, Parameters)}, of a network that is {@link
     * NetworkSpec#adaptive}, whose output is then log p of one class of each step alone, [T, N, 1]: what a loss of the right class
     * needs, at a small part of the work.
     *
     * @param classes of each step [T, N]; the output is 0 where it is {@link Tokens#IGNORED}; not copied
     * @throws IllegalArgumentException also if the network's last layer is another, or a class is out of range
     */
    public void train(
            SequenceBatch x,
            State state,
            RandomGenerator random,
            Tokens classes,
            UnaryOperator<Sequence> loss,
            Parameters gradient) {
        Objects.requireNonNull(classes, "Tape: classes are null");
        train(x, state, random, Optional.of(classes), loss, gradient);
    }

    private void train(
            SequenceBatch x,
            State state,
            RandomGenerator random,
            Optional<Tokens> classes,
            UnaryOperator<Sequence> loss,
            Parameters gradient) {
        Objects.requireNonNull(x, "Tape: x, the input, is null");
        Objects.requireNonNull(random, "Tape: random is null");
        Objects.requireNonNull(loss, "Tape: loss is null");
        Objects.requireNonNull(gradient, "Tape: gradient is null");
        requireTraining();
        enter(state);
        try {
            if (classes.isPresent()) {
                pass.choose(classes.get());
            }
            Sequence dY = loss.apply(pass.forwardTraining(x, state, random.nextLong(), 0));
            pass.backward(dY, gradient);
        } finally {
            pass.chooseAll();
            leave(state);
        }
    }

    private void requireTraining() {
        if (!trains
                && spec.allStacks().stream()
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
        Objects.requireNonNull(x, "Tape: x, the input, is null");
        enter(state);
        try {
            return pass.lent(pass.infer(x, state));
        } finally {
            leave(state);
        }
    }

    /**
     * As {@link #infer(SequenceBatch, State)}, of a network that is {@link NetworkSpec#adaptive}: log p of one class of each step
     * alone, [T, N, 1].
     *
     * @param classes of each step [T, N]; the output is 0 where it is {@link Tokens#IGNORED}; not copied
     * @throws IllegalArgumentException also if the network's last layer is another, or a class is out of range
     */
    public Sequence infer(SequenceBatch x, State state, Tokens classes) {
        Objects.requireNonNull(x, "Tape: x, the input, is null");
        Objects.requireNonNull(classes, "Tape: classes are null");
        enter(state);
        try {
            pass.choose(classes);
            return pass.lent(pass.infer(x, state));
        } finally {
            pass.chooseAll();
            leave(state);
        }
    }

    /**
     * Begins several passes that belong together, all by this thread; the tape and the state are in use from here on. The
     * parameters do not change until {@link #release}, and what is dropped of them is drawn from this seed.
     *
     * @throws IllegalStateException if another thread is at work on this tape or the state
     */
    void hold(State state, long seed) {
        requireTraining();
        enter(state);
        try {
            pass.hold(seed);
            holder = Thread.currentThread();
        } catch (RuntimeException | Error e) {
            leave(state);
            throw e;
        }
    }

    /** Ends what {@link #hold} began: each pass packs the weights again. */
    void release(State state) {
        holder = null;
        pass.release();
        leave(state);
    }

    /** The passes, to be used between hold and release by the thread that holds alone. */
    NetworkPass held() {
        return pass;
    }

    /**
     * Adds the gradient of a loss in every parameter, for the last forward pass. Can be called once for it.
     *
     * @param dY the gradient of the loss in the output [T, N, outputSize]
     * @param gradient of the network's layout; added to
     * @throws IllegalArgumentException if dY is of another shape than the output, or the gradient of another layout
     * @throws IllegalStateException if there was no forward pass, the tape is one for inference, or another thread is at work
     *     on it
     */
    public void backward(Sequence dY, Parameters gradient) {
        one.enter();
        try {
            pass.backward(dY, gradient);
        } finally {
            one.leave();
        }
    }

    /**
     * As {@link #backward(Sequence, Parameters)}, for a loss that depends on the final state too.
     *
     * @param dState in: the gradient of the loss in the final state; out: its gradient in the initial state
     */
    public void backward(Sequence dY, State dState, Parameters gradient) {
        enter(dState);
        try {
            pass.backward(dY, dState, gradient);
        } finally {
            leave(dState);
        }
    }

    /**
     * The gradient of the loss in the input, of the last backward pass.
     *
     * @return dX [T, N, D], a view, valid until the next pass
     * @throws IllegalStateException if there was no backward pass, the network reads ids, or another thread is at work on this
     *     tape
     */
    public Sequence inputGradient() {
        if (holder == Thread.currentThread()) {
            return pass.inputGradient();
        }
        one.enter();
        try {
            return pass.inputGradient();
        } finally {
            one.leave();
        }
    }
}
