package dev.carousel.data.anomaly;

import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.series.TimeSeries;
import java.util.ArrayList;
import java.util.List;

/**
 * A naive score of a row, which a network has to beat: how unusual its difference to the row before is.
 *
 * <pre>{@code
 * d_k   = z_k[row] - z_k[row - 1]
 * score = max_k |d_k - mean_k| / deviation_k
 * }</pre>
 *
 * @param means of the differences of each target
 * @param deviations their standard deviations, above 0
 */
public record NaiveAnomaly(List<Double> means, List<Double> deviations) {

    /** Copies the lists. */
    public NaiveAnomaly {
        means = List.copyOf(means);
        deviations = List.copyOf(deviations);
    }

    /**
     * Fits the differences of some rows.
     *
     * @param spec how the columns are normalised
     * @param series the series
     * @param ends of each the row after the last one that counts
     */
    public static NaiveAnomaly fitted(ForecastSpec spec, List<TimeSeries> series, int[] ends) {
        List<Double> means = new ArrayList<>();
        List<Double> deviations = new ArrayList<>();
        for (int k = 0; k < spec.columns().targets(); k++) {
            double sum = 0;
            double squares = 0;
            long count = 0;
            for (int i = 0; i < ends.length; i++) {
                for (int row = 1; row < ends[i]; row++) {
                    double d = difference(spec, series.get(i), k, row);
                    sum += d;
                    squares += d * d;
                    count++;
                }
            }
            double mean = count == 0 ? 0 : sum / count;
            double variance = count == 0 ? 0 : squares / count - mean * mean;
            means.add(mean);
            deviations.add(variance > 0 ? Math.sqrt(variance) : 1);
        }
        return new NaiveAnomaly(means, deviations);
    }

    private static double difference(ForecastSpec spec, TimeSeries series, int target, int row) {
        double deviation = spec.columns().of(series.id()).columns().get(target).deviation();
        return (series.value(target, row) - series.value(target, row - 1)) / deviation;
    }

    /**
     * The score of a row.
     *
     * @param row 1 or more; NaN for the first row
     */
    public double score(ForecastSpec spec, TimeSeries series, int row) {
        if (row == 0) {
            return Double.NaN;
        }
        double most = 0;
        for (int k = 0; k < means.size(); k++) {
            double d = difference(spec, series, k, row);
            most = Math.max(most, Math.abs(d - means.get(k)) / deviations.get(k));
        }
        return most;
    }
}
