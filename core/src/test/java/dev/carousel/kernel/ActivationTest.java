package dev.carousel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.carousel.reference.ActivationReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every function against the reference, and the reference's derivative against differences. */
class ActivationTest {

    private static final double H = 1e-6;

    /** Points next to each other, none of which is a kink of any function: those lie at thirds, halves and whole numbers. */
    private static final double FIRST = -7.013;

    private static final double DISTANCE = 0.0517;

    @ParameterizedTest
    @EnumSource
    void equalsTheReference(Activation.Kind kind) {
        Activation phi = Activation.of(kind);
        ActivationReference reference = reference(phi);
        for (double a = FIRST; a < 7; a += DISTANCE) {
            float x = (float) a;
            double y = reference.value(x);
            double slope = reference.slope(x);
            assertThat((double) phi.value(x))
                    .as("%s(%s)", phi, x)
                    .isCloseTo(y, offset(1e-6 * Math.max(1, Math.abs(y))));
            assertThat((double) phi.slope(x))
                    .as("slope of %s at %s", phi, x)
                    .isCloseTo(slope, offset(1e-6 * Math.max(1, Math.abs(slope))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theReferencesSlopeIsItsDifference(Activation.Kind kind) {
        ActivationReference phi = reference(Activation.of(kind));
        for (double a = FIRST; a < 7; a += DISTANCE) {
            double difference = (phi.value(a + H) - phi.value(a - H)) / (2 * H);
            assertThat(phi.slope(a))
                    .as("slope of %s at %s", phi, a)
                    .isCloseTo(difference, offset(1e-6 * Math.max(1, Math.abs(difference))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isReadFromItsText(Activation.Kind kind) {
        Activation phi = Activation.of(kind);
        assertThat(Activation.parse(phi.text())).isEqualTo(phi);
        assertThat(Activation.parse(kind.name())).isEqualTo(phi);
    }

    private static ActivationReference reference(Activation phi) {
        return new ActivationReference(
                ActivationReference.Kind.valueOf(phi.kind().name()), phi.alpha(), phi.beta());
    }
}
