package dev.carousel.data.series;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.table.CsvTable;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeSeriesTest {

    private static CsvTable table(String text) {
        return CsvTable.parse("sales.csv", text.getBytes(UTF_8));
    }

    @Test
    void targetFeaturesAndDatesComeFromTheTable() {
        CsvTable table = table("day,a,b,c\n2020-02-28,1,2,3\n2020-02-29,4,5,6\n");
        TimeSeries series = TimeSeries.of(table, "b", List.of("c", "a"));
        assertThat(series.source()).isEqualTo("sales.csv");
        assertThat(series.target()).isEqualTo("b");
        assertThat(series.features()).containsExactly("c", "a");
        assertThat(series.length()).isEqualTo(2);
        assertThat(series.values()).containsExactly(2, 5);
        assertThat(series.feature(0, 1)).isEqualTo(6);
        assertThat(series.feature(1, 0)).isEqualTo(1);
        assertThat(series.date(1)).isEqualTo(LocalDateTime.of(2020, 2, 29, 0, 0));
        assertThat(series.note()).isEmpty();
    }

    @Test
    void datesGoOnAfterTheLastRow() {
        TimeSeries days = TimeSeries.of(table("day,a\n2020-02-27,1\n2020-02-28,2\n"), "a", List.of());
        assertThat(days.date(4)).isEqualTo(LocalDateTime.of(2020, 3, 2, 0, 0));
    }

    @Test
    void lastDaysOfMonthsStayLastDays() {
        TimeSeries months = TimeSeries.of(table("day,a\n2021-01-31,1\n2021-02-28,2\n"), "a", List.of());
        assertThat(months.date(2)).isEqualTo(LocalDateTime.of(2021, 3, 31, 0, 0));
        assertThat(months.date(3)).isEqualTo(LocalDateTime.of(2021, 4, 30, 0, 0));
    }

    @Test
    void aTableWithoutDatesIsASeriesOfRows() {
        TimeSeries series = TimeSeries.of(table("a\n1\n2\n"), "a", List.of());
        assertThat(series.hasDates()).isFalse();
        assertThat(series.spacing()).isEqualTo(Spacing.ROWS);
        assertThatThrownBy(() -> series.date(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theFirstIrregularLineIsNoted() {
        TimeSeries series = TimeSeries.of(
                table("day,a\n2020-01-01,1\n2020-01-02,2\n2020-01-03,2\n2020-01-06,2\n2020-01-07,2\n2020-01-09,2\n"),
                "a",
                List.of());
        assertThat(series.spacing()).isEqualTo(Spacing.IRREGULAR);
        assertThat(series.note().orElseThrow())
                .contains(
                        "usually weekdays, but 1 row is missing before line 7 (2020-01-09T00:00 follows 2020-01-07T00:00)");
        TimeSeries uneven = TimeSeries.of(
                table("day,a\n2020-01-01,1\n2020-01-02,2\n2020-01-03,2\n2020-01-06 07:31,2\n2020-01-07,2\n"),
                "a",
                List.of());
        assertThat(uneven.note().orElseThrow())
                .contains("usually 1 day apart, but line 5 (2020-01-06T07:31) follows 2020-01-03T00:00");
    }

    @Test
    void datesThatDoNotIncreaseAreRefusedWithTheirLine() {
        CsvTable table = table("day,a\n2020-01-02,1\n2020-01-02,2\n");
        assertThatThrownBy(() -> TimeSeries.of(table, "a", List.of()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("sales.csv, line 3, column 'day': expected a date after 2020-01-02T00:00");
    }

    @Test
    void aColumnMayBeNamedOnce() {
        CsvTable table = table("a,b\n1,2\n");
        assertThatThrownBy(() -> TimeSeries.of(table, "a", List.of("b", "a")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("must be different columns but are [a, b, a]");
    }

    @Test
    void valuesCannotBeChangedFromOutside() {
        double[] values = {1, 2};
        TimeSeries series = TimeSeries.of("x", values);
        values[0] = 7;
        series.values()[1] = 7;
        assertThat(series.values()).containsExactly(1, 2);
    }
}
