package dev.carousel.data.forecast;

import java.util.function.IntToDoubleFunction;

/**
 * The sums of the numbers before each row, of which one in 256 is kept.
 *
 * <pre>{@code
 * before(0) = 0                before(row + 1) = before(row) + value(row)
 * }</pre>
 *
 * <p>The others are summed up again from the last one that is kept, in the same order, and so to the same bits.
 */
public final class LevelSums {

    private static final int SHIFT = 8;

    private final IntToDoubleFunction value;
    private final double[] kept;

    private LevelSums(IntToDoubleFunction value, double[] kept) {
        this.value = value;
        this.kept = kept;
    }

    /**
     * Sums up.
     *
     * @param rows how many numbers there are
     * @param value the number of a row, always the same
     */
    public static LevelSums of(int rows, IntToDoubleFunction value) {
        double[] kept = new double[(rows >> SHIFT) + 1];
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += value.applyAsDouble(row);
            if ((row + 1) % (1 << SHIFT) == 0) {
                kept[(row + 1) >> SHIFT] = sum;
            }
        }
        return new LevelSums(value, kept);
    }

    /** The sum of all numbers before a row, 0 to rows. */
    public double before(int row) {
        double sum = kept[row >> SHIFT];
        for (int i = row >> SHIFT << SHIFT; i < row; i++) {
            sum += value.applyAsDouble(i);
        }
        return sum;
    }
}
