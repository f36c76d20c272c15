package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacktestTest {

    private static final TimeSeries SERIES = Formulations.wandering(80, 4);

    private static ForecastSkill skill(Split split, long seed) {
        ForecastSpec spec = ForecastFit.of(SERIES, split).withSeason(0).fit(10, 3);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, seed).pack(), Team.single());
        ForecastStretch test =
                new ForecastStretch(ForecastWindows.of(SERIES, spec), split.validationEnd(), split.end() - 3);
        List<Baseline> baselines = List.of(Baseline.LAST, new Baseline("5", "five rows before", NaiveForecast.of(5)));
        return ForecastSkill.of(forecaster, List.of(test), baselines, split.trainingEnd());
    }

    @Test
    void originsLieATestApartTheOldestFirst() {
        assertThat(Backtest.origins(List.of(SERIES), List.of(new Split(50, 60, 70)), 2))
                .containsExactly(
                        List.of(new Split(30, 40, 50)), List.of(new Split(40, 50, 60)), List.of(new Split(50, 60, 70)));
    }

    @Test
    void aSeriesTooShortForAsManyTestsIsRefusedByName() {
        assertThatThrownBy(() -> Backtest.origins(List.of(SERIES), List.of(new Split(20, 60, 70)), 2))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(SERIES.place())
                .hasMessageContaining("found 20, too few");
        assertThat(Backtest.tooShort(List.of(new Split(21, 60, 70), new Split(20, 60, 70)), 2))
                .hasValue(1);
    }

    @Test
    void skillIsTheShareBelowTheBestNaiveForecast() {
        ForecastSkill skill = skill(new Split(50, 60, 70), 1);
        double best = skill.naive().stream()
                .mapToDouble(naive -> naive.scores().total(0).mae())
                .min()
                .orElseThrow();
        assertThat(skill.forecasts()).isEqualTo(8);
        assertThat(skill.mae(skill.bestNaive().scores())).isEqualTo(best);
        assertThat(skill.improvement()).isCloseTo(1 - skill.network().total(0).mae() / best, within(1e-12));
        assertThat(skill.squaredRatio())
                .isCloseTo(
                        skill.network().total(0).mse()
                                / skill.bestNaiveBySquares().scores().total(0).mse(),
                        within(1e-12));
    }

    @Test
    void improvementIsTheMeanOverOrigins() {
        List<ForecastSkill> tests = Backtest.origins(List.of(SERIES), List.of(new Split(50, 60, 70)), 1).stream()
                .map(splits -> skill(splits.get(0), 1))
                .toList();
        assertThat(new Backtest(tests).improvement())
                .isCloseTo((tests.get(0).improvement() + tests.get(1).improvement()) / 2, within(1e-12));
    }
}
