package dev.carousel.data.forecast;

import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import java.util.List;

/**
 * Which season serves some series best: the one whose course, moved to the level of the context, errs least on the training
 * rows. It is the forecast of a network whose outputs are all 0, from which training starts.
 */
final class SeasonChoice {

    /** So many forecasts of each series, evenly spread, tell the seasons apart. */
    private static final int FORECASTS = 1000;

    private SeasonChoice() {}

    /**
     * The best of some formulations.
     *
     * @param series at least one
     * @param splits one a series
     * @param candidates differ in their season only, at least one
     */
    static ForecastSpec best(List<TimeSeries> series, List<Split> splits, List<ForecastSpec> candidates) {
        ForecastSpec best = candidates.get(0);
        double least = Double.POSITIVE_INFINITY;
        int first = candidates.stream().mapToInt(ForecastSpec::rowsBefore).max().orElseThrow();
        for (ForecastSpec spec : candidates) {
            ForecastErrors errors = new ForecastErrors();
            for (int i = 0; i < series.size(); i++) {
                add(
                        errors,
                        ForecastWindows.of(series.get(i), spec),
                        first,
                        splits.get(i).trainingEnd());
            }
            if (errors.mase() < least) {
                least = errors.mase();
                best = spec;
            }
        }
        return best;
    }

    /** Errors are in units of each column's deviation, so that all columns count alike. */
    private static void add(ForecastErrors errors, ForecastWindows windows, int first, int trainingEnd) {
        int horizon = windows.spec().horizon();
        int step = Math.max(1, (trainingEnd - horizon - first) / FORECASTS);
        for (int k = 0; k < windows.spec().columns().targets(); k++) {
            double scale = windows.target(k).deviation();
            for (int origin = first; origin <= trainingEnd - horizon; origin += step) {
                for (int row = origin; row < origin + horizon; row++) {
                    double forecast = windows.seasonForecast(k, origin, row);
                    errors.add(forecast, windows.series().value(k, row), scale);
                }
            }
        }
    }
}
