package dev.carousel.train;

import java.util.Iterator;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A source of batches: an epoch is the batches 0 to {@code size() - 1}, in order.
 *
 * <p>A source may reuse its buffers, so a batch is valid until its thread asks for the next. One thread at a time: the
 * sources of this library refuse a second one that asks meanwhile, and give a thread that asks later buffers of its own, so
 * that a batch never changes under another thread. The order of {@link #shuffle} is common to all threads.
 */
public interface Batches {

    /**
     * Batches that come one after the other, such as from a file that is read anew in each epoch: how many there are need not
     * be known. They are counted once, by reading all of an epoch, when {@link #size} is first asked.
     *
     * @param epochs begins an epoch, whenever batch 0 is asked for; each must give as many batches, though not the same, and
     *     more or fewer are refused. {@code hasNext} must leave the batch before as it is
     */
    static Batches of(Supplier<Iterator<Batch>> epochs) {
        return new CountedBatches(epochs);
    }

    /** How many batches an epoch has. */
    int size();

    /**
     * Orders the examples of the epoch that begins; what does not shuffle does nothing. The order depends on the
     * generator alone, not on earlier epochs.
     *
     * @param random draws the order
     */
    default void shuffle(RandomGenerator random) {}

    /**
     * One batch.
     *
     * @param i which, 0 to {@code size() - 1}
     * @return valid until the next call
     */
    Batch batch(int i);
}
