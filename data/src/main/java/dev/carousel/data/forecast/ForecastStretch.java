package dev.carousel.data.forecast;

/**
 * The forecasts of one series from consecutive origins.
 *
 * @param windows the forecasts of the series
 * @param first the first origin
 * @param last the last origin, at least the first
 */
public record ForecastStretch(ForecastWindows windows, int first, int last) {

    /** Checks the order. */
    public ForecastStretch {
        if (first > last) {
            throw new IllegalArgumentException("A stretch must have an origin but goes from " + first + " to " + last);
        }
    }

    /** How many forecasts it has. */
    public int size() {
        return last - first + 1;
    }

    /** The only forecast from the row after the last one. */
    public static ForecastStretch next(ForecastWindows windows) {
        return new ForecastStretch(windows, windows.nextOrigin(), windows.nextOrigin());
    }
}
