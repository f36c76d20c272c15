package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.series.Categories;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Observation;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
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
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EventLinesTest {

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

    private static EventRows rows(ColumnRoles columns, Missing missing) {
        return new EventRows(
                columns,
                missing,
                columns.categories().stream()
                        .map(name -> Categories.of(name, List.of("x", "y")))
                        .toList());
    }

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
        EventLines lines = new EventLines(lines(text), columns, missing);
        Map<String, EventRows> streams = Map.of("a", rows(columns, missing), "b", rows(columns, missing));
        int[] next = new int[2];
        for (Optional<EventLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            TimeSeries series = table.find(line.get().key()).orElseThrow();
            int row = next[table.series().indexOf(series)]++;
            Observation expected = Observation.of(series, row);
            EventRows stream = streams.get(line.get().key());
            Observation found = stream.read(line.get().event());
            stream.accepted();
            assertThat(found.targets()).containsExactly(expected.targets());
            assertThat(found.features()).containsExactly(expected.features());
            assertThat(found.date()).isEqualTo(expected.date());
            assertThat(line.get().event().ahead()).isFalse();
        }
        assertThat(next).containsExactly(table.get(0).length(), table.get(1).length());
    }

    @Test
    void rowsWithoutTargetsTellWhatIsKnownAhead() {
        EventLines lines = new EventLines(lines("""
                shop,day,sold,rain,price,kind
                a,2024-01-01,1,2,3,x
                a,2024-01-02,,,4,z
                """), SHOPS, Missing.ERROR);
        assertThat(lines.next().orElseThrow().event().ahead()).isFalse();
        assertThat(lines.hasDates()).isTrue();
        EventLines.Line line = lines.next().orElseThrow();
        assertThat(line.event().ahead()).isTrue();
        assertThat(line.line()).isEqualTo(3);
        Observation ahead = rows(SHOPS, Missing.ERROR).read(line.event());
        assertThat(ahead.targets()).isEmpty();
        assertThat(ahead.features()).isEmpty();
        assertThat(ahead.known()).containsExactly(4);
        assertThat(ahead.categories()).containsExactly("z");
        assertThat(ahead.date()).contains(LocalDateTime.of(2024, 1, 2, 0, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ERROR | ,2024-01-01,1,2,3,x | MISSING_VALUE | shop | line 2, column 'shop': expected the id of a series",
                "ERROR | a,soon,1,2,3,x | WRONG_WIDTH | | line 2: expected 6 fields",
                "ERROR | a,2024-01-01,one,2,3,x | NOT_A_NUMBER | sold | line 2, column 'sold': expected a number but found"
                        + " 'one'",
                "ERROR | a,2024-01-01,inf,2,3,x | NOT_FINITE | sold | line 2, column 'sold': expected a finite number",
                "ERROR | a,2024-01-01,1,,3,x | MISSING_VALUE | rain | line 2: The event has no value of 'rain'",
                "ERROR | a,2024-01-01,1,2,1e99,x | NOT_FINITE | price | line 2, column 'price': expected a number of at"
                        + " most",
                "ERROR | a,2024-01-01,1,2,3, | MISSING_VALUE | kind | line 2: The event has no value of 'kind'",
                "FORWARD | a,2024-01-01,1,,3,x | MISSING_VALUE | rain | none came before it that could stand in",
                "FORWARD | a,2024-01-01,1,2,3,- | MISSING_VALUE | kind | none came before it that could stand in",
            })
    void fieldsThatAreNotWhatTheyMustBeAreNamed(
            Missing missing, String row, DataException.Kind kind, String column, String clue) {
        String fields = row.equals("a,soon,1,2,3,x") ? "a,1,2,3,x" : row;
        EventLines lines = new EventLines(
                lines("shop,day,sold,rain,price,kind\n" + fields + "\na,2024-01-02,1,2,3,x\n"), SHOPS, missing);
        EventRows stream = rows(SHOPS, missing);
        assertThatThrownBy(() -> {
                    EventLines.Line line = lines.next().orElseThrow();
                    try {
                        stream.read(line.event());
                    } catch (DataException e) {
                        throw lines.refused(line, e);
                    }
                })
                .hasMessageContaining(clue)
                .isInstanceOfSatisfying(DataException.class, e -> {
                    assertThat(e.kind()).isEqualTo(kind);
                    assertThat(e.column()).isEqualTo(Optional.ofNullable(column));
                    assertThat(e.line()).hasValue(2);
                });
        assertThat(stream.read(lines.next().orElseThrow().event()).targets()).containsExactly(1);
    }

    @Test
    void aDateThatIsNoneIsNamed() {
        EventLines lines =
                new EventLines(lines("day,sold\n2024-01-01,1\nsoon,2\n"), ColumnRoles.of("sold"), Missing.ERROR);
        lines.next();
        assertThatThrownBy(lines::next).hasMessageContaining("line 3, column 'day': expected a date as in 1969-01-31");
    }

    /** A row that its stream refuses stands in for nothing, as one that cannot be read. */
    @Test
    void aRowThatIsRefusedLeavesNothingBehindThatCouldStandIn() {
        ColumnRoles columns = ColumnRoles.of("a", "b");
        EventLines lines = new EventLines(lines("a,b\n1,2\n7,x\n8,9\n,3\n"), columns, Missing.FORWARD);
        EventRows stream = rows(columns, Missing.FORWARD);
        stream.read(lines.next().orElseThrow().event());
        stream.accepted();
        assertThatThrownBy(lines::next).isInstanceOf(DataException.class);
        stream.read(lines.next().orElseThrow().event());
        assertThat(stream.read(lines.next().orElseThrow().event()).targets()).containsExactly(1, 3);
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
