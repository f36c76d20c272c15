package dev.carousel.data.forecast;

import static dev.carousel.data.forecast.DistributionForecastTest.constant;
import static dev.carousel.data.forecast.DistributionForecastTest.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Distribution;
import dev.carousel.loss.Distribution.Kind;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which forecasts a spread is fitted on. */
class FittedSpreadTest {

    /** The rows vary by the hour of the day; at equal distances, 24 rows apart, all would be of one hour. */
    @Test
    void theSpreadOfVeryManyForecastsIsThatOfAllHours() {
        int validation = 24 * Forecaster.MOST_FITTED;
        Random random = new Random(5);
        TimeSeries noise = TimeSeries.of(
                "noise",
                IntStream.range(0, 500 + validation + 100)
                        .mapToDouble(row -> random.nextGaussian() * (row % 24 < 12 ? 1 : 3))
                        .toArray());
        ForecastSpec spec = ForecastFit.of(noise, new Split(500, 500 + validation, noise.length()))
                .withSeason(0)
                .withRelative(Relative.NONE)
                .withDistribution(Optional.of(Distribution.of(Kind.GAUSSIAN)))
                .fit(3, 1);
        // softplus(-0.4344) = 0.5
        Forecaster forecaster = Forecaster.of(constant(spec, 0, -0.4344f).pack(), Team.single());
        ForecastWindows windows = ForecastWindows.of(noise, spec);
        double squares = IntStream.range(500, 500 + validation)
                .mapToDouble(row -> windows.target(0).normalise(noise.value(row)))
                .map(z -> z * z)
                .average()
                .orElseThrow();
        ForecastSpec fitted = forecaster.withFittedSpread(List.of(windows.stretch(500, 500 + validation)));
        double expected = Math.sqrt(squares) / 0.501;
        assertThat(fitted.distribution().orElseThrow().spread()).isCloseTo(expected, within(0.08 * expected));
        assertThat(forecaster.withFittedSpread(List.of(windows.stretch(500, 500 + validation))))
                .isEqualTo(fitted);
        // Those of several stretches are the same rows, but for the order of the sums.
        int middle = 500 + validation / 2;
        ForecastSpec ofTwo = forecaster.withFittedSpread(
                List.of(windows.stretch(500, middle), windows.stretch(middle, 500 + validation)));
        assertThat(ofTwo.distribution().orElseThrow().spread())
                .isCloseTo(fitted.distribution().orElseThrow().spread(), within(1e-6));
    }

    @Test
    void aSpreadNeedsForecastsOfOneFormulation() {
        TimeSeries series = Formulations.wandering(80, 4);
        ForecastSpec spec = spec(series, Kind.GAUSSIAN, Relative.NONE, Stepping.AT_ONCE);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 1).pack(), Team.single());
        assertThatThrownBy(() -> forecaster.withFittedSpread(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no forecasts");
        ForecastWindows windows = ForecastWindows.of(series, spec);
        ForecastWindows others = ForecastWindows.of(series, spec.withRelative(Relative.LAST));
        assertThatThrownBy(() -> forecaster.withFittedSpread(List.of(windows.stretch(20, 40), others.stretch(40, 60))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("formulations", "differ");
    }
}
