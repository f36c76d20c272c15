package dev.carousel.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.file.DateFields;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpacingTest {

    private static List<LocalDateTime> dates(String... texts) {
        return Stream.of(texts)
                .map(text -> DateFields.parse(text).orElseThrow())
                .toList();
    }

    private static List<LocalDateTime> every(Duration step) {
        return Stream.iterate(LocalDateTime.of(2020, 1, 1, 0, 0), date -> date.plus(step))
                .limit(50)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "P1D, 1 day, 364, 7",
        "PT1H, 1 hour, 168, 24",
        "PT15M, 15 minutes, 672, 96",
        "PT7H, 7 hours, 24, 0",
        "PT1S, 1 second, 604800, 86400",
        "P7D, 1 week, 52, 0",
        "P2D, 2 days, 0, 0",
    })
    void stepsOfEqualLengthAreRecognisedWithTheirSeasons(Duration step, String words, int longSeason, int shortSeason) {
        Spacing spacing = Spacing.of(every(step));
        assertThat(spacing).isEqualTo(new Spacing(Spacing.Kind.SECONDS, step.toSeconds()));
        assertThat(spacing).hasToString(words);
        assertThat(spacing.longSeason()).isEqualTo(longSeason);
        assertThat(spacing.shortSeason()).isEqualTo(shortSeason);
        assertThat(spacing.after(LocalDateTime.of(2020, 1, 1, 0, 0), 3))
                .isEqualTo(LocalDateTime.of(2020, 1, 1, 0, 0).plus(step.multipliedBy(3)));
    }

    @Test
    void monthsAreStepsAlthoughTheirLengthsDiffer() {
        Spacing spacing = Spacing.of(dates("2020-01", "2020-02", "2020-03", "2020-04"));
        assertThat(spacing).isEqualTo(new Spacing(Spacing.Kind.MONTHS, 1));
        assertThat(spacing.longSeason()).isEqualTo(12);
        assertThat(Spacing.of(dates("2020-01-01", "2020-04-01", "2020-07-01")).longSeason())
                .isEqualTo(4);
        assertThat(Spacing.of(dates("2020-01-01", "2021-01-01", "2022-01-01")))
                .hasToString("12 months")
                .satisfies(years -> assertThat(years.longSeason()).isZero());
    }

    @Test
    void lastDaysOfMonthsAreSteps() {
        assertThat(Spacing.of(dates("2021-01-31", "2021-02-28", "2021-03-31", "2021-04-30")))
                .isEqualTo(new Spacing(Spacing.Kind.MONTHS, 1));
        assertThat(Spacing.of(dates("2021-01-31", "2021-02-27", "2021-03-31"))).isEqualTo(Spacing.IRREGULAR);
    }

    @Test
    void weekdaysWithoutWeekendsAreSteps() {
        List<LocalDateTime> dates = new ArrayList<>(every(Duration.ofDays(1)));
        dates.removeIf(date -> date.getDayOfWeek().getValue() > 5);
        Spacing spacing = Spacing.of(dates);
        assertThat(spacing.kind()).isEqualTo(Spacing.Kind.WEEKDAYS);
        assertThat(spacing.longSeason()).isEqualTo(260);
        for (int from = 0; from < 10; from++) {
            for (int steps = 0; steps < 15; steps++) {
                assertThat(spacing.after(dates.get(from), steps)).isEqualTo(dates.get(from + steps));
            }
        }
    }

    @Test
    void weekdaysWithoutHolidaysAreBusinessDays() {
        List<LocalDateTime> dates = new ArrayList<>(every(Duration.ofDays(1)));
        dates.removeIf(date -> date.getDayOfWeek().getValue() > 5);
        LocalDateTime holiday = dates.remove(7);
        Spacing spacing = Spacing.of(dates);
        assertThat(spacing).hasToString("business days").isEqualTo(new Spacing(Spacing.Kind.BUSINESS_DAYS, 1));
        assertThat(spacing.regular()).isTrue();
        assertThat(spacing.longSeason()).isEqualTo(260);
        assertThat(spacing.follows(dates.get(6), dates.get(7))).isTrue();
        assertThat(spacing.after(dates.get(6), 1)).isEqualTo(holiday);
        assertThat(spacing.follows(dates.get(6), dates.get(6).plusDays(30))).isFalse();
    }

    @Test
    void weekdaysOfWhichManyAreLeftOutAreIrregular() {
        List<LocalDateTime> dates = new ArrayList<>(every(Duration.ofDays(1)));
        dates.removeIf(date -> date.getDayOfWeek().getValue() > 3);
        assertThat(Spacing.of(dates)).isEqualTo(Spacing.IRREGULAR);
    }

    @ParameterizedTest
    @CsvSource({"PT0.2S, 200 milliseconds", "PT0.000025S, 25 microseconds", "PT1.5S, 1500 milliseconds"})
    void fractionsOfASecondAreSteps(Duration step, String words) {
        Spacing spacing = Spacing.of(every(step));
        assertThat(spacing).hasToString(words);
        assertThat(spacing.after(LocalDateTime.of(2020, 1, 1, 0, 0), 3))
                .isEqualTo(LocalDateTime.of(2020, 1, 1, 0, 0).plus(step.multipliedBy(3)));
    }

    @Test
    void aGapMakesDatesIrregular() {
        Spacing spacing = Spacing.of(dates("2020-01-01", "2020-01-02", "2020-01-04", "2020-01-05"));
        assertThat(spacing).isEqualTo(Spacing.IRREGULAR);
        assertThat(spacing.regular()).isFalse();
        assertThat(spacing.longSeason()).isZero();
        assertThatThrownBy(() -> spacing.after(LocalDateTime.MIN, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStepOfNothingIsRefused() {
        assertThatThrownBy(() -> new Spacing(Spacing.Kind.SECONDS, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Spacing(Spacing.Kind.ROWS, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
