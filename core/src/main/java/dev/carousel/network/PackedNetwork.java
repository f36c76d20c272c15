package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.kernel.WarmUp;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A network for inference: its weights, packed once for the kernels. Immutable, and shared by any number of threads;
 * what changes is in each thread's {@link State} and {@link Tape}.
 */
public final class PackedNetwork {

    private final Network network;
    private final List<LayerWeights> weights;

    /** Of one sequence, for others to be made like it: of many streams each has one. */
    private final State one;

    private final Fingerprint fingerprint;

    /** Whether all weights have been found finite. */
    private volatile boolean finite;

    /** Takes over a network that nobody else will change. */
    PackedNetwork(Network network) {
        this.network = network;
        this.weights = network.weights(false);
        weights.forEach(layer -> layer.packForward(network.parameters(), 0, 1));
        this.one = network.freshState(1);
        this.fingerprint = new Fingerprint(network);
    }

    /** The description. */
    public NetworkSpec spec() {
        return network.spec();
    }

    /** The kernels it runs on. */
    public Kernels kernels() {
        return network.kernels();
    }

    /**
     * The state of N sequences that begin: 0, where the cells say nothing else ({@link State#fresh}). A gradient of a state
     * begins from {@link State#zeros} instead.
     */
    public State freshState(int batchSize) {
        return batchSize == 1 ? one.anotherFresh() : network.freshState(batchSize);
    }

    /** The passes of a network that is an encoder and a decoder. */
    EncoderDecoderPass encoderDecoder(Team team) {
        return ((EncoderDecoderWeights) weights.get(0)).pass(network.kernels(), team);
    }

    /** A tape for inference, without backward passes. */
    public Tape tape(Team team) {
        Objects.requireNonNull(team, "PackedNetwork: team is null; Team.single() is the calling thread alone");
        return new Tape(network, weights, team, false);
    }

    /**
     * The outputs for sequences that stand one after the other, each from its fresh state: the whole of inference in one
     * call, where nothing is to be carried and speed is not all.
     *
     * @param sequences [N][steps of this sequence][inputSize]
     * @return [N][steps of this sequence][outputSize]; one step each where the network gives its last output alone
     * @throws IllegalArgumentException if a step has another number of numbers, a number is not finite, or the network reads ids
     * @throws IllegalStateException if a weight is not finite
     */
    public float[][][] predict(float[][][] sequences) {
        Sequence x = Sequence.ofBatchFirst(sequences);
        for (int n = 0; n < sequences.length; n++) {
            for (int t = 0; t < sequences[n].length; t++) {
                requireFinite(sequences[n][t], n, t);
            }
        }
        return predict(x);
    }

    private static void requireFinite(float[] event, int sequence, int step) {
        for (int d = 0; d < event.length; d++) {
            if (!Float.isFinite(event[d])) {
                throw new IllegalArgumentException(
                        "Number " + d + " of step " + step + " of sequence " + sequence + " is "
                                + event[d]
                                + ", after which every output of the sequence would be NaN. Is a value missing there?"
                                + " (All are counted from 0.)");
            }
        }
    }

    /**
     * Refuses weights that are not finite, with which every output would be NaN. Looks once.
     *
     * @throws IllegalStateException if there is one
     */
    public void requireFiniteWeights() {
        if (!finite) {
            for (Slice slice : network.parameters().slices()) {
                for (float weight : network.parameters().get(slice.name())) {
                    if (!Float.isFinite(weight)) {
                        throw new IllegalStateException("The network's parameter " + slice.name() + " holds " + weight
                                + ", with which every output would be NaN. Has its training diverged?");
                    }
                }
            }
            finite = true;
        }
    }

    /**
     * The outputs for sequences of ids, as for vectors.
     *
     * @param sequences [N][steps of this sequence]
     * @return [N][steps of this sequence][outputSize]; one step each where the network gives its last output alone
     * @throws IllegalArgumentException if an id is unknown, or the network reads vectors
     */
    public float[][][] predict(int[][] sequences) {
        return predict(Tokens.ofBatchFirst(sequences));
    }

    private float[][][] predict(SequenceBatch x) {
        requireFiniteWeights();
        if (x instanceof Sequence vectors && vectors.size() == 0 && x.validSteps() == 0) {
            // Without any step there is nothing that says how many numbers one has.
            x = Sequence.zeros(0, x.batchSize(), spec().inputSize());
        }
        try (Team team = Team.ofAllProcessors()) {
            return tape(team).infer(x, freshState(x.batchSize())).toBatchFirst();
        }
    }

    /**
     * Runs passes over made-up numbers until the compiler is done with them, or the time is up: for a service that has to be
     * fast from its first request on. Takes two or three seconds for a small network; changes nothing.
     *
     * @param steps T of a request; for a {@link dev.carousel.stream.Session} see its own warm
     * @param batchSize N of a request
     * @param limit how long it may take
     * @return whether passes had become as fast as they get
     * @throws IllegalArgumentException if steps or batch size is less than 1, or the network writes a sequence for a sequence
     */
    public boolean warm(int steps, int batchSize, Duration limit) {
        Objects.requireNonNull(limit, "PackedNetwork: limit is null");
        if (steps < 1 || batchSize < 1) {
            throw new IllegalArgumentException("PackedNetwork: " + steps + " steps of " + batchSize
                    + " sequences are nothing to warm up with;" + " a request has one step of one sequence at least.");
        }
        if (spec().encoderDecoder().isPresent()) {
            throw new IllegalArgumentException(
                    "PackedNetwork: an EncoderDecoder reads pairs that were joined, which made-up"
                            + " numbers are not. To warm it up, write outputs of a few inputs with BeamSearch.");
        }
        return warmed(steps, batchSize, limit);
    }

    /** Whether passes over T steps of N sequences became steady within the limit. */
    private boolean warmed(int steps, int batchSize, Duration limit) {
        SequenceBatch x = spec().readsIds()
                ? Tokens.of(new int[Math.multiplyExact(steps, batchSize)], steps, batchSize)
                : Sequence.zeros(steps, batchSize, spec().inputSize());
        int outputSteps = spec().outputSteps(steps);
        float[] output = new float[Math.multiplyExact(outputSteps, batchSize) * spec().outputSize()];
        Tape tape = tape(Team.single());
        State state = tape.freshState(batchSize);
        return WarmUp.untilSteady(
                kernels(),
                () -> {
                    state.clear();
                    tape.forward(x, state, output);
                },
                limit);
    }

    /**
     * SHA-256 of the description and the weights, in hexadecimal digits: by it a saved state knows its network. Computed
     * when it is first asked for.
     */
    public String fingerprint() {
        return fingerprint.get();
    }

    /** Computed once, by whichever thread asks first; more than one may, and they find the same. */
    private static final class Fingerprint {

        private final Network network;
        private volatile String digest = "";

        Fingerprint(Network network) {
            this.network = network;
        }

        String get() {
            if (digest.isEmpty()) {
                digest = network.spec().fingerprint(network.parameters());
            }
            return digest;
        }
    }
}
