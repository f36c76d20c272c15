package dev.carousel.report.words;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.series.Spacing;
import dev.carousel.data.series.TimeSeries;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {

    @Test
    void stepsHaveTheNameOfTheirLengthWhereItIsOne() {
        assertThat(SeriesNames.steps(new Spacing(Spacing.Kind.SECONDS, 86400))).isEqualTo("days");
        assertThat(SeriesNames.steps(new Spacing(Spacing.Kind.SECONDS, 3600))).isEqualTo("hours");
        assertThat(SeriesNames.steps(new Spacing(Spacing.Kind.SECONDS, 900))).isEqualTo("rows");
        assertThat(SeriesNames.steps(new Spacing(Spacing.Kind.MONTHS, 1))).isEqualTo("months");
        assertThat(SeriesNames.steps(new Spacing(Spacing.Kind.MONTHS, 3))).isEqualTo("rows");
        assertThat(SeriesNames.steps(Spacing.ROWS)).isEqualTo("rows");
        assertThat(SeriesNames.ahead(new Spacing(Spacing.Kind.SECONDS, 86400), 1))
                .isEqualTo("1 day ahead");
        assertThat(SeriesNames.ahead(Spacing.ROWS, 12)).isEqualTo("12 rows ahead");
    }

    @Test
    void rowsAreNamedByTheirDateOrCountedFromOne() {
        assertThat(SeriesNames.row(TimeSeries.of("x", new double[2000]), 1233)).isEqualTo("row 1,234");
        TimeSeries dated = TimeSeries.builder("x")
                .withTarget("x", 1, 2, 3)
                .withDates(List.of(
                        LocalDateTime.of(2020, 2, 28, 0, 0),
                        LocalDateTime.of(2020, 2, 28, 12, 30),
                        LocalDateTime.of(2020, 2, 29, 1, 0, 1)))
                .build();
        assertThat(SeriesNames.row(dated, 0)).isEqualTo("2020-02-28");
        assertThat(SeriesNames.row(dated, 1)).isEqualTo("2020-02-28 12:30");
        assertThat(SeriesNames.row(dated, 2)).isEqualTo("2020-02-29 01:00:01");
    }

    @Test
    void numbersHaveFourDigitsThatSaySomething() {
        assertThat(ReadableNumbers.figure(1.52341)).isEqualTo("1.523");
        assertThat(ReadableNumbers.figure(1234567)).isEqualTo("1,234,567");
        assertThat(ReadableNumbers.figure(0.0003125)).isEqualTo("0.0003125");
        assertThat(ReadableNumbers.figure(1e-7)).isEqualTo("1.000e-07");
        assertThat(ReadableNumbers.figure(0)).isEqualTo("0");
        assertThat(ReadableNumbers.figure(Double.NaN)).isEqualTo("NaN");
        assertThat(ReadableNumbers.percent(0.3141)).isEqualTo("31.4 %");
        assertThat(ReadableNumbers.fixed(1234.5678, 2)).isEqualTo("1,234.57");
    }
}
