package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.series.TimeSeries;
import org.junit.jupiter.api.Test;

class NaiveForecastTest {

    private static final TimeSeries SERIES = TimeSeries.of("a", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

    @Test
    void theLastPeriodIsRepeated() {
        NaiveForecast naive = NaiveForecast.of(3);
        double[] forecast = new double[7];
        for (int h = 0; h < 7; h++) {
            forecast[h] = naive.value(SERIES, 5, h);
        }
        assertThat(forecast).containsExactly(2, 3, 4, 2, 3, 4, 2);
        assertThat(naive.lag(3)).isEqualTo(3);
        assertThat(naive.lag(4)).isEqualTo(6);
    }

    @Test
    void thePeriodOfOneIsTheLastValue() {
        assertThat(NaiveForecast.of(1).value(SERIES, 5, 4)).isEqualTo(4);
    }

    /** Computed apart in NumPy. */
    @Test
    void theNaiveErrorsOfTheBirthsEqualThoseComputedElsewhere() {
        TimeSeries births = Births.series();
        int[] test = ForecastWindows.of(births, Births.spec()).origins(6574, 7305);
        ForecastErrors week = NaiveForecast.of(7).errors(births, test, 28);
        ForecastErrors year = NaiveForecast.of(364).errors(births, test, 28);
        assertThat(week.count()).isEqualTo(704 * 28);
        assertThat(week.mae()).isEqualTo(348.8054484577922, within(1e-9));
        assertThat(week.rmse()).isEqualTo(566.7445543311751, within(1e-9));
        assertThat(year.mae()).isEqualTo(317.3339082792208, within(1e-9));
        assertThat(year.rmse()).isEqualTo(440.73332715553113, within(1e-9));
    }

    @Test
    void anOriginWithoutAPeriodBeforeItIsRefused() {
        assertThat(NaiveForecast.of(5).errors(SERIES, new int[] {5}, 5).mae()).isEqualTo(5);
        assertThatThrownBy(() -> NaiveForecast.of(5).errors(SERIES, new int[] {4}, 5))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("period of 5 rows");
        assertThatThrownBy(() -> NaiveForecast.of(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
