package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForecastWindowsTest {

    private static final int[] ORIGINS = {0, 420, 3000, 6574};

    /** Steps 0, 55, 56 and 83 of the origins 420, 3000 and 6574: value, season, known, weekday, sin and cos of the year, month. */
    private static final double[][] GOLDEN_INPUTS = {
        {1.1851553916931152, -1.0214134454727173, 1, 3, -0.02150137349963188, 0.9997687935829163, 12},
        {0.8597904443740845, 0.9690542817115784, 1, 2, 0.8009803295135498, 0.5986906886100769, 2},
        {0, 0.47335124015808105, 0, 3, 0.8111602663993835, 0.5848239660263062, 2},
        {0, 0.6877093315124512, 0, 2, 0.9871957898139954, 0.15951324999332428, 3},
        {-1.3742223978042603, -0.8308767080307007, 1, 7, 0.36948367953300476, 0.9292372465133667, 1},
        {-0.8478968143463135, -0.47584617137908936, 1, 6, 0.9698432087898254, 0.24372971057891846, 3},
        {0, -0.9600657224655151, 0, 7, 0.9738922119140625, 0.2270108163356781, 3},
        {0, -0.8126945495605469, 0, 6, 0.9724075794219971, -0.23328854143619537, 4},
        {0.6405279636383057, 0.8212558627128601, 1, 4, -0.8235472440719604, 0.5672476887702942, 11},
        {1.3697280883789062, -1.4955335855484009, 1, 3, -0.02150137349963188, 0.9997687935829163, 12},
        {0, -0.5366641283035278, 0, 4, 0, 1, 1},
        {0, 0.4164636731147766, 0, 3, 0.4479449391365051, 0.8940611481666565, 1},
    };

    /** Steps 0, 13 and 27 of the targets of the same origins. */
    private static final double[][] GOLDEN_TARGETS = {
        {0.18739241361618042, 0.21610110998153687, -0.04419088363647461},
        {-0.20745432376861572, -0.18544429540634155, -0.16056346893310547},
        {-1.0075374841690063, 0.09870311617851257, 0.40110111236572266},
    };

    /** Computed apart in NumPy: windows of the births file, mean and deviation of the days up to 1985. */
    @Test
    void inputsAndTargetsOfTheBirthsEqualThoseComputedElsewhere() {
        ForecastWindows windows = ForecastWindows.of(Births.series(), Births.spec());
        assertThat(windows.spec().normaliser().columns().get(0).mean()).isEqualTo(9501.985665968756, within(1e-9));
        assertThat(windows.spec().normaliser().columns().get(0).deviation()).isEqualTo(1044.980559504045, within(1e-9));
        Sequence x = filled(84, 3, 24);
        Sequence y = filled(28, 3, 1);
        windows.fillInputs(ORIGINS, 1, x);
        windows.fillTargets(ORIGINS, 1, y);
        int[] steps = {0, 55, 56, 83};
        int[] targetSteps = {0, 13, 27};
        for (int n = 0; n < 3; n++) {
            for (int i = 0; i < steps.length; i++) {
                assertStep(x, steps[i], n, GOLDEN_INPUTS[n * steps.length + i]);
            }
            for (int i = 0; i < targetSteps.length; i++) {
                assertThat((double) y.get(targetSteps[i], n, 0)).isEqualTo(GOLDEN_TARGETS[n][i], within(2e-6));
            }
        }
    }

    private static void assertStep(Sequence x, int t, int n, double[] golden) {
        for (int d = 0; d < 3; d++) {
            assertThat((double) x.get(t, n, d)).isEqualTo(golden[d], within(2e-6));
        }
        for (int day = 1; day <= 7; day++) {
            assertThat(x.get(t, n, 2 + day)).isEqualTo(day == golden[3] ? 1 : 0);
        }
        assertThat((double) x.get(t, n, 10)).isEqualTo(golden[4], within(1e-6));
        assertThat((double) x.get(t, n, 11)).isEqualTo(golden[5], within(1e-6));
        for (int month = 1; month <= 12; month++) {
            assertThat(x.get(t, n, 11 + month)).isEqualTo(month == golden[6] ? 1 : 0);
        }
    }

    private static Sequence filled(int steps, int batchSize, int size) {
        Sequence batch = Sequence.zeros(steps, batchSize, size);
        Arrays.fill(batch.data(), Float.NaN);
        return batch;
    }

    @Test
    void theStretchesOfTheBirthsHaveTheirOrigins() {
        ForecastWindows windows = ForecastWindows.of(Births.series(), Births.spec());
        Split split = Births.split();
        assertThat(windows.origins(0, split.trainingEnd()))
                .hasSize(5762)
                .startsWith(420)
                .endsWith(6181);
        assertThat(windows.origins(split.trainingEnd(), split.validationEnd()))
                .hasSize(338)
                .startsWith(6209);
        assertThat(windows.origins(split.validationEnd(), split.end()))
                .hasSize(704)
                .startsWith(6574);
    }

    @Test
    void perfectOutputsGiveTheTruth() {
        TimeSeries series = Formulations.days(200);
        ForecastSpec spec = ForecastSpec.fitted(series, Split.ofLast(series, 20, 20), 14, 5);
        assertThat(spec.season()).isEqualTo(7);
        perfectOutputsGiveTheTruth(series, spec);
    }

    @Test
    void perfectOutputsGiveTheTruthWithoutSeasonToo() {
        TimeSeries series = Formulations.days(200);
        perfectOutputsGiveTheTruth(series, ForecastSpec.fitted(series, Split.ofLast(series, 20, 20), 14, 5, 0));
    }

    private static void perfectOutputsGiveTheTruth(TimeSeries series, ForecastSpec spec) {
        ForecastWindows windows = ForecastWindows.of(series, spec);
        int[] origins = windows.origins(0, 200);
        Sequence y = Sequence.zeros(5, origins.length, 1);
        windows.fillTargets(origins, 0, y);
        Sequence whole = filled(19, origins.length, 1);
        System.arraycopy(y.data(), 0, whole.data(), 14 * origins.length, y.data().length);
        double[] forecasts = new double[origins.length * 5];
        double[] fromWhole = new double[origins.length * 5];
        windows.forecast(y, origins, 0, forecasts);
        windows.forecast(whole, origins, 0, fromWhole);
        assertThat(fromWhole).isEqualTo(forecasts);
        ForecastErrors errors = new ForecastErrors();
        errors.addBatch(forecasts, series, origins, 0, origins.length, 5);
        assertThat(errors.count()).isEqualTo(origins.length * 5L);
        assertThat(errors.mae()).isLessThan(1e-5);
        for (int n = 0; n < origins.length; n++) {
            assertThat(forecasts[n * 5 + 4]).isEqualTo(series.value(origins[n] + 4), within(1e-4));
        }
    }

    @Test
    void nothingOfTheHorizonShowsInTheInputs() {
        double[] values = new double[60];
        Arrays.setAll(values, i -> Math.sin(i) + i);
        TimeSeries before = TimeSeries.of("a", values.clone());
        for (int i = 40; i < 60; i++) {
            values[i] = 1000;
        }
        TimeSeries after = TimeSeries.of("a", values);
        ForecastSpec spec = ForecastSpec.fitted(before, new Split(40, 50, 60), 10, 6, 6);
        Sequence one = Sequence.zeros(16, 1, spec.inputSize());
        Sequence other = Sequence.zeros(16, 1, spec.inputSize());
        ForecastWindows.of(before, spec).fillInputs(new int[] {40}, 0, one);
        ForecastWindows.of(after, spec).fillInputs(new int[] {40}, 0, other);
        assertThat(other.data()).isEqualTo(one.data());
    }

    @Test
    void aShiftOfTheLevelShiftsTheForecastAndNothingElse() {
        double[] values = new double[60];
        Arrays.setAll(values, i -> Math.sin(i) + 0.1 * i);
        TimeSeries low = TimeSeries.of("a", values.clone());
        Arrays.setAll(values, i -> values[i] + 50);
        TimeSeries high = TimeSeries.of("a", values);
        ForecastSpec spec = ForecastSpec.fitted(low, new Split(40, 50, 60), 10, 6, 6);
        int[] origin = {60};
        Sequence one = Sequence.zeros(16, 1, spec.inputSize());
        Sequence other = Sequence.zeros(16, 1, spec.inputSize());
        ForecastWindows.of(low, spec).fillInputs(origin, 0, one);
        ForecastWindows.of(high, spec).fillInputs(origin, 0, other);
        for (int i = 0; i < one.data().length; i++) {
            assertThat(other.data()[i]).isEqualTo(one.data()[i], within(1e-4f));
        }
        double[] lowForecast = new double[6];
        double[] highForecast = new double[6];
        ForecastWindows.of(low, spec).forecast(Sequence.zeros(6, 1, 1), origin, 0, lowForecast);
        ForecastWindows.of(high, spec).forecast(Sequence.zeros(6, 1, 1), origin, 0, highForecast);
        for (int h = 0; h < 6; h++) {
            assertThat(highForecast[h]).isEqualTo(lowForecast[h] + 50, within(1e-9));
        }
    }

    @Test
    void featuresAreKnownBeforeTheOriginOnly() {
        TimeSeries series = Formulations.days(100);
        ForecastSpec spec =
                ForecastSpec.fitted(series, new Split(80, 90, 100), 4, 3, 0).withCalendar(List.of());
        Sequence x = filled(7, 1, 3);
        ForecastWindows.of(series, spec).fillInputs(new int[] {50}, 0, x);
        Normaliser.Column b = spec.normaliser().columns().get(1);
        for (int t = 0; t < 7; t++) {
            float expected = t < 4 ? (float) b.normalise(series.feature(0, 46 + t)) : 0;
            assertThat(x.get(t, 0, 2)).isEqualTo(expected);
            assertThat(x.get(t, 0, 1)).isEqualTo(t < 4 ? 1 : 0);
        }
    }

    @Test
    void theRowsAfterTheLastCanBeForecast() {
        TimeSeries series = Formulations.days(100);
        ForecastSpec spec = ForecastSpec.fitted(series, new Split(80, 90, 100), 10, 7);
        ForecastWindows windows = ForecastWindows.of(series, spec);
        assertThat(windows.nextOrigin()).isEqualTo(100);
        Sequence x = filled(17, 1, spec.inputSize());
        windows.fillInputs(new int[] {100}, 0, x);
        assertThat(x.data()).doesNotContain(Float.NaN);
        int weekday = series.date(100).getDayOfWeek().getValue();
        assertThat(x.get(10, 0, spec.inputNames().indexOf("weekday " + weekday)))
                .isEqualTo(1);
    }

    @Test
    void aFileTooShortToForecastFromIsToldHowManyRowsItNeeds() {
        ForecastSpec spec = ForecastSpec.fitted(Formulations.days(100), new Split(80, 90, 100), 10, 7);
        assertThatThrownBy(() -> ForecastWindows.of(Formulations.days(16), spec))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(
                        "days.csv: expected at least 17 rows (context 10 + season 7) to forecast from but found 16");
    }

    @Test
    void anotherSpacingOrOtherColumnsAreRefused() {
        TimeSeries series = Formulations.days(100);
        ForecastSpec spec = ForecastSpec.fitted(series, new Split(80, 90, 100), 10, 7);
        assertThatThrownBy(() -> ForecastWindows.of(Births.series(), spec))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected the target 'a' and the features [b]");
        TimeSeries dateless = TimeSeries.of("births", Births.series().values());
        assertThatThrownBy(() -> ForecastWindows.of(dateless, Births.spec()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected rows 1 day apart")
                .hasMessageContaining("found rows without dates");
    }

    @Test
    void aStretchWithoutAWholeHorizonIsRefused() {
        ForecastWindows windows = ForecastWindows.of(Births.series(), Births.spec());
        assertThatThrownBy(() -> windows.origins(7000, 7027))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rows 7000 to 7027");
        assertThat(windows.origins(7000, 7028)).containsExactly(7000);
        assertThatThrownBy(() -> windows.origins(0, 7306)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wrongShapesAndOriginsAreRefused() {
        ForecastWindows windows = ForecastWindows.of(Births.series(), Births.spec());
        Sequence x = Sequence.zeros(84, 1, 24);
        assertThatThrownBy(() -> windows.fillInputs(ORIGINS, 0, Sequence.zeros(84, 1, 23)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[84, N, 24]");
        assertThatThrownBy(() -> windows.fillInputs(ORIGINS, 0, x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Origin 0 must lie between 420 and 7305");
        assertThatThrownBy(() -> windows.fillInputs(ORIGINS, 4, x)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> windows.fillTargets(new int[] {7278}, 0, Sequence.zeros(28, 1, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> windows.forecast(Sequence.zeros(28, 1, 1), ORIGINS, 1, new double[27]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> windows.forecast(Sequence.zeros(29, 1, 1), ORIGINS, 1, new double[28]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
