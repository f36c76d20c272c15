package dev.carousel.interop.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models with random weights, against Keras' equations computed in double precision by make_keras_files.py. */
class KerasFilesTest {

    private static final float TOLERANCE = 1e-5f;
    private static final Map<String, NumpyArray> EXPECTED = KerasTestFiles.expected();

    @TempDir
    Path folder;

    static Stream<String> models() {
        return Stream.of("stack", "last", "turned", "turned_last", "both", "words", "tags", "padded")
                .flatMap(name -> Stream.of(name + ".keras", name + ".h5", name + "_keras2.h5"));
    }

    @ParameterizedTest
    @MethodSource("models")
    @ValueSource(strings = {"many_names.h5", "keras_2_13.keras", "keras_2_0.h5"})
    void givesTheNumbersOfKeras(String file) {
        String name = file.substring(0, file.indexOf('.'));
        String model = name.replace("_keras2", "");
        Network network = KerasFiles.read(KerasTestFiles.file(folder, file));
        NumpyArray y = EXPECTED.getOrDefault(name + ".y", EXPECTED.get(model + ".y"));
        int[] lengths = EXPECTED.containsKey(model + ".lengths")
                ? EXPECTED.get(model + ".lengths").ints()
                : null;

        assertThatOutputIs(y, lengths, Runs.run(network, Runs.timeMajor(EXPECTED.get(model + ".x"))));
    }

    /** With lengths, the steps beyond are left out: Keras repeats the output there, ours is 0. */
    private static void assertThatOutputIs(NumpyArray expected, int[] lengths, Sequence y) {
        boolean sequences = expected.rank() == 3;
        int T = sequences ? expected.shape().get(1) : 1;
        int D = expected.shape().get(expected.rank() - 1);
        assertThat(List.of(y.batchSize(), y.steps(), y.size()))
                .isEqualTo(List.of(expected.shape().get(0), T, D));
        float[] numbers = expected.floats();
        for (int n = 0; n < y.batchSize(); n++) {
            for (int t = 0; t < (sequences && lengths != null ? lengths[n] : T); t++) {
                for (int d = 0; d < D; d++) {
                    assertThat(y.get(t, n, d))
                            .as("y[%d, %d, %d]", n, t, d)
                            .isCloseTo(numbers[(n * T + t) * D + d], offset(TOLERANCE));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"words", "tags", "padded"})
    void givenLengthsSayTheSameAsTheMask(String name) {
        Network network = KerasFiles.read(KerasTestFiles.file(folder, name + ".keras"));
        int[] lengths = EXPECTED.get(name + ".lengths").ints();
        SequenceBatch x = Runs.timeMajor(EXPECTED.get(name + ".x"));
        SequenceBatch cut =
                x instanceof Tokens tokens ? tokens.withLengths(lengths) : ((Sequence) x).withLengths(lengths);

        assertThatOutputIs(EXPECTED.get(name + ".y"), lengths, Runs.run(network, cut));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "linear",
                "tanh",
                "sigmoid",
                "relu",
                "relu6",
                "leaky_relu",
                "elu",
                "celu",
                "selu",
                "softplus",
                "softsign",
                "silu",
                "swish",
                "gelu",
                "exponential",
                "hard_sigmoid",
                "hard_silu",
                "hard_swish",
                "mish",
                "hard_tanh",
                "tanh_shrink",
                "hard_shrink",
                "log_sigmoid",
                "soft_shrink",
                "squareplus",
                "sparse_sigmoid",
                "sparse_plus",
                "softmax",
                "log_softmax"
            })
    void knowsTheFunction(String name) {
        byte[] file = KerasTestFiles.withConfig(
                KerasTestFiles.bytes("function.keras"), config -> config.replace("THE_FUNCTION", name));
        Network network = KerasFiles.read(KerasTestFiles.write(folder, "function.keras", file));
        Sequence y = Runs.run(network, Runs.timeMajor(EXPECTED.get("function.x")));
        float[] expected = EXPECTED.get("function." + name).floats();
        for (int i = 0; i < expected.length; i++) {
            assertThat(y.data()[i])
                    .as(name + " of number " + i)
                    .isCloseTo(expected[i], offset(TOLERANCE * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @Test
    void keepsTheNamesOfLayers() {
        Network network = KerasFiles.read(KerasTestFiles.file(folder, "last.keras"));
        assertThat(network.parameters().has("gru_7.weight_ih_l0")).isTrue();
        assertThat(network.parameters().has("score.bias")).isTrue();
        assertThat(network.spec().layers().get(0)).isInstanceOf(LayerSpec.Recurrent.class);
    }
}
