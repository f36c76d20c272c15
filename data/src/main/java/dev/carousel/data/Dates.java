package dev.carousel.data;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Dates in the fields of a file: ISO 8601 days, months and date-times, the latter also with a blank for the T. */
final class Dates {

    private static final int DAY_LENGTH = "1969-01-31".length();
    private static final int MONTH_LENGTH = "1969-01".length();
    private static final int MAXIMUM_LENGTH = 64;

    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .toFormatter();

    private Dates() {}

    /** The date that a field holds, if it is one; an offset such as +02:00 is left out. */
    static Optional<LocalDateTime> parse(String field) {
        int length = field.length();
        if (length < MONTH_LENGTH || length > MAXIMUM_LENGTH || field.charAt(4) != '-') {
            return Optional.empty();
        }
        try {
            if (length == MONTH_LENGTH) {
                return Optional.of(YearMonth.parse(field).atDay(1).atStartOfDay());
            }
            if (length == DAY_LENGTH) {
                return Optional.of(LocalDate.parse(field).atStartOfDay());
            }
            boolean blank = length > DAY_LENGTH && field.charAt(DAY_LENGTH) == ' ';
            String iso = blank ? field.substring(0, DAY_LENGTH) + 'T' + field.substring(DAY_LENGTH + 1) : field;
            return Optional.of(LocalDateTime.parse(iso, DATE_TIME));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
