package dev.carousel.network;

import dev.carousel.kernel.Team;
import dev.carousel.layer.AdaptiveSoftmaxPass;
import dev.carousel.layer.MaskingPass;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Lease;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The passes of a {@link Tape} through all layers, forward and backward, which knows nothing of threads other than its team's:
 * the tape lets one in at a time.
 */
final class NetworkPass {

    private static final String NEXT_PASS = "the next pass of its tape";

    private final NetworkSpec spec;
    private final Parameters parameters;
    private final List<LayerPass> layers;

    /** The masking layers, which may move steps, from input to output. */
    private final List<MaskingPass> masks;

    /** The last layer, if it can compute the probability of one class alone. */
    private final Optional<AdaptiveSoftmaxPass> adaptive;

    private final boolean keepsSteps;
    private final Packing packing;
    private final boolean trains;
    private final Noise noise = new Noise();
    private State noGradient;
    private Sequence y = Sequence.zeros(0, 0, 0);
    private boolean forwardDone;

    /** How often the parameters had been changed at the last forward pass. */
    private int parametersAt;

    private boolean restored;
    private boolean backwardDone;

    /** Of the outputs that were returned, and of the gradients of the input. */
    private final Lease lease = new Lease(NEXT_PASS);

    private final Lease gradientLease = new Lease(NEXT_PASS);

    NetworkPass(Network network, List<LayerWeights> weights, Team team, boolean trains) {
        this(network, weights, weights, team, trains);
    }

    /**
     * Passes of a network, maybe one within another.
     *
     * @param packed the weights that it packs; none if another one does
     */
    NetworkPass(Network network, List<LayerWeights> weights, List<LayerWeights> packed, Team team, boolean trains) {
        this.spec = network.spec();
        this.parameters = network.parameters();
        this.layers = weights.stream()
                .map(layer -> layer.pass(network.kernels(), team))
                .collect(Collectors.toUnmodifiableList());
        this.masks = layers.stream()
                .filter(StatelessLayer.class::isInstance)
                .map(layer -> ((StatelessLayer) layer).pass())
                .filter(MaskingPass.class::isInstance)
                .map(MaskingPass.class::cast)
                .toList();
        this.adaptive = Stream.of(layers.get(layers.size() - 1))
                .filter(StatelessLayer.class::isInstance)
                .map(layer -> ((StatelessLayer) layer).pass())
                .filter(AdaptiveSoftmaxPass.class::isInstance)
                .map(AdaptiveSoftmaxPass.class::cast)
                .findFirst();
        this.keepsSteps = spec.keepsSteps();
        this.packing = new Packing(packed, parameters, team, trains);
        this.trains = trains;
        this.noGradient = State.zeros(spec, 0);
    }

    /** Packs the weights for all passes until {@link #release}; what is dropped of them is drawn from this seed. */
    void hold(long seed) {
        noise.begin(seed, 0);
        packing.hold(noise);
    }

    /** From now on each pass packs the weights again. */
    void release() {
        packing.release();
    }

    /** The output without noise, as it lies in the buffers: not to be given to a user. */
    Sequence forward(SequenceBatch x, State state) {
        return restored(run(x, state, Noise.OFF, layers.size()));
    }

    /** The output with noise, of steps that may not be the first of their sequences. */
    Sequence forwardTraining(SequenceBatch x, State state, long seed, long firstStep) {
        noise.begin(seed, firstStep);
        return unmoved(run(x, state, noise, layers.size()));
    }

    /** The next pass computes log p of these classes alone, [T, N, 1]: of a network that is {@link NetworkSpec#adaptive}. */
    void choose(Tokens classes) {
        if (adaptive.isEmpty() || !keepsSteps) {
            throw new IllegalArgumentException(
                    "Only a network whose last layer is an AdaptiveSoftmax can compute the probability of one class of each step"
                            + " alone; this one ends with "
                            + spec.layers().get(spec.layers().size() - 1) + ".");
        }
        adaptive.get().choose(Optional.of(classes));
    }

    /** The next pass computes all of its output again, even if the one that {@link #choose} was for has failed. */
    void chooseAll() {
        adaptive.ifPresent(layer -> layer.choose(Optional.empty()));
    }

    /** The output without noise, of which nothing is kept: no backward pass can follow. */
    Sequence infer(SequenceBatch x, State state) {
        return unmoved(withoutKeeping(x, state, Noise.OFF, layers.size()));
    }

    /** Only the final state, with noise: no layer runs that has no state before it. */
    void advance(SequenceBatch x, State state, long seed, long firstStep) {
        int end = layers.size();
        while (end > 0 && !(layers.get(end - 1) instanceof RecurrentStack)) {
            end--;
        }
        noise.begin(seed, firstStep);
        withoutKeeping(x, state, noise, end);
    }

    /** A view that ends with the next pass. */
    Sequence lent(Sequence output) {
        return output.lent(lease);
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
        if (!keepsSteps) {
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
            if (keepsSteps && masks.get(i).moved()) {
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
        packing.forward(noise);
        if (layers.size() > 1 && layers.get(1) instanceof WordDropout words) {
            words.ids((Tokens) x);
        }
        for (int i = 0; i < end; i++) {
            y = layers.get(i).forward(layerInput, state, noise);
            layerInput = y;
        }
        forwardDone = true;
        backwardDone = false;
        restored = false;
        parametersAt = parameters.changes();
        return y;
    }

    /** Backward for a loss that does not depend on the final state. */
    void backward(Sequence dY, Parameters gradient) {
        if (noGradient.batchSize() != dY.batchSize()) {
            noGradient = State.zeros(spec, dY.batchSize());
        }
        noGradient.clear();
        backward(dY, noGradient, gradient);
    }

    void backward(Sequence dY, State dState, Parameters gradient) {
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
        if (gradient.values() == parameters.values()) {
            throw new IllegalArgumentException(
                    "The gradient is the network's own parameters, to which it would be added. Make room for it with"
                            + " network.parameters().zerosLike().");
        }
        if (parametersAt != parameters.changes()) {
            throw new IllegalStateException("The parameters have changed since the forward pass, so that its gradient"
                    + " would be of neither the old nor the new ones. Let an optimiser step, or set them, after the backward"
                    + " pass.");
        }
        gradientLease.end();
        Sequence dLayer = dY;
        for (int i = 0; restored && i < masks.size(); i++) {
            dLayer = masks.get(i).moved() ? masks.get(i).gathered(dLayer) : dLayer;
        }
        packing.backward();
        for (int i = layers.size() - 1; i >= 0; i--) {
            layers.get(i).backward(dLayer, dState, gradient);
            if (i > 0) {
                dLayer = layers.get(i).inputGradient();
            }
        }
        forwardDone = false;
        backwardDone = true;
    }

    Sequence inputGradient() {
        if (!backwardDone || spec.readsIds()) {
            throw new IllegalStateException(
                    spec.readsIds()
                            ? "The network reads ids, which have no gradient."
                            : "The gradient of the input needs a backward pass before it.");
        }
        return layers.get(0).inputGradient().lent(gradientLease);
    }

    /**
     * When a tape that trains packs the weights of its layers: before each pass, for they may have changed, or once for several
     * passes between {@link #hold} and {@link #release}. For a tape whose weights were packed before, it does nothing.
     */
    private static final class Packing {

        /** Below this many parameters the hand-over to other threads costs more than packing them. */
        private static final int WORTH_A_TEAM = 32_768;

        private final List<LayerWeights> weights;
        private final Parameters parameters;
        private final Team team;
        private final boolean trains;
        private final Team.Task forwardTask = this::forwardPart;
        private final Team.Task backwardTask = this::backwardPart;
        private boolean held;

        /** Of a tape that trains, or of one whose weights are packed already. */
        Packing(List<LayerWeights> weights, Parameters parameters, Team team, boolean trains) {
            this.weights = weights;
            this.parameters = parameters;
            this.team = team;
            this.trains = trains;
        }

        /** Before a forward pass. */
        void forward(Noise noise) {
            if (trains && !held) {
                packForward(noise);
            }
        }

        /** Before a backward pass. */
        void backward() {
            if (!held) {
                run(backwardTask);
            }
        }

        /** Packs the weights for all passes until {@link #release}, and draws from this noise what is dropped of them. */
        void hold(Noise noise) {
            held = false;
            if (trains) {
                packForward(noise);
                run(backwardTask);
                held = true;
            }
        }

        /** From now on each pass packs the weights again. */
        void release() {
            held = false;
        }

        private void packForward(Noise noise) {
            for (int i = 0; i < weights.size(); i++) {
                weights.get(i).begin(noise);
            }
            run(forwardTask);
        }

        /** Packs the weights of all layers, by all threads where there are many. */
        private void run(Team.Task task) {
            if (parameters.size() < WORTH_A_TEAM) {
                task.run(0, 1);
            } else {
                team.run(task);
            }
        }

        private void forwardPart(int part, int parts) {
            for (int i = 0; i < weights.size(); i++) {
                weights.get(i).packForward(parameters, part, parts);
            }
        }

        private void backwardPart(int part, int parts) {
            for (int i = 0; i < weights.size(); i++) {
                weights.get(i).packBackward(parameters, part, parts);
            }
        }
    }
}
