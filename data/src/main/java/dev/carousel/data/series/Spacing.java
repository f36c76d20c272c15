package dev.carousel.data.series;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
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
 * @param amount how many seconds, microseconds or months a step has; 1 for the other kinds
 */
public record Spacing(Kind kind, long amount) {

    /** What the steps of a series are counted in. */
    public enum Kind {
        /** There are no dates; a step is a row. */
        ROWS,
        /** A fixed number of seconds: minutes, hours, days, weeks. */
        SECONDS,
        /** A fixed number of microseconds, which is not one of seconds. */
        MICROSECONDS,
        /** A fixed number of months, on the same day or on the last. */
        MONTHS,
        /** Monday to Friday without a gap. */
        WEEKDAYS,
        /** Monday to Friday, of which some are left out: holidays. The dates after the last one are told without them. */
        BUSINESS_DAYS,
        /** There are dates, but no rule that gives the next one. */
        IRREGULAR;

        /** Whether a step is a number of something. */
        public boolean counted() {
            return this == SECONDS || this == MICROSECONDS || this == MONTHS;
        }
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
    private static final Spacing BUSINESS_DAYS = new Spacing(Kind.BUSINESS_DAYS, 1);

    /** So many steps in twenty of business days must lead to the next weekday, of so many dates at least. */
    private static final int MOST_OF_TWENTY = 17;

    private static final int LEAST_BUSINESS_DAYS = 20;

    /** Holidays close a market for at most so many days at once, weekends included. */
    private static final int LONGEST_HOLIDAY = 14;

    /** Checks that the amount is at least 1. */
    public Spacing {
        if (amount < 1 || (!kind.counted() && amount != 1)) {
            throw new IllegalArgumentException("A step of " + amount + " " + kind
                    + " must be at least 1, and 1 where they are not SECONDS, MICROSECONDS or MONTHS.");
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
        for (Spacing candidate : new Spacing[] {new Spacing(Kind.MONTHS, Math.max(1, months)), ofGap(gap), WEEKDAYS}) {
            if (candidate.gives(dates)) {
                return candidate;
            }
        }
        return businessDays(dates) ? BUSINESS_DAYS : IRREGULAR;
    }

    /** A step of a fixed length; of a fraction of a second at most half an hour, in whole microseconds. */
    static Spacing ofGap(Duration gap) {
        boolean fraction = gap.toNanosPart() % 1000 == 0 && gap.toNanosPart() != 0 && gap.toMinutes() < 30;
        return fraction
                ? new Spacing(Kind.MICROSECONDS, gap.toNanos() / 1000)
                : new Spacing(Kind.SECONDS, Math.max(1, gap.toSeconds()));
    }

    /** Whether most dates are the weekday after the one before, and the others leave holidays out. */
    private static boolean businessDays(List<LocalDateTime> dates) {
        if (dates.size() < LEAST_BUSINESS_DAYS) {
            return false;
        }
        long next = 0;
        for (int row = 1; row < dates.size(); row++) {
            if (!BUSINESS_DAYS.follows(dates.get(row - 1), dates.get(row))) {
                return false;
            }
            next += WEEKDAYS.follows(dates.get(row - 1), dates.get(row)) ? 1 : 0;
        }
        return 20 * next >= MOST_OF_TWENTY * (dates.size() - 1L);
    }

    /** How many weekdays are left out between two dates, which business days are. */
    static long holidays(LocalDateTime before, LocalDateTime date) {
        long left = 0;
        for (LocalDateTime day = weekdaysAfter(before, 1); day.isBefore(date); day = weekdaysAfter(day, 1)) {
            left++;
        }
        return left;
    }

    /** The spacing of several series: business days where one leaves holidays out, else that of the first. */
    public static Spacing common(List<Spacing> all) {
        Spacing first = all.get(0);
        return all.stream().filter(first::within).reduce(first, (a, b) -> a.within(b) ? b : a);
    }

    /** Whether it is the other spacing, or weekdays without a gap where the other leaves holidays out. */
    public boolean within(Spacing other) {
        return equals(other) || (kind == Kind.WEEKDAYS && other.kind == Kind.BUSINESS_DAYS);
    }

    static long months(LocalDateTime from, LocalDateTime to) {
        return (to.getYear() - from.getYear()) * (long) MONTHS_A_YEAR + to.getMonthValue() - from.getMonthValue();
    }

    /** Whether dates may be of this rule, whatever rows are missing among them. */
    boolean fits(List<LocalDateTime> dates) {
        return kind != Kind.MONTHS || oneDayOfMonth(dates);
    }

    /** A date on the latest day of the month that two others have, or the last one where its month is shorter. */
    static LocalDateTime onDay(LocalDateTime date, LocalDateTime one, LocalDateTime other) {
        int day = Math.max(one.getDayOfMonth(), other.getDayOfMonth());
        return date.withDayOfMonth(Math.min(day, YearMonth.from(date).lengthOfMonth()));
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
        if (kind == Kind.BUSINESS_DAYS) {
            return !weekend(before)
                    && !weekend(date)
                    && date.isAfter(before)
                    && before.toLocalTime().equals(date.toLocalTime())
                    && date.isBefore(before.plusDays(LONGEST_HOLIDAY));
        }
        return kind == Kind.MONTHS
                ? months(before, date) == amount && before.toLocalTime().equals(date.toLocalTime())
                : kind != Kind.IRREGULAR && !weekend(before) && after(before, 1).equals(date);
    }

    private boolean weekend(LocalDateTime date) {
        return (kind == Kind.WEEKDAYS || kind == Kind.BUSINESS_DAYS)
                && date.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0;
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
            case MICROSECONDS -> date.plus(Math.multiplyExact(amount, steps), ChronoUnit.MICROS);
            case MONTHS -> date.plusMonths(Math.multiplyExact(amount, steps));
            case WEEKDAYS, BUSINESS_DAYS -> weekdaysAfter(date, steps);
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
            case WEEKDAYS, BUSINESS_DAYS -> WEEKS_A_YEAR * 5;
            case SECONDS ->
                amount < DAY ? whole(WEEK) : amount == DAY ? WEEKS_A_YEAR * 7 : amount == WEEK ? WEEKS_A_YEAR : 0;
            case MICROSECONDS, ROWS, IRREGULAR -> 0;
        };
    }

    /** The number of steps after which a week repeats, or the day where steps are shorter than a day; 0 where unknown. */
    public int shortSeason() {
        return switch (kind) {
            case WEEKDAYS, BUSINESS_DAYS -> 5;
            case SECONDS -> amount < DAY ? whole(DAY) : amount == DAY ? 7 : 0;
            case MONTHS, MICROSECONDS, ROWS, IRREGULAR -> 0;
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
            case BUSINESS_DAYS -> "business days";
            case MICROSECONDS ->
                amount % 1000 == 0 ? counted(amount / 1000, "millisecond") : counted(amount, "microsecond");
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
