package dev.carousel.stream;

import java.time.Duration;
import java.util.Objects;

/**
 * How a pool of sessions works. None of it changes a bit of an answer.
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
        boolean gaps) {

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
    }

    private static void positive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("PoolOptions: " + what + " is " + number + " but must be at least 1.");
        }
    }

    private static void notNegative(String what, Duration time) {
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
                false);
    }

    /** With another name. */
    public PoolOptions withName(String with) {
        return new PoolOptions(
                with, threads, queueCapacity, maxBatch, batchDelay, idle, maxInMemory, writeThrough, maxEvents, gaps);
    }

    /** With another number of threads. */
    public PoolOptions withThreads(int with) {
        return new PoolOptions(
                name, with, queueCapacity, maxBatch, batchDelay, idle, maxInMemory, writeThrough, maxEvents, gaps);
    }

    /** With another queue. */
    public PoolOptions withQueueCapacity(int with) {
        return new PoolOptions(
                name, threads, with, maxBatch, batchDelay, idle, maxInMemory, writeThrough, maxEvents, gaps);
    }

    /** With other batches. */
    public PoolOptions withMaxBatch(int with) {
        return new PoolOptions(
                name, threads, queueCapacity, with, batchDelay, idle, maxInMemory, writeThrough, maxEvents, gaps);
    }

    /** With another delay. */
    public PoolOptions withBatchDelay(Duration with) {
        return new PoolOptions(
                name, threads, queueCapacity, maxBatch, with, idle, maxInMemory, writeThrough, maxEvents, gaps);
    }

    /** With another time after which sessions go to the store. */
    public PoolOptions withIdle(Duration with) {
        return new PoolOptions(
                name, threads, queueCapacity, maxBatch, batchDelay, with, maxInMemory, writeThrough, maxEvents, gaps);
    }

    /** With another number of sessions in memory. */
    public PoolOptions withMaxInMemory(int with) {
        return new PoolOptions(
                name, threads, queueCapacity, maxBatch, batchDelay, idle, with, writeThrough, maxEvents, gaps);
    }

    /** With or without waiting for the commit. */
    public PoolOptions withWriteThrough(boolean with) {
        return new PoolOptions(
                name, threads, queueCapacity, maxBatch, batchDelay, idle, maxInMemory, with, maxEvents, gaps);
    }

    /** With another limit of events a call. */
    public PoolOptions withMaxEvents(int with) {
        return new PoolOptions(
                name, threads, queueCapacity, maxBatch, batchDelay, idle, maxInMemory, writeThrough, with, gaps);
    }

    /** With or without gaps between numbers. */
    public PoolOptions withGaps(boolean with) {
        return new PoolOptions(
                name, threads, queueCapacity, maxBatch, batchDelay, idle, maxInMemory, writeThrough, maxEvents, with);
    }
}
