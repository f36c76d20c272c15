package dev.carousel.cli.forecast;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.task.Evaluate;
import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.Predict;
import dev.carousel.cli.task.RowAnswers;
import dev.carousel.cli.task.Streaming;
import dev.carousel.cli.task.TaskCommands;
import dev.carousel.data.DataException;
import dev.carousel.data.forecast.Baseline;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Distribution;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.report.words.DateText;
import dev.carousel.report.words.SeriesNames;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Forecasters: the rows that follow a file, and the errors next to those of naive forecasts. */
public final class ForecastCommands implements TaskCommands {

    @Override
    public String kind() {
        return ForecastTask.KIND;
    }

    @Override
    public List<String> predict(Predict command, Model model, Network network, Figures figures) {
        ForecastTask trained = horizon(command, ForecastTask.of(model));
        ForecastSpec spec = trained.spec();
        ForecastData data = ForecastData.named(command, command.only(ForecastData.WHAT), trained, command.dates)
                .forecastable(spec);
        ForecastTask task = trained.writtenFor(data.series());
        data.series().notes().forEach(text -> command.note("note: " + text));
        command.paths.ifPresent(count -> command.requireAtLeast("--paths", 1, count));
        boolean sampled = spec.distribution().isPresent();
        Forecaster forecaster = Forecaster.of(network.pack(), Team.single())
                .withSamples(command.paths.orElse(Forecaster.SAMPLES), command.seed);
        boolean dated = data.first().hasDates() && data.first().spacing().regular();
        String id = task.columns().id().map(name -> Csv.field(name) + ",").orElse("");
        boolean bare = command.paths.isPresent();
        List<String> lines = new ArrayList<>(List.of(id + (bare ? "path," : "") + (dated ? "date" : "row") + ","
                + (bare ? pathHeader(spec) : header(spec))));
        List<Object> all = new ArrayList<>();
        for (TimeSeries series : data.series()) {
            ForecastWindows windows = ForecastWindows.of(series, spec);
            double[][] paths = sampled ? forecaster.paths(windows, windows.nextOrigin()) : new double[0][];
            double[] forecast = sampled ? Forecaster.quantiles(spec, paths) : forecaster.next(windows);
            String name = id.isEmpty() ? "" : Csv.field(series.id()) + ",";
            List<String> rows = new ArrayList<>();
            for (int h = 0; h < spec.horizon(); h++) {
                int row = windows.nextOrigin() + h;
                rows.add(dated ? DateText.text(series.date(row), data.series().dates()) : String.valueOf(row + 1));
                if (!bare) {
                    lines.add(name + rows.get(h) + cells(task, forecast, h) + means(task, paths, h));
                }
            }
            if (bare) {
                lines.addAll(pathLines(task, name, rows, paths));
            }
            Map<String, Object> map = figures(spec, series.id(), rows, forecast);
            addPaths(map, spec, paths, bare);
            all.add(map);
        }
        if (all.size() == 1 && all.get(0) instanceof Map<?, ?> only) {
            only.forEach((name, value) -> figures.with(String.valueOf(name), value));
        } else {
            figures.with("series", all);
        }
        return lines;
    }

    /** With the horizon that was asked for, which a model that goes step by step can have. */
    private static ForecastTask horizon(Predict command, ForecastTask task) {
        if (command.horizon.isEmpty()) {
            return task;
        }
        int horizon = command.horizon.get();
        command.requireAtLeast("--horizon", 1, horizon);
        if (task.spec().stepping() == Stepping.AT_ONCE && horizon != task.spec().horizon()) {
            throw command.mistake("--horizon is " + horizon + " but the model forecasts "
                    + task.spec().horizon() + " rows at once. Train with --stepping step_by_step for any number.");
        }
        return task.withHorizon(horizon);
    }

    private static String header(ForecastSpec spec) {
        List<String> names = new ArrayList<>();
        for (String target : spec.targets()) {
            names.add(Csv.field(target));
            spec.quantiles().forEach(q -> names.add(Csv.field(target + " " + q)));
        }
        if (spec.distribution().isPresent()) {
            spec.targets().forEach(target -> names.add(Csv.field(target + " mean")));
        }
        return String.join(",", names);
    }

    private static String pathHeader(ForecastSpec spec) {
        return String.join(",", spec.targets().stream().map(Csv::field).toList());
    }

    private static double mean(double[][] paths, int place) {
        return Arrays.stream(paths).mapToDouble(path -> path[place]).average().orElseThrow();
    }

    /** The mean of each target over the paths, each cell after a comma; nothing where there are no paths. */
    private static String means(ForecastTask task, double[][] paths, int h) {
        StringBuilder cells = new StringBuilder();
        int targets = task.spec().targets().size();
        for (int k = 0; k < targets && paths.length > 0; k++) {
            // The mean of counts is no count.
            double mean = mean(paths, h * targets + k);
            cells.append(',')
                    .append(counts(task) ? Format.figure(mean) : task.digits().text(k, mean));
        }
        return cells.toString();
    }

    /** The lines of all paths of a series, one path after the other. */
    private static List<String> pathLines(ForecastTask task, String name, List<String> rows, double[][] paths) {
        List<String> lines = new ArrayList<>();
        int targets = task.spec().targets().size();
        for (int i = 0; i < paths.length; i++) {
            for (int h = 0; h < rows.size(); h++) {
                StringBuilder line =
                        new StringBuilder(name).append(i + 1).append(',').append(rows.get(h));
                for (int k = 0; k < targets; k++) {
                    line.append(',').append(text(task, k, paths[i][h * targets + k]));
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }

    private static void addPaths(Map<String, Object> map, ForecastSpec spec, double[][] paths, boolean bare) {
        if (paths.length == 0) {
            return;
        }
        map.put("mean", meansOf(spec, paths, 0));
        if (bare) {
            map.put("paths", pathsOf(spec, paths, 0));
        }
        if (spec.targets().size() > 1) {
            Map<String, Object> means = new LinkedHashMap<>();
            Map<String, Object> all = new LinkedHashMap<>();
            for (int k = 0; k < spec.targets().size(); k++) {
                means.put(spec.targets().get(k), meansOf(spec, paths, k));
                all.put(spec.targets().get(k), pathsOf(spec, paths, k));
            }
            map.put("means", means);
            if (bare) {
                map.put("paths_by_target", all);
            }
        }
    }

    private static List<Double> meansOf(ForecastSpec spec, double[][] paths, int target) {
        int targets = spec.targets().size();
        return IntStream.range(0, spec.horizon())
                .mapToObj(h -> mean(paths, h * targets + target))
                .toList();
    }

    private static List<List<Double>> pathsOf(ForecastSpec spec, double[][] paths, int target) {
        int targets = spec.targets().size();
        return Arrays.stream(paths)
                .map(path -> IntStream.range(0, spec.horizon())
                        .mapToObj(h -> path[h * targets + target])
                        .toList())
                .toList();
    }

    private static boolean counts(ForecastTask task) {
        return task.spec().distribution().filter(Distribution::counts).isPresent();
    }

    /** A forecast of a target, or a sampled value, which of counts is one. */
    private static String text(ForecastTask task, int target, double value) {
        return counts(task) ? String.valueOf((long) value) : task.digits().text(target, value);
    }

    /** The forecast of a row of the horizon, each cell after a comma. */
    static String cells(ForecastTask task, double[] forecast, int h) {
        ForecastSpec spec = task.spec();
        StringBuilder cells = new StringBuilder();
        for (int k = 0; k < spec.targets().size(); k++) {
            int at = h * spec.outputSize() + k * spec.levels();
            cells.append(',').append(text(task, k, forecast[at + spec.middle()]));
            for (int q = 0; q < spec.quantiles().size(); q++) {
                cells.append(',').append(text(task, k, forecast[at + q]));
            }
        }
        return cells.toString();
    }

    /** A forecast for {@code --json}. */
    static Map<String, Object> figures(ForecastSpec spec, String id, List<String> rows, double[] forecast) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (!id.isEmpty()) {
            map.put("id", id);
        }
        map.put("target", spec.target());
        map.put("rows", rows);
        map.put("forecast", column(spec, forecast, spec.middle()));
        for (int q = 0; q < spec.quantiles().size(); q++) {
            map.put("forecast_" + spec.quantiles().get(q), column(spec, forecast, q));
        }
        if (spec.targets().size() > 1) {
            Map<String, Object> targets = new LinkedHashMap<>();
            for (int k = 0; k < spec.targets().size(); k++) {
                targets.put(spec.targets().get(k), column(spec, forecast, k * spec.levels() + spec.middle()));
            }
            map.put("forecasts", targets);
        }
        return map;
    }

    private static List<Double> column(ForecastSpec spec, double[] forecast, int place) {
        return IntStream.range(0, spec.horizon())
                .mapToObj(h -> forecast[h * spec.outputSize() + place])
                .toList();
    }

    @Override
    public boolean carries() {
        return true;
    }

    @Override
    public Optional<InputStream> builtIn(String input) {
        return ForecastData.builtIn(input);
    }

    @Override
    public boolean learns() {
        return true;
    }

    @Override
    public LineAnswers stream(Streaming command, Model model, InputStream in) {
        if (command.learning.learns()) {
            StreamModel learning = command.learning.online(command, model).streams();
            return new RowAnswers(command, learning, command.id, in, new ForecastAnswers(ForecastTask.of(model)));
        }
        StreamModel streams = command.carry ? StreamModel.carrying(model) : StreamModel.of(model);
        return new RowAnswers(command, streams, command.id, in, new ForecastAnswers(ForecastTask.of(model)));
    }

    /** Without the series that training left out, or of which nothing can be judged. */
    private static ForecastData judged(ForecastData read, ForecastTask task, boolean heldOut) {
        if (heldOut) {
            return read.with(
                    read.series().without(one -> !task.splits().containsKey(one.id()), "training left them out"));
        }
        int needed = task.spec().rowsBefore() + task.spec().horizon();
        ForecastData known = read.forecastable(task.spec());
        return known.with(known.series()
                .without(one -> one.length() < needed, "a forecast and what is judged take " + needed + " rows"));
    }

    @Override
    public void evaluate(Evaluate command, Model model, Network network, Team team, Figures figures) {
        ForecastTask task = ForecastTask.of(model);
        ForecastSpec spec = task.spec();
        ForecastData read = ForecastData.named(command, command.data(ForecastData.WHAT), task, command.dates);
        Evaluate.Part chosen = command.part(model, read.file().sha256());
        boolean heldOut = chosen == Evaluate.Part.held_out;
        ForecastData source = judged(read, task, heldOut);
        source.series().notes().forEach(text -> command.note("note: " + text));
        List<ForecastStretch> stretches = new ArrayList<>();
        int scaleRows = Integer.MAX_VALUE;
        for (TimeSeries series : source.series()) {
            ForecastWindows windows = ForecastWindows.of(series, spec);
            Split split = heldOut ? task.split(series) : new Split(series.length(), series.length(), series.length());
            if (heldOut && split.testRows() == 0) {
                // Another series is the test.
                continue;
            }
            stretches.add(windows.stretch(heldOut ? split.validationEnd() : 0, split.end()));
            scaleRows = Math.min(scaleRows, ForecastRun.scaleRows(split));
        }
        int before = stretches.stream().mapToInt(ForecastStretch::first).min().orElseThrow();
        List<Baseline> baselines = source.isBirths()
                ? Baseline.OF_BIRTHS.stream()
                        .filter(one -> one.naive().period() <= before)
                        .toList()
                : Baseline.of(spec.spacing(), spec.season(), spec.horizon(), before);
        if (baselines.isEmpty()) {
            throw new DataException(source.first().place() + ": there is no naive forecast to compare with, which needs"
                    + " more rows than a context of " + spec.context() + ". Use --part held_out.");
        }
        JudgedForecasts judged =
                JudgedForecasts.of(Forecaster.of(network.pack(), team), stretches, baselines, scaleRows);
        command.console.line(Format.count(judged.skill().forecasts()) + " forecasts of "
                + SeriesNames.stretch(stretches) + (heldOut ? ", held out" : ""));
        ForecastNames.print(command, judged, source.first(), !source.isBirths());
        figures.with("part", chosen.name());
        judged.addTo(figures);
    }
}
