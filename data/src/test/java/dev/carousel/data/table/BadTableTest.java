package dev.carousel.data.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a table of series can be bad, and what is said about it: file, line, column, the likely cause. */
class BadTableTest {

    private static final ColumnRoles SALES = ColumnRoles.of("sales");

    @TempDir
    Path folder;

    private SeriesSet read(String text, ColumnRoles columns) throws IOException {
        return read(text, columns, UTF_8);
    }

    private SeriesSet read(String text, ColumnRoles columns, Charset charset) throws IOException {
        Path file = Files.write(folder.resolve("sales.csv"), text.getBytes(charset));
        return SeriesSet.read(file, columns, TableReading.defaults().withFolder(folder));
    }

    private void refused(String text, ColumnRoles columns, String... parts) {
        assertThatThrownBy(() -> read(text, columns))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("sales.csv")
                .hasMessageContainingAll(parts);
    }

    private static String daily(int rows, String value) {
        StringBuilder text = new StringBuilder("day,sales\n");
        for (int row = 0; row < rows; row++) {
            text.append(LocalDate.of(2020, 1, 1).plusDays(row))
                    .append(',')
                    .append(value)
                    .append('\n');
        }
        return text.toString();
    }

    @Test
    void aTextAmongTheNumbersOfATargetIsShown() {
        refused(
                "day,sales\n2020-01-01,3\n2020-01-02,three\n",
                SALES,
                "line 3, column 'sales': expected a number but found 'three'",
                "notes or units among the numbers");
    }

    @Test
    void aFeatureOfTwoTypesIsShownWithALineOfEach() {
        refused(
                "sales,price\n1,2.5\n2,cheap\n",
                SALES.withFeatures(List.of("price")),
                "line 3, column 'price': expected fields of one type but found the text 'cheap', and the number '2.5' in"
                        + " line 2",
                "name it as a category");
        refused(
                "sales,price\n" + "1,2.5\n".repeat(1000) + "1,cheap\n",
                SALES.withFeatures(List.of("price")),
                "line 1002, column 'price': expected a number but found 'cheap'");
    }

    @Test
    void aTypeMayBeChosenAgainstTheLooksOfTheData() throws IOException {
        SeriesSet set = read("sales,code\n1,10\n2,9\n3,x\n", SALES.withCategories(List.of("code")));
        assertThat(set.categories().get(0).values()).containsExactly("10", "9", "x");
        assertThat(read("sales,code\n1,b\n2,a\n", SALES.withFeatures(List.of("code")))
                        .columns())
                .isEqualTo(SALES.withCategories(List.of("code")));
    }

    @Test
    void equalNumbersInTheFirstLineAreAMissingHeaderAndNoNameTwice() {
        refused("5,5\n1,2\n", SALES, "line 1", "Is the header line missing?");
        refused("2020-01-01,3.5\n2020-01-02,4.5\n", SALES, "Is the header line missing?");
        refused("15/07/2014,3.5\n16/07/2014,4.5\n", SALES, "Is the header line missing?");
    }

    @Test
    void periodsMayBeNamesOfColumns() throws IOException {
        assertThat(read("2024Q1,2024Q2\n1,2\n3,4\n", ColumnRoles.of("2024Q2")).rows())
                .isEqualTo(2);
    }

    @Test
    void whatStandsInForAMissingValueIsNamed() {
        refused("day,sales\n2020-01-01,3\n2020-01-02,#N/A\n", SALES, "line 3", "found '#N/A'", "--missing");
        refused("day,sales\n2020-01-01,3\n2020-01-02,nan\n", SALES, "line 3", "found 'nan'", "--missing");
    }

    @Test
    void aZeroCharacterHasItsLine() {
        refused("day,sales\n2020-01-01,3\n2020-01-02,\u0000\n2020-01-03,4\n", SALES, "line 3: expected a CSV text");
    }

    @Test
    void nameInAnotherUnicodeFormIsFound() throws IOException {
        assertThat(read("day,Temp\u00e9rature\n2020-01-01,3\n2020-01-02,4\n", ColumnRoles.of("Tempe\u0301rature"))
                        .rows())
                .isEqualTo(2);
    }

    @Test
    void commentsAmongRowsAreLeftOutAndLinesKeepTheirNumbers() throws IOException {
        TimeSeries series = read("# made by hand\nday,sales\n2020-01-01,3\n# a holiday\n2020-01-02,4\n", SALES)
                .only();
        assertThat(series.length()).isEqualTo(2);
        assertThat(series.line(1)).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "2020-02-30, Is the row complete",
        "31.01.2020, 'expected a date written like those above'",
        "1/31/2020, 'Were two files joined that write dates in different ways?'",
        "31.01.20, 'Say how it is to be read, such as --date-format dd.MM.yy'",
        "'', A date must not be missing",
    })
    void aDateThatIsNoneIsShown(String date, String advice) {
        refused(
                "day,sales\n2020-02-28,3\n" + date + ",4\n",
                SALES,
                "line 3, column 'day': expected a date ",
                "but found '" + date + "'",
                advice);
    }

    @Test
    void oneTimeTwiceInASeriesIsShownWithBothLines() {
        refused(
                "day,shop,sales\n2020-01-01,a,1\n2020-01-01,b,1\n2020-01-02,a,2\n2020-01-01,b,3\n",
                SALES.withId("shop"),
                "series 'b', line 5, column 'day': expected a date after 2020-01-01T00:00 of line 3 but found the same"
                        + " again",
                "One date has one row");
        refused(
                "day,shop,sales\n2020-01-01,a,1\n2020-01-01,b,1\n",
                SALES,
                "line 3, column 'day'",
                "where a file holds several series, name the column that tells them apart");
    }

    @Test
    void datesThatGoBackAreShown() {
        refused(
                "day,sales\n2020-01-02,1\n2020-01-01,1\n",
                SALES,
                "line 3, column 'day': expected a date after 2020-01-02T00:00 of line 2 but found 2020-01-01T00:00",
                "Sort the file by date");
    }

    @Test
    void aTargetThatNeverChangesIsRefused() throws IOException {
        TimeSeries flat = read(daily(100, "7"), SALES).only();
        assertThatThrownBy(() -> ForecastSpec.fitted(flat, Split.ofLast(flat, 10, 10), 7, 3))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("sales.csv, column 'sales': expected values that change but all 80 training rows"
                        + " hold 7.0. Is it the right column?");
    }

    @Test
    void aSeriesTooShortIsToldHowManyRowsItNeeds() throws IOException {
        TimeSeries shortOne = read(daily(20, "7"), SALES).only();
        assertThatThrownBy(() -> ForecastSpec.fitted(shortOne, Split.ofLast(shortOne, 5, 5), 14, 7))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("sales.csv: expected at least 31 rows")
                .hasMessageContaining("Take a shorter context or horizon, or a longer file");
    }

    @Test
    void aSplitThatLeavesNothingToLearnFromIsRefused() throws IOException {
        TimeSeries series = read(daily(20, "7"), SALES).only();
        assertThatThrownBy(() -> Split.ofLast(series, 10, 10))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("sales.csv: expected more than 20 rows, so that some are left for training")
                .hasMessageContaining("hold out fewer");
    }

    @Test
    void aByteThatIsNoUtf8IsShownWithOffsetAndLineHoweverFarItIs() {
        String text = "sales\n" + "1\n".repeat(300_000) + "2 \u00e9\n";
        assertThatThrownBy(() -> read(text, SALES, ISO_8859_1))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(
                        "sales.csv, byte 600008 (line 300002): expected UTF-8 text but found the byte 0xe9")
                .hasMessageContaining("Latin-1");
    }

    @Test
    void aFileThatEndsWithinACharacterIsShown() throws IOException {
        byte[] bytes = "sales\n1\n\u00e9".getBytes(UTF_8);
        Path file = Files.write(folder.resolve("cut.csv"), Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> SeriesSet.read(file, SALES))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("cut.csv, byte 8 (line 3)");
    }

    @Test
    void zerosMeanThatItIsNoText() {
        refused("sales\n1\n\0\n", SALES, "zero character", "binary");
        assertThatThrownBy(() -> read("sales\n1\n", SALES, UTF_16))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("UTF-16: save it as UTF-8");
    }

    @Test
    void rowsThatAreNotAsWideAsTheHeaderAreShown() {
        refused("day,sales\n2020-01-01,1\n2020-01-02\n", SALES, "line 3: expected 2 fields", "found 1", "cut off");
        refused("day,sales\n2020-01-01,1,5\n", SALES, "line 2: expected 2 fields", "found 3", "decimal comma");
    }

    @Test
    void aNameThatStandsTwiceInTheHeaderIsShown() {
        refused("sales,day,sales\n1,2,3\n", SALES, "line 1: the column name 'sales' stands in column 1 and again in");
    }

    @Test
    void anUnknownColumnIsAnsweredByTheNearest() {
        refused("day,sales\n2020-01-01,1\n", ColumnRoles.of("sale"), "no column 'sale'", "Did you mean 'sales'?");
        refused("day,sales\n2020-01-01,1\n", SALES.withId("dax"), "no column 'dax'", "Did you mean 'day'?");
        refused("day,sales\n2020-01-01,1\n", SALES.withDate("Day"), "no column 'Day'", "Did you mean 'day'?");
        refused("day,sales\n2020-01-01,1\n", SALES.withKnown(List.of("price")), "no column 'price'", "[day, sales]");
    }

    @Test
    void aRowWithoutIdIsShown() {
        refused(
                "shop,sales\na,1\n,2\n",
                SALES.withId("shop"),
                "line 3, column 'shop': expected the id of a series but found an empty field");
    }

    @Test
    void numbersThatNoNetworkCanReadAreShown() {
        refused("sales\n1e39\n", SALES, "line 2, column 'sales'", "Is a decimal point missing?");
        refused("sales\ninf\n", SALES, "line 2, column 'sales'", "division by zero");
    }

    @Test
    void filesThatAreNoTableAreRefused() throws IOException {
        refused("", SALES, "the file is empty");
        refused("\n \n", SALES, "blank lines only");
        refused("day,sales\n", SALES, "expected rows below the header [day, sales]");
        refused("day,sales\n1,\"2\n", SALES, "Is a quote left open?");
        refused("2020-01-01,1\n2020-01-02,2\n", SALES, "Is the header line missing?");
        assertThatThrownBy(() -> SeriesSet.read(folder.resolve("none.csv"), SALES))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> SeriesSet.read(folder, SALES))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("found a folder");
    }

    @Test
    void aFolderThatCannotTakeTheRowsIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("sales.csv"), "sales\n1\n");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> SeriesSet.read(
                        file, SALES, TableReading.defaults().withHeapBytes(0).withFolder(missing)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("Name a folder on a disk with more room");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyBytesEndInSeriesOrInADataException(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] alphabet = "1.,;\"\n\r -e\u00E9NA2020-01-01".getBytes(UTF_8);
        Path file = folder.resolve("fuzz.csv");
        Missing[] ways = Missing.values();
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = alphabet[random.nextInt(alphabet.length)];
            }
            byte[] header = "day,id,a,b,c\n".getBytes(UTF_8);
            byte[] text = Arrays.copyOf(header, header.length + bytes.length);
            System.arraycopy(bytes, 0, text, header.length, bytes.length);
            Files.write(file, text);
            try {
                SeriesSet set = SeriesSet.read(
                        file,
                        ColumnRoles.of("a")
                                .withKnown(List.of("b"))
                                .withCategories(List.of("c"))
                                .withId("id"),
                        TableReading.defaults()
                                .withFolder(folder)
                                .withMissing(ways[random.nextInt(ways.length)])
                                .withHeapBytes(random.nextBoolean() ? 0 : 1 << 20));
                set.series().forEach(series -> assertThat(series.values()).doesNotContain(Double.NaN));
            } catch (DataException expected) {
                assertThat(expected).hasMessageContaining("fuzz.csv");
            }
        }
    }
}
