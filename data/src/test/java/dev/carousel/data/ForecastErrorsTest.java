package dev.carousel.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForecastErrorsTest {

    @Test
    void meansAreTakenOverAllThatWasAdded() {
        ForecastErrors errors = new ForecastErrors();
        errors.add(1, 4);
        errors.add(10, 6);
        assertThat(errors.count()).isEqualTo(2);
        assertThat(errors.mae()).isEqualTo(3.5);
        assertThat(errors.rmse()).isEqualTo(Math.sqrt(12.5));
    }

    @Test
    void nothingAddedHasNoMean() {
        assertThat(new ForecastErrors().mae()).isNaN();
        assertThat(new ForecastErrors().rmse()).isNaN();
    }
}
