package dev.carousel.train;

import dev.carousel.kernel.OneThread;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Batches of a source that can only be read from its beginning. */
final class CountedBatches implements Batches {

    private static final int UNKNOWN = -1;

    private final Supplier<Iterator<Batch>> epochs;
    private int size = UNKNOWN;
    private Iterator<Batch> epoch = Collections.emptyIterator();
    private int next;
    private final OneThread one = new OneThread("source of batches");
    private @Nullable Batch last;

    CountedBatches(Supplier<Iterator<Batch>> epochs) {
        this.epochs = epochs;
    }

    @Override
    public int size() {
        return one.alone(this::counted);
    }

    private int counted() {
        if (size == UNKNOWN) {
            int count = 0;
            for (Iterator<Batch> all = epochs.get(); all.hasNext(); all.next()) {
                count++;
            }
            size = count;
        }
        return size;
    }

    @Override
    public Batch batch(int i) {
        return one.alone(() -> read(i));
    }

    private Batch read(int i) {
        // Batch 0 begins an epoch, which is read anew even if it is the only one.
        if (i > 0 && last != null && i == next - 1) {
            return last;
        }
        if (i < next || next == 0) {
            epoch = epochs.get();
            next = 0;
        }
        Batch found = null;
        while (next <= i) {
            if (!epoch.hasNext()) {
                throw new IllegalStateException("The source was counted to have " + counted()
                        + " batches an epoch but this time ended after " + next + ". Each epoch must have as many.");
            }
            found = epoch.next();
            next++;
        }
        last = found;
        if (found == null) {
            throw new IllegalStateException("The source gave null for batch " + i + ".");
        }
        if (next == size && epoch.hasNext()) {
            throw new IllegalStateException("The source was counted to have " + size
                    + " batches an epoch but this time has more. Each epoch must have as many.");
        }
        return found;
    }
}
