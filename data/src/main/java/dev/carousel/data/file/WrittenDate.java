package dev.carousel.data.file;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.Optional;

/**
 * A date as a field spells it.
 *
 * @param local the date and time that are written; where day and month cannot be told apart, with the day first
 * @param offset how many seconds the written time is ahead of UTC; {@link #NO_OFFSET} if nothing is said
 * @param order what the field says about the order of day and month
 */
public record WrittenDate(LocalDateTime local, int offset, Order order) {

    /** Nothing is said about UTC. */
    public static final int NO_OFFSET = Integer.MIN_VALUE;

    /** What a field says about the order of day and month. */
    public enum Order {
        /** Nothing can be mistaken: the year comes first or the month is a name. */
        PLAIN,
        /** 02/02/2023: day and month are the same number. */
        SAME,
        /** 02.01.2023: between points the day comes first, unless a value over 12 says otherwise. */
        POINTS,
        /** 02/01/2023: either could be the day. */
        EITHER,
        /** 31/01/2023. */
        DAY_FIRST,
        /** 01/31/2023. */
        MONTH_FIRST
    }

    static WrittenDate plain(LocalDateTime local) {
        return new WrittenDate(local, NO_OFFSET, Order.PLAIN);
    }

    /** The date whose day and month are exchanged. */
    static LocalDateTime exchanged(LocalDateTime date) {
        return date.withDayOfMonth(1).withMonth(date.getDayOfMonth()).withDayOfMonth(date.getMonthValue());
    }

    /**
     * A date and time; hour 24 is midnight at the end of the day.
     *
     * @return empty if there is no such day or time
     */
    static Optional<LocalDateTime> of(int year, int month, int day, int hour, int minute, int second, int nano) {
        try {
            boolean end = hour == 24 && minute == 0 && second == 0 && nano == 0;
            LocalDateTime date = LocalDateTime.of(year, month, day, end ? 0 : hour, minute, second, nano);
            return Optional.of(end ? date.plusDays(1) : date);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
