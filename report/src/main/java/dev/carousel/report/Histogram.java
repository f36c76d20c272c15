package dev.carousel.report;

import java.util.Arrays;

/** How often numbers lie where, in buckets that TensorBoard knows: each a tenth wider than the one nearer to zero. */
final class Histogram {

    private static final double GROWTH = 1.1;
    private static final double SMALLEST = 1e-12;
    private static final double LARGEST = 1e20;

    /** Upper ends, ascending; the last one has no end. */
    private static final double[] LIMITS = limits();

    private Histogram() {}

    private static double[] limits() {
        int half = (int) Math.ceil(Math.log(LARGEST / SMALLEST) / Math.log(GROWTH));
        double[] limits = new double[2 * half + 2];
        for (int i = 0; i < half; i++) {
            double limit = SMALLEST * Math.pow(GROWTH, i);
            limits[half + 1 + i] = limit;
            limits[half - 1 - i] = -limit;
        }
        limits[2 * half + 1] = Double.MAX_VALUE;
        return limits;
    }

    /**
     * The message {@code HistogramProto} of some numbers.
     *
     * @param from the first of them
     * @param end behind the last of them
     */
    static ProtobufMessage of(float[] values, int from, int end) {
        double[] counts = new double[LIMITS.length];
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double squares = 0;
        for (int i = from; i < end; i++) {
            double value = values[i];
            low = Math.min(low, value);
            high = Math.max(high, value);
            sum += value;
            squares += value * value;
            int place = Arrays.binarySearch(LIMITS, value);
            counts[Math.min(LIMITS.length - 1, place < 0 ? -place - 1 : place + 1)]++;
        }
        int first = 0;
        while (first < counts.length - 1 && counts[first] == 0) {
            first++;
        }
        int last = counts.length - 1;
        while (last > first && counts[last] == 0) {
            last--;
        }
        // One empty bucket before the first tells where that one begins.
        first = Math.max(0, first - 1);
        return new ProtobufMessage()
                .doubleNumber(1, low)
                .doubleNumber(2, high)
                .doubleNumber(3, end - from)
                .doubleNumber(4, sum)
                .doubleNumber(5, squares)
                .doubles(6, Arrays.copyOfRange(LIMITS, first, last + 1))
                .doubles(7, Arrays.copyOfRange(counts, first, last + 1));
    }
}
