package dev.carousel.cli.forecast;

import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.plot.ForecastPlot;
import dev.carousel.data.forecast.ForecastErrors;
import dev.carousel.data.forecast.ForecastSkill;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.report.words.SeriesNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How forecasts are put into words and pictures, and what the options of their commands are by default. */
public final class ForecastNames {

    /** Fewer updates hardly begin to learn; chosen by backtests within training rows, see docs/recipes.md. */
    public static final int LEAST_UPDATES = 600;

    /** So many targets have a table each; those of the others are in {@code --json}. */
    private static final int MOST_TABLES = 10;

    private ForecastNames() {}

    /** The defaults that births and a user's file share, and some that you add. */
    public static Map<String, String> defaults(Map<String, String> own) {
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

    /** Prints the figures of judged forecasts; all of them, or the mean absolute errors alone. */
    static void print(Subcommand command, JudgedForecasts judged, TimeSeries series, boolean all) {
        Console console = command.console;
        int targets = series.targets().size();
        int shown = targets == 1 ? 1 : command.isQuiet() ? 0 : Math.min(targets, MOST_TABLES);
        for (int k = 0; k < shown; k++) {
            console.line("");
            judged.table(k, SeriesNames.steps(series.spacing())).forEach(console::line);
            if (all) {
                console.line("");
                judged.figuresTable(k).forEach(console::line);
            }
        }
        console.line("");
        if (shown < targets) {
            console.line((shown == 0 ? "all " : "and ") + (targets - shown) + (shown == 0 ? "" : " more")
                    + " targets together (each with --json)");
        }
        console.line(judged.verdict());
        if (all) {
            console.line(judged.squaredVerdict());
        }
    }

    /** A picture of the forecast of the first target from one origin, and of the errors of all. */
    static ForecastPlot.Picture picture(
            ForecastRun run, int origin, double[] forecast, String label, JudgedForecasts judged) {
        TimeSeries series = run.test().get(0).windows().series();
        ForecastSpec spec = run.spec();
        int horizon = spec.horizon();
        int first = origin - spec.context();
        boolean dated = series.hasDates() && series.spacing().regular();
        ForecastSkill.Naive naive = judged.skill().bestNaive();
        double[] ours = IntStream.range(0, horizon)
                .mapToDouble(h -> forecast[h * spec.outputSize() + spec.middle()])
                .toArray();
        double[] naiveForecast = IntStream.range(0, horizon)
                .mapToDouble(h -> naive.baseline().naive().value(series, origin, h))
                .toArray();
        double[] truth = IntStream.range(first, origin + horizon)
                .mapToDouble(series::value)
                .toArray();
        return new ForecastPlot.Picture(
                run.data().title(),
                "forecast of " + SeriesNames.row(series, origin) + " to "
                        + SeriesNames.row(series, origin + horizon - 1) + ", held out",
                series.targets().size() == 1 ? run.data().unit() : series.target(),
                SeriesNames.steps(series.spacing()),
                dated
                        ? IntStream.range(first, origin + horizon)
                                .mapToObj(series::date)
                                .toList()
                        : List.of(),
                first,
                truth,
                new ForecastPlot.Line(label, ours, judged.network().byStep(0, ForecastErrors::mae)),
                new ForecastPlot.Line(
                        naive.baseline().label(), naiveForecast, naive.scores().byStep(0, ForecastErrors::mae)),
                Format.count(judged.skill().forecasts()) + " held-out forecasts: mean absolute error "
                        + Format.figure(judged.network().total(0).mae()) + ", " + judged.verdict());
    }
}
