package dev.carousel.data.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.DecimalSign;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands before decimals is told by the numbers of a table together. */
class DecimalFieldsTest {

    private static DecimalSign of(String... fields) {
        return DecimalFields.of("f.csv", List.of(fields), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "12 | 7 | POINT",
                "1.5 | 7 | POINT",
                "1.234 | 7 | POINT",
                "12,5 | 7 | COMMA",
                "0,500 | 7 | COMMA",
                "1.234,5 | 7 | COMMA",
                "1.234.567 | 7 | COMMA",
                "1.234 | 12,5 | COMMA",
                "1,234 | 12,5 | COMMA",
                "1,234 | 12.5 | THOUSANDS",
                "1,234.5 | 7 | THOUSANDS",
                "1,234,567 | 7 | THOUSANDS",
                "1'234.5 | 7 | THOUSANDS",
                "1 234 | 7 | THOUSANDS",
                "1 234,5 | 7 | COMMA",
                "12,5 | 12.5 | POINT",
                "shop, north | 12.5 | POINT",
            })
    void theNumbersTellTheSign(String one, String other, DecimalSign sign) {
        assertThat(of(one, other)).isEqualTo(sign);
        assertThat(of(other, one)).isEqualTo(sign);
    }

    @Test
    void aCommaThatMayBeEitherIsAskedFor() {
        assertThatThrownBy(() -> of("1,234", "7"))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "f.csv: numbers such as '1,234' may be 1234 or 1.234, and no other number tells which. Say it"
                                + " with --decimal point or --decimal comma.");
        assertThat(DecimalFields.of("f.csv", List.of("1,234"), Optional.of(DecimalSign.COMMA)))
                .isEqualTo(DecimalSign.COMMA);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "COMMA | 12,5 | 12.5",
                "COMMA | -1.234,50 | -1234.50",
                "COMMA | 1.234 | 1234",
                "COMMA | 12 345 678,9 | 12345678.9",
                "COMMA | ,5 | .5",
                "COMMA | 1,5e-3 | 1.5e-3",
                "COMMA | 17 | 17",
                "THOUSANDS | 1,234.50 | 1234.50",
                "THOUSANDS | 1'234'567 | 1234567",
                "THOUSANDS | 12.5 | 12.5",
                "THOUSANDS | 12,34 | 12,34",
                "POINT | 12,5 | 12,5",
                "COMMA | 1,2,3 | 1,2,3",
            })
    void numbersAreReadWithTheirSign(DecimalSign sign, String field, String plain) {
        assertThat(DecimalFields.plain(sign, field)).isEqualTo(plain);
    }

    @Test
    void aDecimalPointAmongCommasIsNoThousand() {
        assertThat(DecimalFields.contradicts(DecimalSign.COMMA, "12.5")).isTrue();
        assertThat(DecimalFields.contradicts(DecimalSign.COMMA, "1.234")).isFalse();
        assertThat(DecimalFields.contradicts(DecimalSign.COMMA, "12,5")).isFalse();
        assertThat(DecimalFields.contradicts(DecimalSign.POINT, "12.5")).isFalse();
    }
}
