package dev.carousel.data.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.ForecastColumns;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Formulations;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.Spacing;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.tensor.Sequence;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnomalyStreamTest {

    private static final AlarmThreshold THRESHOLD = new AlarmThreshold(3, 0.01, AlarmThreshold.Fit.QUANTILE);

    private static ForecastSpec spec(TimeSeries series, Relative relative, int season, int horizon) {
        return ForecastFit.of(series, new Split(150, 175, 200))
                .withSeason(season)
                .withRelative(relative)
                .withStepping(Stepping.STEP_BY_STEP)
                .fit(12, horizon);
    }

    @ParameterizedTest
    @CsvSource({"PREVIOUS, 0", "NONE, 0", "PREVIOUS, 24", "NONE, 24"})
    void rowByRowEqualsTheWholeBatch(Relative relative, int season) {
        TimeSeries series = Formulations.hours("", 200, 1);
        ForecastSpec spec = spec(series, relative, season, 50);
        Network network = Formulations.network(spec, 3);
        AnomalyStream stream = AnomalyStream.of(
                network.pack(), new AnomalySpec(spec, List.of(0.0, 0.0), List.of(1.0, 1.0), THRESHOLD));

        // The stream's first forecast is of the first row for which enough stands before it.
        int origin = spec.rowsBefore();
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Sequence x = Sequence.zeros(spec.steps(), 1, spec.inputSize());
        windows.fillInput(origin, x, 0);
        Sequence y = network.pack().tape(Team.single()).forward(x, network.freshState(1));
        double[] batch = new double[50 * 2];
        windows.forecast(y, 0, origin, batch, 0);

        for (int row = 0; row < origin + 50; row++) {
            double score = stream.add(series, row);
            assertThat(Double.isNaN(score)).isEqualTo(row < spec.rowsBefore());
            if (row >= origin) {
                assertThat(stream.expected(0)).isEqualTo(batch[2 * (row - origin)], within(1e-4));
                assertThat(stream.expected(1)).isEqualTo(batch[2 * (row - origin) + 1], within(1e-4));
                double error = Math.max(
                        Math.abs(windows.target(0).normalise(series.value(0, row))
                                - windows.target(0).normalise(batch[2 * (row - origin)])),
                        Math.abs(windows.target(1).normalise(series.value(1, row))
                                - windows.target(1).normalise(batch[2 * (row - origin) + 1])));
                if (row >= spec.rowsBefore()) {
                    assertThat(score).isEqualTo(error, within(1e-4));
                }
            }
        }
    }

    @Test
    void streamsDoNotKnowOfEachOther() {
        TimeSeries series = Formulations.wandering(200, 1);
        ForecastSpec spec = spec(series, Relative.PREVIOUS, 0, 1);
        Network network = Formulations.network(spec, 3);
        AnomalySpec anomaly = new AnomalySpec(spec, List.of(0.0), List.of(1.0), THRESHOLD);
        AnomalyStream one = AnomalyStream.of(network.pack(), anomaly);
        AnomalyStream other = AnomalyStream.of(network.pack(), anomaly);
        AnomalyStream alone = AnomalyStream.of(network.pack(), anomaly);
        for (int row = 0; row < 100; row++) {
            one.add(series.value(row));
            other.add(row % 3);
            alone.add(series.value(row));
        }
        assertThat(one.score()).isEqualTo(alone.score()).isNotEqualTo(other.score());
    }

    @Test
    void scoresAreDistancesFromTheMiddleInSpreads() {
        TimeSeries series = Formulations.hours("", 200, 1);
        ForecastSpec spec = spec(series, Relative.PREVIOUS, 0, 1);
        List<double[]> errors = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 4001; i++) {
            errors.add(new double[] {5 + random.nextDouble(-1, 1), random.nextDouble(-10, 10)});
        }
        AnomalySpec fitted = AnomalySpec.fitted(spec, errors, 0.01, AlarmThreshold.Fit.QUANTILE);
        assertThat(fitted.middles().get(0)).isCloseTo(5, within(0.1));
        assertThat(fitted.spreads().get(0)).isCloseTo(1.4826 / 2, within(0.05));
        assertThat(fitted.spreads().get(1)).isCloseTo(14.826 / 2, within(0.5));
        assertThat(fitted.score(new double[] {5, 20})).isCloseTo(20 / 7.4, within(0.2));
        assertThat(fitted.farthestColumn(new double[] {5, 20})).isEqualTo(1);
        assertThat(fitted.farthestColumn(new double[] {15, 20})).isZero();
        long alarms = errors.stream()
                .filter(row -> fitted.threshold().alarms(fitted.score(row)))
                .count();
        assertThat(alarms).isBetween(39L, 41L);
    }

    @Test
    void errorsThatAreMostlyEqualStillHaveASpread() {
        ForecastSpec spec = spec(Formulations.wandering(200, 1), Relative.NONE, 0, 1);
        List<double[]> errors = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            errors.add(new double[] {i % 10 == 0 ? 2 : 0});
        }
        assertThat(AnomalySpec.fitted(spec, errors, 0.01, AlarmThreshold.Fit.QUANTILE)
                        .spreads()
                        .get(0))
                .isEqualTo(Math.sqrt(0.4), within(1e-12));
        errors.replaceAll(row -> new double[] {0});
        assertThat(AnomalySpec.fitted(spec, errors, 0.01, AlarmThreshold.Fit.QUANTILE)
                        .spreads())
                .containsExactly(1.0);
    }

    @Test
    void rowsThatDoNotFitAreRefusedAndLeaveTheStreamWhereItWas() {
        TimeSeries series = Formulations.hours("", 200, 1);
        ForecastSpec spec = spec(series, Relative.PREVIOUS, 0, 1);
        Network network = Formulations.network(spec, 3);
        AnomalySpec anomaly = new AnomalySpec(spec, List.of(0.0, 0.0), List.of(1.0, 1.0), THRESHOLD);
        AnomalyStream stream = AnomalyStream.of(network.pack(), anomaly);
        AnomalyStream other = AnomalyStream.of(network.pack(), anomaly);
        for (int row = 0; row < 50; row++) {
            stream.add(series, row);
            other.add(series, row);
        }
        assertThatThrownBy(() -> stream.add(1))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("A row needs 2 values, one for each of its targets, but has 1.");
        assertThatThrownBy(() -> stream.add(series.date(50), 1, 2))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column that is known ahead");
        assertThatThrownBy(() -> stream.add(
                        Optional.of(series.date(50)), new double[] {1, Double.NaN}, new double[1], new int[1]))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("finite numbers");
        assertThatThrownBy(() -> stream.add(Optional.empty(), new double[] {1, 2}, new double[1], new int[1]))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("without a date");
        assertThat(stream.add(series, 50)).isEqualTo(other.add(series, 50));
    }

    private static AnomalyStream hourly() {
        ForecastSpec spec = spec(Formulations.hours("", 200, 1), Relative.PREVIOUS, 24, 1);
        return AnomalyStream.of(
                Formulations.network(spec, 3).pack(),
                new AnomalySpec(spec, List.of(0.0, 0.0), List.of(1.0, 1.0), THRESHOLD));
    }

    private static void refused(AnomalyStream stream, DataException.Kind kind, Runnable add) {
        byte[] before = stream.save();
        assertThatThrownBy(add::run)
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(kind));
        assertThat(stream.save()).isEqualTo(before);
    }

    @Test
    void aRowThatIsRefusedLeavesNoTrace() {
        TimeSeries series = Formulations.hours("", 200, 1);
        AnomalyStream stream = hourly();
        for (int row = 0; row < 60; row++) {
            stream.add(series, row);
        }
        Optional<LocalDateTime> next = Optional.of(series.date(60));
        double[] values = {50, 1};
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e39, 1e38}) {
            refused(
                    stream,
                    DataException.Kind.NOT_FINITE,
                    () -> stream.add(next, values, new double[] {bad}, new int[1]));
            refused(
                    stream,
                    DataException.Kind.NOT_FINITE,
                    () -> stream.add(next, new double[] {50, bad}, new double[1], new int[1]));
        }
        refused(stream, DataException.Kind.DATE_ORDER, () -> stream.add(series, 59));
        refused(stream, DataException.Kind.DATE_ORDER, () -> stream.add(series, 10));
        refused(stream, DataException.Kind.GAP, () -> stream.add(series, 61));
        refused(
                stream,
                DataException.Kind.WRONG_WIDTH,
                () -> stream.add(next, new double[1], new double[1], new int[1]));
        stream.add(series, 60);
        assertThat(stream.add(next.map(date -> date.plusHours(1)), new double[] {1e6, 1}, new double[1], new int[1]))
                .isNotNaN();
        assertThat(stream.alarm()).isTrue();
    }

    @Test
    void itGoesOnWhereItWasSavedAndBeginsAnewWhenReset() {
        TimeSeries series = Formulations.hours("", 200, 1);
        for (int at : new int[] {0, 7, 40, 61}) {
            AnomalyStream whole = hourly();
            AnomalyStream first = hourly();
            for (int row = 0; row < at; row++) {
                whole.add(series, row);
                first.add(series, row);
            }
            AnomalyStream second = hourly();
            second.restore(first.save());
            first.reset();
            AnomalyStream fresh = hourly();
            assertThat(first.save()).isEqualTo(fresh.save());
            for (int row = at; row < 90; row++) {
                assertThat((Double) second.add(series, row)).isEqualTo((Double) whole.add(series, row));
                assertThat((Double) first.add(series, row)).isEqualTo((Double) fresh.add(series, row));
            }
        }
    }

    @Test
    void savedBytesThatAreNoneAreRefused() {
        AnomalyStream stream = hourly();
        byte[] saved = stream.save();
        refused(stream, DataException.Kind.DAMAGED_STATE, () -> stream.restore(new byte[3]));
        saved[saved.length / 2] ^= 1;
        refused(stream, DataException.Kind.DAMAGED_STATE, () -> stream.restore(saved));
        ForecastSpec other = spec(Formulations.wandering(200, 1), Relative.NONE, 0, 1);
        AnomalyStream another = AnomalyStream.of(
                Formulations.network(other, 3).pack(), new AnomalySpec(other, List.of(0.0), List.of(1.0), THRESHOLD));
        refused(stream, DataException.Kind.STATE_OF_ANOTHER_MODEL, () -> stream.restore(another.save()));
    }

    @Test
    void formulationsThatNeedAWindowAreRefused() {
        TimeSeries series = Formulations.wandering(200, 1);
        ForecastSpec window = spec(series, Relative.LAST, 0, 1);
        assertThatThrownBy(() -> new AnomalySpec(window, List.of(0.0), List.of(1.0), THRESHOLD))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("relative to the row before or to nothing");
        ForecastSpec atOnce = ForecastFit.of(series, new Split(150, 175, 200))
                .withRelative(Relative.NONE)
                .fit(12, 1);
        assertThatThrownBy(() -> new AnomalySpec(atOnce, List.of(0.0), List.of(1.0), THRESHOLD))
                .isInstanceOf(DataException.class);
        ForecastSpec spec = spec(series, Relative.NONE, 0, 1);
        assertThatThrownBy(() -> new AnomalySpec(spec, List.of(), List.of(1.0), THRESHOLD))
                .hasMessageContaining("as many middles");
        assertThatThrownBy(() -> new AnomalySpec(spec, List.of(0.0), List.of(0.0), THRESHOLD))
                .hasMessageContaining("above 0");
        assertThatThrownBy(() -> AnomalySpec.fitted(spec, List.of(), 0.1, AlarmThreshold.Fit.QUANTILE))
                .hasMessageContaining("Hold out more");
    }

    @Test
    void theNaiveScoreIsTheUnusualDifference() {
        TimeSeries series = TimeSeries.of("a", 0, 1, 0, 1, 0, 1, 10);
        ForecastSpec spec = ForecastSpec.of(2, 1, Spacing.ROWS, ForecastColumns.of(Normaliser.fit(series, 0, 6)));
        NaiveAnomaly naive = NaiveAnomaly.fitted(spec, List.of(series), new int[] {6});
        double mean = 1.0 / 5;
        double deviation = Math.sqrt(1 - mean * mean);
        assertThat(naive.score(spec, series, 0)).isNaN();
        assertThat(naive.score(spec, series, 1)).isEqualTo((1 - mean) / deviation, within(1e-12));
        assertThat(naive.score(spec, series, 6)).isEqualTo((9 - mean) / deviation, within(1e-12));
    }
}
