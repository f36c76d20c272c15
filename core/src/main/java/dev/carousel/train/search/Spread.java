package dev.carousel.train.search;

import java.util.Arrays;

/**
 * The results of several runs that differ by their seeds: mean, deviation, median and range.
 *
 * <pre>{@code
 * mean = Σ x / n        deviation = √(Σ (x - mean)² / (n - 1))
 * Spread.of(1.52, 1.49, 1.55).median();     // 1.52
 * }</pre>
 *
 * @param count n
 * @param mean the mean
 * @param deviation the standard deviation of a sample; 0 where there is one number
 * @param min the least
 * @param median the middle one, or the mean of the two in the middle
 * @param max the largest
 */
public record Spread(int count, double mean, double deviation, double min, double median, double max) {

    /**
     * The spread of numbers.
     *
     * @throws IllegalArgumentException if there is none, or one is not finite
     */
    public static Spread of(double... numbers) {
        if (numbers.length == 0 || !Arrays.stream(numbers).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("Spread: expected finite numbers, one at least, but found "
                    + Arrays.toString(numbers) + ". Leave out the runs that diverged.");
        }
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double mean = Arrays.stream(sorted).sum() / n;
        double squares = Arrays.stream(sorted).map(x -> (x - mean) * (x - mean)).sum();
        double median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
        return new Spread(n, mean, n == 1 ? 0 : Math.sqrt(squares / (n - 1)), sorted[0], median, sorted[n - 1]);
    }
}
