package dev.carousel.bench;

import java.util.Arrays;

/** One number for several. */
final class Averages {

    private Averages() {}

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
