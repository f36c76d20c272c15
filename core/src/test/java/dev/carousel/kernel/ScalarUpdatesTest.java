package dev.carousel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Each update on one element by hand; what lies outside the range stays. */
class ScalarUpdatesTest {

    private final UpdateKernel updates = Kernels.scalar().updates();

    private static float[] around(float value) {
        return new float[] {-8, value, -8};
    }

    private static void assertOnlyMiddle(float[] array, double expected) {
        assertThat((double) array[1]).isCloseTo(expected, within(1e-6));
        assertThat(array[0]).isEqualTo(-8);
        assertThat(array[2]).isEqualTo(-8);
    }

    @Test
    void descendAndScaleAndClampAndAddTouchTheirRangeAlone() {
        float[] w = around(2);
        float[] g = around(3);
        updates.descend(1, 2, w, g, 0.1f);
        assertOnlyMiddle(w, 1.7);
        updates.addScaled(1, 2, g, w, 0.5f);
        assertOnlyMiddle(g, 3.85);
        updates.scale(1, 2, g, -2);
        assertOnlyMiddle(g, -7.7);
        updates.clamp(1, 2, g, 4);
        assertOnlyMiddle(g, -4);
        assertThat(updates.sumOfSquares(1, 3, g)).isEqualTo(16 + 64);
    }

    @Test
    void momentumLooksAheadWhereNesterov() {
        float[] w = around(2);
        float[] g = around(3);
        float[] m = around(1);
        updates.momentum(1, 2, w, g, m, 0.1f, 0.5f, false);
        assertOnlyMiddle(m, 3.5);
        assertOnlyMiddle(w, 2 - 0.35);
        updates.momentum(1, 2, w, g, m, 0.1f, 0.5f, true);
        assertOnlyMiddle(m, 4.75);
        assertOnlyMiddle(w, 1.65 - 0.1 * (3 + 0.5 * 4.75));
    }

    @Test
    void rmsPropAddsEpsilonOutsideTheRoot() {
        float[] w = around(2);
        float[] g = around(3);
        float[] v = around(4);
        updates.rmsProp(1, 2, w, g, v, 0.1f, 0.75, 0.5f);
        assertOnlyMiddle(v, 5.25);
        assertOnlyMiddle(w, 2 - 0.3 / (Math.sqrt(5.25) + 0.5));
        assertOnlyMiddle(g, 3);
    }

    @Test
    void adamShrinksTheWeightAndCorrectsTheRoot() {
        float[] w = around(2);
        float[] g = around(3);
        float[] m = around(1);
        float[] v = around(4);
        updates.adam(1, 2, w, g, m, v, 0.5, 0.75, 0.1f, 2, 0.5f, 0.875f);
        assertOnlyMiddle(m, 2);
        assertOnlyMiddle(v, 5.25);
        assertOnlyMiddle(w, 2 * 0.875 - 0.1 * 2 / (Math.sqrt(5.25) * 2 + 0.5));
    }

    @Test
    void decaysCloseToOneKeepTheirComplement() {
        // In float 1 - 0.999f is 0.0010000467.
        float[] w = around(0);
        float[] g = around(1);
        float[] m = around(0);
        float[] v = around(0);
        updates.adam(1, 2, w, g, m, v, 0.9, 0.999, 0, 1, 0, 1);
        assertThat(v[1]).isEqualTo(0.001f);
        assertThat(m[1]).isEqualTo(0.1f);
    }
}
