package dev.carousel.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.carousel.data.classification.LabelledCsv;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.file.CsvRecords;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Formulations;
import dev.carousel.data.forecast.StreamForecaster;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Observation;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.table.CsvLines;
import dev.carousel.data.table.CsvTable;
import dev.carousel.data.table.Missing;
import dev.carousel.data.table.TableReading;
import dev.carousel.data.text.TextLines;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.loss.Distribution;
import dev.carousel.model.Model;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors tell a program what is wrong, and where. */
class DataExceptionTest {

    private static final LocalDateTime DAY = LocalDateTime.of(1990, 1, 1, 0, 0);

    @TempDir
    Path folder;

    /** What one has to do to meet each kind. */
    private static ThrowingCallable way(DataException.Kind kind) {
        StreamForecaster stream = births(Births.spec());
        return switch (kind) {
            case OTHER -> () -> Missing.ofLabel("nothing");
            case MISSING_VALUE -> () -> table("a,b\n1,2\n,3\n").numbers("a");
            case NOT_A_NUMBER -> () -> table("a,b\n1,2\nx,3\n").numbers("a");
            case NOT_A_DATE -> () -> table("a,b\n2020-01-01,2\nsoon,3\n").dates("a");
            case NOT_FINITE -> () -> stream.add(DAY, Double.NaN);
            case IMPOSSIBLE_VALUE -> () -> counts().add(0.5);
            case UNKNOWN_COLUMN -> () -> table("a,b\n1,2\n").numbers("c");
            case WRONG_WIDTH -> () -> stream.add(DAY, 1, 2);
            case MISSING_DATE -> () -> stream.add(10_000);
            case DATE_ORDER ->
                () -> {
                    stream.add(DAY, 10_000);
                    stream.add(DAY, 10_000);
                };
            case GAP ->
                () -> {
                    stream.add(DAY, 10_000);
                    stream.add(DAY.plusDays(2), 10_000);
                };
            case UNKNOWN_UNIT -> () -> Vocabulary.of("abc").encode("abx");
            case MALFORMED -> () -> CsvLines.of("input", bytes(""));
            case TOO_LARGE ->
                () -> TextLines.of("input", bytes("x".repeat(2 << 20))).next();
            case NOT_AHEAD -> () -> stream.addAhead(Observation.of(10_000).withDate(DAY));
            case NOT_READY -> stream::forecast;
            case UNSUITABLE_MODEL ->
                () -> StreamForecaster.requireCarrying(
                        Formulations.network(Births.spec(), 1).spec(), Births.spec());
            case DAMAGED_STATE -> () -> stream.restore(new byte[] {1, 2, 3});
            case STATE_OF_ANOTHER_MODEL ->
                () -> stream.restore(births(ForecastFit.of(Births.series(), Births.split())
                                .withSeason(7)
                                .fit(14, 7))
                        .save());
            case STATE_OF_ANOTHER_SERIES -> DataExceptionTest::restoreOfAnotherSeries;
        };
    }

    /** Two series, each normalised by its own statistics. */
    private static void restoreOfAnotherSeries() {
        List<TimeSeries> series = List.of(Formulations.hours("small", 200, 1), Formulations.hours("big", 200, 2));
        Split split = new Split(150, 175, 200);
        ForecastSpec spec = ForecastFit.of(series, List.of(split, split))
                .withSeason(24)
                .withEachScaled(true)
                .fit(12, 2);
        ColumnRoles roles = ColumnRoles.of("load", "heat")
                .withKnown(List.of("price"))
                .withCategories(List.of("kind"))
                .withDate("hour")
                .withId("shop");
        ForecastTask task =
                new ForecastTask("load", roles, Missing.FORWARD, spec, Map.of("small", split, "big", split));
        StreamModel model = StreamModel.of(Model.of(Formulations.network(spec, 1), task.toTask()));
        model.open("big").restore(model.open("small").save());
    }

    private static StreamForecaster births(ForecastSpec spec) {
        return StreamForecaster.of(Formulations.network(spec, 1).pack(), spec);
    }

    private static StreamForecaster counts() {
        double[] values = new double[40];
        for (int row = 0; row < values.length; row++) {
            values[row] = row % 3;
        }
        return births(ForecastFit.of(TimeSeries.of("parts", values), new Split(30, 35, 40))
                .withSeason(0)
                .withDistribution(Optional.of(Distribution.of(Distribution.Kind.NEGATIVE_BINOMIAL)))
                .fit(5, 2));
    }

    private static CsvTable table(String text) {
        return CsvTable.parse("table.csv", text.getBytes(UTF_8));
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private static DataException thrown(ThrowingCallable way) {
        return catchThrowableOfType(DataException.class, way);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindIsMetAndToldApart(DataException.Kind kind) {
        DataException e = thrown(way(kind));
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
        // What others wrap around it keeps all it knows.
        DataException wrapped = new DataException(
                "elsewhere: " + e.getMessage(), e.inColumn("c").atLine(7));
        assertThat(wrapped.kind()).isEqualTo(kind);
        assertThat(wrapped.column()).contains("c");
        assertThat(wrapped.line()).hasValue(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "table   | a,b;1,2;,3                          | MISSING_VALUE | a | 3",
                "table   | a,b;1,2;x,3                         | NOT_A_NUMBER  | a | 3",
                "table   | a,b;1,2;inf,3                       | NOT_FINITE    | a | 3",
                "table   | a,b;1,2;3                           | WRONG_WIDTH   |   | 3",
                "table   | a,a;1,2                             | MALFORMED     |   | 1",
                "dates   | a,b;2020-01-01,2;soon,3             | NOT_A_DATE    | a | 3",
                "records | a,b;1,2;3                           | WRONG_WIDTH   |   | 3",
                "lines   | a,b;1,2;3                           | WRONG_WIDTH   |   | 3",
                "lines   | a,b;1,\"2                           | MALFORMED     |   | 2",
                "series  | day,id,a,k;2020-01-01,x,1,u;2020-01-02,x,q,u | NOT_A_NUMBER | a | 3",
                "series  | day,id,a,k;2020-01-01,x,1,u;2020-01-02,x,,u;2020-01-03,x,1,u | MISSING_VALUE | a | 3",
                "series  | day,id,a,k;2020-01-01,x,1,u;2020-01-02,x,2, | MISSING_VALUE | k | 3",
                "series  | day,id,a,k;2020-01-01,x,1,u;2020-01-02,,2,u | MISSING_VALUE | id | 3",
                "series  | day,id,a,k;2020-01-01,x,1,u;2020-01-01,x,2,u | DATE_ORDER | day | 3",
                "series  | day,id,a,k;2020-01-01,x,1,u;soon,x,2,u | NOT_A_DATE | day | 3",
                "labels  | day,id,a,k;2020-01-01,x,1,u;2020-01-02,,2,u | MISSING_VALUE | id | 3",
                "labels  | day,id,a,k;2020-01-02,x,1,u;2020-01-01,x,2,u | DATE_ORDER | day | 3",
                "labels  | day,id,a,k;2020-01-02,x,1,u;2020-01-03,x,z,u | NOT_A_NUMBER | a | 3",
            })
    void whereALineIsKnownItIsTold(String how, String text, DataException.Kind kind, String column, long line) {
        String csv = text.replace(';', '\n') + "\n";
        DataException e = thrown(() -> read(how, csv));
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
        assertThat(e.column()).as(e.getMessage()).isEqualTo(Optional.ofNullable(column));
        assertThat(e.line()).as(e.getMessage()).hasValue(line);
        assertThat(e).hasMessageContaining("line " + line);
    }

    private void read(String how, String csv) {
        ColumnRoles roles =
                ColumnRoles.of("a").withCategories(List.of("k")).withId("id").withDate("day");
        switch (how) {
            case "table" -> table(csv).numbers("a");
            case "dates" -> table(csv).dates("a");
            case "records" -> {
                CsvRecords records = CsvRecords.open("records.csv", new StringReader(csv));
                while (records.next().isPresent()) {}
            }
            case "lines" -> {
                CsvLines lines = CsvLines.of("lines", bytes(csv));
                while (lines.next().isPresent()) {}
            }
            case "series" -> SeriesSet.read(file(csv), roles, TableReading.defaults());
            case "labels" ->
                new LabelledCsv(Optional.of("id"), Optional.of("day"), Optional.of("k"), List.of("a"))
                        .read(file(csv), false);
            default -> throw new IllegalArgumentException(how);
        }
    }

    private Path file(String csv) {
        try {
            return Files.writeString(folder.resolve("file.csv"), csv);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
