package dev.carousel.data.forecast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.CsvTable;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecastSpecTest {

    @Test
    void theBirthsHaveTwentyFourInputs() {
        ForecastSpec spec = Births.spec();
        assertThat(spec.inputNames())
                .hasSize(spec.inputSize())
                .hasSize(24)
                .startsWith("births", "births 364 rows earlier", "known", "weekday 1")
                .contains("sin year", "cos year")
                .endsWith("month 12");
        assertThat(spec.steps()).isEqualTo(84);
        assertThat(spec).isEqualTo(ForecastSpec.fitted(Births.series(), Births.split(), 56, 28));
    }

    @ParameterizedTest
    @CsvSource({"500, 3, 7", "500, 28, 28", "60, 28, 0"})
    void onlySeasonsAreTakenThatLeaveHalfOfTheRows(int rows, int horizon, int season) {
        TimeSeries series = Formulations.days(rows);
        ForecastSpec spec = ForecastSpec.fitted(series, new Split(rows, rows, rows), 14, horizon);
        assertThat(spec.season()).isEqualTo(season);
    }

    /** Twelve years of months, of which 84 rows are left for training: half of them are fewer than context and horizon. */
    @Test
    void aSeasonThatTheRowsAllowTwiceIsKeptAndOneThatTheyDoNotIsNoted() {
        StringBuilder text = new StringBuilder("month,a\n");
        for (int row = 0; row < 144; row++) {
            text.append(
                    String.format(Locale.ROOT, "%d-%02d,%d%n", 1949 + row / 12, 1 + row % 12, row + 40 * (row % 12)));
        }
        TimeSeries series =
                TimeSeries.of(CsvTable.parse("months.csv", text.toString().getBytes(UTF_8)), "a", List.of());
        ForecastFit fit = ForecastFit.of(series, Split.ofLast(series, 24, 36));
        assertThat(fit.fit(24, 12).season()).isEqualTo(12);
        assertThat(fit.noteOnSeason(fit.fit(24, 12))).isEmpty();
        assertThat(fit.fit(52, 12).season()).isZero();
        assertThat(fit.noteOnSeason(fit.fit(52, 12)))
                .contains("no season is used: one of 12 rows needs 88 training rows but there are 84; --season 12 takes"
                        + " it all the same");
        assertThat(fit.withSeason(0).noteOnSeason(fit.withSeason(0).fit(52, 12)))
                .isEmpty();
    }

    @Test
    void theSeasonIsTakenThatForecastsTheTrainingRowsBest() {
        assertThat(daily(row -> row % 7 + (row % 364 < 182 ? 50.0 : 0.0)).season())
                .as("a week within a year of two halves")
                .isEqualTo(364);
        assertThat(daily(row -> row % 7 + 1e-4 * row * row).season())
                .as("a week on a rising trend")
                .isEqualTo(14);
        assertThat(daily(row -> new SplittableRandom(row).nextDouble()).season())
                .as("noise alone")
                .isZero();
    }

    private static ForecastSpec daily(IntToDoubleFunction value) {
        StringBuilder text = new StringBuilder("day,a\n");
        for (int row = 0; row < 2000; row++) {
            text.append(LocalDate.of(2020, 1, 1).plusDays(row))
                    .append(',')
                    .append(value.applyAsDouble(row))
                    .append('\n');
        }
        TimeSeries series =
                TimeSeries.of(CsvTable.parse("days.csv", text.toString().getBytes(UTF_8)), "a", List.of());
        return ForecastSpec.fitted(series, Split.ofLast(series, 200, 200), 28, 14);
    }

    @Test
    void inputsWithoutSeasonAndCalendarAreValueKnownAndFeatures() {
        TimeSeries series = Formulations.days(100);
        ForecastSpec spec =
                ForecastSpec.fitted(series, new Split(100, 100, 100), 5, 2, 0).withCalendar(List.of());
        assertThat(spec.inputNames()).containsExactly("a", "known", "b");
        assertThat(spec.inputSize()).isEqualTo(3);
    }

    @Test
    void aSeriesTooShortIsToldHowManyRowsItNeeds() {
        TimeSeries series = Formulations.days(50);
        assertThatThrownBy(() -> ForecastSpec.fitted(series, Split.ofLast(series, 7, 9), 30, 7))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(
                        "days.csv: expected at least 53 rows (37 for training: context 30 + horizon 7; 7 for"
                                + " validation; 9 for the test) but found 50");
        assertThatThrownBy(() -> ForecastSpec.fitted(series, Split.ofLast(series, 7, 9), 10, 7, 28))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("season 28 + context 10 + horizon 7");
    }

    @Test
    void aTargetThatNeverChangesIsRefused() {
        TimeSeries flat = TimeSeries.of("flat", new double[100]);
        assertThatThrownBy(() -> ForecastSpec.fitted(flat, new Split(100, 100, 100), 5, 2))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column 'flat': expected values that change but all 100 training rows hold 0.0");
    }

    @Test
    void aSeasonShorterThanTheHorizonIsRefused() {
        TimeSeries series = Formulations.days(100);
        assertThatThrownBy(() -> ForecastSpec.fitted(series, new Split(100, 100, 100), 5, 8, 7))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("at least the horizon of 8 steps");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-3, 5", "5, -1", "1000000000, 1", "1, 2147483647"})
    void impossibleSizesAreRefused(int context, int horizon) {
        TimeSeries series = Formulations.days(100);
        assertThatThrownBy(() -> ForecastSpec.fitted(series, new Split(100, 100, 100), context, horizon, 0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Context and horizon must be 1 to");
    }

    @Test
    void plainValuesLeadBack() {
        TimeSeries series = Formulations.days(1000);
        ForecastSpec spec = ForecastSpec.fitted(series, Split.ofLast(series, 7, 9), 30, 7);
        assertThat(ForecastSpec.fromMap(spec.toMap())).isEqualTo(spec);
        assertThat(ForecastSpec.fromMap(Births.spec().toMap())).isEqualTo(Births.spec());
    }

    @Test
    void damagedValuesAreNamed() {
        refused("context", -1, "'context' to be a whole number from 1 to 100000 but found '-1");
        refused("horizon", 2.5, "'horizon' to be a whole number");
        refused("season", 1e30, "'season' to be a whole number");
        refused("season", 5, "at least the horizon");
        refused("calendar", List.of("moon"), "'moon'");
        refused("calendar", List.of("year", "year"), "different entries");
        refused("calendar", "year", "'calendar' to be a list");
        refused("spacing", "fortnights", "'spacing'");
        refused("spacing", "rows", "evenly spaced");
        refused("spacing_amount", 0, "'spacing_amount'");
        refused("columns", Map.of(), "'columns' to be a list");
        refused("columns", List.of(), "at least one column");
        Map<String, Object> missing = new LinkedHashMap<>(Births.spec().toMap());
        missing.remove("horizon");
        assertThatThrownBy(() -> ForecastSpec.fromMap(missing))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("has no 'horizon'");
    }

    private static void refused(String key, Object value, String message) {
        Map<String, Object> map = new LinkedHashMap<>(Births.spec().toMap());
        if (key.equals("spacing") && value.equals("rows")) {
            map.put("spacing_amount", 1);
        }
        map.put(key, value);
        assertThatThrownBy(() -> ForecastSpec.fromMap(map))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message);
    }
}
