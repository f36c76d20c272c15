package dev.carousel.cli.anomaly;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.MODEL;
import static dev.carousel.cli.command.Changes.RESULT;
import static dev.carousel.cli.command.Changes.RUN;

import dev.carousel.cli.command.Defaults;
import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.forecast.ForecastData;
import dev.carousel.cli.forecast.ForecastNames;
import dev.carousel.cli.forecast.ForecastRun;
import dev.carousel.cli.forecast.SeriesOptions;
import dev.carousel.cli.train.TrainCommand;
import dev.carousel.cli.train.TrainingJob;
import dev.carousel.cli.train.TrainingView;
import dev.carousel.data.anomaly.AlarmThreshold;
import dev.carousel.data.anomaly.AnomalyFit;
import dev.carousel.data.anomaly.AnomalyLabels;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.anomaly.DetectionSkill;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.Steps;
import dev.carousel.network.Network;
import dev.carousel.report.Section;
import dev.carousel.report.task.AnomalySections;
import dev.carousel.train.TrainingResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code carousel train anomaly}: a detector of rows that are not as the rows before led to expect. */
@Command(
        name = "anomaly",
        defaultValueProvider = TrainAnomaly.AnomalyDefaults.class,
        customSynopsis = "carousel train anomaly FILE --target COLUMN[,COLUMN...] [OPTIONS]",
        header = "Train a network to find anomalies in a CSV file.",
        description = {
            "A network learns to forecast the next row of normal data. How far a row is from what was expected, in"
                    + " spreads of the errors on held-out rows, is its score; a threshold is fitted on those rows, so"
                    + " that a given share of normal rows raises an alarm.",
            "",
            "The file has a header, and one row for each step of time, the oldest first. Prints how many rows of the"
                    + " test raised an alarm and, if a column of labels is given, how well they were found, next to a"
                    + " naive score: how unusual the difference to the row before is."
        },
        footer = {
            "  carousel train anomaly pump.csv --target pressure,flow",
            "      writes anomaly.safetensors",
            "  carousel train anomaly pump.csv --target pressure,flow --label broken \\",
            "      --alarms 0.0001",
            "      judged by a column of 0 and 1; one normal row in 10,000 may raise an alarm",
            "  carousel predict anomaly.safetensors new.csv > scores.csv",
            "      each row: its score, its flag, its most unusual column, what was expected",
            "  carousel evaluate anomaly.safetensors new.csv --label broken --json"
        })
public final class TrainAnomaly extends TrainCommand {

    /** What this command's options are where they are not given. */
    static final class AnomalyDefaults extends Defaults {

        AnomalyDefaults() {
            super(ForecastNames.defaults(Map.of(
                    "--output", "anomaly.safetensors",
                    "--cell", "gru",
                    "--hidden", "32",
                    "--relative", "previous",
                    "--validation", "0.2")));
        }
    }

    @Mixin
    SeriesOptions columns = new SeriesOptions();

    @Role(RESULT)
    @Option(
            order = -99,
            names = "--context",
            paramLabel = "ROWS",
            defaultValue = "32",
            description =
                    "Rows that the network reads before its forecasts count; the first rows of a stream, just as many,"
                            + " have no score (default: ${DEFAULT-VALUE}).")
    int context;

    @Role(value = MEASURE, why = "the loss is the mean over this many rows")
    @Option(
            order = -99,
            names = "--window",
            paramLabel = "ROWS",
            defaultValue = "32",
            description = "Rows after those, each of which it learns to forecast from all before it"
                    + " (default: ${DEFAULT-VALUE}).")
    int window;

    @Role(RESULT)
    @Option(
            order = -97,
            names = "--season",
            paramLabel = "ROWS",
            defaultValue = "0",
            description = "After how many rows the series repeats itself; 0 for none (default: ${DEFAULT-VALUE}).")
    int season;

    @Role(MODEL)
    @Option(
            order = -95,
            names = "--alarms",
            paramLabel = "SHARE",
            defaultValue = "0.001",
            description = "The share of normal rows that may raise an alarm (default: ${DEFAULT-VALUE}).")
    double alarms;

    @Role(MODEL)
    @Option(
            order = -95,
            names = "--threshold",
            paramLabel = "HOW",
            defaultValue = "extreme",
            description =
                    "How the threshold is fitted: ${COMPLETION-CANDIDATES}; the quantile of the held-out scores, or"
                            + " their largest ones continued by extreme-value theory (default: ${DEFAULT-VALUE}).")
    AlarmThreshold.Fit threshold = AlarmThreshold.Fit.EXTREME;

    @Role(MODEL)
    @Option(
            order = -95,
            names = "--label",
            paramLabel = "COLUMN",
            description =
                    "A column of 0 and 1, or false and true: rows with 1 are what should be found. They are left out of the"
                            + " threshold's fit, and judge the test (default: none).")
    Optional<String> label = Optional.empty();

    @Role(RUN)
    @Option(
            order = -90,
            names = "--no-plot",
            description = "Changes nothing, since this training draws no picture; it is there so that the options of"
                    + " 'carousel train forecast' work here, too.")
    boolean noPlot;

    private Supplier<List<Section>> sections = List::of;

    public TrainAnomaly(Console console) {
        super(console);
    }

    @Override
    public Optional<String> changesMeasure(String option) {
        return columns.changesMeasure(option);
    }

    @Override
    public boolean drawsHeldOut() {
        return columns.drawsHeldOut();
    }

    @Override
    public int run(Figures figures) {
        requireOptions();
        requireTrainingOptions();
        requireOutput(output, "--output", columns.file);
        ForecastData data = columns.data(this, context + Math.max(1, season), window);
        List<TimeSeries> series = data.series().series();
        AnomalyLabels labels =
                AnomalyCommands.labels(this, columns.file, label, columns.table.reading(), data.series());
        List<Split> splits = columns.splits(data.series(), window, seed);
        ForecastFit fit =
                columns.fit(series, splits).withStepping(Stepping.STEP_BY_STEP).withSeason(season);
        ForecastSpec spec = fit.fit(context, window);
        ForecastRun run = ForecastRun.of(data, splits, spec);
        note(data.title() + ": " + data.extent());
        data.series().notes().forEach(text -> note("note: " + text));
        if (!given("--season")) {
            fit.suggestedSeason(spec)
                    .ifPresent(rows -> note(
                            "note: the dates suggest that the series repeats itself after " + rows + " rows; --season "
                                    + rows + " shows the network what was then, --season 0 ends this note"));
        }
        note(run.describe());
        if (!run.heldOutWhole().isEmpty()) {
            note(run.heldOutWhole());
        }
        try (Team team = Team.of(threads.threads)) {
            Network fresh = freshNetwork(spec.network(network.architecture()));
            noteNetwork(fresh, team);
            return train(figures, fresh, run, labels, team);
        }
    }

    private void requireOptions() {
        requireAtLeast("--context", 1, context);
        requireAtLeast("--window", 1, window);
        requireAtLeast("--season", 0, season);
        columns.require(this);
        if (columns.scalesByWindow()) {
            throw mistake("--scale is window but a stream is followed row by row, without windows; take each or all.");
        }
        if (!columns.relative.streams()) {
            throw mistake("--relative is " + columns.relative.label()
                    + " but a stream is followed row by row, so it must be previous or none.");
        }
        if (!(alarms > 0 && alarms < 1)) {
            throw mistake("--alarms is " + alarms + " but must be above 0 and below 1.");
        }
    }

    private int train(Figures figures, Network net, ForecastRun run, AnomalyLabels labels, Team team) {
        ForecastTask task = run.task(columns.columns(run.data().series()), columns.missing(), columns.insertsRows());
        TrainingJob fit = run.fit(net, new MeanAbsoluteError(Steps.last(window)), task, training.batch);
        TrainingResult result;
        try (TrainingView view = new TrainingView(
                this, "windows", run.spec().steps(), ForecastRun.count(run.training()), "validation")) {
            result = fit(fit, team, view);
        }
        note("kept epoch " + result.keptEpoch() + (training.keepsBest() ? ", the best by validation" : ", the last"));
        AnomalyTask anomaly = AnomalyFit.of(task, run.data().series().series())
                .withAnomalies(labels::labelled)
                .withShare(alarms)
                .withThreshold(threshold)
                .fit(net.pack());
        TrainingJob known = fit.withTask(anomaly.toTask());
        save(known, result, team);
        SeriesSet all = run.data().series();
        int[] from = run.splits().stream().mapToInt(Split::validationEnd).toArray();
        int[] to = run.splits().stream().mapToInt(Split::end).toArray();
        DetectionSkill skill = DetectionSkill.of(anomaly, net.pack(), all, labels, from, to);
        JudgedRows judged = new JudgedRows(skill);
        sections = () -> AnomalySections.of(anomaly, all, skill);
        console.line("");
        console.line(AnomalyCommands.extent(all, from, to) + ", held out");
        judged.print(console);
        console.line("threshold " + Format.figure(anomaly.anomaly().threshold().value()) + ", so that "
                + Format.percent(alarms) + " of normal rows raise an alarm");
        console.line("wrote " + output + ", seed " + seed);
        judged.addTo(figures);
        figures.with("threshold", anomaly.anomaly().threshold().value());
        addRun(figures, fit, result, team);
        return ExitCode.OK;
    }

    @Override
    public List<Section> sections() {
        return sections.get();
    }
}
