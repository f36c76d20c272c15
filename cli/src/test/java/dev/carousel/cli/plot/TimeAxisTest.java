package dev.carousel.cli.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TimeAxisTest {

    record Case(LocalDateTime first, Duration span, String... labels) {}

    private static final LocalDateTime SUNDAY = LocalDateTime.of(1988, 10, 9, 0, 0);

    static Stream<Case> cases() {
        return Stream.of(
                new Case(SUNDAY, Duration.ofDays(28), "10 Oct", "17 Oct", "24 Oct", "31 Oct"),
                new Case(SUNDAY.plusHours(5), Duration.ofDays(3), "06:00", "12:00"),
                new Case(SUNDAY.plusHours(22), Duration.ofHours(4), "22:00", "23:00", "10 Oct"),
                new Case(SUNDAY, Duration.ofDays(200), "Nov 1988", "Dec 1988", "Jan 1989"),
                new Case(SUNDAY, Duration.ofDays(3650), "1989", "1990"),
                new Case(SUNDAY, Duration.ofDays(365_000), "2000"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void ticksStandWhereAPersonLooksForThem(Case c) {
        LocalDateTime last = c.first.plus(c.span);
        TimeAxis axis = TimeAxis.of(List.of(c.first, last));
        List<LocalDateTime> ticks = axis.ticks(c.first, last).toList();
        assertThat(ticks).hasSizeBetween(2, 14).isSorted();
        assertThat(ticks).allMatch(tick -> !tick.isBefore(c.first) && !tick.isAfter(last));
        assertThat(ticks.stream().map(axis::label)).containsSequence(c.labels);
    }

    @Test
    void positionsAreEvenForDaysThroughTheYear() {
        List<LocalDateTime> days =
                IntStream.range(0, 84).mapToObj(SUNDAY::plusDays).toList();
        TimeAxis axis = TimeAxis.of(days);
        for (int i = 1; i < days.size(); i++) {
            assertThat(axis.position(days.get(i)) - axis.position(days.get(i - 1)))
                    .isEqualTo(1);
        }
    }

    @Test
    void datesThatAreAllOneMomentHaveAnAxis() {
        TimeAxis axis = TimeAxis.of(List.of(SUNDAY));
        assertThat(axis.ticks(SUNDAY, SUNDAY)).containsExactly(SUNDAY);
    }
}
