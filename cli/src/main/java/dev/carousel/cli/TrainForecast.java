package dev.carousel.cli;

import dev.carousel.cli.console.Console;
import dev.carousel.data.ForecastSpec;
import dev.carousel.data.Split;
import dev.carousel.data.TimeSeries;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel train forecast}: a forecaster of a column of a user's file. */
@Command(
        name = "forecast",
        defaultValueProvider = TrainForecast.ForecastDefaults.class,
        customSynopsis = "carousel train forecast FILE --target COLUMN --context N --horizon N [OPTIONS]",
        header = "Train a network to forecast a column of a CSV file.",
        description = {
            "The file has a header, and one row for each step of time, the oldest first. If it has a column of dates,"
                    + " the calendar (time of day, weekday, month, as far as it matters) and a season are used too. The"
                    + " last rows are held out for the test; those before them choose the epoch.",
            "",
            "Prints the mean absolute error beside naive forecasts, and writes a model and a picture."
        },
        footer = {
            "  carousel train forecast sales.csv --target sales --context 56 --horizon 28",
            "      writes forecast.safetensors and forecast.png",
            "  carousel train forecast power.csv --target load --context 168 --horizon 24 \\",
            "      --features temperature,wind",
            "      with two more columns, known up to the present",
            "  carousel predict forecast.safetensors sales.csv > next.csv",
            "      forecast the rows after the last one"
        })
final class TrainForecast extends ForecastTraining {

    /** What this command's options are where they are not given. */
    static final class ForecastDefaults extends Defaults {

        ForecastDefaults() {
            super(ForecastNames.defaults(Map.of("--output", "forecast.safetensors")));
        }
    }

    @Parameters(paramLabel = "FILE", description = "A CSV file with a header.")
    Path file = Path.of("");

    @Option(
            order = -100,
            names = "--target",
            required = true,
            paramLabel = "COLUMN",
            description = "The column to forecast.")
    String target = "";

    @Option(
            order = -100,
            names = "--context",
            required = true,
            paramLabel = "ROWS",
            description = "Rows that a forecast reads.")
    int context;

    @Option(
            order = -100,
            names = "--horizon",
            required = true,
            paramLabel = "ROWS",
            description = "Rows that it forecasts.")
    int horizon;

    @Option(
            order = -100,
            names = "--features",
            paramLabel = "COLUMN",
            split = ",",
            description = "Other columns that help, separated by commas; what they will be is not known.")
    List<String> features = List.of();

    @Option(
            order = -100,
            names = "--date",
            paramLabel = "COLUMN",
            description = "The column of dates (default: the first that holds dates, if any).")
    Optional<String> date = Optional.empty();

    @Option(
            order = -100,
            names = "--season",
            paramLabel = "ROWS",
            description = "After how many rows the series repeats itself, at least the horizon; 0 for none (default: by"
                    + " the dates: a year of days, a week of hours, as far as the file is long enough).")
    Optional<Integer> season = Optional.empty();

    @Option(
            order = -100,
            names = "--validation",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description = "Share of the rows that chooses the epoch (default: ${DEFAULT-VALUE}).")
    double validation;

    @Option(
            order = -100,
            names = "--test",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description = "Share of the rows, the last ones, held out for the test (default: ${DEFAULT-VALUE}).")
    double test;

    TrainForecast(Console console) {
        super(console);
    }

    @Override
    void requireOptions() {
        requireAtLeast("--context", 1, context);
        requireAtLeast("--horizon", 1, horizon);
        season.ifPresent(rows -> requireAtLeast("--season", 0, rows));
        if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
            throw mistake("--validation and --test are " + validation + " and " + test
                    + " but must be at least 0, and less than 1 together.");
        }
    }

    @Override
    ForecastData data() {
        return ForecastData.ofFile(file, target, features, date);
    }

    @Override
    Optional<String> dateColumn() {
        return date;
    }

    @Override
    Path[] inputs() {
        return new Path[] {file};
    }

    @Override
    Split split(TimeSeries series) {
        return Split.ofShares(series, validation, test, horizon);
    }

    @Override
    ForecastSpec formulation(TimeSeries series, Split split) {
        return season.isPresent()
                ? ForecastSpec.fitted(series, split, context, horizon, season.get())
                : ForecastSpec.fitted(series, split, context, horizon);
    }

    @Override
    List<Baseline> baselines(TimeSeries series, Split split, ForecastSpec spec) {
        return Baseline.of(series, split, spec.horizon(), spec.season());
    }
}
