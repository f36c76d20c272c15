package dev.carousel.stream;

import java.time.Duration;
import java.util.Objects;

/**
 * How a pool of sessions works. None of it changes a bit of an answer, but for halvedAfter.
 *
 * @param name what its sessions are stored under; empty for the model's fingerprint
 * @param threads that take steps; each has sessions of its own, by their keys
 * @param queueCapacity how many events may wait or be under way at once
 * @param maxBatch how many sessions are stepped together at most
 * @param batchDelay for how long a thread that has some events waits for more; zero for not at all
 * @param idle after which time without an event a session goes to the store; zero for never
 * @param maxInMemory how many sessions are kept in memory at most. With a store the longest idle ones leave it, without one a new
 *     session is refused
 * @param writeThrough whether an answer waits until a durable store has committed the state after it; otherwise sessions are
 *     written when they leave memory, by {@link Sessions#flush} and by {@link Sessions#close}
 * @param maxEvents how many events one call may bring
 * @param gaps whether numbers may leave some out, as offsets of a log do
 * @param halvedAfter after which time without an event the state of a session in memory is rounded to bfloat16, half of its
 *     size; zero for never. <b>The only option that changes answers</b>: each number of the state keeps 8 bits of its
 *     significand, a relative error of at most 1/256, once for each such pause. Of networks alone
 * @param shared whether other pools, also of other processes, have the same sessions in the same store: then each turn reads its
 *     sessions from there, and writes them back only if nobody else has meanwhile, or takes the turn anew. Needs writeThrough
 */
public record PoolOptions(
        String name,
        int threads,
        int queueCapacity,
        int maxBatch,
        Duration batchDelay,
        Duration idle,
        int maxInMemory,
        boolean writeThrough,
        int maxEvents,
        boolean gaps,
        Duration halvedAfter,
        boolean shared) {

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException if a number is not positive, or a time negative
     */
    public PoolOptions {
        Objects.requireNonNull(name, "PoolOptions: the name is null; leave it empty for the model's fingerprint");
        positive("threads", threads);
        positive("queueCapacity", queueCapacity);
        positive("maxBatch", maxBatch);
        positive("maxInMemory", maxInMemory);
        positive("maxEvents", maxEvents);
        notNegative("batchDelay", batchDelay);
        notNegative("idle", idle);
        notNegative("halvedAfter", halvedAfter);
        if (shared && !writeThrough) {
            throw new IllegalArgumentException(
                    "PoolOptions: sessions that are shared with other pools must be written through,"
                            + " or the others would not see what happened to them.");
        }
    }

    private static void positive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("PoolOptions: " + what + " is " + number + " but must be at least 1.");
        }
    }

    private static void notNegative(String what, Duration time) {
        Objects.requireNonNull(time, () -> "PoolOptions: " + what + " is null; Duration.ZERO switches it off");
        if (time.isNegative()) {
            throw new IllegalArgumentException(
                    "PoolOptions: " + what + " is " + time + " but must not be negative; zero switches it off.");
        }
    }

    /** As many threads as there are processors, 65,536 events that wait, 256 sessions a batch, no time limits. */
    public static PoolOptions defaults() {
        return new PoolOptions(
                "",
                Runtime.getRuntime().availableProcessors(),
                65_536,
                256,
                Duration.ZERO,
                Duration.ZERO,
                Integer.MAX_VALUE,
                true,
                4096,
                false,
                Duration.ZERO,
                false);
    }

    /** With another name. */
    public PoolOptions withName(String with) {
        return new PoolOptions(
                with,
                threads,
                queueCapacity,
                maxBatch,
                batchDelay,
                idle,
                maxInMemory,
                writeThrough,
                maxEvents,
                gaps,
                halvedAfter,
                shared);
    }

    /** With another number of threads. */
    public PoolOptions withThreads(int with) {
        return new PoolOptions(
                name,
                with,
                queueCapacity,
                maxBatch,
                batchDelay,
                idle,
                maxInMemory,
                writeThrough,
                maxEvents,
                gaps,
                halvedAfter,
                shared);
    }

    /** With another queue. */
    public PoolOptions withQueueCapacity(int with) {
        return new PoolOptions(
                name,
                threads,
                with,
                maxBatch,
                batchDelay,
                idle,
                maxInMemory,
                writeThrough,
                maxEvents,
                gaps,
                halvedAfter,
                shared);
    }

    /** With other batches. */
    public PoolOptions withMaxBatch(int with) {
        return new PoolOptions(
                name,
                threads,
                queueCapacity,
                with,
                batchDelay,
                idle,
                maxInMemory,
                writeThrough,
                maxEvents,
                gaps,
                halvedAfter,
                shared);
    }

    /** With another delay. */
    public PoolOptions withBatchDelay(Duration with) {
        return new PoolOptions(
                name,
                threads,
                queueCapacity,
                maxBatch,
                with,
                idle,
                maxInMemory,
                writeThrough,
                maxEvents,
                gaps,
                halvedAfter,
                shared);
    }

    /** With another time after which sessions go to the store. */
    public PoolOptions withIdle(Duration with) {
        return new PoolOptions(
                name,
                threads,
                queueCapacity,
                maxBatch,
                batchDelay,
                with,
                maxInMemory,
                writeThrough,
                maxEvents,
                gaps,
                halvedAfter,
                shared);
    }

    /** With another number of sessions in memory. */
    public PoolOptions withMaxInMemory(int with) {
        return new PoolOptions(
                name,
                threads,
                queueCapacity,
                maxBatch,
                batchDelay,
                idle,
                with,
                writeThrough,
                maxEvents,
                gaps,
                halvedAfter,
                shared);
    }

    /** With or without waiting for the commit. */
    public PoolOptions withWriteThrough(boolean with) {
        return new PoolOptions(
                name,
                threads,
                queueCapacity,
                maxBatch,
                batchDelay,
                idle,
                maxInMemory,
                with,
                maxEvents,
                gaps,
                halvedAfter,
                shared);
    }

    /** With another limit of events a call. */
    public PoolOptions withMaxEvents(int with) {
        return new PoolOptions(
                name,
                threads,
                queueCapacity,
                maxBatch,
                batchDelay,
                idle,
                maxInMemory,
                writeThrough,
                with,
                gaps,
                halvedAfter,
                shared);
    }

    /** With or without gaps between numbers. */
    public PoolOptions withGaps(boolean with) {
        return new PoolOptions(
                name,
                threads,
                queueCapacity,
                maxBatch,
                batchDelay,
                idle,
                maxInMemory,
                writeThrough,
                maxEvents,
                with,
                halvedAfter,
                shared);
    }

    /** With another time after which states are rounded. */
    public PoolOptions withHalvedAfter(Duration with) {
        return new PoolOptions(
                name,
                threads,
                queueCapacity,
                maxBatch,
                batchDelay,
                idle,
                maxInMemory,
                writeThrough,
                maxEvents,
                gaps,
                with,
                shared);
    }

    /** With sessions that others have, too, or not. */
    public PoolOptions withShared(boolean with) {
        return new PoolOptions(
                name,
                threads,
                queueCapacity,
                maxBatch,
                batchDelay,
                idle,
                maxInMemory,
                writeThrough,
                maxEvents,
                gaps,
                halvedAfter,
                with);
    }
}
