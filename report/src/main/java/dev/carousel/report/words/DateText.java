package dev.carousel.report.words;

import dev.carousel.data.DateReading;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;

/** Dates as tables, pages and files show them. */
public final class DateText {

    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS");
    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    private DateText() {}

    /**
     * A date as it was read: an instant has its offset, {@code 2024-10-27 02:00+01:00}, on the clocks of its zone where one
     * was named.
     *
     * @param reading how the dates were read
     */
    public static String text(LocalDateTime date, DateReading reading) {
        if (reading.offset().isEmpty()) {
            return text(date);
        }
        OffsetDateTime instant = date.atOffset(reading.offset().get());
        OffsetDateTime shown = reading.zone()
                .map(zone -> instant.atZoneSameInstant(zone).toOffsetDateTime())
                .orElse(instant);
        return timed(shown.toLocalDateTime()) + shown.getOffset();
    }

    /** {@code 1969-01-31}, and the time where it is not midnight. */
    public static String text(LocalDateTime date) {
        if (date.toLocalTime().equals(LocalTime.MIDNIGHT)) {
            return date.toLocalDate().toString();
        }
        return timed(date);
    }

    private static String timed(LocalDateTime date) {
        int nanos = date.get(ChronoField.NANO_OF_SECOND);
        if (nanos > 0) {
            return (nanos % 1_000_000 == 0 ? MILLISECONDS : MICROSECONDS).format(date);
        }
        return (date.getSecond() == 0 ? MINUTES : SECONDS).format(date);
    }
}
