package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.Tape;
import dev.carousel.spec.Attention;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention on the vector kernels, at sizes that are no whole number of vectors: what the scalar kernels give, on any threads. */
class EncoderDecoderOnVectorsTest {

    private static final int INPUTS = 11;
    private static final int OUTPUTS = 7;
    private static final int N = 5;

    static Stream<Arguments> specs() {
        return Stream.of(1, 7, 16, 33)
                .flatMap(H -> Stream.of(
                                Attention.dot(),
                                Attention.general(),
                                Attention.additive(H),
                                Attention.additive(2 * H + 3))
                        .map(attention -> Arguments.of(H, attention)));
    }

    private static NetworkSpec spec(int H, Attention attention) {
        return new EncoderDecoder(
                        NetworkSpec.of(new OneHot(INPUTS), Recurrent.gru(INPUTS, H)),
                        NetworkSpec.of(new OneHot(OUTPUTS), Recurrent.gru(OUTPUTS, H)),
                        attention,
                        NetworkSpec.of(Dense.head(2 * H, OUTPUTS)))
                .network();
    }

    /** Scores and the gradient of all parameters. */
    private static List<float[]> pass(NetworkSpec spec, Kernels kernels, int threads) {
        Random random = new Random(2);
        Parameters parameters = spec.zeroParameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = (float) (0.5 * random.nextGaussian());
        }
        EncoderDecoder pair = spec.encoderDecoder().orElseThrow();
        int[][] joined = new int[N][];
        for (int n = 0; n < N; n++) {
            joined[n] = pair.join(
                    random.ints(1 + (n * 23) % 70, 0, INPUTS).toArray(),
                    random.ints(3L * n, 1, OUTPUTS).toArray());
        }
        Network network = Network.of(spec, parameters, kernels);
        Parameters gradient = parameters.zerosLike();
        try (Team team = Team.of(threads)) {
            Tape tape = network.tape(team);
            float[] y = {};
            // The second pass runs in buffers that have been used.
            for (int pass = 0; pass < 2; pass++) {
                Sequence scores = tape.forward(Tokens.ofBatchFirst(joined), network.freshState(N));
                y = scores.copy().data();
                gradient.clear();
                tape.backward(Sequence.of(y.clone(), scores.steps(), N, OUTPUTS), gradient);
            }
            return List.of(y, gradient.values());
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void vectorsGiveWhatScalarsGiveOnAnyThreads(int H, Attention attention) {
        NetworkSpec spec = spec(H, attention);
        List<float[]> scalar = pass(spec, Kernels.scalar(), 1);
        List<float[]> vector = pass(spec, Kernels.best(), 1);
        for (int i = 0; i < 2; i++) {
            double norm = 0;
            for (float number : scalar.get(i)) {
                norm = Math.max(norm, Math.abs(number));
            }
            assertThat(vector.get(i)).containsExactly(scalar.get(i), within((float) (2e-5 * (1 + norm))));
        }
        List<float[]> three = pass(spec, Kernels.best(), 3);
        assertThat(three.get(0)).isEqualTo(vector.get(0));
        assertThat(three.get(1)).isEqualTo(vector.get(1));
    }
}
