package dev.carousel.data.series;

import dev.carousel.data.DataException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/** What can be wrong with the dates of a series, and how that is said. */
final class DateOrder {

    /** So many different distances are counted; dates with more follow no rule whatever. */
    private static final int MOST_GAPS = 10_000;

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
                                        + (date.equals(before)
                                                ? " but found the same again. One date has one row; where a file holds several series,"
                                                        + " name the column that tells them apart, their id."
                                                : " but found " + date + ". Sort the file by date."))
                        .inColumn(column)
                        .atLine(line.applyAsLong(row));
            }
        }
    }

    /** Where the most usual distance of two dates is first departed from. */
    static String irregularity(List<LocalDateTime> dates, IntToLongFunction line) {
        if (dates.size() < 2) {
            return "there is one date only";
        }
        long usual = usualGap(dates);
        int odd = 1;
        while (odd < dates.size() - 1 && gap(dates, odd) == usual) {
            odd++;
        }
        return "the dates are not evenly spaced: usually " + new Spacing(Spacing.Kind.SECONDS, Math.max(1, usual))
                + " apart, but line " + line.applyAsLong(odd) + " (" + dates.get(odd) + ") follows "
                + dates.get(odd - 1) + "; rows count as equal steps, and season and calendar are left out";
    }

    private static long usualGap(List<LocalDateTime> dates) {
        Map<Long, Integer> counts = new HashMap<>();
        for (int row = 1; row < dates.size(); row++) {
            long gap = gap(dates, row);
            if (counts.size() < MOST_GAPS || counts.containsKey(gap)) {
                counts.merge(gap, 1, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .max(Map.Entry.<Long, Integer>comparingByValue()
                        .thenComparing(Map.Entry.<Long, Integer>comparingByKey().reversed()))
                .orElseThrow()
                .getKey();
    }

    private static long gap(List<LocalDateTime> dates, int row) {
        return Duration.between(dates.get(row - 1), dates.get(row)).toSeconds();
    }
}
