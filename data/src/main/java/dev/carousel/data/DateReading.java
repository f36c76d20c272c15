package dev.carousel.data;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the dates of a table are read.
 *
 * <pre>{@code
 * DateReading.defaults()                               // as the column spells them
 *         .withFormat("day-first")                     // 02/01/2023 is the second of January
 *         .withZone(ZoneId.of("Europe/Berlin"));       // times without an offset are those of Berlin's clocks
 * }</pre>
 *
 * <p>Times with an offset from UTC are instants: all are counted at one offset, that of the first row or of the zone's
 * winter, so that an hour is an hour when the clocks change. Where all rows have the same time of day they are days of the
 * calendar, and an offset is left out.
 *
 * @param format empty where the column tells; day-first or month-first; compact, years, epoch-seconds,
 *     epoch-milliseconds, epoch-microseconds or epoch-nanoseconds; or a pattern of
 *     {@link java.time.format.DateTimeFormatter} such as {@code dd.MM.yy HH:mm}
 * @param zone whose clocks the times without an offset are
 * @param offset at which instants are counted, where that is settled
 * @param local whether offsets are left out, and times stay as they are written
 */
public record DateReading(String format, Optional<ZoneId> zone, Optional<ZoneOffset> offset, boolean local) {

    /** The day stands before the month. */
    public static final String DAY_FIRST = "day-first";

    /** The month stands before the day. */
    public static final String MONTH_FIRST = "month-first";

    private static final List<String> NAMED = List.of(
            DAY_FIRST,
            MONTH_FIRST,
            "compact",
            "years",
            "epoch-seconds",
            "epoch-milliseconds",
            "epoch-microseconds",
            "epoch-nanoseconds");

    /**
     * Checks the format.
     *
     * @throws DataException if it is neither known nor a pattern
     */
    public DateReading {
        if (!format.isEmpty() && !NAMED.contains(format)) {
            pattern(format);
        }
    }

    /** As the column spells them, counted at the offset of its first row. */
    public static DateReading defaults() {
        return new DateReading("", Optional.empty(), Optional.empty(), false);
    }

    /** In a format. */
    public DateReading withFormat(String format) {
        return new DateReading(format, zone, offset, local);
    }

    /** With the zone of times without an offset. */
    public DateReading withZone(ZoneId zone) {
        return new DateReading(format, Optional.of(zone), offset, local);
    }

    /** Counted at an offset, or as they are written. */
    public DateReading countedAt(Optional<ZoneOffset> offset) {
        return new DateReading(format, zone, offset, offset.isEmpty());
    }

    /**
     * The zone of a name.
     *
     * @throws DataException if there is none
     */
    public static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new DataException(
                    "There is no time zone '" + name
                            + "': expected a name such as Europe/Berlin or America/New_York, or an offset such as +01:00.",
                    e);
        }
    }

    /**
     * What reads the format, where it is a pattern; 31 February is refused, which Java's own reading would make the 28th.
     *
     * @return empty where the format is none
     */
    public Optional<DateTimeFormatter> pattern() {
        return format.isEmpty() || NAMED.contains(format) ? Optional.empty() : Optional.of(pattern(format));
    }

    private static DateTimeFormatter pattern(String format) {
        try {
            if (format.indexOf('y') < 0 && format.indexOf('u') < 0) {
                throw new IllegalArgumentException("it has no year");
            }
            return new DateTimeFormatterBuilder()
                    .parseCaseInsensitive()
                    .appendPattern(proleptic(format))
                    .toFormatter(Locale.ENGLISH)
                    .withResolverStyle(ResolverStyle.STRICT);
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    "The format of dates '" + format + "' makes no sense (" + e.getMessage() + "): expected one of "
                            + String.join(", ", NAMED) + ", or a pattern such as dd.MM.yyyy HH:mm.",
                    e);
        }
    }

    /** With u for y outside of quotes: a year without an era. */
    private static String proleptic(String format) {
        StringBuilder text = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            quoted ^= c == '\'';
            text.append(c == 'y' && !quoted ? 'u' : c);
        }
        return text.toString();
    }

    /**
     * A time that clocks show twice when they are put back: the first of the two, unless it would not come after the row
     * before.
     *
     * @param date at {@link #offset}
     * @param before the date of the row before, at the same
     */
    public LocalDateTime afterDoubledHour(LocalDateTime date, LocalDateTime before) {
        if (zone.isEmpty() || offset.isEmpty() || date.isAfter(before)) {
            return date;
        }
        Instant instant = date.toInstant(offset.get());
        List<ZoneOffset> both = zone.get().getRules().getValidOffsets(LocalDateTime.ofInstant(instant, zone.get()));
        if (both.size() < 2) {
            return date;
        }
        LocalDateTime second = date.plusSeconds(
                both.get(0).getTotalSeconds() - (long) both.get(1).getTotalSeconds());
        return second.isAfter(before) ? second : date;
    }
}
