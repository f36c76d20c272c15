package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.check.StandardNetworks;
import dev.carousel.kernel.Kernels;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Matrix;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Networks and batches of random numbers, all from one seed, for tests of the engine. */
public final class Samples {

    private final RandomGenerator random;

    public Samples(long seed) {
        this.random = new Random(seed);
    }

    /** A network on the scalar kernels whose weights and biases are all normal numbers of deviation 0.4. */
    public Network network(LayerSpec... layers) {
        NetworkSpec spec = NetworkSpec.of(layers);
        return Network.of(spec, normal(spec.zeroParameters(), 0.4), Kernels.scalar());
    }

    /** A network of that description. */
    public Network network(NetworkSpec spec) {
        return network(spec.layers().toArray(LayerSpec[]::new));
    }

    /** The same kinds of network as {@link StandardNetworks}, but for those that need steps yet to come or all that were. */
    public static List<NetworkSpec> stepwise(int inputSize, int hiddenSize) {
        return StandardNetworks.all(inputSize, hiddenSize).stream()
                .filter(NetworkSpec::stepwise)
                .toList();
    }

    /** Gives a network the weights of the same name of another. */
    public static void copyWeights(Network from, Network to) {
        for (Slice slice : to.parameters().slices()) {
            to.parameters().set(slice.name(), from.parameters().get(slice.name()));
        }
    }

    public Parameters normal(Parameters parameters, double deviation) {
        fill(parameters.values(), deviation);
        return parameters;
    }

    /** Normal numbers, in the padding too. */
    public Sequence sequence(int size, int... lengths) {
        int T = Arrays.stream(lengths).max().orElse(0);
        Sequence x = Sequence.zeros(T, lengths.length, size);
        fill(x.data(), 1);
        return x.withLengths(lengths);
    }

    /** What a network that reads vectors reads: such numbers, and ids where it has columns of them. */
    public Sequence input(NetworkSpec spec, int... lengths) {
        Sequence x = sequence(spec.inputSize(), lengths);
        ColumnEmbedding.drawIds(spec, x.data(), random);
        return x;
    }

    public Sequence like(SequenceBatch batch, int size) {
        Sequence x = Sequence.shapedLike(batch, new float[batch.steps() * batch.batchSize() * size], size);
        fill(x.data(), 1);
        return x;
    }

    /** Random ids, in the padding {@link Tokens#IGNORED}. */
    public Tokens tokens(int vocabularySize, int... lengths) {
        int T = Arrays.stream(lengths).max().orElse(0);
        Tokens ids = Tokens.ignored(T, lengths.length).withLengths(lengths);
        for (int n = 0; n < lengths.length; n++) {
            for (int t = 0; t < lengths[n]; t++) {
                ids.set(t, n, random.nextInt(vocabularySize));
            }
        }
        return ids;
    }

    public State state(NetworkSpec spec, int batchSize) {
        State state = State.zeros(spec, batchSize);
        fill(state.values(), 1);
        // A sum of what went in, as n of an sLSTM, is above 0.
        for (int part = 0; part < state.parts(); part++) {
            if (state.named(part).stream().anyMatch(named -> named.name().equals("n"))) {
                Matrix n = state.get(part, "n");
                for (int i = n.offset(); i < n.offset() + n.rows() * n.cols(); i++) {
                    state.values()[i] = 0.5f + Math.abs(state.values()[i]);
                }
            }
        }
        return state;
    }

    private void fill(float[] values, double deviation) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
    }

    /** All that one pass computes. */
    public record Pass(float[] y, float[] finalState, float[] dX, float[] dInitialState, Parameters gradient) {

        /** Everything, the same bits. */
        public void assertSameBitsAs(Pass other, String what) {
            assertThat(dX).as("%s: dX", what).isEqualTo(other.dX);
            assertThat(gradient.slices()).as("%s: parameters", what).isEqualTo(other.gradient.slices());
            assertSameBitsBehindTheInput(other, what);
        }

        /** The same bits, but for dX and the parameters that the other lacks: it is given what this looks up. */
        public void assertSameBitsBehindTheInput(Pass other, String what) {
            assertThat(y).as("%s: y", what).isEqualTo(other.y);
            assertThat(finalState).as("%s: final state", what).isEqualTo(other.finalState);
            assertThat(dInitialState).as("%s: dInitialState", what).isEqualTo(other.dInitialState);
            for (Slice slice : other.gradient.slices()) {
                assertThat(gradient.get(slice.name()))
                        .as("%s: d%s", what, slice.name())
                        .isEqualTo(other.gradient.get(slice.name()));
            }
        }
    }

    /** A copy with other numbers in the padding. */
    static Sequence padded(Sequence x, float value) {
        Sequence copy = Sequence.shapedLike(x, x.data().clone(), x.size());
        for (int n = 0; n < x.batchSize(); n++) {
            for (int t = x.length(n); t < x.steps(); t++) {
                Arrays.fill(copy.data(), x.offset(t, n), x.offset(t, n) + x.size(), value);
            }
        }
        return copy;
    }

    /**
     * Forward and backward, once, with gradients from the seed 99.
     *
     * @param initial read, not changed
     */
    public static Pass pass(Network network, Tape tape, SequenceBatch x, State initial) {
        Samples gradients = new Samples(99);
        State dFinal = gradients.state(network.spec(), x.batchSize());
        return pass(network, tape, x, initial, gradients.like(x, network.spec().outputSize()), dFinal);
    }

    /**
     * Forward and backward, once.
     *
     * @param initial read, not changed
     * @param dFinal the gradient of the final state; read, not changed
     */
    public static Pass pass(Network network, Tape tape, SequenceBatch x, State initial, Sequence dY, State dFinal) {
        State state = network.freshState(x.batchSize());
        state.copyFrom(initial);
        State dState = State.zeros(network.spec(), x.batchSize());
        dState.copyFrom(dFinal);
        float[] y = numbers(tape.forward(x, state));
        Parameters gradient = network.parameters().zerosLike();
        tape.backward(dY, dState, gradient);
        float[] dX = network.spec().readsIds() ? new float[0] : numbers(tape.inputGradient());
        return new Pass(y, state.values(), dX, dState.values(), gradient);
    }

    /** The T x N x D numbers of a sequence, whose array may be longer. */
    public static float[] numbers(Sequence x) {
        return Arrays.copyOf(x.data(), x.steps() * x.batchSize() * x.size());
    }
}
