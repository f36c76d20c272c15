package dev.carousel.cli.forecast;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.RESULT;
import static dev.carousel.cli.command.Changes.RUN;

import dev.carousel.cli.command.Defaults;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Console;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code carousel train forecast}: a forecaster of a column of a user's file. */
@Command(
        name = "forecast",
        defaultValueProvider = TrainForecast.ForecastDefaults.class,
        customSynopsis = {
            "carousel train forecast FILE --target COLUMN --context N",
            "                               --horizon N [OPTIONS]"
        },
        header = "Train a network to forecast columns of a CSV file.",
        description = {
            "The file has a header, and one row for each step of time, the oldest first. If it has a column of dates,"
                    + " the calendar (time of day, weekday, month, as far as it matters) and a season are used too. The"
                    + " last rows are held out for the test; those before them choose the epoch.",
            "",
            "Prints how far the forecasts of the test were off, next to naive forecasts, and writes a model and a"
                    + " picture."
        },
        footer = {
            "  carousel train forecast sales.csv --target sales --context 56 --horizon 28",
            "      writes forecast.safetensors and forecast.png",
            "  carousel train forecast power.csv --target load --context 168 --horizon 24 \\",
            "      --features temperature,wind",
            "      with two more columns, known up to the present",
            "  carousel train forecast power.csv --target load --context 96 --horizon 24 \\",
            "      --relative last --quantiles 0.1,0.5,0.9 \\",
            "      --rows 14400 --validation 2880 --test 2880",
            "      with intervals; of the first 14,400 rows the last 2,880 for the test",
            "  carousel train forecast parts.csv --target sold --context 28 --horizon 14 \\",
            "      --distribution negative-binomial --stepping step_by_step",
            "      counts, many of them 0, as whole sampled paths",
            "  carousel train forecast shops.csv --target sales --id shop --known price \\",
            "      --categories kind --context 56 --horizon 14 --backtest 3",
            "      one network for all shops, also trained and tested at three earlier dates",
            "  carousel train forecast shops.csv --target sales --id shop --context 56 \\",
            "      --horizon 14 --split series --test north,south",
            "      tested on two shops that it has not seen",
            "  carousel predict forecast.safetensors sales.csv > next.csv",
            "      forecast the rows after the last one"
        })
public final class TrainForecast extends ForecastTraining {

    /** What this command's options are where they are not given. */
    static final class ForecastDefaults extends Defaults {

        ForecastDefaults() {
            super(ForecastNames.defaults(Map.of("--output", "forecast.safetensors", "--relative", "mean")));
        }
    }

    @Mixin
    SeriesOptions columns = new SeriesOptions();

    @Role(RESULT)
    @Option(
            order = -99,
            names = "--context",
            required = true,
            paramLabel = "ROWS",
            description = "Rows that a forecast reads.")
    int context;

    @Role(value = MEASURE, why = "forecasts further ahead err more")
    @Option(
            order = -99,
            names = "--horizon",
            required = true,
            paramLabel = "ROWS",
            description = "Rows that it forecasts.")
    int horizon;

    @Role(RESULT)
    @Option(
            order = -97,
            names = "--season",
            paramLabel = "ROWS",
            description = "After how many rows the series repeats itself, at least the horizon; 0 for none (default:"
                    + " from the dates: a year of days, a week of hours, if the file is long enough).")
    Optional<Integer> season = Optional.empty();

    @Role(value = MEASURE, why = "the loss of a step by step forecaster is of one step ahead")
    @Option(
            order = -97,
            names = "--stepping",
            paramLabel = "HOW",
            defaultValue = "at_once",
            description = "How the horizon is forecast: ${COMPLETION-CANDIDATES}; step by step, each forecast is fed"
                    + " back as input (default: ${DEFAULT-VALUE}).")
    Way stepping = Way.at_once;

    @Role(RUN)
    @Option(
            order = -95,
            names = "--backtest",
            paramLabel = "N",
            defaultValue = "0",
            description = "Train and test at N earlier origins as well, each as many rows before the next as the test"
                    + " has; the model is that of the last (default: ${DEFAULT-VALUE}).")
    int backtest;

    /** The ways through the horizon, as they are typed. */
    enum Way {
        at_once,
        step_by_step
    }

    public TrainForecast(Console console) {
        super(console);
    }

    @Override
    public void requireOptions() {
        requireAtLeast("--context", 1, context);
        requireAtLeast("--horizon", 1, horizon);
        requireAtLeast("--backtest", 0, backtest);
        season.ifPresent(rows -> requireAtLeast("--season", 0, rows));
        columns.require(this);
        if (backtest > 0 && columns.split == SeriesOptions.By.series) {
            throw mistake("--backtest is " + backtest + " but goes back in time, which --split series does not cut.");
        }
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
    public ForecastData data() {
        return columns.data(this, context + season.orElse(0), horizon);
    }

    @Override
    public ColumnRoles columns(ForecastData data) {
        return columns.columns(data.series());
    }

    @Override
    public Missing missing() {
        return columns.missing();
    }

    @Override
    public boolean insertsRows() {
        return columns.table.insertsRows();
    }

    @Override
    public int backtest() {
        return backtest;
    }

    @Override
    public Path[] inputs() {
        return new Path[] {columns.file};
    }

    @Override
    public List<Split> splits(SeriesSet series) {
        return columns.splits(series, horizon, seed);
    }

    @Override
    public ForecastSpec formulation(List<TimeSeries> series, List<Split> splits) {
        return fit(series, splits).fit(context, horizon);
    }

    @Override
    Optional<String> noteOn(List<TimeSeries> series, List<Split> splits, ForecastSpec spec) {
        return fit(series, splits).noteOnSeason(spec);
    }

    private ForecastFit fit(List<TimeSeries> series, List<Split> splits) {
        ForecastFit fit = columns.fit(series, splits)
                .withStepping(stepping == Way.at_once ? Stepping.AT_ONCE : Stepping.STEP_BY_STEP)
                .withQuantiles(quantiles)
                .withDistribution(distribution);
        return season.map(fit::withSeason).orElse(fit);
    }
}
