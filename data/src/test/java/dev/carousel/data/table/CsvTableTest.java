package dev.carousel.data.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {

    @TempDir
    Path folder;

    private static CsvTable table(String text) {
        return CsvTable.parse("sales.csv", text.getBytes(UTF_8));
    }

    private Path file(String text, Charset charset) throws IOException {
        return Files.write(folder.resolve("sales.csv"), text.getBytes(charset));
    }

    @Test
    void columnsAreReadByName() {
        CsvTable table = table("date,sales,price\n2020-01-01,3,0.5\n2020-01-02,-4.25e2,+.5\n");
        assertThat(table.columns()).containsExactly("date", "sales", "price");
        assertThat(table.rows()).isEqualTo(2);
        assertThat(table.numbers("sales")).containsExactly(3, -425);
        assertThat(table.numbers("price")).containsExactly(0.5, 0.5);
        assertThat(table.dateColumn()).contains("date");
        assertThat(table.dates("date"))
                .containsExactly(LocalDateTime.of(2020, 1, 1, 0, 0), LocalDateTime.of(2020, 1, 2, 0, 0));
        assertThat(table.has("sales")).isTrue();
        assertThat(table.has("Sales")).isFalse();
    }

    @Test
    void manyRowsKeepTheirNumbersAndLines() {
        StringBuilder text = new StringBuilder("n\n");
        for (int i = 0; i < 1000; i++) {
            text.append(i).append(i % 10 == 0 ? "\n\n" : "\n");
        }
        CsvTable table = table(text.toString());
        double[] numbers = table.numbers("n");
        assertThat(numbers).hasSize(1000);
        assertThat(numbers[999]).isEqualTo(999);
        assertThat(table.line(0)).isEqualTo(2);
        assertThat(table.line(1)).isEqualTo(4);
    }

    @Test
    void quotesBlanksAndWindowsLineEndsDoNotMatter() {
        CsvTable table = table("\"a, b\" , c\r\n\"1\", 2 \r\n\r\n3,4\r\n");
        assertThat(table.columns()).containsExactly("a, b", "c");
        assertThat(table.numbers("a, b")).containsExactly(1, 3);
        assertThat(table.numbers("c")).containsExactly(2, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "\t"})
    void semicolonsAndTabsSeparateWhereTheHeaderHasNoComma(String separator) {
        CsvTable table = table("a" + separator + "b\n1" + separator + "2\n");
        assertThat(table.numbers("b")).containsExactly(2);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstName() {
        assertThat(table("\uFEFFa,b\n1,2\n").columns()).containsExactly("a", "b");
    }

    @Test
    void aColumnWithoutNameIsCalledAfterItsPlace() {
        assertThat(table(",a\n0,1\n").columns()).containsExactly("column 1", "a");
    }

    @Test
    void theChecksumIsThatOfTheBytes() {
        assertThat(table("a\n1\n").sha256())
                .isEqualTo("309b0e45a73d3fc5325e2b6ed0a01ef8b9cde6b05a5633c1f893f970d52bfddc");
    }

    @Test
    void aMissingFileIsNamedWithTheFolderThatExists() {
        Path missing = folder.resolve("no").resolve("such.csv");
        assertThatThrownBy(() -> CsvTable.read(missing))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("no such file")
                .hasMessageContaining("exists as far as " + folder);
    }

    @Test
    void aFolderIsNoFile() {
        assertThatThrownBy(() -> CsvTable.read(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("found a folder");
    }

    @Test
    void aMisspelledNameInAFolderThatExistsIsSaidToBeThat() {
        assertThatThrownBy(() -> CsvTable.read(folder.resolve("sale.csv")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Is the name spelled as in its folder?");
    }

    @Test
    void manyColumnsAreNotAllListed() {
        CsvTable table = table("a"
                + String.join(
                        ",a", IntStream.range(0, 30).mapToObj(String::valueOf).toList()) + "\n" + "1,".repeat(29)
                + "1\n");
        assertThatThrownBy(() -> table.numbers("zzz"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a19] and 10 more")
                .hasMessageNotContaining("a20");
    }

    @Test
    void anEmptyFileIsSaidToBeEmpty() throws IOException {
        Path file = file("", UTF_8);
        assertThatThrownBy(() -> CsvTable.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("sales.csv: the file is empty");
    }

    @Test
    void blankLinesAloneAreNoTable() {
        assertThatThrownBy(() -> table("\n  \n\n"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("blank lines only");
    }

    @Test
    void aHeaderAloneIsNoTable() {
        assertThatThrownBy(() -> table("date,sales\n"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected rows below the header [date, sales] but found none");
    }

    @Test
    void numbersInTheFirstLineMeanThatTheHeaderIsMissing() {
        assertThatThrownBy(() -> table("2020-01-01,5\n2020-01-02,6\n"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 1: expected a header")
                .hasMessageContaining("Is the header line missing?");
    }

    @Test
    void aTextAmongNumbersIsShownWithLineAndColumn() {
        CsvTable table = table("date,sales\n2020-01-01,3\n\n2020-01-02,three\n2020-01-03,four\n");
        assertThatThrownBy(() -> table.numbers("sales"))
                .isInstanceOf(DataException.class)
                .hasMessage("sales.csv, line 4, column 'sales': expected a number but found 'three'. Is it the right"
                        + " column, and are there notes or units among the numbers?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1d", "0x1p3", "1f", "1_000", "--1", "1e", "e5", ".", "1.2.3", "+", "1 000", "٣"})
    void onlyPlainDecimalsAreNumbers(String field) {
        CsvTable table = table("a,b\n1," + field + "\n");
        assertThatThrownBy(() -> table.numbers("b"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 2, column 'b': expected a number but found '" + field + "'");
    }

    @Test
    void aDecimalCommaIsGuessedAt() {
        CsvTable table = table("a;b\n1;2,5\n");
        assertThatThrownBy(() -> table.numbers("b"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Write decimals with a point");
    }

    @Test
    void aDateAmongNumbersIsSaidToBeADate() {
        CsvTable table = table("day,b\n2020-01-01,2\n");
        assertThatThrownBy(() -> table.numbers("day"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("It is a date");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "nan", "inf", "-Infinity"})
    void numbersThatAreNotFiniteAreRefused(String field) {
        CsvTable table = table("a,b\n1," + field + "\n");
        assertThatThrownBy(() -> table.numbers("b"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 2, column 'b': expected a finite number but found '" + field + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e39", "-1e400"})
    void numbersBeyondAFloatAreRefused(String field) {
        CsvTable table = table("a,b\n1," + field + "\n");
        assertThatThrownBy(() -> table.numbers("b"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 2, column 'b'")
                .hasMessageContaining("found '" + field + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NA", "null", "?"})
    void missingValuesAreRefused(String field) {
        CsvTable table = table("a,b\n1," + field + "\n");
        assertThatThrownBy(() -> table.numbers("b"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 2, column 'b': expected a number but found ")
                .hasMessageContaining("must not be missing");
    }

    @Test
    void aShortRowIsShownWithItsLine() {
        assertThatThrownBy(() -> table("a,b,c\n1,2,3\n4,5\n"))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "sales.csv, line 3: expected 3 fields as in the header but found 2. Is a field missing, or the"
                                + " line cut off?");
    }

    @Test
    void aLongRowIsShownWithItsLine() {
        assertThatThrownBy(() -> table("a,b\n1,2\n3,4,5\n"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 3: expected 2 fields as in the header but found 3");
    }

    @Test
    void aNameThatStandsTwiceInTheHeaderIsRefused() {
        assertThatThrownBy(() -> table("a,b,a\n1,2,3\n"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 1: the column name 'a' stands in column 1 and again in column 3");
    }

    @Test
    void anUnknownColumnListsTheKnownAndTheNearest() {
        CsvTable table = table("date,sales,price\n2020-01-01,1,2\n");
        assertThatThrownBy(() -> table.numbers("Sale"))
                .isInstanceOf(DataException.class)
                .hasMessage("sales.csv: there is no column 'Sale'. The file has [date, sales, price]. Did you mean"
                        + " 'sales'?");
        assertThatThrownBy(() -> table.numbers("temperature"))
                .isInstanceOf(DataException.class)
                .hasMessageNotContaining("Did you mean");
    }

    @Test
    void aDateThatIsNoneIsShownWithItsLine() {
        CsvTable table = table("date,a\n2020-01-01,1\n2020-02-30,2\n");
        assertThatThrownBy(() -> table.dates("date"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 3, column 'date': expected a date")
                .hasMessageContaining("found '2020-02-30'");
    }

    @Test
    void aByteThatIsNotUtf8IsShownWithOffsetAndLine() throws IOException {
        Path file = file("date,caf\u00E9\n1,2\n", ISO_8859_1);
        assertThatThrownBy(() -> CsvTable.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("byte 8 (line 1): expected UTF-8 text but found the byte 0xe9")
                .hasMessageContaining("Latin-1");
    }

    @Test
    void utf16AndCompressedFilesAreRecognised() throws IOException {
        Path wide = file("a,b\n1,2\n", UTF_16);
        assertThatThrownBy(() -> CsvTable.read(wide)).hasMessageContaining("UTF-16");
        assertThatThrownBy(() -> CsvTable.parse("x.csv", new byte[] {0x1F, (byte) 0x8B, 8, 0}))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("compressed");
        assertThatThrownBy(() -> table("a\0,\0b\n1,2\n"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("zero character");
    }

    @Test
    void aQuoteLeftOpenIsRefused() {
        assertThatThrownBy(() -> table("a,b\n1,\"2\n3,4\n"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("sales.csv");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyBytesEndInATableOrInADataException(long seed) {
        Random random = new Random(seed);
        byte[] alphabet = "a1.,;\t\"\n\r -e\u00E9\0".getBytes(UTF_8);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = round % 3 == 0 ? (byte) random.nextInt(256) : alphabet[random.nextInt(alphabet.length)];
            }
            try {
                CsvTable table = CsvTable.parse("fuzz " + seed + "/" + round, bytes);
                table.columns().forEach(table::numbers);
            } catch (DataException expected) {
                assertThat(expected).hasMessageContaining("fuzz " + seed + "/" + round);
            }
        }
    }
}
