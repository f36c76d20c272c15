package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalErrorsTest {

    private static final List<Double> QUANTILES = List.of(0.1, 0.5, 0.9);

    @Test
    void theFiguresAreThoseCountedByHand() {
        IntervalErrors errors = new IntervalErrors(QUANTILES);
        errors.add(new double[] {99, 1, 2, 4}, 1, 3);
        errors.add(new double[] {1, 2, 4}, 0, 6);
        // q = 0.1: 0.1 * 2, 0.1 * 5; q = 0.9: 0.1 * 1, 0.9 * 2.
        assertThat(errors.pinball(0)).isEqualTo((0.2 + 0.5) / 2, within(1e-15));
        assertThat(errors.pinball(1)).isEqualTo((0.5 + 2) / 2, within(1e-15));
        assertThat(errors.pinball(2)).isEqualTo((0.1 + 1.8) / 2, within(1e-15));
        assertThat(errors.pinball()).isEqualTo((0.7 + 2.5 + 1.9) / 6, within(1e-15));
        assertThat(errors.coverage()).isEqualTo(0.5);
        assertThat(errors.expectedCoverage()).isEqualTo(0.8);
        assertThat(errors.width()).isEqualTo(3);
        assertThat(errors.below(0)).isZero();
        assertThat(errors.below(2)).isEqualTo(0.5);
        IntervalErrors twice = new IntervalErrors(QUANTILES);
        twice.addAll(errors);
        twice.addAll(errors);
        assertThat(twice.count()).isEqualTo(4);
        assertThat(twice.pinball()).isEqualTo(errors.pinball(), within(1e-15));
        assertThat(twice.coverage()).isEqualTo(errors.coverage());
    }

    @Test
    void theBordersAreCovered() {
        IntervalErrors errors = new IntervalErrors(QUANTILES);
        errors.add(new double[] {1, 2, 3}, 0, 1);
        errors.add(new double[] {1, 2, 3}, 0, 3);
        assertThat(errors.coverage()).isEqualTo(1);
    }

    @Test
    void withoutQuantilesThereIsNoFigure() {
        IntervalErrors none = new IntervalErrors(List.of());
        none.add(new double[] {1}, 0, 2);
        assertThat(none.pinball()).isNaN();
        assertThat(none.expectedCoverage()).isNaN();
    }
}
