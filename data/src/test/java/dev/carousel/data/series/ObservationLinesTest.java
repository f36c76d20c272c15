package dev.carousel.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.table.CsvLines;
import dev.carousel.data.table.Missing;
import dev.carousel.data.table.TableReading;
import dev.carousel.data.text.TextLines;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ObservationLinesTest {

    @TempDir
    Path folder;

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static CsvLines lines(String text) {
        return CsvLines.of("input", bytes(text));
    }

    private static List<List<String>> rows(String text) {
        List<List<String>> rows = new ArrayList<>();
        CsvLines lines = lines(text);
        for (Optional<CsvLines.Row> row = lines.next(); row.isPresent(); row = lines.next()) {
            rows.add(row.get().fields());
        }
        return rows;
    }

    @Test
    @Timeout(20)
    void aRowIsThereAsSoonAsItsLineHasEnded() throws IOException {
        PipedOutputStream out = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(out);
        out.write("\uFEFFa,b\r\n1,2\n3".getBytes(StandardCharsets.UTF_8));
        CsvLines lines = CsvLines.of("input", in);
        assertThat(lines.names()).containsExactly("a", "b");
        // Nothing has come after the line end, and nothing must be waited for.
        assertThat(lines.next().orElseThrow().fields()).containsExactly("1", "2");
        out.write(",\"4\"\n\n \n5,6".getBytes(StandardCharsets.UTF_8));
        out.close();
        assertThat(lines.next().orElseThrow().fields()).containsExactly("3", "4");
        assertThat(lines.next().orElseThrow()).isEqualTo(new CsvLines.Row(6, List.of("5", "6")));
        assertThat(lines.next()).isEmpty();
    }

    @Test
    void separatorsAndQuotesAreThoseOfFiles() {
        assertThat(rows("a;b\n1;2\n")).containsExactly(List.of("1", "2"));
        assertThat(rows("a\tb\n1\t\n")).containsExactly(List.of("1", ""));
        assertThat(rows("\n\na , b\n \"x, \"\"y\"\"\" , 2\n")).containsExactly(List.of("x, \"y\"", "2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | line 3: expected 2 fields as in the header but found 1",
                "1,2,3 | line 3: expected 2 fields as in the header but found 3",
                "\"1,2 | line 3: cannot be read as CSV",
            })
    void aRowThatIsNoneIsNamedAndTheNextOneCanBeAskedFor(String bad, String clue) {
        CsvLines lines = lines("a,b\n1,2\n" + bad + "\n3,4\n");
        lines.next();
        assertThatThrownBy(lines::next).isInstanceOf(DataException.class).hasMessageContaining("input, " + clue);
        assertThat(lines.next().orElseThrow().fields()).containsExactly("3", "4");
    }

    @Test
    void bytesThatAreNoTextSpoilTheirLineAlone() {
        byte[] text = "a\n1\n?\n\u00e9\n2\n".getBytes(StandardCharsets.UTF_8);
        text[4] = (byte) 0xe9;
        CsvLines lines = CsvLines.of("input", new ByteArrayInputStream(text));
        lines.next();
        assertThatThrownBy(lines::next).hasMessageContaining("input, line 3: expected UTF-8 text");
        assertThat(lines.next().orElseThrow().fields()).containsExactly("\u00e9");
        CsvLines zero = lines("a\n1\0\n2\n");
        assertThatThrownBy(zero::next).hasMessageContaining("line 2: expected text but found a zero character");
        assertThat(zero.next().orElseThrow().fields()).containsExactly("2");
        CsvLines long_ = lines("a\n" + "1".repeat(3 << 20) + "\n2\n");
        assertThatThrownBy(long_::next).hasMessageContaining("line 2: expected a line of at most");
        assertThat(long_.next().orElseThrow().fields()).containsExactly("2");
    }

    @Test
    void aTextWithoutAHeaderIsRefused() {
        assertThatThrownBy(() -> lines(""))
                .hasMessageContaining("input: expected a header line and rows but found nothing");
        assertThatThrownBy(() -> lines("\n \n")).hasMessageContaining("blank lines only");
        assertThatThrownBy(() -> lines("1,2\n")).hasMessageContaining("line 1: expected a header with the names");
        assertThatThrownBy(() -> lines("a,a\n"))
                .hasMessageContaining("the column name 'a' stands in column 1 and again");
        assertThatThrownBy(() -> lines("sold\n").index("sole")).hasMessageContaining("Did you mean 'sold'?");
    }

    @Test
    void aTextThatCannotBeReadAnyFurtherIsNoBadLine() {
        InputStream broken = new FilterInputStream(bytes("a\n1\n")) {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int count = super.read(into, from, length);
                if (count < 0) {
                    throw new IOException("the cable is cut");
                }
                return count;
            }
        };
        CsvLines lines = CsvLines.of("input", broken);
        assertThatThrownBy(() -> {
                    lines.next();
                    lines.next();
                })
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the cable is cut");
    }

    private static final ColumnRoles SHOPS = ColumnRoles.of("sold")
            .withFeatures(List.of("rain"))
            .withKnown(List.of("price"))
            .withCategories(List.of("kind"))
            .withId("shop");

    /** What comes row by row is what stands in a table of the same rows. */
    @ParameterizedTest
    @EnumSource(
            value = Missing.class,
            names = {"FORWARD", "ZERO", "DROP"})
    void missingValuesAreTreatedAsInATable(Missing missing) throws IOException {
        String text = """
                shop,day,sold,rain,price,kind
                a,2024-01-01,1,2,3,x
                b,2024-01-01,10,20,30,y
                a,2024-01-02,,NA,3.5,x
                b,2024-01-02,11,?,,
                a,2024-01-03,3,4,,y
                b,2024-01-03,12,22,32,x
                a,2024-01-04,,,4.5,x
                """;
        Path file = Files.writeString(folder.resolve("shops.csv"), text);
        // Nothing is known ahead here: then an empty target is missing, and not still to come.
        ColumnRoles columns =
                ColumnRoles.of("sold").withFeatures(List.of("rain")).withId("shop");
        SeriesSet table = SeriesSet.read(file, columns, TableReading.defaults().withMissing(missing));
        ObservationLines lines = ObservationLines.of(lines(text), columns, missing);
        int[] next = new int[2];
        for (Optional<ObservationLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            TimeSeries series = table.find(line.get().id()).orElseThrow();
            int row = next[table.series().indexOf(series)]++;
            Observation expected = Observation.of(series, row);
            assertThat(line.get().row().targets()).containsExactly(expected.targets());
            assertThat(line.get().row().features()).containsExactly(expected.features());
            assertThat(line.get().row().date()).isEqualTo(expected.date());
            assertThat(line.get().ahead()).isFalse();
        }
        assertThat(next).containsExactly(table.get(0).length(), table.get(1).length());
    }

    @Test
    void rowsWithoutTargetsTellWhatIsKnownAhead() {
        ObservationLines lines = ObservationLines.of(lines("""
                shop,day,sold,rain,price,kind
                a,2024-01-01,1,2,3,x
                a,2024-01-02,,,4,z
                """), SHOPS, Missing.ERROR);
        assertThat(lines.next().orElseThrow().ahead()).isFalse();
        assertThat(lines.hasDates()).isTrue();
        ObservationLines.Line ahead = lines.next().orElseThrow();
        assertThat(ahead.ahead()).isTrue();
        assertThat(ahead.line()).isEqualTo(3);
        assertThat(ahead.row().targets()).isEmpty();
        assertThat(ahead.row().features()).isEmpty();
        assertThat(ahead.row().known()).containsExactly(4);
        assertThat(ahead.row().categories()).containsExactly("z");
        assertThat(ahead.row().date()).contains(LocalDateTime.of(2024, 1, 2, 0, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ERROR | ,2024-01-01,1,2,3,x | line 2, column 'shop': expected the id of a series",
                "ERROR | a,soon,1,2,3,x | line 2: expected 6 fields",
                "ERROR | a,2024-01-01,one,2,3,x | line 2, column 'sold': expected a number but found 'one'",
                "ERROR | a,2024-01-01,1,,3,x | line 2, column 'rain': expected a number but found an empty field",
                "ERROR | a,2024-01-01,1,2,1e99,x | line 2, column 'price': expected a number of at most",
                "ERROR | a,2024-01-01,1,2,3, | line 2, column 'kind': expected a category",
                "FORWARD | a,2024-01-01,1,,3,x | line 2, column 'rain': expected a value but found none",
                "FORWARD | a,2024-01-01,1,2,3,- | and none before it that could stand in",
            })
    void fieldsThatAreNotWhatTheyMustBeAreNamed(Missing missing, String row, String clue) {
        String fields = row.equals("a,soon,1,2,3,x") ? "a,1,2,3,x" : row;
        ObservationLines lines = ObservationLines.of(
                lines("shop,day,sold,rain,price,kind\n" + fields + "\na,2024-01-02,1,2,3,x\n"), SHOPS, missing);
        assertThatThrownBy(lines::next).isInstanceOf(DataException.class).hasMessageContaining(clue);
        assertThat(lines.next().orElseThrow().row().targets()).containsExactly(1);
    }

    @Test
    void aDateThatIsNoneIsNamed() {
        ObservationLines lines =
                ObservationLines.of(lines("day,sold\n2024-01-01,1\nsoon,2\n"), ColumnRoles.of("sold"), Missing.ERROR);
        lines.next();
        assertThatThrownBy(lines::next).hasMessageContaining("line 3, column 'day': expected a date as in 1969-01-31");
    }

    @Test
    void aRowThatIsRefusedLeavesNothingBehindThatCouldStandIn() {
        ObservationLines lines =
                ObservationLines.of(lines("a,b\n1,2\n7,x\n,3\n"), ColumnRoles.of("a", "b"), Missing.FORWARD);
        lines.next();
        assertThatThrownBy(lines::next).isInstanceOf(DataException.class);
        assertThat(lines.next().orElseThrow().row().targets()).containsExactly(1, 3);
    }

    @Test
    void linesOfManySizesComeWholeWhateverTheChunks() {
        String text = "a\n"
                + String.join(
                        "",
                        IntStream.range(0, 300)
                                .mapToObj(i -> "1".repeat(i) + "5\n")
                                .toList());
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        InputStream trickle = new InputStream() {
            private int at;

            @Override
            public int read() {
                return at < all.length ? all[at++] : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                int count = Math.min(Math.min(length, 7), all.length - at);
                System.arraycopy(all, at, into, from, Math.max(0, count));
                at += count;
                return count == 0 ? -1 : count;
            }
        };
        TextLines lines = TextLines.of("input", trickle);
        List<String> found = new ArrayList<>();
        for (Optional<TextLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            found.add(line.get().text());
        }
        assertThat(found).isEqualTo(text.lines().toList());
    }
}
