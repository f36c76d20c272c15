package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.OneThread;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How good forecasts were: for each target and each step of the horizon, the errors of the forecast and those of its
 * quantiles, added up one by one.
 *
 * <pre>{@code
 * ForecastScores scores = ForecastScores.of(spec, 24, split.trainingEnd());
 * forecaster.judge(List.of(windows.stretch(split.validationEnd(), split.end())), scores);
 * scores.total(0).mae();                          // of the first target
 * scores.errors(0, 23).rmse();                    // 24 steps ahead
 * scores.intervals(0).coverage();
 * }</pre>
 *
 * <p>The errors' scale, of which the MASE is in units, is that of {@link NaiveForecast#scale} on the rows that training
 * had. Mutable, for one thread at a time; a second one that counts meanwhile gets an error.
 */
public final class ForecastScores {

    private final int horizon;
    private final int targets;
    private final List<Double> quantiles;
    private final NaiveForecast scale;
    private final int scaleRows;
    private final ForecastErrors[] errors;
    private final IntervalErrors[] intervals;
    private long forecasts;

    private final OneThread one = new OneThread("ForecastScores");

    /** The scales of the series that came last, since one asks for them again and again. */
    private ScaledSeries scaled = new ScaledSeries("", new double[0]);

    private record ScaledSeries(String place, double[] scales) {}

    private ForecastScores(int horizon, int targets, List<Double> quantiles, NaiveForecast scale, int scaleRows) {
        this.horizon = horizon;
        this.targets = targets;
        this.quantiles = quantiles;
        this.scale = scale;
        this.scaleRows = scaleRows;
        this.errors = IntStream.range(0, horizon * targets)
                .mapToObj(i -> new ForecastErrors())
                .toArray(ForecastErrors[]::new);
        this.intervals = IntStream.range(0, horizon * targets)
                .mapToObj(i -> new IntervalErrors(quantiles))
                .toArray(IntervalErrors[]::new);
    }

    /**
     * Nothing judged yet.
     *
     * @param spec what is forecast
     * @param period after how many rows the naive forecast of the MASE repeats itself; 1 for the last value
     * @param scaleRows on how many rows of each series, the first ones, its error is measured; more than the period
     */
    public static ForecastScores of(ForecastSpec spec, int period, int scaleRows) {
        return new ForecastScores(
                spec.horizon(), spec.columns().targets(), spec.quantiles(), NaiveForecast.of(period), scaleRows);
    }

    /** The same for forecasts without quantiles, such as naive ones. */
    public ForecastScores ofPoints() {
        return new ForecastScores(horizon, targets, List.of(), scale, scaleRows);
    }

    /**
     * Counts one forecast, as a {@link Forecaster} gives it.
     *
     * @param windows of which series
     * @param origin from which row; its horizon lies in the series
     * @param forecast holds it
     * @param at where it begins
     * @throws IllegalStateException if another thread is counting
     */
    public void add(ForecastWindows windows, int origin, double[] forecast, int at) {
        one.enter();
        try {
            TimeSeries series = windows.series();
            int levels = Math.max(1, quantiles.size());
            double[] scales = scales(series);
            for (int h = 0; h < horizon; h++) {
                for (int k = 0; k < targets; k++) {
                    int from = at + (h * targets + k) * levels;
                    double truth = series.value(k, origin + h);
                    double middle = forecast[from + Math.max(0, quantiles.indexOf(0.5))];
                    errors[k * horizon + h].count(middle, truth, scales[k]);
                    intervals[k * horizon + h].count(forecast, from, truth);
                }
            }
            forecasts++;
        } finally {
            one.leave();
        }
    }

    /**
     * Judges a naive forecast.
     *
     * @param stretches from which origins
     * @param naive the forecast
     * @throws DataException if an origin has less than a period of rows before it
     */
    public void addNaive(List<ForecastStretch> stretches, NaiveForecast naive) {
        double[] forecast = new double[horizon * targets];
        for (ForecastStretch stretch : stretches) {
            TimeSeries series = stretch.windows().series();
            naive.requireRows(series, stretch.first());
            for (int origin = stretch.first(); origin <= stretch.last(); origin++) {
                for (int h = 0; h < horizon; h++) {
                    for (int k = 0; k < targets; k++) {
                        forecast[h * targets + k] = naive.value(series, k, origin, h);
                    }
                }
                add(stretch.windows(), origin, forecast, 0);
            }
        }
    }

    private double[] scales(TimeSeries series) {
        if (!scaled.place().equals(series.place()) || scaled.scales().length == 0) {
            double[] scales = IntStream.range(0, targets)
                    .mapToDouble(k -> scale.scale(series, k, Math.min(scaleRows, series.length())))
                    .toArray();
            scaled = new ScaledSeries(series.place(), scales);
        }
        return scaled.scales();
    }

    /** How many forecasts were judged, each of a whole horizon. */
    public long forecasts() {
        return forecasts;
    }

    /** How many steps a forecast has. */
    public int horizon() {
        return horizon;
    }

    /** How many targets it has. */
    public int targets() {
        return targets;
    }

    /** Which quantiles it has; may be none. */
    public List<Double> quantiles() {
        return quantiles;
    }

    /** The errors of a target at a step of the horizon, from 0. */
    public ForecastErrors errors(int target, int step) {
        return errors[target * horizon + step];
    }

    /** The errors of a target over all steps. */
    public ForecastErrors total(int target) {
        ForecastErrors all = new ForecastErrors();
        IntStream.range(0, horizon).forEach(h -> all.addAll(errors(target, h)));
        return all;
    }

    /** How good the quantiles of a target were at a step of the horizon, from 0. */
    public IntervalErrors intervals(int target, int step) {
        return intervals[target * horizon + step];
    }

    /** How good the quantiles of a target were over all steps. */
    public IntervalErrors intervals(int target) {
        IntervalErrors all = new IntervalErrors(quantiles);
        IntStream.range(0, horizon).forEach(h -> all.addAll(intervals(target, h)));
        return all;
    }

    /** A figure of a target at each step. */
    public double[] byStep(int target, ToDoubleFunction<ForecastErrors> figure) {
        return IntStream.range(0, horizon)
                .mapToDouble(h -> figure.applyAsDouble(errors(target, h)))
                .toArray();
    }
}
