package dev.carousel.data.forecast;

import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.OneThread;

/**
 * How far forecasts were from the actual values, added up one by one.
 *
 * <pre>{@code
 * e     = forecast - truth
 * MAE   = 1/n Σ |e|
 * MSE   = 1/n Σ e²                RMSE = √MSE
 * bias  = 1/n Σ e
 * sMAPE = 1/n Σ 2 |e| / (|forecast| + |truth|)      0 where both are 0; from 0 to 2
 * MASE  = 1/n Σ |e| / scale       scale: the naive forecast's mean absolute error on the training rows
 * }</pre>
 *
 * <p>MASE is that of Hyndman and Koehler 2006, Another look at measures of forecast accuracy: below 1 is better than the
 * naive forecast one period ahead was within the training rows. Mutable, for one thread at a time; a second one that counts meanwhile gets an error.
 */
public final class ForecastErrors {

    private double absolute;
    private double squared;
    private double signed;
    private double relative;
    private double scaled;
    private long count;

    private final OneThread one = new OneThread("ForecastErrors");

    /** No errors yet. */
    public ForecastErrors() {}

    /** Counts one forecast, with a scale of 1. */
    public void add(double forecast, double truth) {
        add(forecast, truth, 1);
    }

    /**
     * Counts one forecast.
     *
     * @param scale what the error is divided by for the MASE, above 0
     * @throws IllegalStateException if another thread is counting
     */
    public void add(double forecast, double truth, double scale) {
        one.enter();
        try {
            count(forecast, truth, scale);
        } finally {
            one.leave();
        }
    }

    /** As {@link #add(double, double, double)}, for one that has seen to it that no other thread counts. */
    void count(double forecast, double truth, double scale) {
        double error = forecast - truth;
        absolute += Math.abs(error);
        squared += error * error;
        signed += error;
        double size = Math.abs(forecast) + Math.abs(truth);
        relative += size == 0 ? 0 : 2 * Math.abs(error) / size;
        scaled += Math.abs(error) / scale;
        count++;
    }

    /** Counts what others counted. */
    public void addAll(ForecastErrors others) {
        one.enter();
        try {
            absolute += others.absolute;
            squared += others.squared;
            signed += others.signed;
            relative += others.relative;
            scaled += others.scaled;
            count += others.count;
        } finally {
            one.leave();
        }
    }

    /**
     * Counts a batch of forecasts of a series' first target.
     *
     * @param forecasts as {@link ForecastWindows#forecast} wrote them
     * @param series the actual values
     * @param origins one a forecast, whose horizon lies in the series
     * @param from which of them is the first of the batch
     * @param batchSize how many
     * @param horizon how many rows each has
     */
    public void addBatch(double[] forecasts, TimeSeries series, int[] origins, int from, int batchSize, int horizon) {
        one.enter();
        try {
            for (int n = 0; n < batchSize; n++) {
                for (int h = 0; h < horizon; h++) {
                    count(forecasts[n * horizon + h], series.value(origins[from + n] + h), 1);
                }
            }
        } finally {
            one.leave();
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

    /** The mean squared error; NaN if nothing was counted. */
    public double mse() {
        return squared / count;
    }

    /** The root of the mean squared error; NaN if nothing was counted. */
    public double rmse() {
        return Math.sqrt(squared / count);
    }

    /** The mean error, above 0 where forecasts are too high; NaN if nothing was counted. */
    public double bias() {
        return signed / count;
    }

    /** The symmetric mean absolute percentage error as a share from 0 to 2; NaN if nothing was counted. */
    public double smape() {
        return relative / count;
    }

    /** The mean absolute scaled error; NaN if nothing was counted. */
    public double mase() {
        return scaled / count;
    }
}
