package dev.carousel.report.words;

import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;

/** Dates as tables, pages and files show them. */
public final class DateText {

    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private DateText() {}

    /** {@code 1969-01-31}, and the time where it is not midnight. */
    public static String text(LocalDateTime date) {
        if (date.toLocalTime().equals(LocalTime.MIDNIGHT)) {
            return date.toLocalDate().toString();
        }
        return (date.getSecond() == 0 ? MINUTES : SECONDS).format(date);
    }
}
