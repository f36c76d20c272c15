package dev.carousel.cli;

import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.plot.ForecastPlot;
import dev.carousel.data.ForecastSpec;
import dev.carousel.data.ForecastWindows;
import dev.carousel.data.Split;
import dev.carousel.data.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.Steps;
import dev.carousel.network.Network;
import dev.carousel.train.TrainingResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Training of a forecaster: of births and of a user's file alike. */
abstract class ForecastTraining extends TrainCommand {

    @Option(
            order = -90,
            names = "--plot",
            paramLabel = "FILE",
            description = "The picture to draw, a PNG (default: beside the model, with its name).")
    Optional<Path> plot = Optional.empty();

    @Option(order = -90, names = "--no-plot", description = "Draw no picture.")
    boolean noPlot;

    ForecastTraining(Console console) {
        super(console);
    }

    /** The series, read and checked. */
    abstract ForecastData data();

    /** The column of dates, where the user named one. */
    Optional<String> dateColumn() {
        return Optional.empty();
    }

    /** The files that are read. */
    Path[] inputs() {
        return new Path[0];
    }

    /** Which rows are for what. */
    abstract Split split(TimeSeries series);

    /** How a forecast is put before the network. */
    abstract ForecastSpec formulation(TimeSeries series, Split split);

    /** What it has to beat. */
    abstract List<Baseline> baselines(TimeSeries series, Split split, ForecastSpec spec);

    @Override
    final int run(Figures figures) {
        requireOptions();
        requireTrainingOptions();
        ForecastData data = data();
        TimeSeries series = data.series();
        Split split = split(series);
        ForecastSpec spec = formulation(series, split);
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Run run = new Run(data, split, windows);
        requireOutput(output, "--output", inputs());
        picturePath().ifPresent(path -> requireOutput(path, "--plot", inputs()));
        if (picturePath().filter(output::equals).isPresent()) {
            throw mistake("--plot and --output are both " + output + "; name two files.");
        }
        note(data.title() + ": " + data.extent());
        series.note().ifPresent(text -> note("note: " + text));
        note(run.describe());
        try (Team team = Team.of(threads.threads)) {
            Network fresh = freshNetwork(network.stack(List.of(), spec.inputSize(), 1));
            noteNetwork(fresh, team);
            return train(figures, fresh, run, team);
        }
    }

    /** Checks options beyond those of every training. */
    void requireOptions() {}

    /** What one run works on. */
    private record Run(ForecastData data, Split split, ForecastWindows windows) {

        int[] training() {
            return windows.origins(0, split.trainingEnd());
        }

        int[] validation() {
            return windows.origins(split.trainingEnd(), split.validationEnd());
        }

        int[] test() {
            return windows.origins(split.validationEnd(), split.end());
        }

        String describe() {
            ForecastSpec spec = windows.spec();
            return "reads " + spec.context() + " rows, forecasts " + spec.horizon() + ", "
                    + spec.inputSize() + " inputs a row"
                    + (spec.season() > 0 ? ", season " + spec.season() : "") + "; forecasts: "
                    + Format.count(training().length) + " to learn from, " + Format.count(validation().length)
                    + " to choose by, " + Format.count(test().length) + " to test";
        }
    }

    private int train(Figures figures, Network net, Run run, Team team) {
        ForecastWindows windows = run.windows();
        TimeSeries series = windows.series();
        TrainingResult result;
        int[] origins = run.training();
        Fit fit = Fit.of(
                        net,
                        new MeanAbsoluteError(Steps.last(windows.spec().horizon())),
                        new ForecastBatches(windows, origins, training.batch),
                        new ForecastBatches(windows, run.validation(), training.batch),
                        ForecastTask.of(run.data().title(), dateColumn(), windows.spec(), run.split()))
                .withData(run.data().file());
        try (TrainingView view =
                new TrainingView(this, "forecasts", windows.spec().steps(), origins.length, "validation")) {
            result = fit(fit, team, view);
        }
        note("kept epoch " + result.keptEpoch() + (training.keepsBest() ? ", the best by validation" : ", the last"));
        save(fit, result);
        int[] test = run.test();
        double[][] forecasts = new Forecaster(net, team).forecasts(windows, test);
        ForecastScores scores =
                ForecastScores.of(series, test, forecasts, baselines(series, run.split(), windows.spec()));

        Optional<Path> picture = picturePath();
        picture.ifPresent(path -> OutputFile.write(path, ForecastPlot.png(picture(run, test, forecasts, scores))));
        report(figures, scores, run, picture);
        figures.with("kept_epoch", result.keptEpoch())
                .with("epochs", result.epochs().size())
                .with("parameters", net.parameters().size())
                .with("seed", seed)
                .with("threads", team.threads())
                .with("kernels", net.kernels().name())
                .with("model", output.toString());
        picture.ifPresent(path -> figures.with("plot", path.toString()));
        return Main.OK;
    }

    private void report(Figures figures, ForecastScores scores, Run run, Optional<Path> picture) {
        TimeSeries series = run.windows().series();
        console.line("");
        console.line(Format.count(scores.origins()) + " forecasts of " + stretch(series, run.split()) + ", held out");
        console.line("");
        scores.table(ForecastNames.steps(series)).forEach(console::line);
        console.line("");
        console.line(scores.verdict());
        console.line("wrote " + output + picture.map(path -> " and " + path).orElse("") + ", seed " + seed);
        scores.addTo(figures);
    }

    private static String stretch(TimeSeries series, Split split) {
        return ForecastNames.row(series, split.validationEnd()) + " to " + ForecastNames.row(series, split.end() - 1);
    }

    private ForecastPlot.Picture picture(Run run, int[] test, double[][] forecasts, ForecastScores scores) {
        TimeSeries series = run.windows().series();
        int last = test.length - 1;
        ForecastScores.Errors best = scores.bestNaive();
        Baseline naive = baselines(series, run.split(), run.windows().spec()).stream()
                .filter(one -> one.key().equals(best.key()))
                .findFirst()
                .orElseThrow();
        return ForecastNames.picture(run.data(), run.windows(), test[last], forecasts[last], naive, scores);
    }

    private Optional<Path> picturePath() {
        return noPlot ? Optional.empty() : Optional.of(plot.orElseGet(this::besideModel));
    }

    private Path besideModel() {
        String name = String.valueOf(output.getFileName());
        int dot = name.lastIndexOf('.');
        return output.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".png");
    }
}
