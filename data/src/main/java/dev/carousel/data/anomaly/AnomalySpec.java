package dev.carousel.data.anomaly;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.scaling.Quantiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How rows are scored by their distance from what a network expected: all that a model file must hold, apart from the
 * network, to follow a stream.
 *
 * <p>The network forecasts the next row from all before it. On rows that are normal and that it was not trained on, the
 * errors of each column have a middle and a spread; a row's score is that of the column farthest from its middle.
 *
 * <pre>{@code
 * e_k    = z_k - forecast of z_k                        z: normalised, so that several series can be followed alike
 * score  = max_k |e_k - middle_k| / spread_k          middle: the median of e_k; spread: 1.4826 median |e_k - middle_k|
 * alarm  = score > threshold
 * }</pre>
 *
 * <p>The factor makes the spread a standard deviation where errors are normally distributed; where more than half of the
 * errors are equal, it is their standard deviation.
 *
 * @param forecast how a row is presented to the network: step by step, relative to the row before or to nothing
 * @param middles the middle of each target's errors
 * @param spreads their spreads, above 0
 * @param threshold which scores are alarms
 */
public record AnomalySpec(ForecastSpec forecast, List<Double> middles, List<Double> spreads, AlarmThreshold threshold) {

    private static final double TO_DEVIATION = 1.4826;

    /** Checks that the formulation can follow a stream and each target has its numbers. */
    public AnomalySpec {
        middles = List.copyOf(middles);
        spreads = List.copyOf(spreads);
        requireStream(forecast);
        int targets = forecast.columns().targets();
        if (middles.size() != targets || spreads.size() != targets) {
            throw new DataException(targets + " columns need as many middles and spreads of their errors but there are "
                    + middles.size() + " and " + spreads.size() + ".");
        }
        if (!spreads.stream().allMatch(spread -> spread > 0 && Double.isFinite(spread))) {
            throw new DataException("The spreads of errors must be finite and above 0 but are " + spreads + ".");
        }
    }

    static void requireStream(ForecastSpec forecast) {
        if (forecast.stepping() != Stepping.STEP_BY_STEP
                || !forecast.relative().streams()
                || !forecast.quantiles().isEmpty()) {
            throw new DataException(
                    "A stream is followed row by row, so values must be relative to the row before or to"
                            + " nothing, and forecasts be single numbers step by step, but here they are relative to "
                            + forecast.relative().label() + ", "
                            + forecast.stepping().label() + ", with the quantiles "
                            + forecast.quantiles() + ".");
        }
    }

    /**
     * Fits the scores and the threshold.
     *
     * @param forecast how a row is put before the network
     * @param errors truth less forecast, normalised, of normal rows that the network was not trained on: for each
     *     row, one a target
     * @param share which share of normal rows may raise an alarm
     * @param fit how the threshold is fitted
     * @throws DataException if there are too few rows to tell
     */
    public static AnomalySpec fitted(
            ForecastSpec forecast, List<double[]> errors, double share, AlarmThreshold.Fit fit) {
        if (errors.size() < 2) {
            throw new DataException("A threshold needs held-out rows that are normal, but there are " + errors.size()
                    + ". Hold out more.");
        }
        List<Double> middles = new ArrayList<>();
        List<Double> spreads = new ArrayList<>();
        for (int k = 0; k < forecast.columns().targets(); k++) {
            int target = k;
            double[] column = errors.stream().mapToDouble(row -> row[target]).toArray();
            double middle = Quantiles.median(column);
            middles.add(middle);
            spreads.add(spread(column, middle));
        }
        AlarmThreshold none = new AlarmThreshold(0, share, fit);
        AnomalySpec scale = new AnomalySpec(forecast, middles, spreads, none);
        double[] scores = errors.stream().mapToDouble(scale::score).toArray();
        return new AnomalySpec(forecast, middles, spreads, AlarmThreshold.fitted(scores, share, fit));
    }

    private static double spread(double[] errors, double middle) {
        double[] distances =
                Arrays.stream(errors).map(e -> Math.abs(e - middle)).toArray();
        double spread = TO_DEVIATION * Quantiles.median(distances);
        if (spread > 0) {
            return spread;
        }
        double squares = Arrays.stream(distances).map(d -> d * d).average().orElse(0);
        return squares > 0 ? Math.sqrt(squares) : 1;
    }

    /** The score of a row's errors. */
    public double score(double[] errors) {
        return distance(errors, farthestColumn(errors));
    }

    /** Which target is the farthest from what was expected, by its place. */
    public int farthestColumn(double[] errors) {
        int farthest = 0;
        for (int k = 1; k < errors.length; k++) {
            farthest = distance(errors, k) > distance(errors, farthest) ? k : farthest;
        }
        return farthest;
    }

    private double distance(double[] errors, int k) {
        return Math.abs(errors[k] - middles.get(k)) / spreads.get(k);
    }

    /** The same with another threshold. */
    public AnomalySpec withThreshold(AlarmThreshold threshold) {
        return new AnomalySpec(forecast, middles, spreads, threshold);
    }
}
