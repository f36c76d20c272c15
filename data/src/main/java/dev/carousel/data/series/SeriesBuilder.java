package dev.carousel.data.series;

import dev.carousel.data.table.Column;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Builds a {@link TimeSeries} from columns.
 *
 * <pre>{@code
 * TimeSeries series = TimeSeries.builder("made by hand")
 *         .withTarget("sales", 3, 4, 5)
 *         .withKnown("price", 1, 1, 2, 2)         // one row more than the targets: the price of tomorrow
 *         .build();
 * }</pre>
 *
 * <p>Mutable, for one thread at a time.
 */
public final class SeriesBuilder {

    private final String source;
    private String id = "";
    private final List<Column> targets = new ArrayList<>();
    private final List<Column> features = new ArrayList<>();
    private final List<Column> known = new ArrayList<>();
    private final Map<Categories, Column> categories = new LinkedHashMap<>();
    private List<LocalDateTime> dates = List.of();

    SeriesBuilder(String source) {
        this.source = source;
    }

    /** Which of the series of its file it is. */
    public SeriesBuilder withId(String id) {
        this.id = id;
        return this;
    }

    /** Adds a column to forecast; the values are copied. */
    public SeriesBuilder withTarget(String name, double... values) {
        return withTarget(Column.of(name, values));
    }

    /** Adds a column to forecast. */
    public SeriesBuilder withTarget(Column column) {
        targets.add(column);
        return this;
    }

    /** Adds a column that helps and is known up to the present; the values are copied. */
    public SeriesBuilder withFeature(String name, double... values) {
        return withFeature(Column.of(name, values));
    }

    /** Adds a column that helps and is known up to the present. */
    public SeriesBuilder withFeature(Column column) {
        features.add(column);
        return this;
    }

    /** Adds a column that helps and is known ahead; the values are copied. */
    public SeriesBuilder withKnown(String name, double... values) {
        return withKnown(Column.of(name, values));
    }

    /** Adds a column that helps and is known ahead. */
    public SeriesBuilder withKnown(Column column) {
        known.add(column);
        return this;
    }

    /**
     * Adds a column of categories.
     *
     * @param vocabulary what the ids mean
     * @param ids whole numbers from 0 to the vocabulary's size - 1
     */
    public SeriesBuilder withCategory(Categories vocabulary, Column ids) {
        categories.put(vocabulary, ids);
        return this;
    }

    /**
     * Gives the rows their dates.
     *
     * @param dates in increasing order, one a row; not copied, so they must never change. None for rows without dates
     */
    public SeriesBuilder withDates(List<LocalDateTime> dates) {
        this.dates = dates;
        return this;
    }

    /**
     * The series.
     *
     * @throws IllegalArgumentException if it has no rows, a name stands for two columns, or their lengths do not fit
     */
    public TimeSeries build() {
        int length = length();
        int knownLength = knownLength();
        if (length == 0 && knownLength == 0) {
            throw new IllegalArgumentException("A series needs at least one value.");
        }
        Set<String> names = new HashSet<>();
        Stream.of(targets, features, known, categories.values())
                .flatMap(columns -> columns.stream())
                .forEach(column -> {
                    if (!names.add(column.name())) {
                        throw new IllegalArgumentException("Two columns are called '" + column.name() + "'.");
                    }
                });
        requireLengths(
                length, Stream.of(targets, features).flatMap(List::stream).toList());
        requireLengths(
                knownLength,
                Stream.concat(known.stream(), categories.values().stream()).toList());
        if (knownLength < length || (!dates.isEmpty() && dates.size() != knownLength)) {
            throw new IllegalArgumentException("The targets have " + length + " rows, what is known ahead "
                    + knownLength
                    + " and the dates " + dates.size() + ", but what is known ahead must reach as far as the targets"
                    + " and the dates as far as that.");
        }
        return new TimeSeries(this);
    }

    private static void requireLengths(int length, List<Column> columns) {
        for (Column column : columns) {
            if (column.length() != length) {
                throw new IllegalArgumentException("Column '" + column.name() + "' has " + column.length()
                        + " rows but '" + columns.get(0).name() + "' has " + length + ".");
            }
        }
    }

    String source() {
        return source;
    }

    String id() {
        return id;
    }

    List<Column> targets() {
        return targets;
    }

    List<Column> features() {
        return features;
    }

    List<Column> known() {
        return known;
    }

    Map<Categories, Column> categories() {
        return categories;
    }

    List<LocalDateTime> dates() {
        return dates;
    }

    /** Rows of the targets and features, or of what is known ahead where there are none. */
    int length() {
        return Stream.of(targets, features)
                .flatMap(List::stream)
                .findFirst()
                .map(Column::length)
                .orElseGet(this::knownLength);
    }

    int knownLength() {
        return Stream.of(known, categories.values(), targets, features)
                .flatMap(columns -> columns.stream())
                .findFirst()
                .map(Column::length)
                .orElse(0);
    }
}
