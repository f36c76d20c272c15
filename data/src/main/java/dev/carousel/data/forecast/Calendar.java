package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.Spelling;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.series.Spacing;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a network reads of a date, as numbers from -1 to 1.
 *
 * <pre>{@code
 * TIME_OF_DAY   2   sin, cos of 2 π secondOfDay / 86400
 * HOUR         24   one-hot, 0 to 23
 * WEEKDAY       7   one-hot, Monday first
 * YEAR          2   sin, cos of 2 π (dayOfYear - 1) / 365.25
 * MONTH        12   one-hot, January first
 * WEEKEND       1   1 on Saturday and Sunday, else 0
 * WEEK          2   sin, cos of 2 π secondOfWeek / 604800, from Monday on
 * DAY_OF_MONTH  2   sin, cos of 2 π (dayOfMonth - 1 + secondOfDay / 86400) / days of the month
 * MONTH_OF_YEAR 2   sin, cos of 2 π (month - 1) / 12
 * }</pre>
 */
public enum Calendar {
    /** The time of day as an angle. */
    TIME_OF_DAY(2),
    /** The hour, one of 24. */
    HOUR(24),
    /** The day of the week, one of 7. */
    WEEKDAY(7),
    /** The day of the year as an angle. */
    YEAR(2),
    /** The month, one of 12. */
    MONTH(12),
    /** Whether it is Saturday or Sunday. */
    WEEKEND(1),
    /** The time of the week as an angle. */
    WEEK(2),
    /** The time of the month as an angle. */
    DAY_OF_MONTH(2),
    /** The month as an angle. */
    MONTH_OF_YEAR(2);

    private static final double SECONDS_A_DAY = 86_400;
    private static final double DAYS_A_YEAR = 365.25;
    private static final double DAYS_A_WEEK = 7;
    private static final double MONTHS_A_YEAR = 12;
    private static final long YEARS_TO_LEARN_A_YEAR = 2;

    private final int size;

    Calendar(int size) {
        this.size = size;
    }

    /** How many numbers it is. */
    public int size() {
        return size;
    }

    /**
     * Writes what it tells about a date.
     *
     * @param date the date
     * @param into receives {@link #size} numbers
     * @param offset where they begin
     */
    public void write(LocalDateTime date, float[] into, int offset) {
        switch (this) {
            case TIME_OF_DAY -> angle(timeOfDay(date), into, offset);
            case YEAR -> angle((date.getDayOfYear() - 1) / DAYS_A_YEAR, into, offset);
            case HOUR -> oneHot(date.getHour(), into, offset);
            case WEEKDAY -> oneHot(date.getDayOfWeek().getValue() - 1, into, offset);
            case MONTH -> oneHot(date.getMonthValue() - 1, into, offset);
            case WEEKEND -> into[offset] = date.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0 ? 1 : 0;
            case WEEK -> angle((date.getDayOfWeek().getValue() - 1 + timeOfDay(date)) / DAYS_A_WEEK, into, offset);
            case DAY_OF_MONTH ->
                angle(
                        (date.getDayOfMonth() - 1 + timeOfDay(date))
                                / date.toLocalDate().lengthOfMonth(),
                        into,
                        offset);
            case MONTH_OF_YEAR -> angle((date.getMonthValue() - 1) / MONTHS_A_YEAR, into, offset);
        }
    }

    /** The share of the day that has passed. */
    private static double timeOfDay(LocalDateTime date) {
        return date.toLocalTime().toSecondOfDay() / SECONDS_A_DAY;
    }

    private static void angle(double turns, float[] into, int offset) {
        into[offset] = (float) Math.sin(2 * Math.PI * turns);
        into[offset + 1] = (float) Math.cos(2 * Math.PI * turns);
    }

    private void oneHot(int index, float[] into, int offset) {
        for (int i = 0; i < size; i++) {
            into[offset + i] = i == index ? 1 : 0;
        }
    }

    /** The names of its numbers, such as "weekday 1", in the order in which {@link #write} writes them. */
    public List<String> names() {
        String name = label();
        if (size == 1) {
            return List.of(name);
        }
        if (size == 2) {
            return List.of("sin " + name, "cos " + name);
        }
        int first = this == HOUR ? 0 : 1;
        return IntStream.range(0, size)
                .mapToObj(i -> name + " " + (first + i))
                .collect(Collectors.toUnmodifiableList());
    }

    /** Its name in a model file: "time-of-day", "day-of-month" and so on. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The entry of a name.
     *
     * @throws DataException if there is none
     */
    public static Calendar ofLabel(String label) {
        return Stream.of(values())
                .filter(entry -> entry.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new DataException("Unknown calendar entry '" + Numbers.shortened(label) + "': expected one of "
                                + labels() + "."
                                + Spelling.nearest(label, labels())
                                        .map(near -> " Did you mean '" + near + "'?")
                                        .orElse("")));
    }

    /** The names of all entries. */
    public static List<String> labels() {
        return Stream.of(values()).map(Calendar::label).toList();
    }

    /**
     * What is worth telling about dates of a spacing: nothing that is the same at every step, and the time of the year only
     * where it has been seen twice.
     *
     * @param spacing how far apart the dates are
     * @param first the first date to learn from
     * @param last the last date to learn from
     * @return none for a spacing that is not regular, since future dates are then unknown
     */
    public static List<Calendar> defaults(Spacing spacing, LocalDateTime first, LocalDateTime last) {
        List<Calendar> entries = new ArrayList<>();
        if (!spacing.regular()) {
            return entries;
        }
        boolean seconds = spacing.kind() == Spacing.Kind.SECONDS;
        if (seconds && spacing.amount() % (long) SECONDS_A_DAY != 0) {
            entries.add(TIME_OF_DAY);
            entries.add(HOUR);
        }
        if (spacing.kind() == Spacing.Kind.WEEKDAYS
                || spacing.kind() == Spacing.Kind.BUSINESS_DAYS
                || (seconds && spacing.amount() % (7 * (long) SECONDS_A_DAY) != 0)) {
            entries.add(WEEKDAY);
        }
        boolean repeats = spacing.kind() != Spacing.Kind.MONTHS || spacing.longSeason() > 0;
        if (repeats && !last.isBefore(first.plusYears(YEARS_TO_LEARN_A_YEAR).minusDays(1))) {
            entries.add(YEAR);
            entries.add(MONTH);
        }
        return List.copyOf(entries);
    }
}
