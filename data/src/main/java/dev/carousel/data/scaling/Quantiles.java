package dev.carousel.data.scaling;

import dev.carousel.data.DataException;
import java.util.Arrays;
import java.util.List;

/** Quantiles of numbers, and the lists of them that a forecaster predicts. */
public final class Quantiles {

    private static final int MOST = 99;

    private Quantiles() {}

    /**
     * The quantile of sorted numbers, interpolated between its neighbours: with n numbers, the one at place (n - 1) q.
     *
     * @param sorted at least one, the least first
     * @param q from 0 to 1
     */
    public static double ofSorted(double[] sorted, double q) {
        double place = q * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** The median, of a copy. */
    public static double median(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return ofSorted(sorted, 0.5);
    }

    /** Refuses a list that is not of increasing quantiles with the median among them; an empty one is a point forecast. */
    public static void require(List<Double> quantiles) {
        double before = 0;
        for (double q : quantiles) {
            if (!(q > before && q < 1)) {
                throw new DataException("Quantiles must lie between 0 and 1 and increase but are " + quantiles
                        + ", as in 0.1,0.5,0.9.");
            }
            before = q;
        }
        if (quantiles.size() > MOST) {
            throw new DataException(
                    "At most " + MOST + " quantiles can be forecast but " + quantiles.size() + " were named.");
        }
        if (!quantiles.isEmpty() && !quantiles.contains(0.5)) {
            throw new DataException("The quantiles " + quantiles
                    + " must have the median 0.5 among them: it is the forecast, the others tell how sure it is.");
        }
    }
}
