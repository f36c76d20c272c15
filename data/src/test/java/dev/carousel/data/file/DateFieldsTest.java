package dev.carousel.data.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateFieldsTest {

    @ParameterizedTest
    @CsvSource({
        "1969-01-31, 1969-01-31T00:00",
        "1969-01, 1969-01-01T00:00",
        "1969-01-31 23:59, 1969-01-31T23:59",
        "1969-01-31T23:59, 1969-01-31T23:59",
        "1969-01-31 23:59:58, 1969-01-31T23:59:58",
        "1969-01-31T23:59:58.5, 1969-01-31T23:59:58.500",
        "1969-01-31T23:59:58Z, 1969-01-31T23:59:58",
        "1969-01-31T23:59:58+02:00, 1969-01-31T23:59:58",
    })
    void isoDatesAreRead(String field, LocalDateTime expected) {
        assertThat(DateFields.parse(field)).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "15/07/2014 | 2014-07-15T00:00",
                "07/15/2014 | 2014-07-15T00:00",
                "15.07.2014 | 2014-07-15T00:00",
                "5.7.2014 | 2014-07-05T00:00",
                "2014/07/15 | 2014-07-15T00:00",
                "2014.7.5 | 2014-07-05T00:00",
                "01 Jan 2023 | 2023-01-01T00:00",
                "1-jan-2023 | 2023-01-01T00:00",
                "Sun, 01 Jan 2023 12:30:00 GMT | 2023-01-01T12:30",
                "January 1, 2023 | 2023-01-01T00:00",
                "Sept 1st 2023 | 2023-09-01T00:00",
                "01/13/2023 12:00:00 AM | 2023-01-13T00:00",
                "01/13/2023 12:01 p.m. | 2023-01-13T12:01",
                "2023-01-13 23:00 UTC | 2023-01-13T23:00",
                "2023-01-13 23:00:00+00 | 2023-01-13T23:00",
                "2023-01-13T23:00:00.200+0100 | 2023-01-13T23:00:00.200",
                "13.01.2023, 23:00 | 2023-01-13T23:00",
                "20230113T230000Z | 2023-01-13T23:00",
                "20230113 23:00 | 2023-01-13T23:00",
                "13/01/2023 24:00 | 2023-01-14T00:00",
                "2024-W05 | 2024-01-29T00:00",
                "2024W05-3 | 2024-01-31T00:00",
                "2020-W53 | 2020-12-28T00:00",
                "2024Q1 | 2024-01-01T00:00",
                "2024-Q4 | 2024-10-01T00:00",
                "Q2 2024 | 2024-04-01T00:00",
                "3Q2024 | 2024-07-01T00:00",
                "07/2014 | 2014-07-01T00:00",
                "2014/07 | 2014-07-01T00:00",
                "Jan 2023 | 2023-01-01T00:00",
                "2023-Feb | 2023-02-01T00:00",
            })
    void otherSpellingsThatStandForOneDateAreRead(String field, LocalDateTime expected) {
        assertThat(DateFields.parse(field)).contains(expected);
    }

    @Test
    void aDateWhoseDayMayBeTheMonthIsNoneByItself() {
        assertThat(DateFields.parse("02/01/2023")).isEmpty();
        assertThat(DateFields.written("02/01/2023")).isPresent();
        assertThat(DateFields.parse("02/02/2023")).contains(LocalDateTime.of(2023, 2, 2, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1969",
                "31.01.69",
                "01/31/69",
                "31/31/1969",
                "30/02/1969",
                "2023-W53",
                "2024-W00",
                "2024Q5",
                "13/1969",
                "20140715",
                "1404172800",
                "3.25",
                "1.2.3",
                "10:30",
                "01/13/2023 13:00 PM",
                "01/13/2023 0:30 AM",
                "1969-01-31 12:60",
                "1969-01-31 EST",
                "maybe 2023",
                "1969-02-30",
                "1969-13",
                "1969-01-31x",
                "1969-01-31 25:00",
                "-1.5"
            })
    void otherTextsAreNoDates(String field) {
        assertThat(DateFields.parse(field)).isEmpty();
    }

    @Test
    void aVeryLongTextIsNoDate() {
        assertThat(DateFields.parse("1969-01-31" + "0".repeat(1000))).isEmpty();
    }
}
