package dev.carousel.data.file;

import dev.carousel.data.DataException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads dates in the fields of a file: ISO 8601 days, months and date-times, the latter also with a blank for the T, and the other
 * spellings of tables in which nothing can be mistaken. A column of dates is read by {@link DateColumn}.
 */
public final class DateFields {

    private static final int DAY_LENGTH = "1969-01-31".length();
    private static final int MONTH_LENGTH = "1969-01".length();
    private static final int MAXIMUM_LENGTH = 64;
    private static final int MINUTE_LENGTH = "1969-01-31 23:59".length();
    private static final int SECOND_LENGTH = "1969-01-31 23:59:59".length();

    /** Where digits stand, a zero each, and what stands between them. */
    private static final String FORM = "0000-00-00 00:00:00";

    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .toFormatter();

    private DateFields() {}

    /**
     * The date that a field holds, if it is one and stands for no other; an offset such as +02:00 is left out.
     *
     * @return empty as well where the day or the month may come first, as in 02/01/2023
     */
    public static Optional<LocalDateTime> parse(String field) {
        return written(field)
                .filter(date -> date.order() != WrittenDate.Order.EITHER)
                .map(WrittenDate::local);
    }

    /** The seconds since 1970 of the date that a field holds, if it is one; at UTC, unless the field has an offset. */
    public static OptionalDouble seconds(String field) {
        Optional<WrittenDate> date = written(field).filter(one -> one.order() != WrittenDate.Order.EITHER);
        if (date.isEmpty()) {
            return OptionalDouble.empty();
        }
        int offset =
                date.get().offset() == WrittenDate.NO_OFFSET ? 0 : date.get().offset();
        LocalDateTime utc = date.get().local().minusSeconds(offset);
        return OptionalDouble.of(ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), utc) / 1e6);
    }

    /** A field as it is written, in any of the spellings. */
    static Optional<WrittenDate> written(String field) {
        if (usual(field)) {
            return ofDigits(field).map(WrittenDate::plain);
        }
        Optional<WrittenDate> spelled = DateSpelling.parse(field);
        return spelled.isPresent() ? spelled : iso(field).map(WrittenDate::plain);
    }

    /** The date of a field in ISO 8601, without its offset. */
    static Optional<LocalDateTime> iso(String field) {
        int length = field.length();
        if (usual(field)) {
            return ofDigits(field);
        }
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

    /** Why a field is no date, for the person who gave the file. */
    public static DataException refusal(String where, String field) {
        return new DataException(
                DataException.Kind.NOT_A_DATE,
                where + ": expected a date as in 1969-01-31 or 1969-01-31 23:59 but found '"
                        + Numbers.shortened(field)
                        + "'. "
                        + (Numbers.isMissing(field)
                                ? "A date must not be missing: fill it in or leave its row out."
                                : DateSpelling.looksLikeDate(field) && !field.matches("\\d{4}[-/.].*")
                                        ? "Say how it is to be read, such as --date-format dd.MM.yy."
                                        : "Is the row complete and its date written like the others?"));
    }

    /** Whether a field is written 1969-01-31, 1969-01-31 23:59 or 1969-01-31 23:59:59, the blank being a T or not. */
    private static boolean usual(String field) {
        int length = field.length();
        if (length != DAY_LENGTH && length != MINUTE_LENGTH && length != SECOND_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = field.charAt(i);
            char expected = FORM.charAt(i);
            if (expected == '0' ? c < '0' || c > '9' : c != expected && !(expected == ' ' && c == 'T')) {
                return false;
            }
        }
        return true;
    }

    private static Optional<LocalDateTime> ofDigits(String field) {
        boolean minutes = field.length() > DAY_LENGTH;
        try {
            return Optional.of(LocalDateTime.of(
                    100 * pair(field, 0) + pair(field, 2),
                    pair(field, 5),
                    pair(field, 8),
                    minutes ? pair(field, 11) : 0,
                    minutes ? pair(field, 14) : 0,
                    field.length() == SECOND_LENGTH ? pair(field, 17) : 0));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int pair(String field, int at) {
        return 10 * (field.charAt(at) - '0') + field.charAt(at + 1) - '0';
    }
}
