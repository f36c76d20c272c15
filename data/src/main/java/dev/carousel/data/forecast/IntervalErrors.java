package dev.carousel.data.forecast;

import dev.carousel.kernel.OneThread;
import java.util.List;

/**
 * How good quantile forecasts were, added up one by one.
 *
 * <pre>{@code
 * pinball of q   = 1/n Σ max(q (truth - forecast), (q - 1) (truth - forecast))
 * below q        = the share of truths at most as high as their forecast of q; well calibrated: q
 * coverage       = the share of truths between the least and the greatest quantile, both included
 * width          = 1/n Σ (greatest - least)
 * }</pre>
 *
 * <p>The pinball loss is that of Koenker and Bassett 1978, Regression quantiles. Mutable, for one thread at a time; a second one that
 * counts meanwhile gets an error.
 */
public final class IntervalErrors {

    private final List<Double> quantiles;
    private final double[] pinball;
    private final long[] below;
    private long covered;
    private double width;
    private long count;

    private final OneThread one = new OneThread("IntervalErrors");

    /**
     * No errors yet.
     *
     * @param quantiles in increasing order; may be none
     */
    public IntervalErrors(List<Double> quantiles) {
        this.quantiles = List.copyOf(quantiles);
        this.pinball = new double[quantiles.size()];
        this.below = new long[quantiles.size()];
    }

    /**
     * Counts one forecast.
     *
     * @param forecasts holds the forecasts of the quantiles, in order and not crossing
     * @param at where they begin
     * @param truth what came
     * @throws IllegalStateException if another thread is counting
     */
    public void add(double[] forecasts, int at, double truth) {
        one.enter();
        try {
            count(forecasts, at, truth);
        } finally {
            one.leave();
        }
    }

    /** As {@link #add}, for one that has seen to it that no other thread counts. */
    void count(double[] forecasts, int at, double truth) {
        for (int i = 0; i < pinball.length; i++) {
            double e = truth - forecasts[at + i];
            double q = quantiles.get(i);
            pinball[i] += Math.max(q * e, (q - 1) * e);
            below[i] += e <= 0 ? 1 : 0;
        }
        if (pinball.length > 0) {
            double least = forecasts[at];
            double greatest = forecasts[at + pinball.length - 1];
            covered += truth >= least && truth <= greatest ? 1 : 0;
            width += greatest - least;
        }
        count++;
    }

    /** Counts what others of the same quantiles counted. */
    public void addAll(IntervalErrors others) {
        one.enter();
        try {
            for (int i = 0; i < pinball.length; i++) {
                pinball[i] += others.pinball[i];
                below[i] += others.below[i];
            }
            covered += others.covered;
            width += others.width;
            count += others.count;
        } finally {
            one.leave();
        }
    }

    /** The quantiles. */
    public List<Double> quantiles() {
        return quantiles;
    }

    /** How many were counted. */
    public long count() {
        return count;
    }

    /** The mean pinball loss of one quantile, by its place in the list. */
    public double pinball(int quantile) {
        return pinball[quantile] / count;
    }

    /** The mean pinball loss over all quantiles; NaN if there are none. */
    public double pinball() {
        double sum = 0;
        for (double one : pinball) {
            sum += one;
        }
        return sum / ((double) count * pinball.length);
    }

    /**
     * The continuous ranked probability score of the whole distribution, as these quantiles know it: twice their mean pinball loss
     * (Gneiting and Raftery 2007), which of a single number for all quantiles is its absolute error. Compare only what has the
     * same quantiles; NaN if there are none.
     */
    public double crps() {
        return 2 * pinball();
    }

    /** Which share of truths was at most as high as the forecast of a quantile, by its place in the list. */
    public double below(int quantile) {
        return (double) below[quantile] / count;
    }

    /** Which share of truths lay between the least and the greatest quantile. */
    public double coverage() {
        return (double) covered / count;
    }

    /** Which share should lie there: the greatest quantile less the least. */
    public double expectedCoverage() {
        return quantiles.isEmpty() ? Double.NaN : quantiles.get(quantiles.size() - 1) - quantiles.get(0);
    }

    /** How far apart the greatest and the least quantile are on average. */
    public double width() {
        return width / count;
    }
}
