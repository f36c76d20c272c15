package dev.carousel.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Numbers of a page show what is drawn of them. */
class DigitsTest {

    @Test
    void theStepsOfAHighLevelShow() {
        int decimals = Digits.decimals(new double[] {45678901.82, 45678902.55, 45678903.51});
        assertThat(decimals).isEqualTo(2);
        assertThat(Digits.of(45678902.551, decimals)).isEqualTo("45678902.55");
        assertThat(Digits.of(-45678902.551, decimals)).isEqualTo("-45678902.55");
    }

    @Test
    void sixDigitsAreEnoughElsewhere() {
        int decimals = Digits.decimals(new double[] {100, 220, 110});
        assertThat(decimals).isZero();
        assertThat(Digits.of(123.456789, decimals)).isEqualTo("123.457");
        assertThat(Digits.of(Double.NaN, 2)).isEmpty();
        assertThat(Digits.of(0, 2)).isEqualTo("0");
        assertThat(Digits.decimals(new double[] {5, 5})).isZero();
    }
}
