package dev.carousel.cli.plot;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A time axis whose ticks stand where a person looks for them: on Mondays, at midnights, on full hours.
 *
 * <p>Dates become numbers of a unit since a full one, and ticks stand at whole numbers.
 *
 * @param base the full unit at or before the first date
 * @param unit the distance of two ticks
 */
record TimeAxis(LocalDateTime base, Duration unit) {

    private static final int MOST_TICKS = 14;
    private static final List<Duration> UNITS = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(6),
            Duration.ofHours(12),
            Duration.ofDays(1),
            Duration.ofDays(7));

    /** 1970 began on a Thursday; weeks begin on Mondays. */
    private static final long FIRST_MONDAY = Duration.ofDays(4).toSeconds();

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);

    /** The axis for dates in increasing order; none if they span more than some weeks. */
    static Optional<TimeAxis> of(List<LocalDateTime> dates) {
        LocalDateTime first = dates.get(0);
        long seconds = Duration.between(first, dates.get(dates.size() - 1)).toSeconds();
        return UNITS.stream()
                .filter(unit -> seconds <= MOST_TICKS * unit.toSeconds())
                .findFirst()
                .map(unit -> new TimeAxis(floor(first, unit.toSeconds()), unit));
    }

    private static LocalDateTime floor(LocalDateTime date, long unit) {
        long seconds = date.toEpochSecond(ZoneOffset.UTC);
        return LocalDateTime.ofInstant(
                Instant.ofEpochSecond(seconds - Math.floorMod(seconds - FIRST_MONDAY, unit)), ZoneOffset.UTC);
    }

    /** Where a date stands. */
    double position(LocalDateTime date) {
        return Duration.between(base, date).toSeconds() / (double) unit.toSeconds();
    }

    /** The ticks between two dates, the distance of two of them apart. */
    List<Tick> ticks(LocalDateTime first, LocalDateTime last) {
        List<Tick> ticks = new ArrayList<>();
        for (LocalDateTime date = base; !date.isAfter(last); date = date.plus(unit)) {
            if (!date.isBefore(first)) {
                ticks.add(new Tick(position(date), label(date)));
            }
        }
        return ticks;
    }

    private static String label(LocalDateTime date) {
        return (date.toLocalTime().equals(LocalTime.MIDNIGHT) ? DAY : TIME).format(date);
    }

    /**
     * A place on the axis.
     *
     * @param position where
     * @param label what it is called
     */
    record Tick(double position, String label) {}
}
