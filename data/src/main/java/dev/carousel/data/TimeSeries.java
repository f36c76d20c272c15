package dev.carousel.data;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One column of numbers to forecast, other columns that help, and the dates of the rows where there are any.
 *
 * <pre>{@code
 * TimeSeries series = TimeSeries.of(CsvTable.read(file), "sales", List.of("price", "visitors"));
 * series.value(0);                        // the first row's sales
 * series.feature(1, 0);                   // its visitors
 * series.date(series.length());           // the day after the last row
 * }</pre>
 *
 * <p>Row 0 is the oldest. Immutable, so that any thread may read it.
 */
public final class TimeSeries {

    private final String source;
    private final String target;
    private final List<String> features;
    private final double[] values;
    private final double[][] featureValues;
    private final List<LocalDateTime> dates;
    private final Spacing spacing;
    private final String note;

    private TimeSeries(
            String source,
            List<String> columns,
            List<double[]> numbers,
            List<LocalDateTime> dates,
            String irregularity) {
        this.source = source;
        this.target = columns.get(0);
        this.features = List.copyOf(columns.subList(1, columns.size()));
        this.values = numbers.get(0);
        this.featureValues = numbers.subList(1, numbers.size()).toArray(double[][]::new);
        this.dates = List.copyOf(dates);
        this.spacing = dates.isEmpty() ? Spacing.ROWS : Spacing.of(dates);
        this.note = spacing.kind() == Spacing.Kind.IRREGULAR ? irregularity : "";
    }

    /**
     * The series of a table.
     *
     * @param table its rows in the order of time; the dates are its first column of dates, if it has one
     * @param target the column to forecast
     * @param features the columns that help, each named once, the target not among them
     * @throws DataException if a column is missing or holds something else than numbers, if one is named twice, or if the
     *     dates do not increase
     */
    public static TimeSeries of(CsvTable table, String target, List<String> features) {
        return of(table, target, features, table.dateColumn());
    }

    /**
     * The series of a table, whose dates stand in a column of one's own choice.
     *
     * @param table its rows in the order of time
     * @param target the column to forecast
     * @param features the columns that help, each named once, the target not among them
     * @param dateColumn the column of dates; empty to count rows even if there are dates
     * @throws DataException as {@link #of(CsvTable, String, List)}, and if the column of dates is missing or holds
     *     something else
     */
    public static TimeSeries of(CsvTable table, String target, List<String> features, Optional<String> dateColumn) {
        List<String> columns = new ArrayList<>();
        columns.add(target);
        columns.addAll(features);
        if (new LinkedHashSet<>(columns).size() < columns.size()) {
            throw new DataException("The target and the features must be different columns but are " + columns
                    + ". The past of the target is an input anyway.");
        }
        List<double[]> numbers = columns.stream().map(table::numbers).toList();
        if (dateColumn.isEmpty()) {
            return new TimeSeries(table.source(), columns, numbers, List.of(), "");
        }
        List<LocalDateTime> dates = table.dates(dateColumn.get());
        for (int row = 1; row < dates.size(); row++) {
            if (!dates.get(row).isAfter(dates.get(row - 1))) {
                throw new DataException(table.source() + ", line " + table.line(row) + ", column '" + dateColumn.get()
                        + "': expected a date after " + dates.get(row - 1) + " of the row before but found "
                        + dates.get(row) + ". Sort the file by date; one date has one row.");
            }
        }
        return new TimeSeries(table.source(), columns, numbers, dates, irregularity(table, dates));
    }

    /** A series without dates and features; the values are copied. */
    public static TimeSeries of(String target, double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("A series needs at least one value.");
        }
        return new TimeSeries(target, List.of(target), List.of(values.clone()), List.of(), "");
    }

    /** Where the most usual distance of two dates is first departed from. */
    private static String irregularity(CsvTable table, List<LocalDateTime> dates) {
        if (dates.size() < 2) {
            return "there is one date only";
        }
        List<Long> gaps = IntStream.range(1, dates.size())
                .mapToObj(row ->
                        Duration.between(dates.get(row - 1), dates.get(row)).toSeconds())
                .toList();
        long usual = gaps.stream().sorted().toList().get(gaps.size() / 2);
        int odd = IntStream.range(0, gaps.size())
                .filter(i -> gaps.get(i) != usual)
                .findFirst()
                .orElse(0);
        return "the dates are not evenly spaced: usually " + new Spacing(Spacing.Kind.SECONDS, Math.max(1, usual))
                + " apart, but line " + table.line(odd + 1) + " (" + dates.get(odd + 1) + ") follows " + dates.get(odd)
                + "; rows count as equal steps, and season and calendar are left out";
    }

    /** The file it came from, as messages call it. */
    public String source() {
        return source;
    }

    /** The name of the column to forecast. */
    public String target() {
        return target;
    }

    /** The names of the columns that help. */
    public List<String> features() {
        return features;
    }

    /** The number of rows. */
    public int length() {
        return values.length;
    }

    /** The target in a row. */
    public double value(int row) {
        return values[row];
    }

    /** The target in all rows, a copy. */
    public double[] values() {
        return values.clone();
    }

    /**
     * A feature in a row.
     *
     * @param feature its place in {@link #features}
     * @param row the row
     */
    public double feature(int feature, int row) {
        return featureValues[feature][row];
    }

    /** A feature in all rows, a copy. */
    public double[] featureValues(int feature) {
        return featureValues[feature].clone();
    }

    /** How far apart the rows stand. */
    public Spacing spacing() {
        return spacing;
    }

    /** What the user should know about the dates: why they are not used although they are there. */
    public Optional<String> note() {
        return note.isEmpty() ? Optional.empty() : Optional.of(note);
    }

    /** Whether the rows have dates. */
    public boolean hasDates() {
        return !dates.isEmpty();
    }

    /**
     * The date of a row, or of a row that is still to come.
     *
     * @param row 0 or more; from {@link #length} on, the dates go on by the spacing
     * @throws IllegalStateException if there are no dates, or no rule that gives the next ones
     */
    public LocalDateTime date(int row) {
        if (dates.isEmpty()) {
            throw new IllegalStateException(source + " has no dates.");
        }
        int last = dates.size() - 1;
        if (row <= last) {
            return dates.get(row);
        }
        // Months are counted from a row with the latest day: the 31st must not wear down to the 28th.
        return spacing.kind() == Spacing.Kind.MONTHS
                ? monthlyDate(row)
                : spacing.after(dates.get(last), (long) row - last);
    }

    private LocalDateTime monthlyDate(int row) {
        LocalDateTime latestInMonth = dates.stream()
                .max(Comparator.comparingInt(LocalDateTime::getDayOfMonth))
                .orElseThrow();
        long steps = (long) row - dates.indexOf(latestInMonth);
        return latestInMonth.plusMonths(Math.multiplyExact(spacing.amount(), steps));
    }

    @Override
    public String toString() {
        return "TimeSeries[" + source + ", " + target + ", " + length() + " rows, " + spacing + "]";
    }
}
