package dev.carousel.data.series;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.util.List;

/**
 * How far apart in time the rows of a series are, and which seasons that suggests.
 *
 * <pre>{@code
 * Spacing days = Spacing.of(dates);          // SECONDS, 86400
 * days.after(last, 3);                       // three days later
 * days.longSeason();                         // 364: a year of whole weeks
 * days.shortSeason();                        // 7
 * }</pre>
 *
 * @param kind what the steps are counted in
 * @param amount how many seconds or months a step has; 1 for the other kinds
 */
public record Spacing(Kind kind, long amount) {

    /** What the steps of a series are counted in. */
    public enum Kind {
        /** There are no dates; a step is a row. */
        ROWS,
        /** A fixed number of seconds: minutes, hours, days, weeks. */
        SECONDS,
        /** A fixed number of months, on the same day or on the last. */
        MONTHS,
        /** Monday to Friday without a gap. */
        WEEKDAYS,
        /** There are dates, but no rule that gives the next one. */
        IRREGULAR
    }

    private static final long DAY = Duration.ofDays(1).toSeconds();
    private static final long WEEK = 7 * DAY;
    private static final long HOUR = Duration.ofHours(1).toSeconds();
    private static final long MINUTE = Duration.ofMinutes(1).toSeconds();
    private static final int WEEKS_A_YEAR = 52;
    private static final int MONTHS_A_YEAR = 12;

    /** The spacing of rows without dates. */
    public static final Spacing ROWS = new Spacing(Kind.ROWS, 1);

    /** The spacing of dates that follow no rule. */
    public static final Spacing IRREGULAR = new Spacing(Kind.IRREGULAR, 1);

    private static final Spacing WEEKDAYS = new Spacing(Kind.WEEKDAYS, 1);

    /** Checks that the amount is at least 1. */
    public Spacing {
        if (amount < 1 || (kind != Kind.SECONDS && kind != Kind.MONTHS && amount != 1)) {
            throw new IllegalArgumentException("A step of " + amount + " " + kind
                    + " must be at least 1, and 1 where they are not SECONDS or MONTHS.");
        }
    }

    /**
     * The spacing of dates.
     *
     * @param dates in increasing order
     * @return one rule that gives every date from the first, or {@link #IRREGULAR}
     */
    public static Spacing of(List<LocalDateTime> dates) {
        if (dates.size() < 2) {
            return IRREGULAR;
        }
        LocalDateTime first = dates.get(0);
        Duration gap = Duration.between(first, dates.get(1));
        long months = months(first, dates.get(1));
        for (Spacing candidate : new Spacing[] {
            new Spacing(Kind.MONTHS, Math.max(1, months)),
            new Spacing(Kind.SECONDS, Math.max(1, gap.toSeconds())),
            WEEKDAYS
        }) {
            if (candidate.gives(dates)) {
                return candidate;
            }
        }
        return IRREGULAR;
    }

    private static long months(LocalDateTime from, LocalDateTime to) {
        return (to.getYear() - from.getYear()) * (long) MONTHS_A_YEAR + to.getMonthValue() - from.getMonthValue();
    }

    private boolean gives(List<LocalDateTime> dates) {
        for (int row = 1; row < dates.size(); row++) {
            if (!follows(dates.get(row - 1), dates.get(row))) {
                return false;
            }
        }
        return kind != Kind.MONTHS || oneDayOfMonth(dates);
    }

    /** Whether a date is the next one after another by this rule. */
    public boolean follows(LocalDateTime before, LocalDateTime date) {
        return kind == Kind.MONTHS
                ? months(before, date) == amount && before.toLocalTime().equals(date.toLocalTime())
                : kind != Kind.IRREGULAR && !weekend(before) && after(before, 1).equals(date);
    }

    private boolean weekend(LocalDateTime date) {
        return kind == Kind.WEEKDAYS && date.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0;
    }

    /** Whether all stand on one day of the month, or on its last where it has fewer days. */
    private static boolean oneDayOfMonth(List<LocalDateTime> dates) {
        int day = dates.stream().mapToInt(LocalDateTime::getDayOfMonth).max().orElseThrow();
        return dates.stream()
                .allMatch(date -> date.getDayOfMonth()
                        == Math.min(day, YearMonth.from(date).lengthOfMonth()));
    }

    /** Whether the dates after the last one can be told. */
    public boolean regular() {
        return kind != Kind.ROWS && kind != Kind.IRREGULAR;
    }

    /**
     * The date some steps later.
     *
     * @param date one of the series; where steps are months, one whose day of the month is the series' latest
     * @param steps how many, 0 or more, and less than 0 where steps are months
     * @throws IllegalStateException if there is no rule
     */
    public LocalDateTime after(LocalDateTime date, long steps) {
        return switch (kind) {
            case SECONDS -> date.plusSeconds(Math.multiplyExact(amount, steps));
            case MONTHS -> date.plusMonths(Math.multiplyExact(amount, steps));
            case WEEKDAYS -> weekdaysAfter(date, steps);
            case ROWS, IRREGULAR ->
                throw new IllegalStateException("There is no rule for dates of spacing " + this + ".");
        };
    }

    private static LocalDateTime weekdaysAfter(LocalDateTime date, long steps) {
        int fromMonday = date.getDayOfWeek().getValue() - 1 + (int) (steps % 5);
        return date.plusDays(steps / 5 * 7 + steps % 5 + (fromMonday >= 5 ? 2 : 0));
    }

    /**
     * The number of steps after which a year repeats, or the week where steps are shorter than a day; 0 where unknown.
     * The year of days is 364, so that a weekday meets the same weekday.
     */
    public int longSeason() {
        return switch (kind) {
            case MONTHS -> amount < MONTHS_A_YEAR && MONTHS_A_YEAR % amount == 0 ? (int) (MONTHS_A_YEAR / amount) : 0;
            case WEEKDAYS -> WEEKS_A_YEAR * 5;
            case SECONDS ->
                amount < DAY ? whole(WEEK) : amount == DAY ? WEEKS_A_YEAR * 7 : amount == WEEK ? WEEKS_A_YEAR : 0;
            case ROWS, IRREGULAR -> 0;
        };
    }

    /** The number of steps after which a week repeats, or the day where steps are shorter than a day; 0 where unknown. */
    public int shortSeason() {
        return switch (kind) {
            case WEEKDAYS -> 5;
            case SECONDS -> amount < DAY ? whole(DAY) : amount == DAY ? 7 : 0;
            case MONTHS, ROWS, IRREGULAR -> 0;
        };
    }

    private int whole(long seconds) {
        return seconds % amount == 0 ? (int) (seconds / amount) : 0;
    }

    /** How long one step is, in words: "1 day", "15 minutes". */
    @Override
    public String toString() {
        return switch (kind) {
            case ROWS -> "rows without dates";
            case IRREGULAR -> "irregular dates";
            case WEEKDAYS -> "weekdays";
            case MONTHS -> counted(amount, "month");
            case SECONDS -> {
                if (amount % WEEK == 0) {
                    yield counted(amount / WEEK, "week");
                }
                if (amount % DAY == 0) {
                    yield counted(amount / DAY, "day");
                }
                if (amount % HOUR == 0) {
                    yield counted(amount / HOUR, "hour");
                }
                yield amount % MINUTE == 0 ? counted(amount / MINUTE, "minute") : counted(amount, "second");
            }
        };
    }

    private static String counted(long amount, String unit) {
        return amount + " " + unit + (amount == 1 ? "" : "s");
    }
}
