package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecasterTest {

    /** Each forecast is appended to the series as if it had come, and the next row is asked for with a longer context. */
    @ParameterizedTest
    @CsvSource({"PREVIOUS, 0", "NONE, 0", "NONE, 3", "PREVIOUS, 3", "NONE, 9"})
    void stepByStepEqualsForecastingOneRowAgainAndAgain(Relative relative, int season) {
        TimeSeries series = Formulations.wandering(80, 4);
        ForecastSpec spec = ForecastFit.of(series, new Split(60, 70, 80))
                .withSeason(season)
                .withRelative(relative)
                .withStepping(Stepping.STEP_BY_STEP)
                .fit(10, 6);
        Network network = Formulations.network(spec, 1);
        Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
        double[] forecast = forecaster.next(ForecastWindows.of(series, spec));

        List<Double> seen =
                new ArrayList<>(IntStream.range(0, 80).mapToObj(series::value).toList());
        for (int h = 0; h < 6; h++) {
            TimeSeries longer =
                    TimeSeries.of("a", seen.stream().mapToDouble(d -> d).toArray());
            ForecastSpec one = new ForecastSpec(
                    10 + h, 1, season, spec.spacing(), List.of(), spec.columns(), relative, spec.stepping(), List.of());
            double next = forecaster.next(ForecastWindows.of(longer, one))[0];
            assertThat(forecast[h]).isEqualTo(next, within(1e-4));
            seen.add(forecast[h]);
        }
    }

    @Test
    void stepByStepTheMedianIsPutIn() {
        TimeSeries series = Formulations.wandering(80, 4);
        ForecastSpec spec = ForecastFit.of(series, new Split(60, 70, 80))
                .withSeason(0)
                .withRelative(Relative.NONE)
                .withStepping(Stepping.STEP_BY_STEP)
                .withQuantiles(List.of(0.2, 0.5, 0.8))
                .fit(10, 2);
        Network network = Formulations.network(spec, 1);
        Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
        double[] forecast = forecaster.next(ForecastWindows.of(series, spec));
        double[] longer = IntStream.range(0, 81)
                .mapToDouble(row -> row < 80 ? series.value(row) : forecast[1])
                .toArray();
        ForecastSpec one = new ForecastSpec(
                11, 1, 0, spec.spacing(), List.of(), spec.columns(), Relative.NONE, spec.stepping(), spec.quantiles());
        assertThat(forecaster.next(ForecastWindows.of(TimeSeries.of("a", longer), one)))
                .containsExactly(new double[] {forecast[3], forecast[4], forecast[5]}, within(1e-4));
    }

    @ParameterizedTest
    @CsvSource({"AT_ONCE", "STEP_BY_STEP"})
    void manyForecastsEqualThoseOneByOne(Stepping stepping) {
        TimeSeries one = Formulations.hours("one", 700, 1);
        TimeSeries two = Formulations.hours("two", 90, 2);
        Split split = new Split(50, 60, 90);
        ForecastSpec spec = ForecastFit.of(List.of(one, two), List.of(new Split(400, 500, 700), split))
                .withSeason(0)
                .withRelative(Relative.LAST)
                .withStepping(stepping)
                .fit(12, 6);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 2).pack(), Team.single());
        ForecastWindows first = ForecastWindows.of(one, spec);
        ForecastWindows second = ForecastWindows.of(two, spec);
        int[] count = new int[1];
        forecaster.forecast(List.of(first.stretch(100, 700), second.stretch(60, 90)), (windows, origin, batch, at) -> {
            if (count[0]++ % 37 == 0) {
                double[] alone = Forecaster.of(Formulations.network(spec, 2).pack(), Team.single())
                        .from(windows, origin);
                for (int i = 0; i < alone.length; i++) {
                    assertThat(batch[at + i]).isEqualTo(alone[i], within(1e-4));
                }
            }
        });
        assertThat(count[0]).isEqualTo(595 + 25);
    }

    @ParameterizedTest
    @CsvSource({"AT_ONCE", "STEP_BY_STEP"})
    void seriesForecastTogetherHaveTheNumbersThatEachHasAlone(Stepping stepping) {
        List<TimeSeries> series = IntStream.range(0, 300)
                .mapToObj(i -> Formulations.hours("s" + i, 60 + i % 7, i))
                .toList();
        ForecastSpec spec = ForecastFit.of(
                        series,
                        series.stream().map(one -> new Split(40, 50, 60)).toList())
                .withSeason(0)
                .withRelative(Relative.LAST)
                .withStepping(stepping)
                .withQuantiles(List.of(0.1, 0.5, 0.9))
                .fit(12, 6);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 2).pack(), Team.single());
        List<ForecastWindows> windows =
                series.stream().map(one -> ForecastWindows.of(one, spec)).toList();
        double[][] together = forecaster.nextOfEach(windows);
        assertThat(together).hasDimensions(300, 6 * spec.outputSize());
        for (int i = 0; i < 300; i++) {
            assertThat(together[i]).isEqualTo(forecaster.next(windows.get(i)));
        }
        assertThat(forecaster.nextOfEach(List.of())).isEmpty();
        TimeSeries other = Formulations.hours("s1", 60, 1);
        ForecastSpec longer = new ForecastSpec(
                spec.context() + 1,
                spec.horizon(),
                0,
                spec.spacing(),
                spec.calendar(),
                spec.columns(),
                spec.relative(),
                spec.stepping(),
                spec.quantiles());
        assertThatThrownBy(() -> forecaster.nextOfEach(List.of(windows.get(0), ForecastWindows.of(other, longer))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("formulations");
        // What is known ahead ends with the last row.
        TimeSeries short24 = Formulations.hours("s2", 60, 60, 1);
        assertThatThrownBy(() -> ForecastWindows.of(short24, spec).requireNext())
                .isInstanceOf(DataException.class);
    }

    @Test
    void aJudgedForecastHasTheErrorsCountedByHand() {
        TimeSeries series = Formulations.hours("", 200, 1);
        ForecastSpec spec = ForecastFit.of(series, new Split(150, 175, 200))
                .withSeason(0)
                .withQuantiles(List.of(0.1, 0.5, 0.9))
                .fit(12, 3);
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 2).pack(), Team.single());
        ForecastScores scores = ForecastScores.of(spec, 24, 150);
        forecaster.judge(List.of(windows.stretch(175, 200)), scores);
        assertThat(scores.forecasts()).isEqualTo(23);
        double scale = NaiveForecast.of(24).scale(series, 1, 150);
        double sum = 0;
        double inside = 0;
        for (int origin = 175; origin <= 197; origin++) {
            double[] forecast = forecaster.from(windows, origin);
            sum += Math.abs(forecast[2 * 6 + 3 + 1] - series.value(1, origin + 2));
            inside += forecast[2 * 6 + 3] <= series.value(1, origin + 2)
                            && series.value(1, origin + 2) <= forecast[2 * 6 + 5]
                    ? 1
                    : 0;
        }
        assertThat(scores.errors(1, 2).mae()).isEqualTo(sum / 23, within(1e-4));
        assertThat(scores.errors(1, 2).mase()).isEqualTo(sum / 23 / scale, within(1e-4));
        assertThat(scores.intervals(1, 2).coverage()).isEqualTo(inside / 23, within(1e-12));
        assertThat(scores.total(1).count()).isEqualTo(69);
        assertThat(scores.byStep(1, ForecastErrors::mae)[2])
                .isEqualTo(scores.errors(1, 2).mae());
    }

    @Test
    void naiveForecastsAreJudgedLikeOthers() {
        TimeSeries births = Births.series();
        ForecastWindows windows = ForecastWindows.of(births, Births.spec());
        ForecastScores scores = ForecastScores.of(Births.spec(), 7, 6209);
        scores.addNaive(List.of(windows.stretch(6574, 7305)), NaiveForecast.of(7));
        assertThat(scores.total(0).mae()).isEqualTo(348.8054484577922, within(1e-9));
        assertThat(scores.total(0).rmse()).isEqualTo(566.7445543311751, within(1e-9));
    }

    @Test
    void theScaleIsTheNaiveErrorOfTheTrainingRows() {
        TimeSeries series = TimeSeries.of("a", 1, 2, 4, 7, 100);
        assertThat(NaiveForecast.of(1).scale(series, 0, 4)).isEqualTo(2);
        assertThat(NaiveForecast.of(2).scale(series, 0, 4)).isEqualTo(4);
        assertThat(NaiveForecast.of(4).scale(series, 0, 4)).isEqualTo(1);
        assertThat(NaiveForecast.of(1).scale(TimeSeries.of("a", 3, 3, 3), 0, 3)).isEqualTo(1);
    }

    @Test
    void batchesHoldEachForecastOfEachSeriesOnce() {
        TimeSeries one = Formulations.hours("one", 60, 1);
        TimeSeries two = Formulations.hours("two", 50, 2);
        Split split = new Split(40, 45, 50);
        ForecastSpec spec = ForecastFit.of(List.of(one, two), List.of(new Split(50, 55, 60), split))
                .withSeason(0)
                .fit(12, 6);
        ForecastStretch first = ForecastWindows.of(one, spec).stretch(0, 50);
        ForecastStretch second = ForecastWindows.of(two, spec).stretch(0, 40);
        ForecastBatches batches = ForecastBatches.of(List.of(first, second), 16);
        assertThat(batches.forecasts()).isEqualTo(33 + 23);
        assertThat(batches.size()).isEqualTo(4);
        List<Double> inOrder = targets(batches);
        batches.shuffle(new java.util.SplittableRandom(1));
        List<Double> shuffled = targets(batches);
        assertThat(shuffled).isNotEqualTo(inOrder).containsExactlyInAnyOrderElementsOf(inOrder);
        Sequence y = Sequence.zeros(6, 1, 2);
        second.windows().fillTarget(second.first(), y, 0);
        assertThat(inOrder.get(33)).isEqualTo(y.get(0, 0, 0));
    }

    private static List<Double> targets(ForecastBatches batches) {
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            Sequence y = batches.batch(i).target().vectors();
            for (int n = 0; n < y.batchSize(); n++) {
                all.add((double) y.get(0, n, 0));
            }
        }
        return all;
    }
}
