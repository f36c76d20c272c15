package dev.carousel.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * How long things took, in a fixed memory however many they are: 32 counts for each doubling, so that a quantile is at most 3 %
 * too large.
 */
final class WaitingTimes {

    private static final int PARTS = 5;

    private final long[] counts = new long[Long.SIZE << PARTS];
    private long all;
    private long longest;

    /** Counts one. */
    void add(long nanos) {
        counts[place(nanos)]++;
        all++;
        longest = Math.max(longest, nanos);
    }

    void clear() {
        Arrays.fill(counts, 0);
        all = 0;
        longest = 0;
    }

    /** Below which the given share of them lies, in nanoseconds. */
    long quantile(double share) {
        long left = (long) Math.ceil(share * all);
        for (int i = 0; i < counts.length; i++) {
            left -= counts[i];
            if (left <= 0) {
                return Math.min(longest, upper(i));
            }
        }
        return longest;
    }

    /** The median and what is rare, as multiples of it. */
    String line() {
        long median = quantile(0.5);
        return String.format(
                Locale.ROOT,
                "%,d steps: median %,d ns, 99 %% below %,d, 99.9 %% below %,d (%.1f times the median), the longest %,d",
                all,
                median,
                quantile(0.99),
                quantile(0.999),
                quantile(0.999) / (double) median,
                longest);
    }

    /** Below 64 each number has a place of its own; above, the five bits after the first choose among 32. */
    private static int place(long nanos) {
        int shift = Math.max(0, Long.SIZE - 1 - PARTS - Long.numberOfLeadingZeros(nanos | 1));
        return (shift << PARTS) + (int) (nanos >>> shift);
    }

    private static long upper(int place) {
        int shift = Math.max(0, (place >> PARTS) - 1);
        return (((long) place - ((long) shift << PARTS) + 1) << shift) - 1;
    }
}
