package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A forecast is written so that its error shows. */
class ForecastDigitsTest {

    @TempDir
    Path folder;

    private ForecastDigits of(String... rows) throws IOException {
        Path file = Files.writeString(folder.resolve("m.csv"), "kwh\n" + String.join("\n", rows) + "\n");
        return ForecastDigits.of(SeriesSet.read(file, ColumnRoles.of("kwh")));
    }

    @Test
    void aMeterIsWrittenAsItIsRead() throws IOException {
        ForecastDigits digits = of("45678901.82", "45678902.55", "45678903.51", "45678904.36");
        assertThat(digits.text(0, 45679767.72113)).isEqualTo("45679767.72");
        assertThat(digits.text(0, -45679767.72113)).isEqualTo("-45679767.72");
    }

    @Test
    void wholeNumbersOfAHighLevelShowATenthOfTheirSteps() throws IOException {
        ForecastDigits digits = of("45678901", "45678902", "45678903", "45678905");
        assertThat(digits.text(0, 45679767.72113)).isEqualTo("45679767.7");
    }

    @Test
    void numbersOfNoFileAreWrittenAsTheyAreSpelled() {
        ForecastDigits digits = ForecastDigits.of(
                SeriesSet.of("kwh", List.of(TimeSeries.of("kwh", 45678901.82, 45678902.55, 45678903.51))));
        assertThat(digits.text(0, 45679767.72113)).isEqualTo("45679767.72");
        ForecastDigits calculated =
                ForecastDigits.of(SeriesSet.of("x", List.of(TimeSeries.of("x", 1000 / 3.0, 5000 / 3.0))));
        assertThat(calculated.text(0, 1234.56789)).isEqualTo("1234.568");
    }

    @Test
    void sevenDigitsAreWrittenAtLeast() throws IOException {
        ForecastDigits digits = of("100", "220", "110");
        assertThat(digits.text(0, 123.456789)).isEqualTo("123.4568");
        assertThat(digits.text(0, 0)).isEqualTo("0");
        assertThat(of("0.00000125", "0.00000250").text(0, 0.0000012345678)).isEqualTo("0.000001234568");
    }

    @Test
    void noDigitsAreWrittenThatADoubleDoesNotHave() throws IOException {
        assertThat(of("1234567890123456.25", "1234567890123456.75").text(0, 1234567890123456.5))
                .isEqualTo("1234567890123460");
        assertThat(of("123456789012.25", "123456789012.75").text(0, 123456789012.5))
                .isEqualTo("123456789012.50");
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "-1.25, 2", "1., 0", ".5, 1", "12.5e-1, 2", "12.5e1, 0", "1e3, 0", "1e-3, 3", "1.5E+0, 1"})
    void decimalsOfAField(String field, int decimals) {
        assertThat(Numbers.decimals(field)).isEqualTo(decimals);
    }

    @Test
    void decimalsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new ForecastDigits(List.of(-1))).isInstanceOf(DataException.class);
    }
}
