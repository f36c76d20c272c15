package dev.carousel.cli.forecast;

import dev.carousel.cli.console.Format;
import dev.carousel.cli.train.TrainingJob;
import dev.carousel.data.forecast.Baseline;
import dev.carousel.data.forecast.ForecastBatches;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Loss;
import dev.carousel.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * What one training of a forecaster works on.
 *
 * @param data the series
 * @param splits which rows of each are for what
 * @param windows the forecasts of each
 */
public record ForecastRun(ForecastData data, List<Split> splits, List<ForecastWindows> windows) {

    /** So many series are named. */
    private static final int MOST_NAMES = 10;

    /** The forecasts of all series, formulated alike. */
    public static ForecastRun of(ForecastData data, List<Split> splits, ForecastSpec spec) {
        return new ForecastRun(
                data,
                splits,
                data.series().series().stream()
                        .map(series -> ForecastWindows.of(series, spec))
                        .toList());
    }

    /** The same with the spread of its distribution, if it has one, fitted on what is to choose by. */
    ForecastRun withFittedSpread(Network trained, Team team) {
        if (spec().distribution().isEmpty()) {
            return this;
        }
        ForecastSpec fitted = Forecaster.of(trained.pack(), team).withFittedSpread(validation());
        return of(data, splits, fitted);
    }

    public ForecastSpec spec() {
        return windows.get(0).spec();
    }

    /** The first series, which speaks for all where one is enough. */
    TimeSeries series() {
        return windows.get(0).series();
    }

    public List<ForecastStretch> training() {
        return stretches(Split::trainingRows, (split, windows) -> windows.stretch(0, split.trainingEnd()));
    }

    List<ForecastStretch> validation() {
        return stretches(
                Split::validationRows, (split, windows) -> windows.stretch(split.trainingEnd(), split.validationEnd()));
    }

    List<ForecastStretch> test() {
        return stretches(Split::testRows, (split, windows) -> windows.stretch(split.validationEnd(), split.end()));
    }

    private interface Choice {
        ForecastStretch of(Split split, ForecastWindows windows);
    }

    /** Of the series that have rows of a part, all where none has, so that the error names one. */
    private List<ForecastStretch> stretches(ToIntFunction<Split> rows, Choice choice) {
        boolean some = splits.stream().anyMatch(split -> rows.applyAsInt(split) > 0);
        List<ForecastStretch> all = new ArrayList<>();
        for (int i = 0; i < splits.size(); i++) {
            if (!some || rows.applyAsInt(splits.get(i)) > 0) {
                all.add(choice.of(splits.get(i), windows.get(i)));
            }
        }
        return all;
    }

    /** On how many rows the scale of the MASE is measured: those of training, or a series' own where it is held out whole. */
    int scaleRows() {
        return splits.stream()
                .filter(split -> split.testRows() > 0)
                .mapToInt(ForecastRun::scaleRows)
                .min()
                .orElseThrow();
    }

    static int scaleRows(Split split) {
        return split.trainingEnd() > 0 ? split.trainingEnd() : split.end();
    }

    /** What a model will say about it. */
    public ForecastTask task(ColumnRoles columns, Missing missing, boolean insertsRows) {
        return new ForecastTask(data.title(), columns, missing, spec(), splitsByName())
                .like(data.series())
                .withInsertedRows(insertsRows);
    }

    /** What is learned from and what is held out, in batches. */
    public TrainingJob fit(Network network, Loss loss, ForecastTask task, int batchSize) {
        return TrainingJob.of(
                        network,
                        loss,
                        ForecastBatches.of(training(), batchSize),
                        ForecastBatches.of(validation(), batchSize),
                        task.toTask())
                .withData(data.file());
    }

    /** The splits by the names of the series. */
    Map<String, Split> splitsByName() {
        Map<String, Split> byName = new LinkedHashMap<>();
        for (int i = 0; i < splits.size(); i++) {
            byName.put(windows.get(i).series().id(), splits.get(i));
        }
        return byName;
    }

    /** What it has to beat: what births are compared with, or what the dates suggest. */
    List<Baseline> baselines() {
        ForecastSpec spec = spec();
        int rows = test().stream().mapToInt(ForecastStretch::first).min().orElseThrow();
        return data.isBirths() ? Baseline.OF_BIRTHS : Baseline.of(spec.spacing(), spec.season(), spec.horizon(), rows);
    }

    /** Which series are held out whole, for a person; empty where none is. */
    public String heldOutWhole() {
        List<String> parts = new ArrayList<>();
        named("to choose by", split -> split.validationRows() == split.end()).ifPresent(parts::add);
        named("to test", split -> split.testRows() == split.end()).ifPresent(parts::add);
        return parts.isEmpty() ? "" : "series held out whole " + String.join("; ", parts);
    }

    private Optional<String> named(String purpose, Predicate<Split> chosen) {
        List<String> names = IntStream.range(0, splits.size())
                .filter(i -> chosen.test(splits.get(i)))
                .mapToObj(i -> windows.get(i).series().id())
                .toList();
        int more = names.size() - MOST_NAMES;
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(purpose + ": " + String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
                        + (more > 0 ? " and " + Format.count(more) + " more" : ""));
    }

    public static long count(List<ForecastStretch> stretches) {
        return stretches.stream().mapToLong(ForecastStretch::size).sum();
    }

    public String describe() {
        ForecastSpec spec = spec();
        return "reads " + spec.context() + " rows, forecasts " + spec.horizon() + ", "
                + spec.inputSize() + " inputs a row"
                + (spec.season() > 0 ? ", season " + spec.season() : "") + "; forecasts: "
                + Format.count(count(training())) + " to learn from, " + Format.count(count(validation()))
                + " to choose by, " + Format.count(count(test())) + " to test";
    }
}
