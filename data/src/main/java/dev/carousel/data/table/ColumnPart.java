package dev.carousel.data.table;

import java.util.Objects;

/**
 * Some rows of another column.
 *
 * @param whole the other column
 * @param from its first row that counts
 * @param to the row after the last one
 */
record ColumnPart(Column whole, int from, int to) implements Column {

    ColumnPart {
        Objects.checkFromToIndex(from, to, whole.length());
    }

    @Override
    public String name() {
        return whole.name();
    }

    @Override
    public int length() {
        return to - from;
    }

    @Override
    public double get(int row) {
        return whole.get(from + Objects.checkIndex(row, length()));
    }

    @Override
    public long line(int row) {
        return whole.line(from + Objects.checkIndex(row, length()));
    }
}
