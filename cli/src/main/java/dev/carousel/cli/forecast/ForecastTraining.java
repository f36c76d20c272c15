package dev.carousel.cli.forecast;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.RUN;
import static dev.carousel.cli.command.Scope.ONE_TRAINING;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.OutputFile;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.cli.plot.ForecastPlot;
import dev.carousel.cli.train.TrainCommand;
import dev.carousel.cli.train.TrainingJob;
import dev.carousel.cli.train.TrainingView;
import dev.carousel.data.forecast.Backtest;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Distribution;
import dev.carousel.loss.DistributionLoss;
import dev.carousel.loss.Loss;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Pinball;
import dev.carousel.loss.SpreadFit;
import dev.carousel.loss.Steps;
import dev.carousel.network.Network;
import dev.carousel.report.Section;
import dev.carousel.report.task.ForecastSections;
import dev.carousel.report.words.SeriesNames;
import dev.carousel.train.TrainingResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Training of a forecaster: of births and of a user's file alike. */
abstract class ForecastTraining extends TrainCommand {

    @Role(value = MEASURE, why = "the loss is in its units")
    @Option(
            order = -90,
            names = "--loss",
            paramLabel = "LOSS",
            defaultValue = "mae",
            description =
                    "What is minimised where there are no quantiles: ${COMPLETION-CANDIDATES}, the mean absolute or"
                            + " the mean squared error (default: ${DEFAULT-VALUE}).")
    PointLoss loss = PointLoss.mae;

    @Role(value = MEASURE, why = "the loss is the mean over the quantiles")
    @Option(
            order = -97,
            names = "--quantiles",
            paramLabel = "Q",
            split = ",",
            description = "Forecast these quantiles, such as 0.1,0.5,0.9, instead of one number; 0.5 is the forecast.")
    List<Double> quantiles = List.of();

    @Role(value = MEASURE, why = "the loss is how surprising values are to the distribution")
    @Option(
            order = -97,
            names = "--distribution",
            paramLabel = "NAME",
            converter = DistributionName.class,
            description = "Forecast a distribution, of which paths are drawn: gaussian, student-t (heavier tails),"
                    + " negative-binomial (counts), bernoulli (0 or 1), mixture or mixture:K (of K Gaussians, default 3)."
                    + " Counts are not normalised. The forecasts are quantiles of the paths, those of --quantiles or else"
                    + " 0.1 to 0.9.")
    Optional<Distribution> distribution = Optional.empty();

    @Role(value = RUN, scope = ONE_TRAINING)
    @Option(
            order = -90,
            names = "--plot",
            paramLabel = "FILE",
            description = "The picture to draw, a PNG (default: next to the model, with its name).")
    Optional<Path> plot = Optional.empty();

    @Role(RUN)
    @Option(order = -90, names = "--no-plot", description = "Do not draw a picture.")
    boolean noPlot;

    /** What a report shows, once there is something. */
    private Supplier<List<Section>> sections = List::of;

    /** The names of the losses, as they are typed. */
    enum PointLoss {
        mae,
        mse
    }

    /** From a name to a distribution. */
    static final class DistributionName implements ITypeConverter<Distribution> {

        @Override
        public Distribution convert(String value) {
            try {
                return Distribution.of(value.toLowerCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    ForecastTraining(Console console) {
        super(console);
    }

    /** The series, read and checked. */
    abstract ForecastData data();

    /** Which column of the file is what, as the user named them. */
    abstract ColumnRoles columns(ForecastData data);

    /** What becomes of missing values. */
    Missing missing() {
        return Missing.ERROR;
    }

    /** Whether rows that are missing are inserted. */
    boolean insertsRows() {
        return false;
    }

    /** How many earlier origins a backtest trains and tests at as well. */
    int backtest() {
        return 0;
    }

    /** The files that are read. */
    Path[] inputs() {
        return new Path[0];
    }

    /** Which rows of each series are for what. */
    abstract List<Split> splits(SeriesSet series);

    /** How a forecast is put before the network. */
    abstract ForecastSpec formulation(List<TimeSeries> series, List<Split> splits);

    /** What the user should know of a formulation. */
    Optional<String> noteOn(List<TimeSeries> series, List<Split> splits, ForecastSpec spec) {
        return Optional.empty();
    }

    @Override
    public final int run(Figures figures) {
        requireOptions();
        requireTrainingOptions();
        if (backtest() > 0 && checkpoint.folder.isPresent()) {
            throw mistake("--checkpoint saves one training, but --backtest " + backtest() + " makes " + (backtest() + 1)
                    + " of them. Leave out one of the two.");
        }
        ForecastData data = data();
        List<TimeSeries> series = data.series().series();
        List<Split> splits = splits(data.series());
        ForecastRun run = ForecastRun.of(data, splits, formulation(series, splits));
        List<ForecastRun> earlier = earlier(run);
        requireOutput(output, "--output", inputs());
        picturePath().ifPresent(path -> requireOutput(path, "--plot", inputs()));
        if (picturePath().filter(output::equals).isPresent()) {
            throw mistake("--plot and --output are both " + output + "; name two files.");
        }
        note(data.title() + ": " + data.extent());
        data.series().notes().forEach(text -> note("note: " + text));
        noteOn(series, splits, run.spec()).ifPresent(text -> note("note: " + text));
        note(run.describe());
        if (!run.heldOutWhole().isEmpty()) {
            note(run.heldOutWhole());
        }
        try (Team team = Team.of(threads.threads)) {
            Network fresh = freshNetwork(run);
            noteNetwork(fresh, team);
            return train(figures, fresh, run, earlier, team);
        }
    }

    @Override
    public final int leastUpdates() {
        return ForecastNames.LEAST_UPDATES;
    }

    @Override
    public final void amongOthers() {
        noPlot = true;
    }

    @Override
    public final List<Section> sections() {
        return sections.get();
    }

    /** Checks options beyond those of every training. */
    void requireOptions() {}

    private Network freshNetwork(ForecastRun run) {
        return freshNetwork(run.spec().network(network.architecture()));
    }

    private Loss loss(ForecastSpec spec) {
        Steps steps = Steps.last(spec.horizon());
        if (spec.distribution().isPresent()) {
            return new DistributionLoss(spec.distribution().get(), steps);
        }
        if (!spec.quantiles().isEmpty()) {
            return new Pinball(spec.quantiles(), steps);
        }
        return loss == PointLoss.mse ? new MeanSquaredError(steps) : new MeanAbsoluteError(steps);
    }

    private ForecastTask task(ForecastRun run) {
        return run.task(columns(run.data()), missing(), insertsRows());
    }

    private TrainingJob fit(Network net, ForecastRun run) {
        return run.fit(net, loss(run.spec()), task(run), training.batch);
    }

    /** With distributions as wide as what the network has not learned from asks for. */
    private ForecastRun withFittedSpread(Network net, ForecastRun run, Team team) {
        ForecastRun fitted = run.withFittedSpread(net, team);
        fitted.spec().distribution().ifPresent(family -> note(noteOnSpread(family)));
        return fitted;
    }

    /** What the fitted spread of a distribution does, and why it may be at a bound. */
    private static String noteOnSpread(Distribution family) {
        String spread = Format.fixed(family.spread(), 2);
        String what = family.kind() == Distribution.Kind.BERNOULLI
                ? "the network's logits are divided by " + spread + ", so that probabilities are "
                        + (family.spread() < 1 ? "farther from" : "closer to") + " 1/2, as fitted on validation"
                : "distributions are made " + spread
                        + " times as wide as the network gives them, as fitted on validation";
        if (family.spread() >= SpreadFit.GREATEST) {
            return what + ". This is the greatest spread that is tried, so forecasts may still be too certain. Are the"
                    + " validation rows unlike the training rows, or did the network overfit?";
        }
        if (family.spread() <= SpreadFit.LEAST) {
            return what
                    + ". This is the least spread that is tried, so forecasts may still be too uncertain. Did the"
                    + " training end too early, or do the validation rows vary less than the training rows?";
        }
        return what;
    }

    private TrainingResult trained(TrainingJob fit, ForecastRun run, Team team) {
        try (TrainingView view = new TrainingView(
                this, "forecasts", run.spec().steps(), ForecastRun.count(run.training()), "validation")) {
            return fit(fit, team, view);
        }
    }

    private static JudgedForecasts judged(Network net, ForecastRun run, Team team) {
        return JudgedForecasts.of(Forecaster.of(net.pack(), team), run.test(), run.baselines(), run.scaleRows());
    }

    private int train(Figures figures, Network net, ForecastRun raw, List<ForecastRun> earlier, Team team) {
        List<JudgedForecasts> before = new ArrayList<>();
        for (ForecastRun one : earlier) {
            note("backtest " + (before.size() + 1) + " of " + earlier.size() + ": " + one.describe());
            Network other = freshNetwork(one);
            trained(fit(other, one), one, team);
            before.add(judged(other, withFittedSpread(other, one, team), team));
        }
        TrainingJob fit = fit(net, raw);
        TrainingResult result = trained(fit, raw, team);
        note("kept epoch " + result.keptEpoch() + (training.keepsBest() ? ", the best by validation" : ", the last"));
        ForecastRun run = withFittedSpread(net, raw, team);
        JudgedForecasts judged = judged(net, run, team);
        if (judged.skill().naiveErrs()) {
            divergence.requireForecasts(this, judged.skill().improvement());
        }
        save(fit.withTask(task(run).toTask()), result, team);
        Forecaster forecaster = Forecaster.of(net.pack(), Team.single());
        sections = () -> ForecastSections.of(forecaster, run.test(), judged.skill());
        Optional<Path> picture = picturePath();
        picture.ifPresent(path -> OutputFile.write(path, ForecastPlot.png(picture(net, run, judged, team))));
        report(figures, judged, run, picture);
        before.add(judged);
        backtest(figures, before, run, earlier);
        addRun(figures, fit, result, team);
        picture.ifPresent(path -> figures.with("plot", path.toString()));
        return ExitCode.OK;
    }

    private void report(Figures figures, JudgedForecasts judged, ForecastRun run, Optional<Path> picture) {
        console.line("");
        console.line(Format.count(judged.skill().forecasts()) + " forecasts of " + SeriesNames.stretch(run.test())
                + ", held out");
        ForecastNames.print(this, judged, run.series(), !run.data().isBirths());
        console.line("wrote " + output + picture.map(path -> " and " + path).orElse("") + ", seed " + seed);
        judged.addTo(figures);
    }

    /** The same training at earlier origins, each with the test that follows it, the oldest first. */
    private List<ForecastRun> earlier(ForecastRun run) {
        Backtest.tooShort(run.splits(), backtest()).ifPresent(s -> {
            Split split = run.splits().get(s);
            throw mistake("--backtest is " + backtest() + " but "
                    + run.windows().get(s).series().place() + " has " + split.trainingRows()
                    + " training rows, too few for as many tests of " + split.testRows()
                    + " rows. Take fewer, or a shorter --test.");
        });
        List<TimeSeries> series = run.data().series().series();
        return Backtest.origins(series, run.splits(), backtest()).stream()
                .limit(backtest())
                .map(splits -> ForecastRun.of(run.data(), splits, formulation(series, splits)))
                .toList();
    }

    private void backtest(Figures figures, List<JudgedForecasts> judged, ForecastRun run, List<ForecastRun> earlier) {
        if (earlier.isEmpty()) {
            return;
        }
        List<ForecastRun> runs = new ArrayList<>(earlier);
        runs.add(run);
        TextTable table = new TextTable("tested on", "MAE", "naive MAE", "below naive", "MSE ratio");
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            Figures own = new Figures();
            judged.get(i).addTo(own);
            Map<String, Object> map = new LinkedHashMap<>(own.toMap());
            map.put("tested_on", SeriesNames.stretch(runs.get(i).test()));
            all.add(map);
            table.row(
                    SeriesNames.stretch(runs.get(i).test()),
                    number(own, "mae"),
                    number(own, "naive_mae"),
                    Format.percent(judged.get(i).skill().improvement()),
                    Format.fixed(judged.get(i).skill().squaredRatio(), 3));
        }
        double improvement =
                new Backtest(judged.stream().map(JudgedForecasts::skill).toList()).improvement();
        console.line("");
        console.line("trained anew at " + runs.size() + " origins, each tested on the rows that follow");
        console.line("");
        table.lines().forEach(console::line);
        console.line("");
        console.line("on average " + Format.percent(improvement) + " below the best naive forecast");
        figures.with("backtest", all).with("backtest_improvement", improvement);
    }

    private static String number(Figures figures, String name) {
        return figures.toMap().get(name) instanceof Double number ? Format.figure(number) : "";
    }

    private ForecastPlot.Picture picture(Network net, ForecastRun run, JudgedForecasts judged, Team team) {
        ForecastStretch stretch = run.test().get(0);
        double[] forecast = Forecaster.of(net.pack(), team).from(stretch.windows(), stretch.last());
        return ForecastNames.picture(
                run, stretch.last(), forecast, network.cell.kind().toUpperCase(Locale.ROOT), judged);
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
