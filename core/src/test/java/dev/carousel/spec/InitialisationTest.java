package dev.carousel.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Lstm;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to start has the bounds and the deviation that it says, and comes from the generator alone. */
class InitialisationTest {

    private static final int V = 40;
    private static final int D = 30;
    private static final int H = 50;
    private static final int O = 20;

    private static final NetworkSpec LSTM = NetworkSpec.of(
            new Embedding("embedding", V, D),
            Recurrent.of(Lstm.STANDARD, D, H).withLayers(2).withBidirectional(true),
            Dense.head(2 * H, O));
    private static final NetworkSpec PROJECTED =
            NetworkSpec.of(Recurrent.of(Lstm.STANDARD.withPeepholes(true), D, H).withProjectionSize(H / 2));
    private static final NetworkSpec WITHOUT_BIAS =
            NetworkSpec.of(Recurrent.lstm(D, H).withBias(false), new Dense("out", H, O, false));
    private static final NetworkSpec GRU = NetworkSpec.of(Recurrent.gru(D, H), Dense.head(H, O));

    static List<Initialisation> ways() {
        return List.of(
                Initialisation.uniform(),
                Initialisation.normal(),
                Initialisation.glorot(),
                Initialisation.orthogonal());
    }

    private static Parameters drawn(NetworkSpec spec, Initialisation how, long seed) {
        Parameters parameters = spec.zeroParameters();
        Arrays.fill(parameters.values(), Float.NaN);
        how.fill(spec, parameters, new Random(seed));
        return parameters;
    }

    private static double deviation(float[] values) {
        double sum = 0;
        double squares = 0;
        for (float v : values) {
            sum += v;
            squares += (double) v * v;
        }
        double mean = sum / values.length;
        assertThat(mean).as("mean").isCloseTo(0, within(5 * Math.sqrt(squares) / values.length));
        return Math.sqrt(squares / values.length - mean * mean);
    }

    /** Numbers that fill ±limit evenly. */
    private static void assertUniform(Parameters parameters, String name, double limit) {
        float[] values = parameters.get(name);
        for (float v : values) {
            assertThat(Math.abs((double) v)).as(name).isLessThanOrEqualTo((float) limit);
        }
        assertThat(deviation(values))
                .as(name)
                .isCloseTo(limit / Math.sqrt(3), within(1.05 * limit / Math.sqrt(values.length)));
    }

    private static void assertNormal(Parameters parameters, String name, double deviation) {
        float[] values = parameters.get(name);
        assertThat(deviation(values))
                .as(name)
                .isCloseTo(deviation, within(4 * deviation / Math.sqrt(2.0 * values.length)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void everyParameterIsDrawnFromTheGeneratorAlone(Initialisation how) {
        for (NetworkSpec spec : List.of(LSTM, GRU, PROJECTED, WITHOUT_BIAS)) {
            float[] values = drawn(spec, how, 3).values();
            for (float v : values) {
                assertThat(v).isFinite();
            }
            assertThat(drawn(spec, how, 3).values()).isEqualTo(values);
            assertThat(drawn(spec, how, 4).values()).isNotEqualTo(values);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void embeddingsAreNormalWithDeviationOne(Initialisation how) {
        assertNormal(drawn(LSTM, how, 5), "embedding.weight", 1);
    }

    @Test
    void uniformLiesWithinOneOverRootOfH() {
        Parameters parameters = drawn(LSTM, Initialisation.uniform(), 1);
        for (String suffix : List.of("_l0", "_l0_reverse", "_l1", "_l1_reverse")) {
            for (String parameter : List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh")) {
                assertUniform(parameters, "rnn." + parameter + suffix, 1 / Math.sqrt(H));
            }
        }
        assertUniform(parameters, "out.weight", 1 / Math.sqrt(2 * H));
        assertUniform(parameters, "out.bias", 1 / Math.sqrt(2 * H));
    }

    @Test
    void normalHasTheDeviationOfItsInputsAndForgetGatesStartOpen() {
        Parameters parameters = drawn(LSTM, Initialisation.normal(), 1);
        for (String direction : List.of("", "_reverse")) {
            assertNormal(parameters, "rnn.weight_ih_l0" + direction, 1 / Math.sqrt(D + H));
            assertNormal(parameters, "rnn.weight_hh_l0" + direction, 1 / Math.sqrt(D + H));
            assertNormal(parameters, "rnn.weight_ih_l1" + direction, 1 / Math.sqrt(2 * H + H));
            assertNormal(parameters, "rnn.weight_hh_l1" + direction, 1 / Math.sqrt(2 * H + H));
            for (String layer : List.of("_l0", "_l1")) {
                assertThat(parameters.get("rnn.bias_ih" + layer + direction)).isEqualTo(forgetBias(3));
                assertThat(parameters.get("rnn.bias_hh" + layer + direction)).containsOnly(0);
            }
        }
        assertUniform(parameters, "out.weight", 1 / Math.sqrt(2 * H));
    }

    @Test
    void forgetBiasCanBeChosen() {
        assertThat(drawn(LSTM, new Initialisation.Normal(1.5f), 1).get("rnn.bias_ih_l1"))
                .isEqualTo(forgetBias(1.5f));
    }

    /** Gates i f g o: the second H numbers. */
    private static float[] forgetBias(float value) {
        float[] bias = new float[4 * H];
        Arrays.fill(bias, H, 2 * H, value);
        return bias;
    }

    @Test
    void cellsWithoutAForgetGateHaveNoForgetBias() {
        Parameters parameters = drawn(GRU, Initialisation.normal(), 1);
        assertThat(parameters.get("rnn.bias_ih_l0")).containsOnly(0);
        assertThat(parameters.get("rnn.bias_hh_l0")).containsOnly(0);
    }

    @Test
    void glorotLiesWithinTheRootOfSixOverBothFans() {
        Parameters parameters = drawn(GRU, Initialisation.glorot(), 1);
        assertUniform(parameters, "rnn.weight_ih_l0", Math.sqrt(6.0 / (D + 3 * H)));
        assertUniform(parameters, "rnn.weight_hh_l0", Math.sqrt(6.0 / (H + 3 * H)));
        assertUniform(parameters, "out.weight", Math.sqrt(6.0 / (H + O)));
        for (String bias : List.of("rnn.bias_ih_l0", "rnn.bias_hh_l0", "out.bias")) {
            assertThat(parameters.get(bias)).containsOnly(0);
        }
    }

    @Test
    void orthogonalRecurrentMatricesOfEachGateAreOrthogonal() {
        Parameters parameters = drawn(GRU, Initialisation.orthogonal(), 1);
        float[] r = parameters.get("rnn.weight_hh_l0");
        for (int gate = 0; gate < 3; gate++) {
            for (int i = 0; i < H; i++) {
                for (int j = 0; j < H; j++) {
                    double dot = 0;
                    for (int k = 0; k < H; k++) {
                        dot += (double) r[(gate * H + i) * H + k] * r[(gate * H + j) * H + k];
                    }
                    assertThat(dot).as("gate %d, R Rᵀ[%d, %d]", gate, i, j).isCloseTo(i == j ? 1 : 0, within(1e-6));
                }
            }
        }
        assertThat(Arrays.copyOfRange(r, 0, H * H)).isNotEqualTo(Arrays.copyOfRange(r, H * H, 2 * H * H));
        assertNormal(parameters, "rnn.weight_hh_l0", 1 / Math.sqrt(H));
        assertUniform(parameters, "rnn.weight_ih_l0", Math.sqrt(6.0 / (D + 3 * H)));
        assertUniform(parameters, "out.weight", Math.sqrt(6.0 / (H + O)));
        for (String bias : List.of("rnn.bias_ih_l0", "rnn.bias_hh_l0", "out.bias")) {
            assertThat(parameters.get(bias)).containsOnly(0);
        }
    }

    @Test
    void projectionsAndPeepholesAreDrawnToo() {
        Parameters uniform = drawn(PROJECTED, Initialisation.uniform(), 1);
        assertUniform(uniform, "rnn.weight_hr_l0", 1 / Math.sqrt(H));
        assertUniform(uniform, "rnn.weight_ph_l0", 1 / Math.sqrt(H));
        assertNormal(drawn(PROJECTED, Initialisation.normal(), 1), "rnn.weight_hr_l0", 1 / Math.sqrt(H));
        for (Initialisation how : List.of(Initialisation.glorot(), Initialisation.orthogonal())) {
            Parameters parameters = drawn(PROJECTED, how, 1);
            assertUniform(parameters, "rnn.weight_hr_l0", Math.sqrt(6.0 / (H + H / 2)));
            assertThat(parameters.get("rnn.weight_ph_l0")).containsOnly(0);
        }
    }
}
