package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.Categories;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Column;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a network is shown, in every formulation: each number against the series itself. */
class FormulationTest {

    private static final int ORIGIN = 100;

    private final TimeSeries series = Formulations.hours("", 200, 1);
    private final Split split = new Split(150, 175, 200);

    private ForecastFit fit() {
        return ForecastFit.of(series, split).withSeason(24);
    }

    private Sequence inputs(ForecastSpec spec) {
        Sequence x = Sequence.zeros(spec.steps(), 1, spec.inputSize());
        Arrays.fill(x.data(), Float.NaN);
        ForecastWindows.of(series, spec).fillInput(ORIGIN, x, 0);
        assertThat(x.data()).doesNotContain(Float.NaN);
        return x;
    }

    private double z(ForecastSpec spec, int target, int row) {
        Normaliser.Column column = spec.normaliser().columns().get(target);
        return (series.value(target, row) - column.mean()) / column.deviation();
    }

    /** m of a target before an origin. */
    private double level(ForecastSpec spec, int target, int origin) {
        return switch (spec.relative()) {
            case LAST -> z(spec, target, origin - 1);
            case MEAN, WINDOW -> {
                double sum = 0;
                for (int row = origin - spec.context(); row < origin; row++) {
                    sum += z(spec, target, row);
                }
                yield sum / spec.context();
            }
            case PREVIOUS, NONE -> 0;
        };
    }

    /** s of a target before an origin. */
    private double unit(ForecastSpec spec, int target, int origin) {
        if (spec.relative() != Relative.WINDOW) {
            return 1;
        }
        double squares = 0;
        double size = 0;
        for (int row = origin - spec.context(); row < origin; row++) {
            squares += Math.pow(z(spec, target, row) - level(spec, target, origin), 2) / spec.context();
            Normaliser.Column column = spec.normaliser().columns().get(target);
            size += Math.abs(series.value(target, row)) / column.deviation() / spec.context();
        }
        return Math.sqrt(squares + 1e-4 * size * size);
    }

    @ParameterizedTest
    @CsvSource({"MEAN", "LAST", "NONE", "WINDOW"})
    void atOnceValuesAreRelativeToTheLevelAndUnknownInTheHorizon(Relative relative) {
        ForecastSpec spec = fit().withRelative(relative).fit(12, 6);
        Sequence x = inputs(spec);
        assertThat(spec.inputNames())
                .hasSize(spec.inputSize())
                .startsWith("load", "heat", "load 24 rows earlier", "heat 24 rows earlier", "known", "price")
                .contains("kind=unknown", "kind=day", "kind=night", "hour 0");
        for (int t = 0; t < 18; t++) {
            int row = ORIGIN - 12 + t;
            for (int k = 0; k < 2; k++) {
                double unit = unit(spec, k, ORIGIN);
                double value = row < ORIGIN ? (z(spec, k, row) - level(spec, k, ORIGIN)) / unit : 0;
                assertThat((double) x.get(t, 0, k)).isEqualTo(value, within(1e-6));
                assertThat((double) x.get(t, 0, 2 + k))
                        .isEqualTo((z(spec, k, row - 24) - level(spec, k, ORIGIN - 24)) / unit, within(1e-6));
            }
            assertThat(x.get(t, 0, 4)).isEqualTo(row < ORIGIN ? 1 : 0);
            Normaliser.Column price = spec.normaliser().columns().get(2);
            assertThat(x.get(t, 0, 5)).isEqualTo((float) price.normalise(row % 5));
            assertThat(x.get(t, 0, 6)).isZero();
            assertThat(x.get(t, 0, 7)).isEqualTo(row % 2 == 0 ? 1 : 0);
            assertThat(x.get(t, 0, 8)).isEqualTo(row % 2 == 1 ? 1 : 0);
            assertThat(x.get(t, 0, spec.inputNames().indexOf("hour " + row % 24)))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"MEAN, 24", "LAST, 24", "PREVIOUS, 24", "NONE, 24", "PREVIOUS, 0", "LAST, 0", "LAST, 3", "WINDOW, 24"})
    void stepByStepEachStepSeesTheRowBefore(Relative relative, int season) {
        ForecastSpec spec = fit().withSeason(season)
                .withRelative(relative)
                .withStepping(Stepping.STEP_BY_STEP)
                .fit(12, 6);
        Sequence x = inputs(spec);
        assertThat(spec.steps()).isEqualTo(17);
        assertThat(spec.inputNames()).hasSize(spec.inputSize()).doesNotContain("known");
        for (int t = 0; t < 17; t++) {
            int row = ORIGIN - 11 + t;
            for (int k = 0; k < 2; k++) {
                double from = relative == Relative.PREVIOUS ? z(spec, k, row - 2) : level(spec, k, ORIGIN);
                double unit = unit(spec, k, ORIGIN);
                assertThat((double) x.get(t, 0, k)).isEqualTo((z(spec, k, row - 1) - from) / unit, within(1e-6));
                if (season > 0) {
                    double seasonFrom = relative == Relative.PREVIOUS
                            ? z(spec, k, row - season - 1)
                            : level(spec, k, ORIGIN - season);
                    assertThat((double) x.get(t, 0, 2 + k))
                            .isEqualTo((z(spec, k, row - season) - seasonFrom) / unit, within(1e-6));
                }
            }
            assertThat(x.get(t, 0, spec.inputNames().indexOf("hour " + row % 24)))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MEAN, AT_ONCE",
        "LAST, AT_ONCE",
        "NONE, AT_ONCE",
        "WINDOW, AT_ONCE",
        "WINDOW, STEP_BY_STEP",
        "MEAN, STEP_BY_STEP",
        "LAST, STEP_BY_STEP",
        "NONE, STEP_BY_STEP",
        "PREVIOUS, STEP_BY_STEP"
    })
    void perfectOutputsGiveTheTruthOfEachTarget(Relative relative, Stepping stepping) {
        for (int season : new int[] {0, 24}) {
            ForecastSpec spec = fit().withSeason(season)
                    .withRelative(relative)
                    .withStepping(stepping)
                    .fit(12, 6);
            ForecastWindows windows = ForecastWindows.of(series, spec);
            int[] origins = windows.origins(150, 200);
            Sequence y = Sequence.zeros(6, origins.length, 2);
            windows.fillTargets(origins, 0, y);
            double[] forecasts = new double[origins.length * 6 * 2];
            windows.forecast(y, origins, 0, forecasts);
            for (int n = 0; n < origins.length; n++) {
                for (int h = 0; h < 6; h++) {
                    for (int k = 0; k < 2; k++) {
                        assertThat(forecasts[(n * 6 + h) * 2 + k])
                                .isEqualTo(series.value(k, origins[n] + h), within(1e-4));
                    }
                }
            }
        }
    }

    /** A series a thousand times as large is the same to a network, and one that never changes no division by zero. */
    @Test
    void relativeToTheWindowSizesDoNotMatter() {
        double[] small = IntStream.range(0, 200)
                .mapToDouble(i -> 20 + 3 * Math.sin(i) + i % 7)
                .toArray();
        double[] large = Arrays.stream(small).map(value -> 1000 * value).toArray();
        TimeSeries own = TimeSeries.of("y", small);
        ForecastSpec spec =
                ForecastFit.of(own, split).withRelative(Relative.WINDOW).fit(12, 6);
        Sequence x = Sequence.zeros(spec.steps(), 3, spec.inputSize());
        ForecastWindows.of(own, spec).fillInput(ORIGIN, x, 0);
        ForecastWindows.of(TimeSeries.of("y", large), spec).fillInput(ORIGIN, x, 1);
        ForecastWindows.of(TimeSeries.of("y", new double[200]), spec).fillInput(ORIGIN, x, 2);
        for (int t = 0; t < spec.steps(); t++) {
            assertThat(x.get(t, 1, 0)).isCloseTo(x.get(t, 0, 0), within(1e-5f));
            assertThat(x.get(t, 2, 0)).isFinite();
        }
    }

    @Test
    void quantilesNeverCross() {
        ForecastSpec spec = fit().withQuantiles(List.of(0.1, 0.5, 0.9)).fit(12, 6);
        assertThat(spec.outputSize()).isEqualTo(6);
        assertThat(spec.middle()).isEqualTo(1);
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Sequence y = Sequence.zeros(6, 1, 6);
        for (int i = 0; i < y.data().length; i++) {
            y.data()[i] = -i % 3;
        }
        double[] forecast = new double[6 * 6];
        windows.forecast(y, new int[] {ORIGIN}, 0, forecast);
        for (int i = 0; i < 12; i++) {
            assertThat(forecast[3 * i]).isLessThan(forecast[3 * i + 1]);
            assertThat(forecast[3 * i + 1]).isLessThan(forecast[3 * i + 2]);
        }
    }

    @Test
    void everyFormulationLeadsBackFromPlainValues() {
        ForecastSpec spec = ForecastFit.of(List.of(series, Formulations.hours("other", 200, 2)), List.of(split, split))
                .withSeason(24)
                .withRelative(Relative.LAST)
                .withStepping(Stepping.STEP_BY_STEP)
                .withQuantiles(List.of(0.25, 0.5, 0.75))
                .fit(12, 6);
        assertThat(spec.columns().series()).containsOnlyKeys("", "other");
        assertThat(ForecastSpec.fromMap(spec.toMap())).isEqualTo(spec);
    }

    /** A model file of the first version says nothing of what came later. */
    @Test
    void whatEarlierVersionsDidNotWriteIsWhatTheyDid() {
        Map<String, Object> map = new LinkedHashMap<>(Births.spec().toMap());
        List.of("targets", "features", "relative", "stepping", "quantiles", "categories", "series")
                .forEach(map::remove);
        assertThat(ForecastSpec.fromMap(map)).isEqualTo(Births.spec());
    }

    @Test
    void damagedChoicesAreNamed() {
        refused("targets", 0, "'targets'");
        refused("features", 9, "'features'");
        refused("relative", "moon", "'moon'");
        refused("relative", "previous", "step by step");
        refused("stepping", "hops", "'hops'");
        refused("quantiles", List.of("half"), "'quantiles'");
        refused("quantiles", List.of(0.1, 0.9), "median");
        refused("quantiles", List.of(0.5, 0.1), "increase");
        refused("categories", List.of("kind"), "'categories'");
        refused("series", Map.of("one", List.of()), "'columns'");
    }

    private void refused(String key, Object value, String message) {
        Map<String, Object> map = new LinkedHashMap<>(fit().fit(12, 6).toMap());
        map.put(key, value);
        assertThatThrownBy(() -> ForecastSpec.fromMap(map))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message);
    }

    @Test
    void choicesThatDoNotGoTogetherAreRefused() {
        assertThatThrownBy(() -> fit().withRelative(Relative.PREVIOUS).fit(12, 6))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Take them relative to the last value instead");
        TimeSeries days = Formulations.days(200);
        assertThatThrownBy(() -> ForecastFit.of(days, split)
                        .withStepping(Stepping.STEP_BY_STEP)
                        .fit(12, 6))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("[b] are known up to the present only")
                .hasMessageContaining("as further targets");
        assertThatThrownBy(() -> fit().withQuantiles(List.of(0.1, 0.9)).fit(12, 6))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("must have the median 0.5");
        assertThatThrownBy(() -> fit().withQuantiles(List.of(0.0, 0.5)).fit(12, 6))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("between 0 and 1");
    }

    @Test
    void seriesOfOtherSpacingAreRefused() {
        TimeSeries undated = TimeSeries.builder("two.csv")
                .withId("b")
                .withTarget("load", 1, 2, 3)
                .build();
        assertThatThrownBy(() -> ForecastFit.of(List.of(series, undated), List.of(split, split)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("two.csv, series 'b': expected rows 1 hour apart")
                .hasMessageContaining("found rows without dates");
    }

    @Test
    void aSeriesThatTrainingLackedIsRefusedOnlyWhereEachHasItsOwnNumbers() {
        TimeSeries shop = Formulations.hours("shop", 200, 1);
        TimeSeries kiosk = Formulations.hours("kiosk", 200, 2);
        TimeSeries shops = Formulations.hours("shops", 200, 3);
        ForecastFit fit =
                ForecastFit.of(List.of(shop, kiosk), List.of(split, split)).withSeason(0);
        assertThatThrownBy(() -> ForecastWindows.of(shops, fit.fit(12, 6)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'shops' is not among the 2")
                .hasMessageContaining("Did you mean 'shop'?");
        assertThat(ForecastWindows.of(shops, fit.withEachScaled(false).fit(12, 6))
                        .series())
                .isSameAs(shops);
    }

    @Test
    void whatIsKnownAheadHasToGoOn() {
        ForecastSpec spec = fit().fit(12, 6);
        TimeSeries ended = Formulations.hours("", 200, 203, 1);
        ForecastWindows windows = ForecastWindows.of(ended, spec);
        Sequence x = Sequence.zeros(18, 1, spec.inputSize());
        windows.fillInput(197, x, 0);
        assertThatThrownBy(() -> windows.fillInput(198, x, 0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("[price], which are known ahead, to go on for a horizon of 6 rows after row 198")
                .hasMessageContaining("Add the rows to come");
    }

    @Test
    void aCategoryThatStaysNeedNotGoOn() {
        Categories kinds = Categories.of("kind", List.of("shop", "kiosk"));
        double[] staying = new double[50];
        Arrays.fill(staying, 1);
        double[] changing = staying.clone();
        changing[49] = 2;
        TimeSeries same = TimeSeries.builder("s.csv")
                .withTarget(Formulations.wandering(50, 1).targetColumns().get(0))
                .withCategory(kinds, Column.of("kind", staying))
                .build();
        TimeSeries other = TimeSeries.builder("s.csv")
                .withTarget(Formulations.wandering(50, 1).targetColumns().get(0))
                .withCategory(kinds, Column.of("kind", changing))
                .build();
        ForecastSpec spec =
                ForecastFit.of(same, new Split(40, 45, 50)).withSeason(0).fit(5, 3);
        Sequence x = Sequence.zeros(8, 1, spec.inputSize());
        ForecastWindows.of(same, spec).fillInput(50, x, 0);
        assertThat(x.get(7, 0, spec.inputNames().indexOf("kind=kiosk"))).isEqualTo(1);
        assertThatThrownBy(() -> ForecastWindows.of(other, spec).fillInput(50, x, 0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("the category 'kind', which changes from row to row");
    }
}
