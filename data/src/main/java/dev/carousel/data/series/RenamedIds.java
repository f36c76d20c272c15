package dev.carousel.data.series;

import dev.carousel.data.table.Column;

/** The ids of a column of categories in another vocabulary. */
final class RenamedIds implements Column {

    private final Column ids;
    private final int[] renamed;

    RenamedIds(Column ids, Categories from, Categories to) {
        this.ids = ids;
        this.renamed = new int[from.size()];
        for (int id = 1; id < renamed.length; id++) {
            renamed[id] = to.id(from.value(id));
        }
    }

    @Override
    public String name() {
        return ids.name();
    }

    @Override
    public int length() {
        return ids.length();
    }

    @Override
    public double get(int row) {
        return renamed[(int) ids.get(row)];
    }

    @Override
    public long line(int row) {
        return ids.line(row);
    }
}
