package dev.carousel.cli;

import dev.carousel.cli.console.Format;
import dev.carousel.data.Baseline;
import dev.carousel.data.ForecastSpec;
import dev.carousel.data.ForecastStretch;
import dev.carousel.data.ForecastWindows;
import dev.carousel.data.Split;
import dev.carousel.data.TimeSeries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one training of a forecaster works on.
 *
 * @param data the series
 * @param splits which rows of each are for what
 * @param windows the forecasts of each
 */
record ForecastRun(ForecastData data, List<Split> splits, List<ForecastWindows> windows) {

    /** The forecasts of all series, formulated alike. */
    static ForecastRun of(ForecastData data, List<Split> splits, ForecastSpec spec) {
        return new ForecastRun(
                data,
                splits,
                data.series().series().stream()
                        .map(series -> ForecastWindows.of(series, spec))
                        .toList());
    }

    ForecastSpec spec() {
        return windows.get(0).spec();
    }

    /** The first series, which speaks for all where one is enough. */
    TimeSeries series() {
        return windows.get(0).series();
    }

    List<ForecastStretch> training() {
        return stretches((split, windows) -> windows.stretch(0, split.trainingEnd()));
    }

    List<ForecastStretch> validation() {
        return stretches((split, windows) -> windows.stretch(split.trainingEnd(), split.validationEnd()));
    }

    List<ForecastStretch> test() {
        return stretches((split, windows) -> windows.stretch(split.validationEnd(), split.end()));
    }

    private interface Choice {
        ForecastStretch of(Split split, ForecastWindows windows);
    }

    private List<ForecastStretch> stretches(Choice choice) {
        List<ForecastStretch> all = new ArrayList<>();
        for (int i = 0; i < splits.size(); i++) {
            all.add(choice.of(splits.get(i), windows.get(i)));
        }
        return all;
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
        int rows = splits.stream().mapToInt(Split::validationEnd).min().orElseThrow();
        return data.isBirths() ? Baseline.OF_BIRTHS : Baseline.of(spec.spacing(), spec.season(), spec.horizon(), rows);
    }

    static long count(List<ForecastStretch> stretches) {
        return stretches.stream().mapToLong(ForecastStretch::size).sum();
    }

    String describe() {
        ForecastSpec spec = spec();
        return "reads " + spec.context() + " rows, forecasts " + spec.horizon() + ", "
                + spec.inputSize() + " inputs a row"
                + (spec.season() > 0 ? ", season " + spec.season() : "") + "; forecasts: "
                + Format.count(count(training())) + " to learn from, " + Format.count(count(validation()))
                + " to choose by, " + Format.count(count(test())) + " to test";
    }
}
