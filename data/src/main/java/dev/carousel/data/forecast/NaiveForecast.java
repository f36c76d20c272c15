package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.series.TimeSeries;

/**
 * A naive forecast: the value a whole number of periods ago, at the same position in the period.
 *
 * <pre>{@code
 * forecast of row o + h = y[o + h - lag(h)],   lag(h) = period * ceil((h + 1) / period)
 * }</pre>
 *
 * <p>With days and the period 7 this is the same weekday of the last week that was seen; with 364 the same weekday a year
 * ago; with the period 1 the last value.
 *
 * @param period how many rows the period has
 */
public record NaiveForecast(int period) {

    /** Checks that the period is at least 1. */
    public NaiveForecast {
        if (period < 1) {
            throw new IllegalArgumentException("The period is " + period + " but must be at least 1.");
        }
    }

    /** The forecast of a period. */
    public static NaiveForecast of(int period) {
        return new NaiveForecast(period);
    }

    /** How many rows back the last of some steps looks: the least multiple of the period that is not less. */
    public int lag(int steps) {
        return Math.toIntExact((long) period * ((steps + (long) period - 1) / period));
    }

    /**
     * The forecast of one row.
     *
     * @param series the series
     * @param origin the first row that is forecast, with a period of rows before it
     * @param h how many rows after the origin, 0 or more
     */
    public double value(TimeSeries series, int origin, int h) {
        return value(series, 0, origin, h);
    }

    /**
     * The forecast of one row of one of several targets.
     *
     * @param series the series
     * @param target its place among the targets
     * @param origin the first row that is forecast, with a period of rows before it
     * @param h how many rows after the origin, 0 or more
     */
    public double value(TimeSeries series, int target, int origin, int h) {
        return series.value(target, origin + h - lag(h + 1));
    }

    /**
     * How much this forecast errs one period ahead, on average over some rows: what errors are divided by for the MASE.
     *
     * <pre>{@code 1/n Σ |y[row] - y[row - period]| }</pre>
     *
     * @param series the series
     * @param target its place among the targets
     * @param rows the rows 0 to this one, excluded; more than a period
     * @return above 0; 1 where the rows repeat themselves exactly, or there are none
     */
    public double scale(TimeSeries series, int target, int rows) {
        double sum = 0;
        for (int row = period; row < rows; row++) {
            sum += Math.abs(series.value(target, row) - series.value(target, row - period));
        }
        return sum > 0 ? sum / (rows - period) : 1;
    }

    /**
     * The errors of this forecast.
     *
     * @param series the series
     * @param origins the forecasts
     * @param horizon how many rows each has
     * @throws DataException if an origin has less than a period of rows before it
     */
    public ForecastErrors errors(TimeSeries series, int[] origins, int horizon) {
        ForecastErrors errors = new ForecastErrors();
        for (int origin : origins) {
            requireRows(series, origin);
            for (int h = 0; h < horizon; h++) {
                errors.add(value(series, origin, h), series.value(origin + h));
            }
        }
        return errors;
    }

    /** Refuses an origin with less than a period of rows before it. */
    void requireRows(TimeSeries series, int origin) {
        if (origin < period) {
            throw new DataException(series.place() + ": a naive forecast with a period of " + period
                    + " rows needs as many rows before row " + origin + ".");
        }
    }
}
