package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.series.Spacing;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CalendarTest {

    private static final LocalDateTime WEDNESDAY = LocalDateTime.of(1969, 1, 1, 6, 0);
    private static final Spacing DAYS = new Spacing(Spacing.Kind.SECONDS, 86_400);

    private static float[] written(Calendar entry, LocalDateTime date) {
        float[] into = new float[entry.size() + 2];
        Arrays.fill(into, 9);
        entry.write(date, into, 1);
        assertThat(into[0]).isEqualTo(9);
        assertThat(into[into.length - 1]).isEqualTo(9);
        return Arrays.copyOfRange(into, 1, into.length - 1);
    }

    @Test
    void oneHotEntriesMarkTheirPlace() {
        assertThat(written(Calendar.WEEKDAY, WEDNESDAY)).containsExactly(0, 0, 1, 0, 0, 0, 0);
        assertThat(written(Calendar.MONTH, WEDNESDAY)).containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        float[] hour = written(Calendar.HOUR, WEDNESDAY);
        assertThat(hour).hasSize(24);
        assertThat(hour[6]).isEqualTo(1);
        assertThat(Calendar.WEEKDAY.names()).startsWith("weekday 1").endsWith("weekday 7");
        assertThat(Calendar.HOUR.names()).startsWith("hour 0").endsWith("hour 23");
    }

    @Test
    void anglesTurnOnceADayAndOnceAYear() {
        assertThat(written(Calendar.TIME_OF_DAY, WEDNESDAY)[0]).isEqualTo(1f, within(1e-6f));
        assertThat(written(Calendar.TIME_OF_DAY, WEDNESDAY)[1]).isEqualTo(0f, within(1e-6f));
        assertThat(written(Calendar.YEAR, WEDNESDAY)).containsExactly(0, 1);
        assertThat(written(Calendar.YEAR, LocalDateTime.of(1969, 7, 2, 0, 0))[1])
                .isLessThan(-0.999f);
    }

    @Test
    void anglesTurnOnceAWeekAMonthAndByMonths() {
        LocalDateTime monday = LocalDateTime.of(2024, 2, 26, 0, 0);
        assertThat(written(Calendar.WEEK, monday)).containsExactly(0, 1);
        assertThat(written(Calendar.WEEK, monday.plusHours(84))[1]).isEqualTo(-1f, within(1e-6f));
        assertThat(written(Calendar.DAY_OF_MONTH, LocalDateTime.of(2024, 2, 1, 0, 0)))
                .containsExactly(0, 1);
        assertThat(written(Calendar.DAY_OF_MONTH, LocalDateTime.of(2024, 2, 15, 12, 0))[1])
                .as("half of 29 days")
                .isEqualTo(-1f, within(1e-6f));
        assertThat(written(Calendar.MONTH_OF_YEAR, LocalDateTime.of(2024, 4, 30, 0, 0))[0])
                .isEqualTo(1f, within(1e-6f));
    }

    @Test
    void theWeekendIsSaturdayAndSunday() {
        LocalDateTime monday = LocalDateTime.of(2024, 2, 26, 23, 0);
        for (int day = 0; day < 7; day++) {
            assertThat(written(Calendar.WEEKEND, monday.plusDays(day))).containsExactly(day >= 5 ? 1 : 0);
        }
        assertThat(Calendar.WEEKEND.names()).containsExactly("weekend");
    }

    @ParameterizedTest
    @EnumSource
    void aLabelLeadsBackAndThereAreAsManyNamesAsNumbers(Calendar entry) {
        assertThat(Calendar.ofLabel(entry.label())).isEqualTo(entry);
        assertThat(entry.names()).hasSize(entry.size()).doesNotHaveDuplicates();
    }

    @Test
    void anUnknownLabelListsTheKnown() {
        assertThatThrownBy(() -> Calendar.ofLabel("weekdays"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'weekdays'")
                .hasMessageContaining(
                        "[time-of-day, hour, weekday, year, month, weekend, week, day-of-month, month-of-year]")
                .hasMessageContaining("Did you mean 'weekday'?");
    }

    @Test
    void defaultsTellWhatChangesAndWhatWasSeenTwice() {
        assertThat(Calendar.defaults(DAYS, WEDNESDAY, WEDNESDAY.plusYears(3)))
                .containsExactly(Calendar.WEEKDAY, Calendar.YEAR, Calendar.MONTH);
        assertThat(Calendar.defaults(DAYS, WEDNESDAY, WEDNESDAY.plusYears(1))).containsExactly(Calendar.WEEKDAY);
        Spacing hours = new Spacing(Spacing.Kind.SECONDS, 3600);
        assertThat(Calendar.defaults(hours, WEDNESDAY, WEDNESDAY.plusYears(1)))
                .containsExactly(Calendar.TIME_OF_DAY, Calendar.HOUR, Calendar.WEEKDAY);
        Spacing weeks = new Spacing(Spacing.Kind.SECONDS, 7 * 86_400);
        assertThat(Calendar.defaults(weeks, WEDNESDAY, WEDNESDAY.plusYears(3)))
                .containsExactly(Calendar.YEAR, Calendar.MONTH);
        Spacing years = new Spacing(Spacing.Kind.MONTHS, 12);
        assertThat(Calendar.defaults(years, WEDNESDAY, WEDNESDAY.plusYears(30))).isEmpty();
        assertThat(List.of(Spacing.ROWS, Spacing.IRREGULAR))
                .allSatisfy(none -> assertThat(Calendar.defaults(none, WEDNESDAY, WEDNESDAY.plusYears(3)))
                        .isEmpty());
    }
}
