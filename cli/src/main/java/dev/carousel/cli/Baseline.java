package dev.carousel.cli;

import dev.carousel.data.NaiveForecast;
import dev.carousel.data.Spacing;
import dev.carousel.data.Split;
import dev.carousel.data.TimeSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A naive forecast that a network has to beat.
 *
 * @param key what its error is called in {@code --json}: {@code naive_KEY_mae}
 * @param label what tables and plots call it
 * @param naive the forecast
 */
record Baseline(String key, String label, NaiveForecast naive) {

    /** Those of births: a week and a year of whole weeks. */
    static final List<Baseline> OF_BIRTHS = List.of(
            new Baseline("week", "same weekday last week", NaiveForecast.of(7)),
            new Baseline("year", "same day 364 days ago", NaiveForecast.of(364)));

    /** Those that a series suggests: its week and year, or day and week, and a season of the user's; else the last value. */
    static List<Baseline> of(TimeSeries series, Split split, int horizon, int season) {
        Spacing spacing = series.spacing();
        List<Baseline> all = new ArrayList<>();
        Stream.of(spacing.shortSeason(), spacing.longSeason(), season)
                .filter(period -> period > 1)
                .distinct()
                .sorted()
                .filter(period -> NaiveForecast.of(period).lag(horizon) <= split.validationEnd())
                .forEach(period -> all.add(
                        new Baseline(String.valueOf(period), label(spacing, period), NaiveForecast.of(period))));
        return all.isEmpty() ? List.of(new Baseline("last", "the last value", NaiveForecast.of(1))) : List.copyOf(all);
    }

    private static String label(Spacing spacing, int period) {
        boolean named = spacing.kind() == Spacing.Kind.SECONDS || spacing.kind() == Spacing.Kind.MONTHS;
        String time = named
                ? new Spacing(spacing.kind(), Math.multiplyExact(spacing.amount(), period)).toString()
                : period + " " + (spacing.kind() == Spacing.Kind.WEEKDAYS ? "weekdays" : "rows");
        return "the value " + time + " before";
    }
}
