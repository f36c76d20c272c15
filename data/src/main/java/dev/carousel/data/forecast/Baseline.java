package dev.carousel.data.forecast;

import dev.carousel.data.series.Spacing;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A naive forecast that a network has to beat.
 *
 * @param key what its errors are called in figures: {@code naive_KEY_mae}
 * @param label what tables and plots call it
 * @param naive the forecast
 */
public record Baseline(String key, String label, NaiveForecast naive) {

    /** Those of births: a week and a year of whole weeks. */
    public static final List<Baseline> OF_BIRTHS = List.of(
            new Baseline("week", "same weekday last week", NaiveForecast.of(7)),
            new Baseline("year", "same day 364 days ago", NaiveForecast.of(364)));

    /** The last value. */
    public static final Baseline LAST = new Baseline("last", "the last value", NaiveForecast.of(1));

    /**
     * Those that a series suggests: the last value, its week and year, or day and week, and your own season.
     *
     * @param spacing how far apart the rows are
     * @param season your own season, or 0
     * @param horizon how many rows a forecast has
     * @param rows how many rows stand before the first forecast
     */
    public static List<Baseline> of(Spacing spacing, int season, int horizon, int rows) {
        List<Baseline> all = new ArrayList<>(List.of(LAST));
        Stream.of(spacing.shortSeason(), spacing.longSeason(), season)
                .filter(period -> period > 1)
                .distinct()
                .sorted()
                .filter(period -> NaiveForecast.of(period).lag(horizon) <= rows)
                .forEach(period -> all.add(
                        new Baseline(String.valueOf(period), label(spacing, period), NaiveForecast.of(period))));
        return List.copyOf(all);
    }

    private static String label(Spacing spacing, int period) {
        boolean named = spacing.kind().counted();
        String time = named
                ? new Spacing(spacing.kind(), Math.multiplyExact(spacing.amount(), period)).toString()
                : period + " "
                        + (spacing.kind() == Spacing.Kind.WEEKDAYS || spacing.kind() == Spacing.Kind.BUSINESS_DAYS
                                ? "weekdays"
                                : "rows");
        return "the value " + time + " before";
    }
}
