package dev.carousel.data.series;

import dev.carousel.data.file.RowStore;
import dev.carousel.data.table.Column;
import java.util.Objects;

/**
 * A field of some rows of a store.
 *
 * @param name its name
 * @param store the rows of all series
 * @param field which field of a row
 * @param from the first row of the series
 * @param length how many rows the column has
 */
record StoredColumn(String name, RowStore store, int field, int from, int length) implements Column {

    @Override
    public double get(int row) {
        return store.number(from + Objects.checkIndex(row, length), field);
    }

    @Override
    public long line(int row) {
        return store.bits(from + Objects.checkIndex(row, length), StoreLayout.LINE);
    }

    @Override
    public String toString() {
        return "Column[" + name + ", " + length + " rows]";
    }
}
