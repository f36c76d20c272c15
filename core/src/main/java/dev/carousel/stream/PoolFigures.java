package dev.carousel.stream;

import java.util.List;

/**
 * How much there is and was in a pool of sessions. Numbers that count go up from 0 at its beginning.
 *
 * @param sessions how many are in memory
 * @param waiting how many events wait or are under way
 * @param events how many were taken
 * @param steps how many products these were: a step of one or several sessions together
 * @param largestBatch the most sessions that were stepped together
 * @param refused how many calls were refused because the queue was full
 * @param repeated how many numbered events came again and got the answer of the first time
 * @param evicted how many sessions left memory for the store
 * @param loaded how many came back from it
 * @param commits how many writes of the store there were
 * @param written how many sessions these wrote
 * @param storeFailures how many of them failed
 * @param callbackFailures how many callbacks threw something
 * @param batches how many steps were of up to 1, 2, 4, ... sessions (at i those of up to {@code 2^i} and more than half of that); the
 *     last of all above
 * @param stepTimes how many steps took up to 1, 2, 4, ... microseconds, likewise
 * @param stepNanos how long all steps took together, in nanoseconds
 */
public record PoolFigures(
        long sessions,
        long waiting,
        long events,
        long steps,
        long largestBatch,
        long refused,
        long repeated,
        long evicted,
        long loaded,
        long commits,
        long written,
        long storeFailures,
        long callbackFailures,
        List<Long> batches,
        List<Long> stepTimes,
        long stepNanos) {

    /** The mean number of sessions that were stepped together. */
    public double meanBatch() {
        return steps == 0 ? 0 : (double) events / steps;
    }
}
