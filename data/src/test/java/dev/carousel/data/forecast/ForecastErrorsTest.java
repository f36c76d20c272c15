package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ForecastErrorsTest {

    @Test
    void meansAreTakenOverAllThatWasAdded() {
        ForecastErrors errors = new ForecastErrors();
        errors.add(1, 4, 2);
        errors.add(10, 6, 8);
        assertThat(errors.count()).isEqualTo(2);
        assertThat(errors.mae()).isEqualTo(3.5);
        assertThat(errors.mse()).isEqualTo(12.5);
        assertThat(errors.rmse()).isEqualTo(Math.sqrt(12.5));
        assertThat(errors.bias()).isEqualTo(0.5);
        assertThat(errors.smape()).isEqualTo((6.0 / 5 + 8.0 / 16) / 2, within(1e-15));
        assertThat(errors.mase()).isEqualTo((1.5 + 0.5) / 2);
    }

    @Test
    void whatOthersCountedIsAdded() {
        ForecastErrors all = new ForecastErrors();
        ForecastErrors some = new ForecastErrors();
        ForecastErrors others = new ForecastErrors();
        for (int i = 0; i < 10; i++) {
            all.add(i, i * i, 3);
            (i < 4 ? some : others).add(i, i * i, 3);
        }
        some.addAll(others);
        assertThat(some.count()).isEqualTo(all.count());
        assertThat(some.mae()).isEqualTo(all.mae());
        assertThat(some.rmse()).isEqualTo(all.rmse());
        assertThat(some.bias()).isEqualTo(all.bias());
        assertThat(some.smape()).isCloseTo(all.smape(), within(1e-15));
        assertThat(some.mase()).isCloseTo(all.mase(), within(1e-14));
    }

    @Test
    void zeroForZeroIsNoPercentageError() {
        ForecastErrors errors = new ForecastErrors();
        errors.add(0, 0);
        errors.add(-1, 1);
        assertThat(errors.smape()).isEqualTo(1);
    }

    @Test
    void nothingAddedHasNoMean() {
        assertThat(new ForecastErrors().mae()).isNaN();
        assertThat(new ForecastErrors().rmse()).isNaN();
        assertThat(new ForecastErrors().smape()).isNaN();
    }
}
