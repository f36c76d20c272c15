package dev.carousel.data.anomaly;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.FittingSeries;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.network.PackedNetwork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Fits the scores and the thresholds of a detector on the validation rows of the series that its network was trained on.
 *
 * <pre>{@code
 * AnomalyTask task = AnomalyFit.of(forecastTask, series).withShare(0.001).fit(network.pack());
 * Model.of(network, task.toTask(), provenance).save(path);
 * }</pre>
 *
 * <p>Each series is followed from its first row to the end of its validation; rows that are known to be anomalies do not count.
 * Immutable.
 */
public final class AnomalyFit {

    private static final double SHARE = 0.001;

    private final ForecastTask task;
    private final List<TimeSeries> series;
    private final Labelled labelled;
    private final double share;
    private final AlarmThreshold.Fit how;

    private AnomalyFit(
            ForecastTask task, List<TimeSeries> series, Labelled labelled, double share, AlarmThreshold.Fit how) {
        this.task = task;
        this.series = series;
        this.labelled = labelled;
        this.share = share;
        this.how = how;
    }

    /** Which rows are known to be anomalies. */
    public interface Labelled {

        /**
         * Whether a row is.
         *
         * @param series which of the series
         * @param row which of its rows
         */
        boolean is(int series, int row);
    }

    /**
     * All rows are normal, one in 1000 of them may raise an alarm, and the threshold is fitted by extreme-value theory.
     *
     * @param task the forecaster's, with the splits of these series
     * @param series with the columns of the task
     */
    public static AnomalyFit of(ForecastTask task, List<TimeSeries> series) {
        return new AnomalyFit(task, List.copyOf(series), (of, row) -> false, SHARE, AlarmThreshold.Fit.EXTREME);
    }

    /** With rows that are known to be anomalies. */
    public AnomalyFit withAnomalies(Labelled labelled) {
        return new AnomalyFit(task, series, labelled, share, how);
    }

    /** With another share of normal rows that may raise an alarm. */
    public AnomalyFit withShare(double share) {
        return new AnomalyFit(task, series, labelled, share, how);
    }

    /** With another way to fit the threshold. */
    public AnomalyFit withThreshold(AlarmThreshold.Fit how) {
        return new AnomalyFit(task, series, labelled, share, how);
    }

    /**
     * Fits.
     *
     * @param network the trained one
     * @throws DataException if the formulation cannot follow a stream, or too few rows are held out
     */
    public AnomalyTask fit(PackedNetwork network) {
        ForecastSpec spec = task.spec();
        int[] ends =
                series.stream().mapToInt(one -> task.split(one).trainingEnd()).toArray();
        NaiveAnomaly naive = NaiveAnomaly.fitted(spec, series, ends);
        // Errors need no middle and spread yet; a stream needs some.
        List<Double> zeros = Collections.nCopies(spec.columns().targets(), 0.0);
        List<Double> ones = Collections.nCopies(spec.columns().targets(), 1.0);
        AnomalySpec plain = new AnomalySpec(spec, zeros, ones, new AlarmThreshold(0, SHARE, how));
        List<double[]> errors = new ArrayList<>();
        List<Double> naiveScores = new ArrayList<>();
        for (int i = 0; i < series.size(); i++) {
            TimeSeries one = FittingSeries.require(series.get(i), spec);
            AnomalyStream stream = AnomalyStream.of(network, plain, one.id());
            for (int row = 0; row < task.split(one).validationEnd(); row++) {
                double score = stream.add(one, row);
                if (row >= ends[i] && !Double.isNaN(score) && !labelled.is(i, row)) {
                    errors.add(stream.errors());
                    naiveScores.add(naive.score(spec, one, row));
                }
            }
        }
        AnomalySpec fitted = AnomalySpec.fitted(spec, errors, share, how);
        double[] scores = naiveScores.stream().mapToDouble(score -> score).toArray();
        return new AnomalyTask(task, fitted, naive, AlarmThreshold.fitted(scores, share, how));
    }
}
