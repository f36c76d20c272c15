package dev.carousel.data;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a date tells a network, as numbers from -1 to 1.
 *
 * <pre>{@code
 * TIME_OF_DAY   2   sin, cos of 2 π secondOfDay / 86400
 * HOUR         24   one-hot, 0 to 23
 * WEEKDAY       7   one-hot, Monday first
 * YEAR          2   sin, cos of 2 π (dayOfYear - 1) / 365.25
 * MONTH        12   one-hot, January first
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
    MONTH(12);

    private static final double SECONDS_A_DAY = 86_400;
    private static final double DAYS_A_YEAR = 365.25;
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
            case TIME_OF_DAY -> angle(date.toLocalTime().toSecondOfDay() / SECONDS_A_DAY, into, offset);
            case YEAR -> angle((date.getDayOfYear() - 1) / DAYS_A_YEAR, into, offset);
            case HOUR -> oneHot(date.getHour(), into, offset);
            case WEEKDAY -> oneHot(date.getDayOfWeek().getValue() - 1, into, offset);
            case MONTH -> oneHot(date.getMonthValue() - 1, into, offset);
        }
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
        if (size == 2) {
            return List.of("sin " + name, "cos " + name);
        }
        int first = this == HOUR ? 0 : 1;
        return IntStream.range(0, size)
                .mapToObj(i -> name + " " + (first + i))
                .collect(Collectors.toUnmodifiableList());
    }

    /** Its name in a model file: "time-of-day", "hour", "weekday", "year", "month". */
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
                                + Stream.of(values()).map(Calendar::label).toList() + "."));
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
