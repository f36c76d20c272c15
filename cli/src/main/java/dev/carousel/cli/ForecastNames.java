package dev.carousel.cli;

import dev.carousel.cli.console.Format;
import dev.carousel.cli.plot.ForecastPlot;
import dev.carousel.data.ForecastWindows;
import dev.carousel.data.Spacing;
import dev.carousel.data.TimeSeries;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How forecasts are put into words and pictures, and what the options of their commands are by default. */
final class ForecastNames {

    private ForecastNames() {}

    /** The defaults that births and a user's file share, and some of one's own. */
    static Map<String, String> defaults(Map<String, String> own) {
        Map<String, String> all = new HashMap<>(Map.of(
                "--cell", "lstm",
                "--hidden", "64",
                "--layers", "1",
                "--dropout", "0",
                "--initialisation", "uniform",
                "--epochs", "10",
                "--batch", "64",
                "--rate", "0.004",
                "--schedule", "cosine",
                "--clip", "1"));
        all.putAll(own);
        return Map.copyOf(all);
    }

    /** What a step of a series is called, in the plural: {@code days}. */
    static String steps(TimeSeries series) {
        Spacing spacing = series.spacing();
        if (spacing.kind() == Spacing.Kind.SECONDS) {
            if (spacing.amount() == Duration.ofDays(1).toSeconds()) {
                return "days";
            }
            if (spacing.amount() == Duration.ofHours(1).toSeconds()) {
                return "hours";
            }
        }
        return spacing.kind() == Spacing.Kind.MONTHS && spacing.amount() == 1 ? "months" : "rows";
    }

    /** A row's date, or its number counted from 1. */
    static String row(TimeSeries series, int row) {
        return series.hasDates() ? Dates.text(series.date(row)) : "row " + Format.count(row + 1L);
    }

    /** A picture of the forecast from one origin, and of the errors of all. */
    static ForecastPlot.Picture picture(
            ForecastData data,
            ForecastWindows windows,
            int origin,
            double[] forecast,
            Baseline naive,
            ForecastScores scores) {
        TimeSeries series = windows.series();
        int horizon = forecast.length;
        int first = origin - windows.spec().context();
        boolean dated = series.hasDates() && series.spacing().regular();
        double[] naiveForecast = IntStream.range(0, horizon)
                .mapToDouble(h -> naive.naive().value(series, origin, h))
                .toArray();
        double[] truth = IntStream.range(first, origin + horizon)
                .mapToDouble(series::value)
                .toArray();
        return new ForecastPlot.Picture(
                data.title(),
                "forecast of " + row(series, origin) + " to " + row(series, origin + horizon - 1) + ", held out",
                data.unit(),
                steps(series),
                dated
                        ? IntStream.range(first, origin + horizon)
                                .mapToObj(series::date)
                                .toList()
                        : List.of(),
                first,
                truth,
                new ForecastPlot.Line("LSTM", forecast, scores.network().byStep()),
                new ForecastPlot.Line(
                        naive.label(), naiveForecast, scores.bestNaive().byStep()),
                Format.count(scores.origins()) + " held-out forecasts: mean absolute error "
                        + Format.figure(scores.network().mean()) + ", " + scores.verdict());
    }
}
