package dev.carousel.data.series;

import dev.carousel.data.file.RowStore;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** The dates of some rows of a store. */
final class StoredDates extends AbstractList<LocalDateTime> implements RandomAccess {

    static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);

    private final RowStore store;
    private final int from;
    private final int size;

    StoredDates(RowStore store, int from, int size) {
        this.store = store;
        this.from = from;
        this.size = size;
    }

    @Override
    public LocalDateTime get(int row) {
        return date(store.bits(from + Objects.checkIndex(row, size), StoreLayout.DATE));
    }

    static LocalDateTime date(long bits) {
        return EPOCH.plus(bits, ChronoUnit.MICROS);
    }

    static long bits(LocalDateTime date) {
        return ChronoUnit.MICROS.between(EPOCH, date);
    }

    @Override
    public int size() {
        return size;
    }
}
