package dev.carousel.data.anomaly;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Metadata;
import dev.carousel.data.scaling.Quantiles;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The score above which a row raises an alarm, fitted on the scores of normal rows so that a given share of them raises
 * one.
 *
 * <p>QUANTILE is the empirical one, which cannot estimate shares smaller than one in as many rows as there are. EXTREME
 * takes the scores above their 90 % quantile t and continues them by a generalised Pareto distribution, whatever the
 * scores' own:
 *
 * <pre>{@code
 * P(score > t + y | score > t) = (1 + γ y / σ)^(-1/γ)          exp(-y / σ) where γ = 0
 * threshold = t + σ / γ ((share n / n_t)^(-γ) - 1)             n scores, n_t of them above t
 * }</pre>
 *
 * <p>with γ and σ by probability-weighted moments (Hosking and Wallis 1987, Parameter and quantile estimation for the
 * generalized Pareto distribution; the use for alarms is that of Siffer and others 2017, Anomaly detection in streams with
 * extreme value theory). γ is kept within -0.5 and 0.5. Where fewer than 20 scores lie above t, or the share is at least
 * that of the scores above t, EXTREME is QUANTILE.
 *
 * @param value scores above it are alarms
 * @param share the share of normal rows that is expected above it
 * @param fit how it was fitted
 */
public record AlarmThreshold(double value, double share, Fit fit) {

    /** How a threshold is fitted. */
    public enum Fit {
        /** The empirical quantile of the scores. */
        QUANTILE,
        /** A generalised Pareto distribution over the largest scores. */
        EXTREME;

        /** Its name in a model file: "quantile", "extreme". */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final double LEVEL = 0.9;
    private static final int FEWEST_PEAKS = 20;
    private static final double WIDEST_SHAPE = 0.5;
    private static final double NO_SHAPE = 1e-6;

    /** Checks the numbers. */
    public AlarmThreshold {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("A threshold must be finite but is " + value + ".");
        }
        requireShare(share);
    }

    private static void requireShare(double share) {
        if (!(share > 0 && share < 1)) {
            throw new DataException("The share of alarms must be above 0 and below 1 but is " + share
                    + ". It is what is expected of normal rows, such as 0.001.");
        }
    }

    /**
     * Fits a threshold.
     *
     * @param scores of rows that are normal, finite; not changed
     * @param share which share of such rows may raise an alarm
     * @param fit how
     * @throws DataException if there are no scores or the share is not one
     */
    public static AlarmThreshold fitted(double[] scores, double share, Fit fit) {
        requireShare(share);
        if (scores.length == 0) {
            throw new DataException("There are no scores to fit a threshold on. Hold out more rows.");
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        if (!Double.isFinite(sorted[0]) || !Double.isFinite(sorted[sorted.length - 1])) {
            throw new IllegalArgumentException("A threshold is fitted on finite scores only.");
        }
        double value = fit == Fit.QUANTILE ? Quantiles.ofSorted(sorted, 1 - share) : extreme(sorted, share);
        return new AlarmThreshold(value, share, fit);
    }

    private static double extreme(double[] sorted, double share) {
        double t = Quantiles.ofSorted(sorted, LEVEL);
        int first = sorted.length;
        while (first > 0 && sorted[first - 1] > t) {
            first--;
        }
        int peaks = sorted.length - first;
        double beyond = share * sorted.length / Math.max(1, peaks);
        if (peaks < FEWEST_PEAKS || beyond >= 1) {
            return Quantiles.ofSorted(sorted, 1 - share);
        }
        // a0 = E[y], a1 = E[y (1 - F(y))]; then k = a0 / (a0 - 2 a1) - 2 is -γ.
        double a0 = 0;
        double a1 = 0;
        for (int j = 0; j < peaks; j++) {
            double y = sorted[first + j] - t;
            a0 += y / peaks;
            a1 += y * (peaks - (j + 0.65)) / ((double) peaks * peaks);
        }
        double spread = a0 - 2 * a1;
        if (!(spread > 0)) {
            return Quantiles.ofSorted(sorted, 1 - share);
        }
        double shape = Math.max(-WIDEST_SHAPE, Math.min(WIDEST_SHAPE, 2 - a0 / spread));
        // The mean of the distribution is σ / (1 - γ), which keeps σ true to a γ that was cut.
        double sigma = a0 * (1 - shape);
        double tail =
                Math.abs(shape) < NO_SHAPE ? -sigma * Math.log(beyond) : sigma / shape * (Math.pow(beyond, -shape) - 1);
        return t + tail;
    }

    /** Whether a score is an alarm. A score that is not a number is none. */
    public boolean alarms(double score) {
        return score > value;
    }

    /** As plain values, for the metadata of a model file. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("threshold", value);
        map.put("alarm_share", share);
        map.put("threshold_fit", fit.label());
        return map;
    }

    /**
     * Back from {@link #toMap}, from a file that nobody vouches for.
     *
     * @throws DataException if a value is missing or is not what it must be
     */
    public static AlarmThreshold fromMap(Map<?, ?> map) {
        String label = Metadata.text(map, "threshold_fit");
        for (Fit fit : Fit.values()) {
            if (fit.label().equals(label)) {
                return new AlarmThreshold(Metadata.number(map, "threshold"), Metadata.number(map, "alarm_share"), fit);
            }
        }
        throw Metadata.wrong("threshold_fit", "quantile or extreme", label);
    }
}
