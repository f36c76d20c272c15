package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A network: its description and its parameters, which training changes.
 *
 * <p>It holds no state of sequences and no buffers: those are in {@link State} and {@link Tape}, of which one network
 * can have many. Its parameters are one shared, unsynchronised array; while a tape trains it, others must not read it.
 * {@link #pack} gives an immutable snapshot for inference in many threads.
 */
public final class Network {

    private final NetworkSpec spec;
    private final Parameters parameters;
    private final Kernels kernels;

    private Network(NetworkSpec spec, Parameters parameters, Kernels kernels, boolean within) {
        Objects.requireNonNull(kernels, "Network: kernels are null; leave them out for the fastest there are");
        Objects.requireNonNull(spec, "Network: spec is null");
        Objects.requireNonNull(parameters, "Network: parameters are null");
        if (!within) {
            requireLayout(spec, parameters);
        }
        this.spec = spec;
        this.parameters = parameters;
        this.kernels = kernels;
    }

    private static void requireLayout(NetworkSpec spec, Parameters parameters) {
        List<Slice> needed = spec.zeroParameters().slices();
        List<Slice> found = parameters.slices();
        if (found.equals(needed)) {
            return;
        }
        int i = 0;
        while (i < Math.min(found.size(), needed.size()) && found.get(i).equals(needed.get(i))) {
            i++;
        }
        throw new IllegalArgumentException("The network needs " + needed.size() + " parameters and got " + found.size()
                + "; number " + (i + 1) + " must be " + (i < needed.size() ? needed.get(i) : "none") + " but is "
                + (i < found.size() ? found.get(i) : "none") + ". Are they of another network?");
    }

    /**
     * A network of these parameters, which are shared, not copied, on the fastest kernels there are.
     *
     * @throws IllegalArgumentException if the parameters have another layout than the description asks for
     */
    public static Network of(NetworkSpec spec, Parameters parameters) {
        return new Network(spec, parameters, Kernels.best(), false);
    }

    /** As {@link #of(NetworkSpec, Parameters)}, on given kernels. */
    public static Network of(NetworkSpec spec, Parameters parameters, Kernels kernels) {
        return new Network(spec, parameters, kernels, false);
    }

    /** A network with fresh parameters as PyTorch has them ({@link Initialisation#uniform}), drawn from a generator. */
    public static Network initialised(NetworkSpec spec, RandomGenerator random) {
        return initialised(spec, Initialisation.uniform(), random);
    }

    /** A network with fresh parameters, drawn from a generator. */
    public static Network initialised(NetworkSpec spec, Initialisation how, RandomGenerator random) {
        Objects.requireNonNull(spec, "Network: spec is null");
        Objects.requireNonNull(
                how, "Network: the way to initialise is null; Initialisation.uniform() is the usual one");
        Objects.requireNonNull(random, "Network: random is null; new Seeds(1).initialisation() is one");
        Parameters parameters = spec.zeroParameters();
        how.fill(spec, parameters, random);
        return of(spec, parameters);
    }

    /** One of the networks of a network of networks, whose parameters are a part of the whole's. */
    static Network within(NetworkSpec spec, Parameters part, Kernels kernels) {
        return new Network(spec, part, kernels, true);
    }

    /** The description. */
    public NetworkSpec spec() {
        return spec;
    }

    /** The parameters themselves, not a copy. */
    public Parameters parameters() {
        return parameters;
    }

    /** The kernels it runs on. */
    public Kernels kernels() {
        return kernels;
    }

    /**
     * The state of N sequences that begin: 0, where the cells say nothing else ({@link State#fresh}). A gradient of a state
     * begins from {@link State#zeros} instead.
     */
    public State freshState(int batchSize) {
        return State.fresh(spec, batchSize);
    }

    /** A tape for training: it reads the parameters afresh at every pass. */
    public Tape tape(Team team) {
        Objects.requireNonNull(team, "Network: team is null; Team.single() is the calling thread alone");
        return new Tape(this, weights(true), team, true);
    }

    /** An immutable snapshot of the network for inference. */
    public PackedNetwork pack() {
        return new PackedNetwork(of(spec, parameters.copy(), kernels));
    }

    /** Room for the packed weights of each layer but a one-hot input, which has none. */
    List<LayerWeights> weights(boolean backward) {
        List<LayerWeights> weights = new ArrayList<>();
        LayerWeightsFactory factory = new LayerWeightsFactory(parameters, kernels, backward);
        spec.layers().forEach(layer -> layer.accept(factory).ifPresent(weights::add));
        return List.copyOf(weights);
    }
}
