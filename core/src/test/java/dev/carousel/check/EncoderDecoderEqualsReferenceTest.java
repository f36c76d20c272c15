package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.network.EncoderDecoderTape;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import dev.carousel.reference.sequence.AttentionReference;
import dev.carousel.reference.sequence.EncoderDecoderReference;
import dev.carousel.spec.Attention;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine's encoder and decoder compute what the reference's compute, whole batches or step by step, on any threads. */
class EncoderDecoderEqualsReferenceTest {

    private static final int INPUTS = 5;
    private static final int OUTPUTS = 4;
    private static final int[][] X = {{0, 3, 1}, {4, 4, 2, 0, 1, 3, 3}, {2}, {1, 0}};
    private static final int[][] Y = {{1, 3}, {2}, {}, {3, 3, 1, 2}};

    private final Random random = new Random(11);

    static List<EncoderDecoder> specs() {
        int A = 5;
        return List.of(
                spec(Recurrent.gru(INPUTS, 6), Recurrent.gru(OUTPUTS, 6), Attention.dot()),
                spec(Recurrent.lstm(INPUTS, 6), Recurrent.lstm(OUTPUTS, 6), Attention.general()),
                spec(
                        Recurrent.lstm(INPUTS, 3).withBidirectional(true).withLayers(2),
                        Recurrent.lstm(OUTPUTS, 6).withLayers(2),
                        Attention.additive(A)),
                spec(Recurrent.rnn(INPUTS, 6), Recurrent.rnn(OUTPUTS, 6), Attention.none()));
    }

    private static EncoderDecoder spec(Recurrent encoder, Recurrent decoder, Attention attention) {
        int reads = (attention.attends() ? encoder.outputSize() : 0) + decoder.outputSize();
        return new EncoderDecoder(
                NetworkSpec.of(new OneHot(INPUTS), encoder),
                NetworkSpec.of(new OneHot(OUTPUTS), decoder),
                attention,
                NetworkSpec.of(
                        new Dense("mix", reads, 7),
                        new Parameterless.Elementwise(7, Activation.of(Activation.Kind.TANH)),
                        Dense.head(7, OUTPUTS)));
    }

    private Network network(EncoderDecoder spec) {
        Parameters parameters = spec.network().zeroParameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = (float) (0.6 * random.nextGaussian());
        }
        return Network.of(spec.network(), parameters, Kernels.scalar());
    }

    private static Tokens batch(EncoderDecoder spec) {
        int[][] joined = new int[X.length][];
        for (int n = 0; n < X.length; n++) {
            joined[n] = spec.join(X[n], Y[n]);
        }
        return Tokens.ofBatchFirst(joined);
    }

    /** A part of a network without its first layer, for the reference reads vectors. */
    private static LayerReference reference(NetworkSpec spec, Network whole, String prefix) {
        List<LayerSpec> layers = spec.layers();
        NetworkSpec rest = new NetworkSpec(spec.readsIds() ? layers.subList(1, layers.size()) : layers);
        Network part = Network.of(rest, rest.zeroParameters());
        for (Slice slice : part.parameters().slices()) {
            part.parameters().set(slice.name(), whole.parameters().get(prefix + slice.name()));
        }
        return EngineLayers.referenceOf(part);
    }

    private static EncoderDecoderReference reference(EncoderDecoder spec, Network network) {
        Mats weights = EngineCells.mats(network.parameters());
        Optional<AttentionReference> attention = switch (spec.attention().score()) {
            case NONE -> Optional.empty();
            case DOT -> Optional.of(AttentionReference.dot());
            case GENERAL -> Optional.of(AttentionReference.general(weights.get("attention.key.weight")));
            case ADDITIVE ->
                Optional.of(AttentionReference.additive(
                        weights.get("attention.query.weight"),
                        weights.get("attention.key.weight"),
                        weights.get("attention.score.weight")));
        };
        return new EncoderDecoderReference(
                reference(spec.encoder(), network, EncoderDecoder.ENCODER),
                reference(spec.decoder(), network, EncoderDecoder.DECODER),
                attention,
                reference(spec.head(), network, EncoderDecoder.HEAD));
    }

    private static Seq oneHot(int[][] ids, int size, boolean begins) {
        int[] lengths = new int[ids.length];
        int steps = 0;
        for (int n = 0; n < ids.length; n++) {
            lengths[n] = ids[n].length + (begins ? 1 : 0);
            steps = Math.max(steps, lengths[n]);
        }
        Seq x = Seq.over(steps, ids.length, size, new double[steps * ids.length * size], lengths);
        for (int n = 0; n < ids.length; n++) {
            for (int t = 0; t < lengths[n]; t++) {
                int id = !begins ? ids[n][t] : t == 0 ? 0 : ids[n][t - 1];
                x.values()[(t * ids.length + n) * size + id] = 1;
            }
        }
        return x;
    }

    @ParameterizedTest
    @MethodSource("specs")
    void scoresAndGradientsEqualTheReference(EncoderDecoder spec) {
        Network network = network(spec);
        EncoderDecoderReference.Run run =
                reference(spec, network).run(oneHot(X, INPUTS, false), oneHot(Y, OUTPUTS, true));
        Tape tape = network.tape(Team.single());
        Sequence y = tape.forward(batch(spec), network.freshState(X.length));
        assertThat(y.steps()).isEqualTo(5);
        for (int n = 0; n < X.length; n++) {
            assertThat(y.length(n)).isEqualTo(Y[n].length + 1);
            for (int t = 0; t < y.length(n); t++) {
                for (int k = 0; k < OUTPUTS; k++) {
                    assertThat((double) y.get(t, n, k)).isCloseTo(run.scores().get(t, n, k), within(2e-6));
                }
            }
        }
        Seq dScores = Seq.normal(y.steps(), OUTPUTS, run.scores().lengths(), random);
        float[] dY = new float[dScores.values().length];
        for (int i = 0; i < dY.length; i++) {
            dY[i] = (float) dScores.values()[i];
        }
        Parameters gradient = network.parameters().zerosLike();
        tape.backward(Sequence.of(dY, y.steps(), y.batchSize(), OUTPUTS), gradient);
        EncoderDecoderReference.Gradients expected = run.backward(dScores);
        assertGradients(gradient, EncoderDecoder.ENCODER, expected.encoder());
        assertGradients(gradient, EncoderDecoder.DECODER, expected.decoder());
        assertGradients(gradient, EncoderDecoder.ATTENTION, expected.attention());
        assertGradients(gradient, EncoderDecoder.HEAD, expected.head());
    }

    private static void assertGradients(Parameters gradient, String prefix, Mats expected) {
        assertThat(gradient.part(prefix).slices()).extracting(Slice::name).containsAll(expected.names());
        for (String name : expected.names()) {
            Mat of = expected.get(name);
            float[] found = gradient.get(prefix + name);
            double norm = Math.sqrt(of.times(of).values().length == 0 ? 0 : sum(of.times(of)));
            for (int i = 0; i < found.length; i++) {
                assertThat((double) found[i]).as(prefix + name).isCloseTo(of.values()[i], within(1e-5 * (1 + norm)));
            }
        }
    }

    private static double sum(Mat a) {
        double sum = 0;
        for (double value : a.values()) {
            sum += value;
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("specs")
    void threadsChangeNoBit(EncoderDecoder spec) {
        Network network = network(spec);
        Parameters one = gradient(network, Team.single());
        try (Team team = Team.of(3)) {
            assertThat(gradient(network, team).values()).isEqualTo(one.values());
        }
    }

    private static Parameters gradient(Network network, Team team) {
        EncoderDecoder spec = network.spec().encoderDecoder().orElseThrow();
        Parameters gradient = network.parameters().zerosLike();
        Tape tape = network.tape(team);
        Sequence y = tape.forward(batch(spec), network.freshState(X.length));
        tape.backward(Sequence.of(y.data().clone(), y.steps(), y.batchSize(), y.size()), gradient);
        return gradient;
    }

    @ParameterizedTest
    @MethodSource("specs")
    void whatElseIsInABatchChangesNoBit(EncoderDecoder spec) {
        Network network = network(spec);
        Tape tape = network.pack().tape(Team.single());
        Sequence all = tape.infer(batch(spec), network.freshState(X.length)).copy();
        for (int n = 0; n < X.length; n++) {
            Tokens alone = Tokens.ofBatchFirst(new int[][] {spec.join(X[n], Y[n])});
            Sequence y = tape.infer(alone, network.freshState(1));
            for (int t = 0; t < y.steps(); t++) {
                for (int k = 0; k < OUTPUTS; k++) {
                    assertThat(y.get(t, 0, k)).isEqualTo(all.get(t, n, k));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void writingStepByStepEqualsWhatIsTaught(EncoderDecoder spec) {
        Network network = network(spec);
        Sequence whole = network.pack()
                .tape(Team.single())
                .infer(batch(spec), network.freshState(X.length))
                .copy();
        EncoderDecoderTape tape = EncoderDecoderTape.of(network.pack(), Team.single());
        State read = tape.read(Tokens.ofBatchFirst(X));
        // Two outputs for the last input, one each for the others, in another order.
        int[] sources = {3, 1, 0, 3, 2};
        State state = tape.freshState(sources.length);
        state.copyFrom(new int[] {0, 1, 2, 3, 4}, read, sources, sources.length);
        for (int t = 0; t < 5; t++) {
            int[] written = new int[sources.length];
            for (int i = 0; i < written.length; i++) {
                int[] y = Y[sources[i]];
                written[i] = t == 0 || t > y.length ? 0 : y[t - 1];
            }
            Sequence scores = tape.write(Tokens.of(written, 1, written.length), sources, state);
            for (int i = 0; i < written.length; i++) {
                for (int k = 0; k < OUTPUTS && t < whole.length(sources[i]); k++) {
                    assertThat(scores.get(0, i, k)).isCloseTo(whole.get(t, sources[i], k), within(2e-6f));
                }
                float[] looked = tape.attention(i);
                assertThat(looked).hasSize(spec.attention().attends() ? X[sources[i]].length : 0);
            }
        }
    }

    @Test
    void whatStandsInThePaddingTouchesNothing() {
        EncoderDecoder spec = specs().get(2);
        Network network = network(spec);
        Tokens clean = batch(spec);
        Tokens dirty = clean.copy();
        for (int n = 0; n < X.length; n++) {
            for (int t = clean.length(n); t < clean.steps(); t++) {
                dirty.set(t, n, 1_000_000);
            }
        }
        Tape tape = network.tape(Team.single());
        float[] expected = tape.forward(clean, network.freshState(4)).copy().data();
        assertThat(tape.forward(dirty, network.freshState(4)).copy().data()).isEqualTo(expected);
    }
}
