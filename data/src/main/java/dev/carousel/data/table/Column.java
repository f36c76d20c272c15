package dev.carousel.data.table;

import java.util.List;

/**
 * A column of numbers, one a row; a reader does not see whether they are in an array or in a file.
 *
 * <pre>{@code
 * Column sales = Column.of("sales", 3, 4, 5);
 * sales.get(2);                           // 5
 * }</pre>
 *
 * <p>Its numbers never change, so that any thread may read it.
 */
public interface Column {

    /** Its name. */
    String name();

    /** The number of rows. */
    int length();

    /**
     * The number in a row.
     *
     * @param row 0 to length - 1
     * @throws IndexOutOfBoundsException if there is no such row
     */
    double get(int row);

    /**
     * The line of the file in which a row begins, for messages: counted from 1, or 0 where it comes from no file.
     *
     * @param row 0 to length - 1
     */
    long line(int row);

    /**
     * A column of numbers in memory.
     *
     * @param name its name
     * @param values one a row, copied
     */
    static Column of(String name, double... values) {
        return new ArrayColumn(name, values.clone(), new int[0]);
    }

    /**
     * The rows of some columns one after another, as one column of the first one's name.
     *
     * @param columns at least one
     */
    static Column concatenated(List<Column> columns) {
        return columns.size() == 1 ? columns.get(0) : new ConcatenatedColumn(columns);
    }

    /**
     * Some of the rows.
     *
     * @param from the first row
     * @param to the row after the last one
     */
    default Column rows(int from, int to) {
        return from == 0 && to == length() ? this : new ColumnPart(this, from, to);
    }

    /** All numbers in a new array; for columns that are known to be short. */
    default double[] toArray() {
        double[] values = new double[length()];
        for (int row = 0; row < values.length; row++) {
            values[row] = get(row);
        }
        return values;
    }
}
