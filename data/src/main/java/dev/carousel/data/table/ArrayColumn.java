package dev.carousel.data.table;

/**
 * A column in memory.
 *
 * @param name its name
 * @param values one number a row, not copied
 * @param lines the line of each row, not copied; empty where they come from no file
 */
record ArrayColumn(String name, double[] values, int[] lines) implements Column {

    @Override
    public int length() {
        return values.length;
    }

    @Override
    public double get(int row) {
        return values[row];
    }

    @Override
    public long line(int row) {
        return lines.length == 0 ? 0 : lines[row];
    }
}
