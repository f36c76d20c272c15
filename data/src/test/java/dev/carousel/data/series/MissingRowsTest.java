package dev.carousel.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.table.Missing;
import dev.carousel.data.table.TableReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingRowsTest {

    private static final LocalDateTime FIRST = LocalDateTime.of(2023, 1, 31, 8, 0);

    @TempDir
    Path folder;

    private static List<LocalDateTime> dates(UnaryOperator<LocalDateTime> next, int count) {
        return Stream.iterate(FIRST, next).limit(count).toList();
    }

    private static List<LocalDateTime> without(List<LocalDateTime> dates, Integer... left) {
        List<LocalDateTime> rest = new ArrayList<>();
        for (int i = 0; i < dates.size(); i++) {
            if (!Set.of(left).contains(i)) {
                rest.add(dates.get(i));
            }
        }
        return rest;
    }

    private static LocalDateTime nextWeekday(LocalDateTime date) {
        LocalDateTime next = date.plusDays(1);
        return next.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0 ? nextWeekday(next) : next;
    }

    @Test
    void everySpacingTellsWhatIsMissing() {
        for (UnaryOperator<LocalDateTime> step : List.<UnaryOperator<LocalDateTime>>of(
                date -> date.plusMinutes(15), date -> date.plusDays(1), date -> date.plusDays(7))) {
            List<LocalDateTime> all = dates(step, 40);
            assertThat(MissingRows.of(all)).isEmpty();
            MissingRows found = MissingRows.of(without(all, 5, 20, 21)).orElseThrow();
            assertThat(found).isEqualTo(new MissingRows(Spacing.of(all), 3, 2, 5));
        }
        List<LocalDateTime> weekdays = dates(MissingRowsTest::nextWeekday, 18);
        assertThat(MissingRows.of(without(weekdays, 9)).orElseThrow())
                .isEqualTo(new MissingRows(Spacing.of(weekdays), 1, 1, 9));
        // Months that end on the last day.
        List<LocalDateTime> months = Stream.iterate(0, i -> i + 1)
                .limit(30)
                .map(i -> FIRST.plusMonths(i))
                .toList();
        assertThat(MissingRows.of(without(months, 1, 12)).orElseThrow())
                .isEqualTo(new MissingRows(Spacing.of(months), 2, 2, 1));
    }

    @Test
    void datesOfNoRuleMissNothing() {
        assertThat(MissingRows.of(List.of(
                        FIRST,
                        FIRST.plusMinutes(3),
                        FIRST.plusMinutes(10),
                        FIRST.plusMinutes(11).plusSeconds(7))))
                .isEmpty();
        assertThat(MissingRows.of(List.of(FIRST, FIRST.plusDays(1), FIRST.plusDays(400))))
                .isEmpty();
    }

    private Path file(List<LocalDateTime> rows, List<LocalDateTime> all) throws IOException {
        StringBuilder text = new StringBuilder("id,date,y,kind\n");
        for (String id : List.of("a", "b")) {
            for (LocalDateTime date : id.equals("a") ? rows : all) {
                text.append(id)
                        .append(',')
                        .append(date)
                        .append(',')
                        .append(10 * all.indexOf(date))
                        .append(",k")
                        .append(id)
                        .append('\n');
            }
        }
        return Files.writeString(folder.resolve("t.csv"), text);
    }

    @Test
    void theyAreInsertedWhereTheyBelongAndFilledIn() throws IOException {
        List<LocalDateTime> all = Stream.iterate(0, i -> i + 1)
                .limit(30)
                .map(i -> FIRST.plusMonths(i))
                .toList();
        Path file = file(without(all, 1, 12, 13), all);
        ColumnRoles columns = ColumnRoles.of("y").withId("id").withCategories(List.of("kind"));
        for (long memory : new long[] {1 << 20, 0}) {
            TableReading reading = TableReading.defaults().withHeapBytes(memory).withMissing(Missing.INTERPOLATE);
            assertThat(SeriesSet.read(file, columns, reading).get(0).spacing()).isEqualTo(Spacing.IRREGULAR);
            SeriesSet set = SeriesSet.read(file, columns, reading.withInsertedRows(true));
            assertThat(set.notes()).anyMatch(note -> note.contains("of series 'a' 3 rows are missing in 2 places"));
            for (TimeSeries series : set) {
                assertThat(series.length()).isEqualTo(30);
                for (int row = 0; row < 30; row++) {
                    assertThat(series.date(row)).isEqualTo(all.get(row));
                    assertThat(series.value(row)).isEqualTo(10.0 * row);
                    assertThat(series.categories().get(0).value(series.category(0, row)))
                            .isEqualTo("k" + series.id());
                }
            }
        }
    }

    @Test
    void whatIsInsertedMustBeFilledIn() {
        assertThatThrownBy(() -> TableReading.defaults().withInsertedRows(true))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("forward");
    }
}
