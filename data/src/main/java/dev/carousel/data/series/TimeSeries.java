package dev.carousel.data.series;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.table.Column;
import dev.carousel.data.table.CsvTable;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Columns of numbers to forecast, further input columns, and the dates of the rows if there are any.
 *
 * <pre>{@code
 * TimeSeries series = TimeSeries.of(CsvTable.read(file), "sales", List.of("visitors"));
 * series.value(0);                        // the first row's sales
 * series.feature(0, 0);                   // its visitors
 * series.date(series.length());           // the day after the last row
 *
 * rows     0 ............ length - 1      length ............ knownLength - 1
 * targets, features       known           not known
 * known, categories, date known           known
 * }</pre>
 *
 * <p>Row 0 is the oldest. Which rows there are beyond the last known target is decided by the file; dates go on for
 * ever where they are regular. Immutable, so that any thread may read it; its numbers may be in memory or in a file.
 */
public final class TimeSeries {

    private final String source;
    private final String id;
    private final List<Column> targets;
    private final List<Column> features;
    private final List<Column> known;
    private final List<Categories> vocabularies;
    private final List<Column> categories;
    private final List<LocalDateTime> dates;
    private final Spacing spacing;
    private final String note;
    private final int length;
    private final int knownLength;

    TimeSeries(SeriesBuilder parts) {
        this.source = parts.source();
        this.id = parts.id();
        this.targets = List.copyOf(parts.targets());
        this.features = List.copyOf(parts.features());
        this.known = List.copyOf(parts.known());
        this.vocabularies = List.copyOf(parts.categories().keySet());
        this.categories = List.copyOf(parts.categories().values());
        this.dates = parts.dates();
        this.length = parts.length();
        this.knownLength = parts.knownLength();
        this.spacing = dates.isEmpty() ? Spacing.ROWS : Spacing.of(dates);
        this.note = switch (spacing.kind()) {
            case IRREGULAR -> DateOrder.irregularity(dates, this::line);
            case BUSINESS_DAYS -> DateOrder.holidays(dates, this::line).orElse("");
            default -> "";
        };
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
     * The series of a table, whose dates stand in a column of your choice.
     *
     * @param table its rows in the order of time
     * @param target the column to forecast
     * @param features the columns that help, each named once, the target not among them
     * @param dateColumn the column of dates; empty to count rows even if there are dates
     * @throws DataException as {@link #of(CsvTable, String, List)}, and if the column of dates is missing or holds
     *     something else
     */
    public static TimeSeries of(CsvTable table, String target, List<String> features, Optional<String> dateColumn) {
        ColumnRoles columns = ColumnRoles.of(target).withFeatures(features);
        SeriesBuilder builder = builder(table.source());
        columns.targets().forEach(name -> builder.withTarget(table.column(name)));
        columns.features().forEach(name -> builder.withFeature(table.column(name)));
        if (dateColumn.isPresent()) {
            List<LocalDateTime> dates = table.dates(dateColumn.get());
            DateOrder.requireIncreasing(table.source(), dateColumn.get(), dates, table::line);
            builder.withDates(dates);
        }
        return builder.build();
    }

    /** A series without dates and features; the values are copied. */
    public static TimeSeries of(String target, double... values) {
        return builder(target).withTarget(target, values).build();
    }

    /**
     * Puts a series together from columns.
     *
     * @param source what messages call it: the file it came from
     */
    public static SeriesBuilder builder(String source) {
        return new SeriesBuilder(source);
    }

    /** The file it came from, as messages call it. */
    public String source() {
        return source;
    }

    /** Which of the series of its file it is: what its rows have in the column of ids; empty where there is none. */
    public String id() {
        return id;
    }

    /** What messages call it: the file, and the id where there is one. */
    public String place() {
        return id.isEmpty() ? source : source + ", series '" + Numbers.shortened(id) + "'";
    }

    /** The names of the columns to forecast; none where the series is to be classified. */
    public List<String> targets() {
        return names(targets);
    }

    /**
     * The name of the first column to forecast.
     *
     * @throws IllegalStateException if there is none
     */
    public String target() {
        return firstTarget().name();
    }

    private Column firstTarget() {
        if (targets.isEmpty()) {
            throw new IllegalStateException(place() + " has no target.");
        }
        return targets.get(0);
    }

    /** The names of the columns that help and are known up to the present. */
    public List<String> features() {
        return names(features);
    }

    /** The names of the columns that help and are known ahead. */
    public List<String> known() {
        return names(known);
    }

    /** The vocabularies of the columns of categories. */
    public List<Categories> categories() {
        return vocabularies;
    }

    private static List<String> names(List<Column> columns) {
        return columns.stream().map(Column::name).toList();
    }

    /** The number of rows whose targets and features are known. */
    public int length() {
        return length;
    }

    /** The number of rows whose known features and categories are there: {@link #length} or more. */
    public int knownLength() {
        return knownLength;
    }

    /** The first target in a row. */
    public double value(int row) {
        return targets.get(0).get(row);
    }

    /**
     * A target in a row.
     *
     * @param target its place in {@link #targets}
     * @param row 0 to length - 1
     */
    public double value(int target, int row) {
        return targets.get(target).get(row);
    }

    /** The first target in all rows, a copy; for a series that is known to be short. */
    public double[] values() {
        return firstTarget().toArray();
    }

    /**
     * A feature in a row.
     *
     * @param feature its place in {@link #features}
     * @param row 0 to length - 1
     */
    public double feature(int feature, int row) {
        return features.get(feature).get(row);
    }

    /**
     * A feature that is known ahead, in a row.
     *
     * @param feature its place in {@link #known}
     * @param row 0 to knownLength - 1
     */
    public double known(int feature, int row) {
        return known.get(feature).get(row);
    }

    /**
     * The id of a category in a row.
     *
     * @param category its place in {@link #categories}
     * @param row 0 to knownLength - 1
     */
    public int category(int category, int row) {
        return (int) categories.get(category).get(row);
    }

    /** The columns to forecast, each of {@link #length} rows. */
    public List<Column> targetColumns() {
        return targets;
    }

    /** The columns known up to the present, each of {@link #length} rows. */
    public List<Column> featureColumns() {
        return features;
    }

    /** The columns known ahead, each of {@link #knownLength} rows. */
    public List<Column> knownColumns() {
        return known;
    }

    /** The ids of the categories, each of {@link #knownLength} rows. */
    public List<Column> categoryColumns() {
        return categories;
    }

    /** The line of the file in which a row begins, for messages; 0 where the series comes from no file. */
    public long line(int row) {
        List<Column> some = !known.isEmpty() ? known : !categories.isEmpty() ? categories : targets;
        return (some.isEmpty() ? features : some).get(0).line(row);
    }

    /**
     * The same series with the ids of other vocabularies, such as those of a model: values that one of them does not hold
     * become {@link Categories#UNKNOWN}.
     *
     * @param others one for each column of categories, in any order
     * @throws DataException if one of a column is missing
     */
    public TimeSeries withCategories(List<Categories> others) {
        SeriesBuilder builder = new SeriesBuilder(source).withId(id).withDates(dates);
        targets.forEach(builder::withTarget);
        features.forEach(builder::withFeature);
        known.forEach(builder::withKnown);
        Map<String, Categories> byName = new LinkedHashMap<>();
        others.forEach(one -> byName.put(one.name(), one));
        for (int j = 0; j < vocabularies.size(); j++) {
            Categories own = vocabularies.get(j);
            Categories other = byName.get(own.name());
            if (other == null) {
                throw new DataException(place() + ", column '" + own.name()
                        + "': there is no vocabulary for this column but for " + byName.keySet()
                        + ". Was the model trained on other categories?");
            }
            builder.withCategory(other, new RenamedIds(categories.get(j), own, other));
        }
        return builder.build();
    }

    /** How far apart the rows stand. */
    public Spacing spacing() {
        return spacing;
    }

    /** What the user should know about the dates: why they are not used although they are there, or how. */
    public Optional<String> note() {
        return note.isEmpty() ? Optional.empty() : Optional.of(note);
    }

    /** Whether the rows have dates. */
    public boolean hasDates() {
        return !dates.isEmpty();
    }

    /**
     * The date of a row, or of an upcoming row.
     *
     * @param row 0 or more; from {@link #knownLength} on, the dates go on by the spacing
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
        return "TimeSeries[" + place() + ", " + targets() + ", " + length() + " rows, " + spacing + "]";
    }
}
