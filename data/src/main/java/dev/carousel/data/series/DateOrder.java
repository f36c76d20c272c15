package dev.carousel.data.series;

import dev.carousel.data.DataException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/** What can be wrong with the dates of a series, and how that is said. */
final class DateOrder {

    private DateOrder() {}

    /**
     * Refuses dates that do not increase.
     *
     * @param place what messages call the series
     * @param column the name of the column of dates
     * @param dates one a row
     * @param line the line of a row
     */
    static void requireIncreasing(String place, String column, List<LocalDateTime> dates, IntToLongFunction line) {
        for (int row = 1; row < dates.size(); row++) {
            LocalDateTime before = dates.get(row - 1);
            LocalDateTime date = dates.get(row);
            if (!date.isAfter(before)) {
                throw new DataException(
                                DataException.Kind.DATE_ORDER,
                                place + ", line " + line.applyAsLong(row) + ", column '" + column
                                        + "': expected a date after " + before + " of line " + line.applyAsLong(row - 1)
                                        + (doubledHour(before, date)
                                                ? " but found " + date + ". Clocks show an hour twice when they are put"
                                                        + " back: say with --zone, such as Europe/Berlin, whose clocks"
                                                        + " these are."
                                                : date.equals(before)
                                                        ? " but found the same again. One date has one row; where a file holds several series,"
                                                                + " name the column that tells them apart, their id."
                                                        : " but found " + date + ". Sort the file by date."))
                        .inColumn(column)
                        .atLine(line.applyAsLong(row));
            }
        }
    }

    /** Whether a date that does not come after another one may be of the hour that the end of summer time doubles. */
    private static boolean doubledHour(LocalDateTime before, LocalDateTime date) {
        boolean autumn = List.of(3, 4, 9, 10, 11).contains(date.getMonthValue());
        return autumn
                && date.getDayOfWeek() == DayOfWeek.SUNDAY
                && before.getHour() < 4
                && (before.getHour() > 0 || before.getMinute() > 0)
                && Duration.between(date, before).toMinutes() <= 60;
    }

    /** What there is to say of dates whose rule has exceptions. */
    static Optional<String> holidays(List<LocalDateTime> dates, IntToLongFunction line) {
        long left = 0;
        int first = 0;
        for (int row = dates.size() - 1; row > 0; row--) {
            long here = Spacing.holidays(dates.get(row - 1), dates.get(row));
            left += here;
            first = here > 0 ? row : first;
        }
        return left == 0
                ? Optional.empty()
                : Optional.of("the dates are business days: " + left + (left == 1 ? " weekday is" : " weekdays are")
                        + " left out, the first before line " + line.applyAsLong(first) + " ("
                        + dates.get(first).toLocalDate()
                        + "). The dates to come are told without holidays");
    }

    /** Where the most usual distance of two dates is first departed from. */
    static String irregularity(List<LocalDateTime> dates, IntToLongFunction line) {
        if (dates.size() < 2) {
            return "there is one date only";
        }
        Optional<MissingRows> missing = MissingRows.of(dates);
        if (missing.isPresent()) {
            MissingRows rows = missing.get();
            return "the dates are not evenly spaced: usually "
                    + (rows.spacing().kind() == Spacing.Kind.WEEKDAYS ? "weekdays" : rows.spacing() + " apart")
                    + ", but "
                    + rows.text(dates, line.applyAsLong(rows.first())) + summerTime(dates, rows.first())
                    + "; --missing-rows insert inserts " + (rows.rows() == 1 ? "it" : "them")
                    + ". Without, rows count as equal steps, and season and calendar are left out";
        }
        Duration usual = MissingRows.usualGap(dates);
        int odd = 1;
        while (odd < dates.size() - 1 && gap(dates, odd).equals(usual)) {
            odd++;
        }
        return "the dates are not evenly spaced: usually " + Spacing.ofGap(usual) + " apart, but line "
                + line.applyAsLong(odd) + " (" + dates.get(odd) + ") follows " + dates.get(odd - 1)
                + summerTime(dates, odd)
                + "; rows count as equal steps, and season and calendar are left out";
    }

    private static String summerTime(List<LocalDateTime> dates, int odd) {
        LocalDateTime before = dates.get(odd - 1);
        boolean forward = gap(dates, odd).toMinutes() <= 120
                && before.getHour() < 3
                && List.of(3, 4, 9, 10, 11).contains(before.getMonthValue())
                && before.getDayOfWeek() == DayOfWeek.SUNDAY;
        return forward ? " (were the clocks put forward? then name their zone with --zone)" : "";
    }

    private static Duration gap(List<LocalDateTime> dates, int row) {
        return Duration.between(dates.get(row - 1), dates.get(row));
    }
}
