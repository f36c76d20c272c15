package dev.carousel.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.dataset.Births;
import dev.carousel.data.forecast.Calendar;
import dev.carousel.data.forecast.CalendarRows;
import dev.carousel.data.forecast.LevelSums;
import dev.carousel.data.series.TimeSeries;
import java.time.LocalDateTime;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ColumnTest {

    @Test
    void columnsOneAfterAnotherAreOne() {
        Column whole = Column.concatenated(
                List.of(Column.of("a", 1, 2), Column.of("b"), Column.of("c", 3), Column.of("d", 4, 5)));
        assertThat(whole.name()).isEqualTo("a");
        assertThat(whole.toArray()).containsExactly(1, 2, 3, 4, 5);
        assertThatThrownBy(() -> whole.get(5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> whole.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void someRowsAreAColumn() {
        Column part = new ArrayColumn("a", new double[] {1, 2, 3, 4}, new int[] {2, 3, 5, 6}).rows(1, 3);
        assertThat(part.toArray()).containsExactly(2, 3);
        assertThat(part.line(1)).isEqualTo(5);
        assertThatThrownBy(() -> part.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> part.rows(1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void sumsThatAreNotKeptHaveTheSameBits() {
        SplittableRandom random = new SplittableRandom(7);
        double[] values = random.doubles(1000, -1e6, 1e-3).toArray();
        LevelSums sums = LevelSums.of(values.length, row -> values[row]);
        double sum = 0;
        for (int row = 0; row <= values.length; row++) {
            assertThat(sums.before(row)).isEqualTo(sum);
            sum += row < values.length ? values[row] : 0;
        }
    }

    @Test
    void aCalendarThatIsNotKeptTellsTheSame() {
        TimeSeries births = Births.series();
        List<Calendar> entries = List.of(Calendar.WEEKDAY, Calendar.YEAR);
        CalendarRows kept = CalendarRows.of(births, entries, 3);
        CalendarRows told = CalendarRows.of(births, entries, 3, 0);
        float[] one = new float[10];
        float[] other = new float[10];
        for (int row : new int[] {0, 59, 7304, 7307}) {
            kept.write(row, one, 1);
            told.write(row, other, 1);
            assertThat(other).isEqualTo(one);
        }
        assertThat(births.date(7307)).isEqualTo(LocalDateTime.of(1989, 1, 3, 0, 0));
    }
}
