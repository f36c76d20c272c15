package dev.carousel.data;

/**
 * How far forecasts were from the truth, added up one by one.
 *
 * <pre>{@code
 * MAE  = 1/n Σ |forecast - truth|
 * RMSE = √(1/n Σ (forecast - truth)²)
 * }</pre>
 *
 * <p>Mutable, for one thread at a time.
 */
public final class ForecastErrors {

    private double absolute;
    private double squared;
    private long count;

    /** No errors yet. */
    public ForecastErrors() {}

    /** Counts one forecast. */
    public void add(double forecast, double truth) {
        double error = forecast - truth;
        absolute += Math.abs(error);
        squared += error * error;
        count++;
    }

    /**
     * Counts a batch of forecasts.
     *
     * @param forecasts as {@link ForecastWindows#forecast} wrote them
     * @param series the truth
     * @param origins one a forecast, whose horizon lies in the series
     * @param from which of them is the first of the batch
     * @param batchSize how many
     * @param horizon how many rows each has
     */
    public void addBatch(double[] forecasts, TimeSeries series, int[] origins, int from, int batchSize, int horizon) {
        for (int n = 0; n < batchSize; n++) {
            for (int h = 0; h < horizon; h++) {
                add(forecasts[n * horizon + h], series.value(origins[from + n] + h));
            }
        }
    }

    /** How many were counted. */
    public long count() {
        return count;
    }

    /** The mean absolute error; NaN if nothing was counted. */
    public double mae() {
        return absolute / count;
    }

    /** The root of the mean squared error; NaN if nothing was counted. */
    public double rmse() {
        return Math.sqrt(squared / count);
    }
}
