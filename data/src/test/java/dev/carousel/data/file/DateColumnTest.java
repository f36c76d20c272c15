package dev.carousel.data.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one field of a date leaves open, its column tells, or the person who is asked. */
class DateColumnTest {

    private static final DateReading DEFAULTS = DateReading.defaults();

    private static final DateReading BERLIN = DEFAULTS.withZone(ZoneId.of("Europe/Berlin"));

    private static List<LocalDateTime> read(DateReading reading, String... fields) {
        DateColumn column = DateColumn.of(reading, List.of(fields));
        List<WrittenDate> written = new ArrayList<>();
        for (String field : fields) {
            written.add(column.read(field).orElseThrow(() -> column.refusal("f.csv, column 'd'", field)));
        }
        DateReading settled = column.settled("f.csv, column 'd'");
        List<LocalDateTime> dates = new ArrayList<>();
        for (int row = 0; row < fields.length; row++) {
            WrittenDate one = written.get(row);
            LocalDateTime date = column.settle("f.csv, column 'd'", settled, row, one.local(), one.offset());
            if (row > 0 && one.offset() == WrittenDate.NO_OFFSET) {
                date = settled.afterDoubledHour(date, dates.get(row - 1));
            }
            dates.add(date);
        }
        return dates;
    }

    private static LocalDateTime at(String date) {
        return LocalDateTime.parse(date);
    }

    @Test
    void aLaterValueOverTwelveTellsTheDayOfAllDatesBefore() {
        assertThat(read(DEFAULTS, "01/02/2023", "12/02/2023", "13/02/2023", "01/03/2023"))
                .containsExactly(
                        at("2023-02-01T00:00"), at("2023-02-12T00:00"), at("2023-02-13T00:00"), at("2023-03-01T00:00"));
        assertThat(read(DEFAULTS, "02/01/2023", "02/02/2023", "02/12/2023", "02/13/2023", "03/01/2023"))
                .containsExactly(
                        at("2023-02-01T00:00"),
                        at("2023-02-02T00:00"),
                        at("2023-02-12T00:00"),
                        at("2023-02-13T00:00"),
                        at("2023-03-01T00:00"));
    }

    @Test
    void whatNothingTellsIsAskedFor() {
        assertThatThrownBy(() -> read(DEFAULTS, "01/02/2023", "01/03/2023"))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "f.csv, column 'd': in dates such as '01/02/2023' the day or the month may come first, and no"
                                + " value over 12 tells which. Say it with --date-format day-first or --date-format"
                                + " month-first.");
        assertThat(read(DEFAULTS.withFormat(DateReading.DAY_FIRST), "01/02/2023"))
                .containsExactly(at("2023-02-01T00:00"));
        assertThat(read(DEFAULTS.withFormat(DateReading.MONTH_FIRST), "01/02/2023"))
                .containsExactly(at("2023-01-02T00:00"));
    }

    @Test
    void betweenPointsTheDayIsFirstUnlessItCannotBe() {
        assertThat(read(DEFAULTS, "01.02.2023", "02.02.2023"))
                .containsExactly(at("2023-02-01T00:00"), at("2023-02-02T00:00"));
        assertThat(read(DEFAULTS, "02.01.2023", "02.13.2023", "03.01.2023"))
                .containsExactly(at("2023-02-01T00:00"), at("2023-02-13T00:00"), at("2023-03-01T00:00"));
    }

    @Test
    void twoOrdersInOneColumnAreRefused() {
        assertThatThrownBy(() -> read(DEFAULTS, "13/02/2023", "02/14/2023"))
                .hasMessageContaining(
                        "expected the day before the month, as in the rows above, but found '02/14/2023'");
        assertThatThrownBy(() -> read(DEFAULTS.withFormat(DateReading.MONTH_FIRST), "13/02/2023"))
                .hasMessageContaining("expected the month before the day, as was asked for, but found '13/02/2023'");
        assertThatThrownBy(() -> read(DEFAULTS, "2023-02-01", "02/02/2023")).hasMessageContaining("found '02/02/2023'");
    }

    @ParameterizedTest
    @CsvSource({
        "20230113, 20230114, 2023-01-13T00:00, 2023-01-14T00:00",
        "202301132300, 202301140000, 2023-01-13T23:00, 2023-01-14T00:00",
        "20230113235958, 20230114000000, 2023-01-13T23:59:58, 2023-01-14T00:00",
        "2014, 2015, 2014-01-01T00:00, 2015-01-01T00:00",
        "1616976000, 1616979600, 2021-03-29T00:00, 2021-03-29T01:00",
        "1616976000.5, 1616976001, 2021-03-29T00:00:00.500, 2021-03-29T00:00:01",
        "1616976000000, 1616979600200, 2021-03-29T00:00, 2021-03-29T01:00:00.200",
        "1616976000000000, 1616976000000001, 2021-03-29T00:00, 2021-03-29T00:00:00.000001",
        "1616976000000000000, 1616976000000001000, 2021-03-29T00:00, 2021-03-29T00:00:00.000001",
    })
    void numbersAreDatesWhereTheColumnIsNamed(String one, String two, LocalDateTime first, LocalDateTime second) {
        assertThat(read(DEFAULTS, one, two)).containsExactly(first, second);
    }

    @Test
    void onlyNumbersThatCanHardlyBeAnythingElseAreDatesByThemselves() {
        assertThat(DateColumn.likeness(DEFAULTS, "d", List.of("20230113", "20230114")))
                .isEqualTo(DateColumn.Likeness.NUMBERS);
        assertThat(DateColumn.likeness(DEFAULTS, "d", List.of("20230113", "20230113")))
                .isEqualTo(DateColumn.Likeness.ALIKE);
        assertThat(DateColumn.likeness(DEFAULTS, "d", List.of("20230113", "20239999")))
                .isEqualTo(DateColumn.Likeness.NONE);
        assertThat(DateColumn.likeness(DEFAULTS, "Year", List.of("2013", "2014", "2015")))
                .isEqualTo(DateColumn.Likeness.NUMBERS);
        assertThat(DateColumn.likeness(DEFAULTS, "count", List.of("2013", "2014", "2015")))
                .isEqualTo(DateColumn.Likeness.NONE);
        assertThat(DateColumn.likeness(DEFAULTS, "year", List.of("2013", "2013", "2014")))
                .isEqualTo(DateColumn.Likeness.NONE);
        assertThat(DateColumn.likeness(DEFAULTS, "ts", List.of("1616976000", "1616979600")))
                .isEqualTo(DateColumn.Likeness.ALIKE);
        assertThat(DateColumn.likeness(DEFAULTS, "season", List.of("2011/12", "2012/13", "2013/14")))
                .isEqualTo(DateColumn.Likeness.ALIKE);
        assertThat(DateColumn.likeness(DEFAULTS, "d", List.of("15/07/14"))).isEqualTo(DateColumn.Likeness.ALIKE);
        assertThat(DateColumn.likeness(DEFAULTS, "d", List.of("shop"))).isEqualTo(DateColumn.Likeness.NONE);
    }

    @Test
    void aPatternReadsWhatNothingElseDoes() {
        assertThat(read(DEFAULTS.withFormat("dd.MM.yy HH:mm"), "15.07.14 23:00"))
                .containsExactly(at("2014-07-15T23:00"));
        assertThatThrownBy(() -> read(DEFAULTS.withFormat("dd.MM.yy"), "31.02.14"))
                .hasMessageContaining("expected a date in the format dd.MM.yy but found '31.02.14'");
        assertThatThrownBy(() -> DEFAULTS.withFormat("QQQQQQQQQ"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("day-first");
        assertThatThrownBy(() -> DEFAULTS.withFormat("HH:mm")).hasMessageContaining("it has no year");
    }

    @Test
    void anInstantIsAnInstant() {
        assertThat(read(
                        DEFAULTS,
                        "2024-10-27T02:00:00+02:00",
                        "2024-10-27T02:00:00+01:00",
                        "2024-10-27T03:00:00+01:00"))
                .containsExactly(at("2024-10-27T02:00"), at("2024-10-27T03:00"), at("2024-10-27T04:00"));
    }

    @Test
    void daysStayDaysWhenTheOffsetChanges() {
        assertThat(read(DEFAULTS, "2024-10-27T00:00:00+02:00", "2024-10-28T00:00:00+01:00"))
                .containsExactly(at("2024-10-27T00:00"), at("2024-10-28T00:00"));
    }

    @Test
    void theHourThatClocksShowTwiceIsTwoHours() {
        assertThat(read(
                        BERLIN,
                        "2024-10-27 01:30",
                        "2024-10-27 02:00",
                        "2024-10-27 02:30",
                        "2024-10-27 02:00",
                        "2024-10-27 02:30",
                        "2024-10-27 03:00"))
                .containsExactly(
                        at("2024-10-27T00:30"),
                        at("2024-10-27T01:00"),
                        at("2024-10-27T01:30"),
                        at("2024-10-27T02:00"),
                        at("2024-10-27T02:30"),
                        at("2024-10-27T03:00"));
    }

    @Test
    void theHourThatClocksNeverShowIsRefused() {
        assertThat(read(BERLIN, "2024-03-31 01:00", "2024-03-31 03:00"))
                .containsExactly(at("2024-03-31T01:00"), at("2024-03-31T02:00"));
        assertThatThrownBy(() -> read(BERLIN, "2024-03-31 01:00", "2024-03-31 02:00"))
                .hasMessageContaining("clocks of Europe/Berlin never show 2024-03-31T02:00")
                .hasMessageContaining("--zone +01:00");
    }

    @Test
    void timesOfWhichOnlySomeHaveAnOffsetAreRefused() {
        assertThatThrownBy(() -> read(DEFAULTS, "2024-03-31 01:00", "2024-03-31 02:00+02:00"))
                .hasMessageContaining("some times have an offset from UTC and others none. Say with --zone");
    }

    @Test
    void aModelCountsAtTheOffsetOfItsTraining() {
        DateReading trained = DEFAULTS.countedAt(java.util.Optional.of(java.time.ZoneOffset.ofHours(2)));
        assertThat(read(trained, "2024-12-01T02:00:00+01:00", "2024-12-01T03:00:00+01:00"))
                .containsExactly(at("2024-12-01T03:00"), at("2024-12-01T04:00"));
        assertThatThrownBy(() -> read(trained, "2024-12-01 02:00"))
                .hasMessageContaining("those of the training had one");
    }
}
