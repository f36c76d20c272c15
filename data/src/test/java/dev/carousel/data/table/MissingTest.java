package dev.carousel.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingTest {

    private static final String GAPS = """
            a,b,kind
            1,10,x
            NA,,
            ,30,y
            4,NaN,y
            """;

    private static final ColumnRoles COLUMNS =
            ColumnRoles.of("a").withFeatures(List.of("b")).withCategories(List.of("kind"));

    @TempDir
    Path folder;

    private TimeSeries read(String text, ColumnRoles columns, Missing missing) throws IOException {
        return SeriesSet.read(
                        Files.writeString(folder.resolve("gaps.csv"), text),
                        columns,
                        TableReading.defaults().withMissing(missing))
                .only();
    }

    @Test
    void byDefaultAMissingValueIsAnErrorWithLineAndColumn() {
        assertThatThrownBy(() -> read(GAPS, ColumnRoles.of("a"), Missing.ERROR))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("gaps.csv, line 3, column 'a': expected a number but found 'NA'")
                .hasMessageContaining("must not be missing");
        assertThatThrownBy(() ->
                        read("a,kind\n1,x\n2,\n", ColumnRoles.of("a").withCategories(List.of("kind")), Missing.ERROR))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("gaps.csv, line 3, column 'kind': expected a category");
    }

    @Test
    void theLastValueStandsIn() throws IOException {
        TimeSeries series = read(GAPS, COLUMNS, Missing.FORWARD);
        assertThat(series.values()).containsExactly(1, 1, 1, 4);
        assertThat(series.featureColumns().get(0).toArray()).containsExactly(10, 10, 30, 30);
        assertThat(series.categoryColumns().get(0).toArray()).containsExactly(1, 1, 2, 2);
    }

    @Test
    void aColumnThatBeginsWithoutAValueHasNoneToStandIn() {
        assertThatThrownBy(() -> read("a\nNA\n1\n", ColumnRoles.of("a"), Missing.FORWARD))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("gaps.csv, line 2, column 'a': expected a value but found none, and none before");
    }

    @Test
    void theLineBetweenNeighboursStandsIn() throws IOException {
        TimeSeries series = read(GAPS, COLUMNS, Missing.INTERPOLATE);
        assertThat(series.values()).containsExactly(1, 2, 3, 4);
        assertThat(series.featureColumns().get(0).toArray()).containsExactly(10, 20, 30, 30);
        assertThat(series.categoryColumns().get(0).toArray()).containsExactly(1, 1, 2, 2);
        assertThat(read("a\n?\n5\n", ColumnRoles.of("a"), Missing.INTERPOLATE).values())
                .containsExactly(5, 5);
        assertThatThrownBy(() -> read("a,b\n?,1\n?,2\n", ColumnRoles.of("b", "a"), Missing.INTERPOLATE))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("nor in any other row");
    }

    @Test
    void zeroStandsInAndAColumnSaysWhere() throws IOException {
        TimeSeries series = read(GAPS, COLUMNS, Missing.ZERO);
        assertThat(series.values()).containsExactly(1, 0, 0, 4);
        assertThat(series.features()).containsExactly("b", "a missing", "b missing");
        assertThat(series.featureColumns().get(1).toArray()).containsExactly(0, 1, 1, 0);
        assertThat(series.featureColumns().get(2).toArray()).containsExactly(0, 1, 0, 1);
        assertThat(series.categoryColumns().get(0).toArray()).containsExactly(1, 0, 2, 2);
    }

    @Test
    void aRowWithoutAValueIsLeftOut() throws IOException {
        TimeSeries series = read(GAPS, COLUMNS, Missing.DROP);
        assertThat(series.values()).containsExactly(1);
        TimeSeries more = read("a,b\n1,2\n,3\n5,6\n7,8\n", ColumnRoles.of("a", "b"), Missing.DROP);
        assertThat(more.targetColumns().get(1).toArray()).containsExactly(2, 6, 8);
        assertThat(more.line(1)).isEqualTo(4);
        assertThatThrownBy(() -> read("a,b\n1,\n,3\n", ColumnRoles.of("a", "b"), Missing.DROP))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("each of the 2 rows misses one of [a, b]");
    }

    @Test
    void rowsThatGoOnAfterTheLastTargetAreNoGap() throws IOException {
        ColumnRoles columns = ColumnRoles.of("a").withFeatures(List.of("b")).withKnown(List.of("p"));
        TimeSeries series = read("a,b,p\n1,2,3\n4,5,6\n,,7\n,,8\n", columns, Missing.ERROR);
        assertThat(series.length()).isEqualTo(2);
        assertThat(series.knownLength()).isEqualTo(4);
        assertThat(series.known(0, 3)).isEqualTo(8);
        assertThatThrownBy(() -> read("a,b,p\n1,2,3\n,,6\n7,8,9\n", columns, Missing.ERROR))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 3, column 'a': expected a value but found none");
        assertThatThrownBy(() -> read("a,b,p\n1,2,3\n,,\n", columns, Missing.ERROR))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 3, column 'p'");
        assertThatThrownBy(() -> read("a,b,p\n,2,3\n,5,6\n", columns, Missing.ERROR))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected values of the targets [a] but none of the 2 rows has any");
    }

    @Test
    void aWayHasAName() {
        for (Missing way : Missing.values()) {
            assertThat(Missing.ofLabel(way.label())).isEqualTo(way);
        }
        assertThatThrownBy(() -> Missing.ofLabel("backward"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("[error, forward, interpolate, zero, drop]");
    }
}
