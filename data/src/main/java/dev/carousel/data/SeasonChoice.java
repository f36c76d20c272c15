package dev.carousel.data;

import java.util.List;

/**
 * Which season serves a series best: the one whose course, moved to the level of the context, errs least on the training
 * rows. It is the forecast of a network whose outputs are all 0, from which training starts.
 */
final class SeasonChoice {

    /** So many forecasts, evenly spread, tell the seasons apart. */
    private static final int FORECASTS = 1000;

    private SeasonChoice() {}

    /**
     * The best of some formulations.
     *
     * @param series the series
     * @param trainingEnd the row after the last training row
     * @param candidates differ in their season only, at least one
     */
    static ForecastSpec best(TimeSeries series, int trainingEnd, List<ForecastSpec> candidates) {
        int horizon = candidates.get(0).horizon();
        int first = candidates.stream()
                .mapToInt(spec -> spec.context() + spec.season())
                .max()
                .orElseThrow();
        int step = Math.max(1, (trainingEnd - horizon - first) / FORECASTS);
        ForecastSpec best = candidates.get(0);
        double least = Double.POSITIVE_INFINITY;
        for (ForecastSpec spec : candidates) {
            ForecastWindows windows = ForecastWindows.of(series, spec);
            ForecastErrors errors = new ForecastErrors();
            for (int origin = first; origin <= trainingEnd - horizon; origin += step) {
                for (int row = origin; row < origin + horizon; row++) {
                    errors.add(windows.seasonForecast(origin, row), series.value(row));
                }
            }
            if (errors.mae() < least) {
                least = errors.mae();
                best = spec;
            }
        }
        return best;
    }
}
