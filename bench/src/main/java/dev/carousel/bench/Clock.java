package dev.carousel.bench;

import java.util.Arrays;

/** Times something again and again and takes the median. */
final class Clock {

    private static final int RUNS_AT_LEAST = 5;

    /** A warm-up ends when a round of it was no faster than the one before, but not before or after so many rounds. */
    private static final int WARM_UP_ROUNDS_AT_LEAST = 3;

    private static final int WARM_UP_ROUNDS_AT_MOST = 20;
    private static final double NO_FASTER = 0.97;

    private Clock() {}

    /** The median time of a run in nanoseconds. */
    static double medianNanos(Runnable run, double seconds) {
        long[] nanos = new long[1 << 10];
        int count = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end || count < RUNS_AT_LEAST) {
            long begun = System.nanoTime();
            run.run();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos, 0, count);
        return count % 2 == 1 ? nanos[count / 2] : (nanos[count / 2 - 1] + nanos[count / 2]) / 2.0;
    }

    /** Runs in rounds of so many seconds until the just-in-time compiler has done its work, as far as their times tell. */
    static void warmUp(Runnable run, double seconds) {
        double before = Double.POSITIVE_INFINITY;
        for (int round = 1; round <= WARM_UP_ROUNDS_AT_MOST; round++) {
            double now = medianNanos(run, seconds);
            if (round >= WARM_UP_ROUNDS_AT_LEAST && now > NO_FASTER * before) {
                return;
            }
            before = now;
        }
    }

    /** The median of some numbers. */
    static double median(double... numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The geometric mean of some numbers. */
    static double geometricMean(double... numbers) {
        return Math.exp(Arrays.stream(numbers).map(Math::log).average().orElse(Double.NaN));
    }
}
