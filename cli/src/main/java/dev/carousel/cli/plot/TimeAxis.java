package dev.carousel.cli.plot;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A time axis whose ticks stand where a person looks for them: on full hours, at midnights, on Mondays, on the first of a
 * month or year. Positions are days since the first tick.
 *
 * @param base the last possible tick that is not after the first date
 * @param step from one tick to the next
 */
record TimeAxis(LocalDateTime base, TemporalAmount step) {

    private static final int MOST_TICKS = 14;

    /** From fine to coarse. */
    private static final List<TemporalAmount> STEPS = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(6),
            Duration.ofHours(12),
            Duration.ofDays(1),
            Duration.ofDays(7),
            Period.ofMonths(1),
            Period.ofMonths(3),
            Period.ofMonths(6),
            Period.ofMonths(12),
            Period.ofMonths(60),
            Period.ofMonths(120),
            Period.ofMonths(600),
            Period.ofMonths(1200));

    /** 1970 began on a Thursday; weeks begin on Mondays. */
    private static final long FIRST_MONDAY = Duration.ofDays(4).toSeconds();

    private static final DateTimeFormatter YEAR = DateTimeFormatter.ofPattern("uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("MMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);

    /** The axis for dates in increasing order. */
    static TimeAxis of(List<LocalDateTime> dates) {
        LocalDateTime first = dates.get(0);
        LocalDateTime last = dates.get(dates.size() - 1);
        return STEPS.stream()
                .map(step -> new TimeAxis(floor(first, step), step))
                .filter(axis -> axis.ticks(first, last).count() <= MOST_TICKS)
                .findFirst()
                .orElse(new TimeAxis(first, Period.ofYears(Math.toIntExact(ChronoUnit.YEARS.between(first, last)))));
    }

    private static LocalDateTime floor(LocalDateTime date, TemporalAmount step) {
        if (step instanceof Period months) {
            long month = date.getYear() * 12L + date.getMonthValue() - 1;
            long back = Math.floorMod(month, months.toTotalMonths());
            return date.toLocalDate().withDayOfMonth(1).minusMonths(back).atStartOfDay();
        }
        long seconds = date.toEpochSecond(ZoneOffset.UTC);
        long unit = ((Duration) step).toSeconds();
        return LocalDateTime.ofEpochSecond(seconds - Math.floorMod(seconds - FIRST_MONDAY, unit), 0, ZoneOffset.UTC);
    }

    /** Where a date stands. */
    double position(LocalDateTime date) {
        return Duration.between(base, date).toSeconds()
                / (double) Duration.ofDays(1).toSeconds();
    }

    /** The ticks between two dates. */
    Stream<LocalDateTime> ticks(LocalDateTime first, LocalDateTime last) {
        List<LocalDateTime> ticks = new ArrayList<>();
        // A few more than are wanted tell that there are too many.
        for (LocalDateTime tick = base; !tick.isAfter(last) && ticks.size() <= MOST_TICKS; tick = tick.plus(step)) {
            if (!tick.isBefore(first)) {
                ticks.add(tick);
            }
        }
        return ticks.stream();
    }

    /** What a tick is called. */
    String label(LocalDateTime tick) {
        if (step instanceof Period months) {
            return (months.toTotalMonths() >= 12 ? YEAR : MONTH).format(tick);
        }
        return (tick.toLocalTime().equals(LocalTime.MIDNIGHT) ? DAY : TIME).format(tick);
    }
}
