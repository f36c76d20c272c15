package dev.carousel.data.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first lines of a table tell how it is cut. */
class TableLayoutTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "a,b ! 1,2 ! 2 ! ,",
                "a;b ! 1;2 ! 2 ! ;",
                "a|b ! 1|2 ! 2 ! |",
                "a;\"b, c\" ! 1;2 ! 2 ! ;",
                "a;b, c ! 2020-01-01;102.5 ! 2 ! ;",
                "a;b, c ! 2020-01-01;102,58 ! 2 ! ;",
                "\"a;b\",c ! 1,2 ! 2 ! ,",
                "a,b;c ! x,y ! 2 ! ,",
                "a ! 1 ! 1 ! ,",
                "total sales ! 5 ! 1 ! ,",
                "name of ann ! ann of lee ! 1 ! ,",
            })
    void theSeparatorIsThatOfNumbersAndDates(String header, String row, int width, char separator) {
        TableLayout layout = TableLayout.of(List.of(header, row));
        assertThat(layout.separator()).isEqualTo(separator);
        assertThat(layout.cut(header)).hasSize(width);
        assertThat(layout.changesLines()).isFalse();
    }

    @Test
    void blanksSeparateWhereNothingElseDoes() {
        TableLayout one = TableLayout.of(List.of("day  sales", "2020-01-01 12", "2020-01-02 13"));
        assertThat(one.blanks()).isEqualTo(1);
        assertThat(one.seen(1, " 2020-01-01   12 ")).isEqualTo("2020-01-01\t12");
        TableLayout two = TableLayout.of(List.of("the day    sales", "2020-01-01 12:00    12"));
        assertThat(two.blanks()).isEqualTo(2);
        assertThat(two.cut("2020-01-01 12:00    12")).containsExactly("2020-01-01 12:00", "12");
    }

    @Test
    void aFirstLineMayNameTheSeparator() {
        TableLayout layout = TableLayout.of(List.of("sep=;", "a,x;b", "1,5;2"));
        assertThat(layout).isEqualTo(new TableLayout(';', 1, 0));
        assertThat(layout.seen(0, "sep=;")).isEmpty();
    }

    @Test
    void commentsBeforeTheHeaderAreLeftOutButNoHeaderThatLooksLikeOne() {
        assertThat(TableLayout.of(List.of("# from the meter", "# in kWh", "a,b", "1,2"))
                        .skipped())
                .isEqualTo(2);
        assertThat(TableLayout.of(List.of("#a,b", "1,2")).skipped()).isZero();
        assertThat(TableLayout.of(List.of("# from the meter", "#a,b", "1,2")).skipped())
                .isEqualTo(1);
    }
}
