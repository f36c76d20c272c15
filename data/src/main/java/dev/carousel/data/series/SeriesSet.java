package dev.carousel.data.series;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.DecimalSign;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.table.TableReading;
import dev.carousel.model.Provenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The series of a file: one for each id, or a single one.
 *
 * <pre>{@code
 * SeriesSet shops = SeriesSet.read(Path.of("shops.csv"), ColumnRoles.of("sales").withId("shop"));
 * for (TimeSeries shop : shops) {
 *     shop.id();
 * }
 * }</pre>
 *
 * <p>All series have the same columns and vocabularies. Immutable, so that any thread may read it.
 */
public final class SeriesSet implements Iterable<TimeSeries> {

    /** So many series are named in a note. */
    private static final int MOST_NAMES = 5;

    private final String source;
    private final List<TimeSeries> series;
    private final ColumnRoles columns;
    private final Optional<Provenance.Data> file;
    private final Seen seen;

    private SeriesSet(
            String source, List<TimeSeries> series, ColumnRoles columns, Optional<Provenance.Data> file, Seen seen) {
        this.source = source;
        this.series = List.copyOf(series);
        this.columns = columns;
        this.file = file;
        this.seen = seen;
        if (series.isEmpty()) {
            throw new IllegalArgumentException("A set of series needs at least one.");
        }
        TimeSeries first = series.get(0);
        for (TimeSeries one : series) {
            if (!one.targets().equals(first.targets())
                    || !one.features().equals(first.features())
                    || !one.known().equals(first.known())
                    || !one.categories().equals(first.categories())) {
                throw new IllegalArgumentException(one + " and " + first + " must have the same columns.");
            }
        }
    }

    /**
     * A set of series made elsewhere.
     *
     * @param source what messages call it
     * @param series at least one, all with the same columns and vocabularies
     */
    public static SeriesSet of(String source, List<TimeSeries> series) {
        TimeSeries first = series.isEmpty() ? TimeSeries.of("none", 0) : series.get(0);
        return of(
                source,
                series,
                new ColumnRoles(
                        first.targets(),
                        first.features(),
                        first.known(),
                        first.categories().stream().map(Categories::name).toList(),
                        Optional.empty(),
                        Optional.empty()));
    }

    static SeriesSet of(String source, List<TimeSeries> series, ColumnRoles columns) {
        return new SeriesSet(source, series, columns, Optional.empty(), Seen.NOTHING);
    }

    /** The same series, which came from a file. */
    SeriesSet from(Provenance.Data file) {
        return new SeriesSet(source, series, columns, Optional.of(file), seen);
    }

    /** The same series with what was seen in their file. */
    SeriesSet readWith(Seen seen) {
        return new SeriesSet(source, series, columns, file, seen);
    }

    /**
     * What was seen in a file while it was read.
     *
     * @param dates how dates are read
     * @param decimals how many decimals each column of numbers has
     * @param decimal the sign before them
     * @param notes what the user should know
     */
    record Seen(DateReading dates, Map<String, Integer> decimals, DecimalSign decimal, List<String> notes) {

        static final Seen NOTHING = new Seen(DateReading.defaults(), Map.of(), DecimalSign.POINT, List.of());

        Seen {
            decimals = Map.copyOf(decimals);
            notes = List.copyOf(notes);
        }
    }

    /**
     * Reads a CSV file, of any size: what does not fit into memory goes into a temporary file, which is gone when nothing
     * refers to the series any more, or with the process.
     *
     * @param file has a header, and the rows of each series in the order of time; those of different series may be mixed
     * @param columns which column is what; the features may be {@code "*"}, all columns that are nothing else. A feature
     *     whose fields are texts becomes a category
     * @param reading what happens to missing values, and how much memory may be used
     * @throws DataException if the file cannot be read, is no table, or a field is not what it must be; with line, column
     *     and the likely cause
     */
    public static SeriesSet read(Path file, ColumnRoles columns, TableReading reading) {
        return TableAssembly.read(file, columns, reading);
    }

    /** Reads a CSV file whose missing values are errors. */
    public static SeriesSet read(Path file, ColumnRoles columns) {
        return read(file, columns, TableReading.defaults());
    }

    /** Which column of the file is what, with the column of dates that was found. */
    public ColumnRoles columns() {
        return columns;
    }

    /** How the dates were read, for a model to remember: which number is the day, and at which offset they are counted. */
    public DateReading dates() {
        return seen.dates();
    }

    /** The decimal sign of the file's numbers, for a model to remember. */
    public DecimalSign decimal() {
        return seen.decimal();
    }

    /** How many decimals the numbers of a column have at most; 0 where the series came from no file. */
    public int decimals(String column) {
        return seen.decimals().getOrDefault(column, 0);
    }

    /** What the user should know: columns that look like dates but are not used, and why the dates are not used. */
    public List<String> notes() {
        List<String> all = new ArrayList<>(seen.notes());
        series.get(0).note().ifPresent(all::add);
        return List.copyOf(all);
    }

    /** The size of the file; 0 if the series came from none. */
    public long bytes() {
        return file.map(Provenance.Data::bytes).orElse(0L);
    }

    /** The SHA-256 of the file in hexadecimal digits; empty if the series came from none. */
    public String sha256() {
        return file.map(Provenance.Data::sha256).orElse("");
    }

    /** What messages call it: the path of its file. */
    public String source() {
        return source;
    }

    /** The series in the order in which their ids first stand in the file. */
    public List<TimeSeries> series() {
        return series;
    }

    /** How many series there are. */
    public int size() {
        return series.size();
    }

    /** The series at a place. */
    public TimeSeries get(int index) {
        return series.get(index);
    }

    /** The series of an id, if there is one. */
    public Optional<TimeSeries> find(String id) {
        return series.stream().filter(one -> one.id().equals(id)).findFirst();
    }

    /**
     * The one series there is.
     *
     * @throws DataException if there are several
     */
    public TimeSeries only() {
        if (series.size() > 1) {
            throw new DataException(source + ": expected one series but found " + series.size() + ", such as '"
                    + Numbers.shortened(series.get(0).id()) + "' and '"
                    + Numbers.shortened(series.get(1).id()) + "'. Keep the rows of one of them.");
        }
        return series.get(0);
    }

    /**
     * The same without some series, and with a note that says so; unchanged where none or all are among them.
     *
     * @param leftOut which are left out
     * @param why what these have in common; the end of "1 of 5 series is left out, since ..."
     */
    public SeriesSet without(Predicate<TimeSeries> leftOut, String why) {
        List<TimeSeries> others = series.stream().filter(leftOut).toList();
        if (others.isEmpty() || others.size() == size()) {
            return this;
        }
        List<TimeSeries> kept = series.stream().filter(leftOut.negate()).toList();
        String names = others.stream()
                .limit(MOST_NAMES)
                .map(one -> "'" + Numbers.shortened(one.id()) + "' (" + one.length() + " rows)")
                .collect(Collectors.joining(", "));
        List<String> notes = new ArrayList<>(seen.notes());
        notes.add(others.size() + " of " + size() + " series " + (others.size() == 1 ? "is" : "are")
                + " left out, since " + why + ": " + names
                + (others.size() > MOST_NAMES ? " and " + (others.size() - MOST_NAMES) + " more" : ""));
        return new SeriesSet(
                source, kept, columns, file, new Seen(seen.dates(), seen.decimals(), seen.decimal(), notes));
    }

    /** The rows with targets of all series together. */
    public long rows() {
        return series.stream().mapToLong(TimeSeries::length).sum();
    }

    /** The vocabularies of the columns of categories. */
    public List<Categories> categories() {
        return series.get(0).categories();
    }

    /**
     * The same series with the ids of other vocabularies, such as those of a model.
     *
     * @param others one for each column of categories
     * @throws DataException if one of a column is missing
     */
    public SeriesSet withCategories(List<Categories> others) {
        return new SeriesSet(
                source, series.stream().map(one -> one.withCategories(others)).toList(), columns, file, seen);
    }

    /**
     * The vocabularies of what the training rows have: a value that only held-out rows have is unknown to a model, as it
     * would be in use.
     *
     * @param splits which rows are for training, one a series
     */
    public List<Categories> trainingCategories(List<Split> splits) {
        return Categories.ofTraining(series, splits);
    }

    @Override
    public Iterator<TimeSeries> iterator() {
        return series.iterator();
    }

    @Override
    public String toString() {
        return "SeriesSet[" + source + ", " + series.size() + " series, " + rows() + " rows]";
    }
}
