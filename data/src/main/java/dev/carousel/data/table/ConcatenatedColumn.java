package dev.carousel.data.table;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Columns one after another. */
final class ConcatenatedColumn implements Column {

    private final List<Column> parts;

    /** Where each part begins, and where the last one ends. */
    private final int[] begins;

    ConcatenatedColumn(List<Column> parts) {
        this.parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("Columns one after another need at least one.");
        }
        this.begins = new int[parts.size() + 1];
        for (int i = 0; i < parts.size(); i++) {
            begins[i + 1] = Math.addExact(begins[i], parts.get(i).length());
        }
    }

    @Override
    public String name() {
        return parts.get(0).name();
    }

    @Override
    public int length() {
        return begins[parts.size()];
    }

    @Override
    public double get(int row) {
        int part = part(row);
        return parts.get(part).get(row - begins[part]);
    }

    @Override
    public long line(int row) {
        int part = part(row);
        return parts.get(part).line(row - begins[part]);
    }

    private int part(int row) {
        Objects.checkIndex(row, length());
        int found = Arrays.binarySearch(begins, row);
        // Parts without rows begin where the next one does, which is the one that has the row.
        int part = found >= 0 ? found : -found - 2;
        while (begins[part + 1] <= row) {
            part++;
        }
        return part;
    }
}
