package dev.carousel.data.series;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.RowStore;
import dev.carousel.data.table.Column;
import dev.carousel.data.table.Missing;
import java.time.LocalDateTime;
import java.util.List;

/**
 * The rows of one series in a store: what is missing is filled in or left out, and the rest becomes a {@link TimeSeries}.
 */
final class GapFilling {

    private final String source;
    private final String id;
    private final RowStore store;
    private final StoreLayout layout;
    private final int from;
    private int count;
    private int length;

    /**
     * The rows of a series.
     *
     * @param source the file
     * @param id which series of it
     * @param store the rows of all series, those of each together
     * @param layout where a row keeps what
     * @param from the first row of the series
     * @param count how many there are
     */
    GapFilling(String source, String id, RowStore store, StoreLayout layout, int from, int count) {
        this.source = source;
        this.id = id;
        this.store = store;
        this.layout = layout;
        this.from = from;
        this.count = count;
        this.length = count;
    }

    private String place() {
        return id.isEmpty() ? source : source + ", series '" + Numbers.shortened(id) + "'";
    }

    private String place(int row, String column) {
        return source + ", line " + store.bits(from + row, StoreLayout.LINE) + ", column '" + column + "'"
                + (id.isEmpty() ? "" : " of series '" + Numbers.shortened(id) + "'");
    }

    private boolean missing(int row, int field) {
        return Double.isNaN(store.number(from + row, field));
    }

    /** Finds the last known target, and treats what is missing before it as it is to be treated. */
    void complete() {
        if (layout.goesOn()) {
            while (length > 0 && !anyTarget(length - 1)) {
                length--;
            }
            if (length == 0) {
                throw new DataException(
                        DataException.Kind.MISSING_VALUE,
                        place() + ": expected values of the targets "
                                + layout.columns().targets() + " but none of the " + count
                                + " rows has any. Is it the right"
                                + " column?");
            }
        }
        if (layout.missing() == Missing.DROP) {
            drop();
        }
        List<String> names = layout.columns().numbers();
        for (int j = 0; j < names.size(); j++) {
            if (layout.indicators()) {
                markMissing(j);
            }
            fill(layout.number(j), names.get(j), layout.knownAhead(j) ? count : length, false);
        }
        List<String> categories = layout.columns().categories();
        for (int j = 0; j < categories.size(); j++) {
            fill(layout.category(j), categories.get(j), count, true);
        }
    }

    private boolean anyTarget(int row) {
        for (int j = 0; j < layout.numberOfTargets(); j++) {
            if (!missing(row, layout.number(j))) {
                return true;
            }
        }
        return false;
    }

    private void drop() {
        int kept = 0;
        int keptLength = 0;
        for (int row = 0; row < count; row++) {
            if (!complete(row)) {
                continue;
            }
            if (kept < row) {
                store.copyRow(from + row, store, from + kept);
            }
            kept++;
            keptLength += row < length ? 1 : 0;
        }
        if (keptLength == 0) {
            throw new DataException(
                    DataException.Kind.MISSING_VALUE,
                    place() + ": expected rows without missing values but each of the " + count + " rows misses one of "
                            + layout.names() + ". Leave columns out or fill them in.");
        }
        count = kept;
        length = keptLength;
    }

    private boolean complete(int row) {
        for (int j = 0; j < layout.numberOfNumbers(); j++) {
            if (missing(row, layout.number(j)) && (row < length || layout.knownAhead(j))) {
                return false;
            }
        }
        for (int j = 0; j < layout.columns().categories().size(); j++) {
            if (missing(row, layout.category(j))) {
                return false;
            }
        }
        return true;
    }

    private void markMissing(int number) {
        int rows = layout.knownAhead(number) ? count : length;
        for (int row = 0; row < rows; row++) {
            store.setNumber(from + row, layout.indicator(number), missing(row, layout.number(number)) ? 1 : 0);
        }
    }

    private void fill(int field, String name, int rows, boolean category) {
        for (int row = 0; row < rows; row++) {
            if (!missing(row, field)) {
                continue;
            }
            int next = row + 1;
            while (next < rows && missing(next, field)) {
                next++;
            }
            for (int gap = row; gap < next; gap++) {
                store.setNumber(from + gap, field, filled(field, name, gap, new Gap(row, next, rows, category)));
            }
            row = next;
        }
    }

    /**
     * Rows without a value.
     *
     * @param from the first of them
     * @param to the row after the last one
     * @param rows how many rows the column has
     * @param category whether it is a column of categories
     */
    private record Gap(int from, int to, int rows, boolean category) {}

    private double filled(int field, String name, int row, Gap gap) {
        boolean begins = gap.from() == 0;
        boolean ends = gap.to() == gap.rows();
        Missing how = layout.missing();
        if (how == Missing.ZERO) {
            return gap.category() ? TableAssembly.NO_TEXT : 0;
        }
        if (how == Missing.FORWARD && !begins) {
            return store.number(from + gap.from() - 1, field);
        }
        if (how == Missing.INTERPOLATE && !(begins && ends)) {
            return interpolated(field, row, gap);
        }
        throw new DataException(
                        DataException.Kind.MISSING_VALUE,
                        place(row, name) + ": expected a value but found none"
                                + (how == Missing.FORWARD ? ", and none before it that could stand in" : "")
                                + (how == Missing.INTERPOLATE ? ", nor in any other row" : "")
                                + ". Values must not be missing: fill it in, leave its row out, or treat missing values in another way.")
                .inColumn(name)
                .atLine(store.bits(from + row, StoreLayout.LINE));
    }

    private double interpolated(int field, int row, Gap gap) {
        if (gap.from() == 0) {
            return store.number(from + gap.to(), field);
        }
        double before = store.number(from + gap.from() - 1, field);
        if (gap.to() == gap.rows() || gap.category()) {
            return before;
        }
        double after = store.number(from + gap.to(), field);
        double share = (row - gap.from() + 1.0) / (gap.to() - gap.from() + 1.0);
        return before + share * (after - before);
    }

    /** Writes the ids of a vocabulary over the numbers of the texts. */
    void rename(int category, double[] ids) {
        int field = layout.category(category);
        for (int row = 0; row < count; row++) {
            double text = store.number(from + row, field);
            store.setNumber(from + row, field, text == TableAssembly.NO_TEXT ? Categories.UNKNOWN : ids[(int) text]);
        }
    }

    /** The series. */
    TimeSeries series(List<Categories> vocabularies) {
        ColumnRoles columns = layout.columns();
        SeriesBuilder builder = TimeSeries.builder(source).withId(id);
        int at = 0;
        for (String name : columns.targets()) {
            builder.withTarget(column(name, layout.number(at++), length));
        }
        for (String name : columns.features()) {
            builder.withFeature(column(name, layout.number(at++), length));
        }
        for (String name : columns.known()) {
            builder.withKnown(column(name, layout.number(at++), count));
        }
        if (layout.indicators()) {
            List<String> names = columns.numbers();
            for (int j = 0; j < names.size(); j++) {
                boolean ahead = layout.knownAhead(j);
                Column indicator =
                        column(StoreLayout.indicatorName(names.get(j)), layout.indicator(j), ahead ? count : length);
                if (ahead) {
                    builder.withKnown(indicator);
                } else {
                    builder.withFeature(indicator);
                }
            }
        }
        for (int j = 0; j < columns.categories().size(); j++) {
            builder.withCategory(
                    vocabularies.get(j), column(columns.categories().get(j), layout.category(j), count));
        }
        if (columns.date().isPresent()) {
            List<LocalDateTime> dates = new StoredDates(store, from, count);
            DateOrder.requireIncreasing(
                    place(), columns.date().get(), dates, row -> store.bits(from + row, StoreLayout.LINE));
            builder.withDates(dates);
        }
        return builder.build();
    }

    private Column column(String name, int field, int rows) {
        return new StoredColumn(name, store, field, from, rows);
    }
}
