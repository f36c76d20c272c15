package dev.carousel.cli;

import dev.carousel.cli.console.Format;
import dev.carousel.data.ForecastSpec;
import dev.carousel.data.ForecastWindows;
import dev.carousel.data.Split;
import dev.carousel.data.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Forecasters: the rows that follow a file, and the mean absolute error beside naive forecasts. */
final class ForecastCommands implements TaskCommands {

    private static final MathContext SEVEN_DIGITS = new MathContext(7);

    @Override
    public String kind() {
        return ForecastTask.KIND;
    }

    @Override
    public List<String> predict(Predict command, Model model, Network network, Figures figures) {
        ForecastSpec spec = ForecastTask.spec(model);
        String name = command.only("a CSV file");
        TimeSeries series = ForecastData.named(name, model, spec).series();
        series.note().ifPresent(text -> command.note("note: " + text));
        ForecastWindows windows = ForecastWindows.of(series, spec);
        int origin = windows.nextOrigin();
        double[] forecast = new Forecaster(network, Team.single()).forecasts(windows, new int[] {origin})[0];
        boolean dated = series.hasDates() && series.spacing().regular();
        List<String> lines = new ArrayList<>();
        List<Object> rows = new ArrayList<>();
        lines.add((dated ? "date" : "row") + "," + Csv.field(spec.target()));
        for (int h = 0; h < forecast.length; h++) {
            String row = dated ? Dates.text(series.date(origin + h)) : String.valueOf(origin + h + 1);
            String number = new BigDecimal(forecast[h]).round(SEVEN_DIGITS).toPlainString();
            lines.add(row + "," + number);
            rows.add(row);
        }
        figures.with("target", spec.target())
                .with("rows", rows)
                .with(
                        "forecast",
                        IntStream.range(0, forecast.length)
                                .mapToObj(h -> forecast[h])
                                .toList());
        return lines;
    }

    @Override
    public void evaluate(Evaluate command, Model model, Network network, Team team, Figures figures) {
        ForecastSpec spec = ForecastTask.spec(model);
        ForecastData source = ForecastData.named(command.data("a CSV file"), model, spec);
        TimeSeries series = source.series();
        series.note().ifPresent(text -> command.note("note: " + text));
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Evaluate.Part chosen = command.part(model, source.file().sha256());
        int from = 0;
        if (chosen == Evaluate.Part.held_out) {
            Split split = ForecastTask.split(model, series.length());
            from = split.validationEnd();
        }
        int[] origins = windows.origins(from, series.length());
        boolean births =
                source.file().sha256().equals(ForecastData.births().file().sha256());
        List<Baseline> baselines = births
                ? Baseline.OF_BIRTHS
                : Baseline.of(
                        series, new Split(origins[0], origins[0], series.length()), spec.horizon(), spec.season());
        double[][] forecasts = new Forecaster(network, team).forecasts(windows, origins);
        ForecastScores scores = ForecastScores.of(series, origins, forecasts, baselines);
        command.console.line(Format.count(origins.length) + " forecasts of " + ForecastNames.row(series, origins[0])
                + " to " + ForecastNames.row(series, series.length() - 1)
                + (chosen == Evaluate.Part.held_out ? ", held out" : ""));
        command.console.line("");
        scores.table(ForecastNames.steps(series)).forEach(command.console::line);
        command.console.line("");
        command.console.line(scores.verdict());
        figures.with("part", chosen.name());
        scores.addTo(figures);
    }
}
