package dev.carousel.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.table.TableReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole tables whose dates are written as people write them. */
class DateTablesTest {

    private static final LocalDateTime START = LocalDateTime.of(2023, 1, 1, 0, 0);
    private static final ColumnRoles SALES = ColumnRoles.of("sales");

    @TempDir
    Path folder;

    private SeriesSet read(int rows, IntFunction<String> date, ColumnRoles columns, DateReading dates) {
        StringBuilder text = new StringBuilder("when,sales\n");
        IntStream.range(0, rows)
                .forEach(row -> text.append('"')
                        .append(date.apply(row))
                        .append("\",")
                        .append(row)
                        .append('\n'));
        try {
            Path file = Files.writeString(folder.resolve("sales.csv"), text);
            return SeriesSet.read(file, columns, TableReading.defaults().withDates(dates));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private SeriesSet read(int rows, IntFunction<String> date) {
        return read(rows, date, SALES, DateReading.defaults());
    }

    private static IntFunction<String> days(String pattern) {
        DateTimeFormatter format = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
        return row -> format.format(START.plusDays(row).atZone(ZoneOffset.UTC));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dd/MM/yyyy",
                "d/M/yyyy",
                "MM/dd/yyyy",
                "dd.MM.yyyy",
                "dd-MM-yyyy",
                "yyyy/MM/dd",
                "yyyy.MM.dd",
                "yyyyMMdd",
                "dd MMM yyyy",
                "d-MMM-yyyy",
                "MMMM d, yyyy",
                "EEE, dd MMM yyyy HH:mm:ss 'GMT'",
                "MM/dd/yyyy hh:mm:ss a",
                "yyyy-MM-dd HH:mm:ss 'UTC'",
                "yyyy-MM-dd HH:mm:ss'+00'",
                "yyyyMMddHHmm",
                "YYYY-'W'ww-e"
            })
    void aColumnOfDaysIsOneOfDaysHoweverItIsWritten(String pattern) {
        IntFunction<String> date = pattern.startsWith("YYYY")
                ? row -> DateTimeFormatter.ISO_WEEK_DATE.format(
                        START.plusDays(row).toLocalDate())
                : days(pattern);
        TimeSeries series = read(400, date).only();
        assertThat(series.spacing()).hasToString("1 day");
        assertThat(series.date(0)).isEqualTo(START);
        assertThat(series.date(45)).isEqualTo(START.plusDays(45));
        assertThat(series.date(401)).isEqualTo(START.plusDays(401));
        assertThat(series.length()).isEqualTo(400);
    }

    /** Ten minutes apart, the thirteenth comes more than 1,500 rows below, and no row before tells. */
    @Test
    void theOrderOfDayAndMonthIsToldByARowFarBelow() {
        DateTimeFormatter minutes = DateTimeFormatter.ofPattern("MM/dd/yyyy HH:mm");
        TimeSeries series = read(2000, row -> minutes.format(START.plusDays(1).plusMinutes(10L * row)))
                .only();
        assertThat(series.spacing()).hasToString("10 minutes");
        assertThat(series.date(1)).isEqualTo(LocalDateTime.of(2023, 1, 2, 0, 10));
        assertThat(series.date(1999)).isEqualTo(START.plusDays(1).plusMinutes(19_990));
    }

    @Test
    void monthsQuartersWeeksAndYearsAreSpacings() {
        assertThat(read(30, row -> (2020 + row / 4) + "Q" + (1 + row % 4))
                        .only()
                        .spacing())
                .hasToString("3 months");
        assertThat(read(30, row -> String.format(Locale.ROOT, "2024-W%02d", row + 1))
                        .only()
                        .spacing())
                .hasToString("1 week");
        assertThat(read(30, row -> String.format(Locale.ROOT, "%02d/%d", 1 + row % 12, 2020 + row / 12))
                        .only()
                        .spacing())
                .hasToString("1 month");
        assertThat(read(30, row -> String.valueOf(1980 + row), SALES.withDate("when"), DateReading.defaults())
                        .only()
                        .spacing())
                .hasToString("12 months");
    }

    @Test
    void monthsWhoseFirstDayMayBeTheMonthAreAskedFor() {
        IntFunction<String> months = row -> String.format(Locale.ROOT, "01/%02d/%d", 1 + row % 12, 2020 + row / 12);
        assertThatThrownBy(() -> read(30, months))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("sales.csv, column 'when': in dates such as '01/02/2020'")
                .hasMessageContaining("--date-format day-first");
        SeriesSet asked = read(30, months, SALES, DateReading.defaults().withFormat(DateReading.DAY_FIRST));
        assertThat(asked.only().spacing()).hasToString("1 month");
        assertThat(asked.dates().format()).isEqualTo(DateReading.DAY_FIRST);
    }

    @Test
    void hoursWithAnOffsetAreEvenlySpacedAcrossTheEndOfSummerTime() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        LocalDateTime start = LocalDateTime.of(2024, 10, 20, 0, 0);
        IntFunction<String> hours = row -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                start.plusHours(row).atOffset(ZoneOffset.UTC).atZoneSameInstant(berlin));
        SeriesSet set = read(400, hours);
        assertThat(set.only().spacing()).hasToString("1 hour");
        assertThat(set.dates().offset()).contains(ZoneOffset.ofHours(2));
        assertThat(set.only().date(0)).isEqualTo(LocalDateTime.of(2024, 10, 20, 2, 0));

        IntFunction<String> local = row -> hours.apply(row).substring(0, 16);
        assertThatThrownBy(() -> read(400, local))
                .hasMessageContaining("Clocks show an hour twice when they are put back: say with --zone");
        SeriesSet zoned = read(400, local, SALES, DateReading.defaults().withZone(berlin));
        assertThat(zoned.only().spacing()).hasToString("1 hour");
        assertThat(zoned.only().date(399)).isEqualTo(start.plusHours(400));
    }

    @Test
    void anHourThatClocksNeverShowIsExplained() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        IntFunction<String> local = row -> LocalDateTime.of(2024, 3, 25, 0, 0)
                .plusHours(row)
                .atOffset(ZoneOffset.UTC)
                .atZoneSameInstant(berlin)
                .toLocalDateTime()
                .toString();
        SeriesSet plain = read(400, local);
        assertThat(plain.only().spacing()).isEqualTo(Spacing.IRREGULAR);
        assertThat(plain.notes()).singleElement().asString().contains("were the clocks put forward?", "--zone");
        assertThat(read(400, local, SALES, DateReading.defaults().withZone(berlin))
                        .only()
                        .spacing())
                .hasToString("1 hour");
    }

    @Test
    void secondsSince1970AreNotedAndReadWhereTheColumnIsNamed() {
        IntFunction<String> seconds = row -> String.valueOf(1_616_976_000L + 3600L * row);
        SeriesSet unused = read(400, seconds);
        assertThat(unused.only().hasDates()).isFalse();
        assertThat(unused.notes())
                .singleElement()
                .asString()
                .contains("column 'when' looks like dates ('1616976000') but is not used", "--date when");
        assertThat(read(400, seconds, SALES.withDate("when"), DateReading.defaults())
                        .only()
                        .spacing())
                .hasToString("1 hour");
    }

    @Test
    void datesThatNobodyCanTellAreNoted() {
        SeriesSet set = read(40, days("dd/MM/yy"));
        assertThat(set.only().hasDates()).isFalse();
        assertThat(set.notes()).singleElement().asString().contains("'01/01/23'", "--date-format");
        assertThat(read(40, days("dd/MM/yy"), SALES, DateReading.defaults().withFormat("dd/MM/yy"))
                        .only()
                        .date(39))
                .isEqualTo(START.plusDays(39));
    }

    @Test
    void fiveRowsASecondAreEvenlySpaced() {
        DateTimeFormatter format = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
        TimeSeries series = read(400, row -> format.format(START.plusNanos(200_000_000L * row)))
                .only();
        assertThat(series.spacing()).hasToString("200 milliseconds");
        assertThat(series.date(401)).isEqualTo(START.plusNanos(200_000_000L * 401));
    }

    @Test
    void weekdaysWithHolidaysKeepTheirDates() {
        LocalDateTime[] open = IntStream.range(0, 200)
                .mapToObj(START::plusDays)
                .filter(day -> day.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) <= 0)
                .filter(day -> day.getDayOfYear() != 100 && day.getDayOfYear() != 121)
                .toArray(LocalDateTime[]::new);
        SeriesSet set = read(open.length, row -> open[row].toLocalDate().toString());
        assertThat(set.only().spacing()).hasToString("business days");
        assertThat(set.only().date(open.length).getDayOfWeek()).isNotIn(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
        assertThat(set.notes()).singleElement().asString().contains("2 weekdays are left out");
    }

    @Test
    void aColumnOfDatesThatIsNotIncreasingIsRefusedInEverySpelling() {
        assertThatThrownBy(() -> read(40, row -> days("dd/MM/yyyy").apply(row == 20 ? 3 : row)))
                .hasMessageContaining("line 22, column 'when'")
                .hasMessageContaining("Sort the file by date");
    }
}
