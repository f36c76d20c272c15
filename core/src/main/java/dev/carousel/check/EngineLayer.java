package dev.carousel.check;

import dev.carousel.cell.StatePart;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Matrix;
import dev.carousel.tensor.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * A network of the float32 engine seen as a layer of the double reference, so that every check of the one applies to
 * the other.
 *
 * <p>Numbers are rounded to float on their way in and widened on their way out. Weights have the names of the network's
 * parameters, states those of {@link dev.carousel.reference.NetworkReference}. One thread at a time.
 */
public final class EngineLayer implements LayerReference {

    private final Network network;
    private final Mats weights;
    private final Tape tape;
    private final OptionalLong seed;

    /**
     * A view of a network that reads vectors.
     *
     * @throws IllegalArgumentException if it reads ids
     */
    public EngineLayer(Network network, Team team) {
        this(network, team, OptionalLong.empty());
    }

    /** As above, with the noise of training, which each pass draws anew from the seed where one is given. */
    EngineLayer(Network network, Team team, OptionalLong seed) {
        this.seed = seed;
        if (network.spec().readsIds()) {
            throw new IllegalArgumentException("EngineLayer: the network reads ids, which have no gradient to check.");
        }
        this.network = network;
        this.weights = EngineCells.mats(network.parameters());
        this.tape = network.tape(team);
    }

    @Override
    public String name() {
        return EngineNames.of(network.spec()) + " (" + network.kernels().name() + " kernels)";
    }

    @Override
    public Mats weights() {
        return weights;
    }

    @Override
    public int inputSize() {
        return network.spec().inputSize();
    }

    @Override
    public int outputSize() {
        return network.spec().outputSize();
    }

    @Override
    public Mats zeroState(int N) {
        return mats(State.zeros(network.spec(), N));
    }

    /** The state of N sequences that begin, which may be infinite. */
    Mats freshState(int N) {
        return mats(network.freshState(N));
    }

    /** Of your own cell, any state. */
    @Override
    public Mats reachable(Mats state) {
        Mats reached = state;
        List<String> names = EngineNames.ofStates(network.spec());
        int part = 0;
        for (LayerSpec.Recurrent stack : network.spec().stacks()) {
            for (int i = 0; i < stack.layers() * stack.directions(); i++) {
                String end = names.get(part++);
                if (EngineCells.isOurs(stack.cell())) {
                    Mats own = Mats.empty();
                    for (StatePart named : LayerParts.state(stack)) {
                        own = own.with(named.name(), reached.get(named.name() + end));
                    }
                    Mats after = EngineCells.referenceOf(stack.cell(), stack.projectionSize())
                            .reachable(own);
                    for (String name : after.names()) {
                        reached = reached.with(name + end, after.get(name));
                    }
                }
            }
        }
        return reached;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        State state = state(initial, x.batchSize());
        Seq y = seq(pass(x, state));
        return new Run(y, mats(state), (dY, dLast) -> backward(x, initial, dY, dLast));
    }

    /** Runs forward again, for a tape remembers its last pass only, and then backward. */
    private Gradients backward(Seq x, Mats initial, Seq dY, Mats dLast) {
        pass(x, state(initial, x.batchSize()));
        Parameters gradient = network.parameters().zerosLike();
        State dState = state(dLast, x.batchSize());
        tape.backward(sequence(dY), dState, gradient);
        return new Gradients(seq(tape.inputGradient()), mats(dState), EngineCells.mats(gradient));
    }

    private Sequence pass(Seq x, State state) {
        for (Slice slice : network.parameters().slices()) {
            double[] values = weights.get(slice.name()).values();
            for (int i = 0; i < values.length; i++) {
                network.parameters().values()[slice.offset() + i] = (float) values[i];
            }
        }
        return seed.isPresent()
                ? tape.forwardTraining(sequence(x), state, new SplittableRandom(seed.getAsLong()))
                : tape.forward(sequence(x), state);
    }

    private static Sequence sequence(Seq x) {
        float[] data = new float[x.values().length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) x.values()[i];
        }
        return Sequence.of(data, x.steps(), x.batchSize(), x.size()).withLengths(x.lengths());
    }

    private static Seq seq(Sequence x) {
        double[] values = new double[x.steps() * x.batchSize() * x.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = x.data()[i];
        }
        int[] lengths = new int[x.batchSize()];
        for (int n = 0; n < lengths.length; n++) {
            lengths[n] = x.length(n);
        }
        return Seq.over(x.steps(), x.batchSize(), x.size(), values, lengths);
    }

    private Mats mats(State state) {
        Map<String, Mat> mats = new LinkedHashMap<>();
        List<String> names = EngineNames.ofStates(network.spec());
        for (int part = 0; part < state.parts(); part++) {
            for (StatePart named : state.named(part)) {
                mats.put(named.name() + names.get(part), mat(state.get(part, named.name())));
            }
        }
        return Mats.of(mats);
    }

    private State state(Mats mats, int batchSize) {
        State state = State.zeros(network.spec(), batchSize);
        List<String> names = EngineNames.ofStates(network.spec());
        for (int part = 0; part < state.parts(); part++) {
            for (StatePart named : state.named(part)) {
                copy(mats.get(named.name() + names.get(part)), state.get(part, named.name()));
            }
        }
        return state;
    }

    private static void copy(Mat from, Matrix to) {
        for (int i = 0; i < from.values().length; i++) {
            to.data()[to.offset() + i] = (float) from.values()[i];
        }
    }

    private static Mat mat(Matrix matrix) {
        double[] values = new double[matrix.rows() * matrix.cols()];
        for (int i = 0; i < values.length; i++) {
            values[i] = matrix.data()[matrix.offset() + i];
        }
        return Mat.over(matrix.rows(), matrix.cols(), values);
    }
}
