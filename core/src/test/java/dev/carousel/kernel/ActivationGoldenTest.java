package dev.carousel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.loss.GoldenLines;
import dev.carousel.reference.ActivationReference;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationGoldenTest {

    private static final GoldenLines LINES = GoldenLines.read("/variants/activations.txt");

    static List<Activation> activations() {
        return List.of(
                Activation.LINEAR,
                Activation.TANH,
                Activation.LOGISTIC,
                Activation.RELU,
                new Activation(Activation.Kind.AFFINE, 1.5f, -0.25f),
                Activation.leakyRelu(0.125f),
                new Activation(Activation.Kind.THRESHOLDED_RELU, 1.25f, 0),
                new Activation(Activation.Kind.SCALED_TANH, 1.25f, 0.75f),
                Activation.hardSigmoid(0.25f, 0.5f),
                Activation.elu(0.75f),
                Activation.of(Activation.Kind.SOFTSIGN),
                Activation.of(Activation.Kind.SOFTPLUS),
                Activation.of(Activation.Kind.RELU6),
                Activation.of(Activation.Kind.SILU),
                Activation.of(Activation.Kind.GELU),
                Activation.of(Activation.Kind.GELU_TANH),
                Activation.of(Activation.Kind.SELU),
                Activation.of(Activation.Kind.EXPONENTIAL),
                Activation.of(Activation.Kind.HARD_SILU),
                Activation.of(Activation.Kind.MISH),
                Activation.of(Activation.Kind.HARD_TANH),
                new Activation(Activation.Kind.HARD_SHRINK, 0.75f, 0),
                new Activation(Activation.Kind.SOFT_SHRINK, 0.75f, 0),
                Activation.of(Activation.Kind.TANH_SHRINK),
                Activation.of(Activation.Kind.LOG_SIGMOID),
                Activation.of(Activation.Kind.SQUAREPLUS),
                Activation.of(Activation.Kind.SPARSE_PLUS),
                new Activation(Activation.Kind.CLIP, -0.75f, 1.25f));
    }

    @Test
    void everyKindIsTried() {
        assertThat(activations().stream().map(Activation::kind)).containsExactly(Activation.Kind.values());
    }

    /** In double, where the difference can only be rounding. */
    @ParameterizedTest
    @MethodSource("activations")
    void valuesAndSlopesArePyTorchs(Activation phi) {
        double[] points = LINES.one("a");
        double[] values = LINES.one(phi.text() + " value");
        double[] slopes = LINES.one(phi.text() + " slope");
        ActivationReference reference = new ActivationReference(
                ActivationReference.Kind.valueOf(phi.kind().name()), phi.alpha(), phi.beta());
        for (int i = 0; i < points.length; i++) {
            String at = phi + " at " + points[i];
            double size = 1e-12 * Math.max(1, Math.abs(values[i]));
            double a = points[i];
            assertThat(phi.kind().value(a, phi.alpha(), phi.beta())).as(at).isCloseTo(values[i], within(size));
            assertThat(phi.kind().slope(a, phi.alpha(), phi.beta())).as(at).isCloseTo(slopes[i], within(size));
            assertThat(reference.value(a)).as("reference, " + at).isCloseTo(values[i], within(size));
            assertThat(reference.slope(a)).as("reference, " + at).isCloseTo(slopes[i], within(size));
        }
    }

    @ParameterizedTest
    @MethodSource("activations")
    void textLeadsBackToTheActivation(Activation phi) {
        assertThat(Activation.parse(phi.text())).isEqualTo(phi);
        assertThat(Activation.parse(phi.text().toLowerCase(Locale.ROOT))).isEqualTo(phi);
    }

    @ParameterizedTest
    @EnumSource(Activation.Kind.class)
    void kindAloneHasOnnxsDefaults(Activation.Kind kind) {
        assertThat(Activation.parse(kind.name())).isEqualTo(Activation.of(kind));
    }

    @ParameterizedTest
    @MethodSource("activations")
    void numberThatIsNoneStaysNone(Activation phi) {
        if (!phi.is(Activation.Kind.THRESHOLDED_RELU) && !phi.is(Activation.Kind.HARD_SHRINK)) {
            assertThat(phi.value(Float.NaN)).isNaN();
        }
        for (float huge : new float[] {-1e30f, 1e30f}) {
            assertThat(phi.value(huge)).as("%s of %s", phi, huge).isNotNaN();
            assertThat(phi.slope(huge)).as("slope of %s at %s", phi, huge).isNotNaN();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "TANHH",
                "TANH(1.0)",
                "ELU(",
                "ELU()",
                "ELU(x)",
                "ELU(1.0",
                "ELU(1.0, 2.0)",
                "ELU(NaN)",
                "ELU)1("
            })
    void textOfNoActivationIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Activation.parse(text))
                .withMessageContaining("No activation is written '" + text + "'");
    }

    @Test
    void numbersThatTheKindHasNotAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Activation(Activation.Kind.TANH, 1, 0))
                .withMessageContaining("TANH: alpha is 1.0 and beta 0.0, but the kind has neither");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Activation(Activation.Kind.ELU, 1, 1))
                .withMessageContaining("only alpha");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Activation.elu(Float.POSITIVE_INFINITY))
                .withMessageContaining("must be finite");
    }
}
