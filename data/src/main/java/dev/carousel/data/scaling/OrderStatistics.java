package dev.carousel.data.scaling;

import dev.carousel.data.table.Column;
import java.util.Arrays;

/**
 * Quantiles of a column of any length, exact and in little memory.
 *
 * <p>A long column is not sorted. The number at a place of the order is found by counting: the 64 bits of a double, put so
 * that they order as the numbers do, are four digits of 16 bits, and each pass over the column finds one of them.
 */
final class OrderStatistics {

    private static final int DIGIT_BITS = 16;
    private static final int DIGITS = 1 << DIGIT_BITS;

    /** Columns up to this length are sorted. */
    private static final int MOST_SORTED = 1 << 16;

    private OrderStatistics() {}

    /**
     * A quantile, interpolated between its neighbours: with n numbers, the one at place (n - 1) q of their order.
     *
     * @param column one finite number a row
     * @param from the first row that counts
     * @param to the row after the last one
     * @param q from 0 to 1
     */
    static double quantile(Column column, int from, int to, double q) {
        return quantile(column.rows(from, to), q, MOST_SORTED);
    }

    /** The same of all rows, sorted up to a length of your choice. */
    static double quantile(Column column, double q, int mostSorted) {
        double place = q * (column.length() - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(column.length() - 1, below + 1);
        double low;
        double high;
        if (column.length() <= mostSorted) {
            double[] sorted = column.toArray();
            Arrays.sort(sorted);
            low = sorted[below];
            high = sorted[above];
        } else {
            low = atPlace(column, below);
            high = above == below || place == below ? low : atPlace(column, above);
        }
        return low + (place - below) * (high - low);
    }

    /** The number with this many others before it in the order. */
    private static double atPlace(Column column, int place) {
        long prefix = 0;
        long before = place;
        for (int shift = Long.SIZE - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
            int[] counts = new int[DIGITS];
            for (int row = 0; row < column.length(); row++) {
                long bits = ordered(column.get(row));
                if (shift == Long.SIZE - DIGIT_BITS || bits >>> (shift + DIGIT_BITS) == prefix) {
                    counts[(int) (bits >>> shift) & (DIGITS - 1)]++;
                }
            }
            int digit = 0;
            while (before >= counts[digit]) {
                before -= counts[digit++];
            }
            prefix = prefix << DIGIT_BITS | digit;
        }
        return Double.longBitsToDouble(prefix < 0 ? prefix ^ Long.MIN_VALUE : ~prefix);
    }

    /** Bits that order, without sign, as the numbers do. */
    private static long ordered(double number) {
        long bits = Double.doubleToRawLongBits(number);
        return bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
    }
}
