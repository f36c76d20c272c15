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
    @ValueSource(
            strings = {
                "",
                "1969",
                "31.01.1969",
                "01/31/1969",
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
