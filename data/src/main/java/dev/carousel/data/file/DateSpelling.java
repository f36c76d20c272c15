package dev.carousel.data.file;

import dev.carousel.data.file.WrittenDate.Order;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates in the spellings that tables have, each with a year of four digits, and with a time of day or without.
 *
 * <pre>{@code
 * 2014-07-15   2014/07/15   2014.7.15       15/07/2014   15.07.2014   07/15/2014
 * 01 Jan 2023  1-Jan-2023   January 1, 2023
 * 2014/07      07/2014      Jan 2023        2024-W05     2024-W05-1   2024Q1   Q1 2024
 * ... 23:59    ...T23:59:58.5   ... 11:59:58 PM   ... 23:59 UTC   ...T23:59+02:00   ... 23:59:58+00
 * }</pre>
 *
 * <p>A number alone, such as 20140715, 2014 or seconds since 1970, is a date only where its column says so: see
 * {@link DateNumbers}.
 */
final class DateSpelling {

    private static final int MAXIMUM_LENGTH = 64;

    /** English names of months, in full or their first three letters. */
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    private static final String MONTH = "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
            + "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
    private static final String WEEKDAY =
            "(?:(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?"
                    + "|sun(?:day)?)\\.?,?\\s+)?";
    private static final String DAY = "(\\d{1,2})(?:st|nd|rd|th)?";
    private static final String TIME =
            "(?:(?:t|\\s*,\\s*|\\s+)(\\d{1,2})(?::(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?)?\\s*([ap]\\.?m\\.?)?"
                    + "\\s*(z|utc|gmt|[+-]\\d{2}(?::?\\d{2})?)?(?:\\[[\\w/+-]+])?)?";

    private static final Pattern YEAR_FIRST = timed("(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})");
    private static final Pattern YEAR_LAST = timed("(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})");
    private static final Pattern DAY_NAME = timed(WEEKDAY + DAY + "[-\\s/.]+" + MONTH + "[-\\s/,]+(\\d{4})");
    private static final Pattern NAME_DAY = timed(WEEKDAY + MONTH + "\\s+" + DAY + ",?\\s+(\\d{4})");
    private static final Pattern YEAR_NAME_DAY = timed("(\\d{4})[-\\s/]" + MONTH + "[-\\s/](\\d{1,2})");
    private static final Pattern COMPACT = timed("(\\d{4})(\\d{2})(\\d{2})");
    private static final Pattern COMPACT_TIME = whole("(\\d{4})(\\d{2})(\\d{2})t(\\d{2})(\\d{2})(\\d{2})?(z)?");
    private static final Pattern YEAR_MONTH = whole("(\\d{4})[-/](\\d{2})");
    private static final Pattern MONTH_YEAR = whole("(\\d{1,2})[-/](\\d{4})");
    private static final Pattern NAME_YEAR = whole(MONTH + "[-\\s/,]+(\\d{4})");
    private static final Pattern YEAR_NAME = whole("(\\d{4})[-\\s/]?" + MONTH);
    private static final Pattern WEEK = whole("(\\d{4})-?w(\\d{2})(?:-?([1-7]))?");
    private static final Pattern YEAR_QUARTER = whole("(\\d{4})[-\\s/]?q([1-4])");
    private static final Pattern QUARTER_YEAR = whole("(?:q([1-4])|([1-4])q)[-\\s/]?(\\d{4})");

    /** What a person takes for a date although it cannot be told which: 15/07/14, 1-Jan-23, 5.7.14. */
    private static final Pattern ALIKE = whole("(?:\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}|\\d{1,2}[-\\s/]" + MONTH
            + "[-\\s/]\\d{2}|\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}[t\\s].*)");

    private DateSpelling() {}

    private static Pattern timed(String date) {
        return whole(date + TIME);
    }

    private static Pattern whole(String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
    }

    /** The date that a field spells, if it is one. */
    static Optional<WrittenDate> parse(String field) {
        int length = field.length();
        if (length < "2024Q1".length() || length > MAXIMUM_LENGTH || !hasLetterOrSign(field)) {
            return Optional.empty();
        }
        Matcher m = YEAR_FIRST.matcher(field);
        if (m.matches()) {
            return date(number(m, 1), number(m, 3), number(m, 4), m, 5, Order.PLAIN);
        }
        m = YEAR_LAST.matcher(field);
        if (m.matches()) {
            return yearLast(m);
        }
        m = DAY_NAME.matcher(field);
        if (m.matches()) {
            return date(number(m, 3), month(m, 2), number(m, 1), m, 4, Order.PLAIN);
        }
        m = NAME_DAY.matcher(field);
        if (m.matches()) {
            return date(number(m, 3), month(m, 1), number(m, 2), m, 4, Order.PLAIN);
        }
        m = YEAR_NAME_DAY.matcher(field);
        if (m.matches()) {
            return date(number(m, 1), month(m, 2), number(m, 3), m, 4, Order.PLAIN);
        }
        m = COMPACT.matcher(field);
        if (m.matches()) {
            return date(number(m, 1), number(m, 2), number(m, 3), m, 4, Order.PLAIN);
        }
        m = COMPACT_TIME.matcher(field);
        if (m.matches()) {
            int offset = m.group(7) == null ? WrittenDate.NO_OFFSET : 0;
            return WrittenDate.of(number(m, 1), number(m, 2), number(m, 3), number(m, 4), number(m, 5), number(m, 6), 0)
                    .map(local -> new WrittenDate(local, offset, Order.PLAIN));
        }
        return period(field).map(WrittenDate::plain);
    }

    /** Whether a person would take a field for a date, although it is none that {@link #parse} can tell. */
    static boolean looksLikeDate(String field) {
        return field.length() <= MAXIMUM_LENGTH && ALIKE.matcher(field).matches();
    }

    private static boolean hasLetterOrSign(String field) {
        for (int i = 1; i < field.length(); i++) {
            char c = field.charAt(i);
            if ((c < '0' || c > '9') && c != '.') {
                return true;
            }
            // 15.07.2014 has two points, a number one.
            if (c == '.' && field.indexOf('.', i + 1) > 0) {
                return true;
            }
        }
        return false;
    }

    /** A month, a week or a quarter stands for its first day. */
    private static Optional<LocalDateTime> period(String field) {
        Matcher m = YEAR_MONTH.matcher(field);
        if (m.matches()) {
            return firstOf(number(m, 1), number(m, 2));
        }
        m = MONTH_YEAR.matcher(field);
        if (m.matches()) {
            return firstOf(number(m, 2), number(m, 1));
        }
        m = NAME_YEAR.matcher(field);
        if (m.matches()) {
            return firstOf(number(m, 2), month(m, 1));
        }
        m = YEAR_NAME.matcher(field);
        if (m.matches()) {
            return firstOf(number(m, 1), month(m, 2));
        }
        m = YEAR_QUARTER.matcher(field);
        if (m.matches()) {
            return firstOf(number(m, 1), 3 * number(m, 2) - 2);
        }
        m = QUARTER_YEAR.matcher(field);
        if (m.matches()) {
            return firstOf(number(m, 3), 3 * (number(m, 1) + number(m, 2)) - 2);
        }
        m = WEEK.matcher(field);
        return m.matches() ? week(number(m, 1), number(m, 2), Math.max(1, number(m, 3))) : Optional.empty();
    }

    private static Optional<LocalDateTime> firstOf(int year, int month) {
        return WrittenDate.of(year, month, 1, 0, 0, 0, 0);
    }

    private static Optional<LocalDateTime> week(int year, int week, int day) {
        try {
            // January the 4th is always in the first week.
            LocalDate date = LocalDate.of(year, 1, 4)
                    .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, week)
                    .with(java.time.DayOfWeek.of(day));
            return date.get(IsoFields.WEEK_BASED_YEAR) == year && date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR) == week
                    ? Optional.of(date.atStartOfDay())
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Day, month, year or month, day, year. Between points the day comes first unless it cannot. */
    private static Optional<WrittenDate> yearLast(Matcher m) {
        int a = number(m, 1);
        int b = number(m, 3);
        if (b > 12) {
            return date(number(m, 4), a, b, m, 5, Order.MONTH_FIRST);
        }
        Order order =
                a > 12 ? Order.DAY_FIRST : a == b ? Order.SAME : m.group(2).equals(".") ? Order.POINTS : Order.EITHER;
        return date(number(m, 4), b, a, m, 5, order);
    }

    /** A date with the time whose groups begin at one: hour, minute, second, fraction, half of the day, zone. */
    private static Optional<WrittenDate> date(int year, int month, int day, Matcher m, int from, Order order) {
        int hour = number(m, from);
        String half = m.group(from + 4);
        if (m.group(from) != null && m.group(from + 1) == null && half == null && m.group(from + 5) != null) {
            // Of 2024-01-01 05 +02 nobody can tell what the 05 is.
            return Optional.empty();
        }
        if (half != null) {
            if (hour < 1 || hour > 12) {
                return Optional.empty();
            }
            hour = hour % 12 + (half.toLowerCase(Locale.ROOT).charAt(0) == 'p' ? 12 : 0);
        }
        int offset = offset(m.group(from + 5));
        return WrittenDate.of(
                        year, month, day, hour, number(m, from + 1), number(m, from + 2), nanos(m.group(from + 3)))
                .filter(local -> offset == WrittenDate.NO_OFFSET || Math.abs(offset) <= 18 * 3600)
                .map(local -> new WrittenDate(local, offset, order));
    }

    private static int offset(String zone) {
        if (zone == null) {
            return WrittenDate.NO_OFFSET;
        }
        char sign = zone.charAt(0);
        if (sign != '+' && sign != '-') {
            return 0;
        }
        int hours = Integer.parseInt(zone.substring(1, 3));
        int minutes = zone.length() > 3 ? Integer.parseInt(zone.substring(zone.length() - 2)) : 0;
        int seconds = 3600 * hours + 60 * minutes;
        return sign == '-' ? -seconds : seconds;
    }

    private static int nanos(String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
    }

    private static int number(Matcher m, int group) {
        String digits = m.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static int month(Matcher m, int group) {
        return 1 + MONTHS.indexOf(m.group(group).substring(0, 3).toLowerCase(Locale.ROOT));
    }
}
