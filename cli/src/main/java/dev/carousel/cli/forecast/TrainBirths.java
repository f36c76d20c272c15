package dev.carousel.cli.forecast;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Defaults;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Console;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code carousel train births}: the main example, on numbers that come with Carousel. */
@Command(
        name = "births",
        defaultValueProvider = TrainBirths.BirthsDefaults.class,
        header = "Forecast the daily births in the USA: a complete example on real numbers.",
        description = {
            "The live births of each day, 1969 to 1988 (7,305 days, in the public domain), come with Carousel. The"
                    + " network reads the last 56 days (the births, those of 364 days before each day, the calendar)"
                    + " and forecasts the next 28. It learns from the days up to 1985, keeps the epoch that is best on"
                    + " 1986, and is tested on 1987 and 1988, which it has never seen.",
            "",
            "Prints the mean absolute error next to two naive forecasts, and writes a model and a picture."
        },
        footer = {
            "  carousel train births",
            "      a minute; writes births.safetensors and births.png",
            "  carousel train births --cell gru --hidden 32 --epochs 5 --output g.safetensors",
            "  carousel predict births.safetensors births",
            "      and forecast the first 28 days of 1989; 'births' is the built-in table",
            "  carousel evaluate births.safetensors births",
            "  carousel stream births.safetensors births",
            "  carousel train forecast --help",
            "      the same on your own file"
        })
public final class TrainBirths extends ForecastTraining {

    /** What this command's options are where they are not given. */
    static final class BirthsDefaults extends Defaults {

        BirthsDefaults() {
            super(ForecastNames.defaults(Map.of("--output", "births.safetensors")));
        }
    }

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--context",
            paramLabel = "DAYS",
            defaultValue = "" + Births.CONTEXT,
            description = "Days that a forecast reads (default: ${DEFAULT-VALUE}).")
    int context;

    @Role(value = MEASURE, why = "forecasts further ahead err more")
    @Option(
            order = -100,
            names = "--horizon",
            paramLabel = "DAYS",
            defaultValue = "" + Births.HORIZON,
            description = "Days that it forecasts (default: ${DEFAULT-VALUE}).")
    int horizon;

    public TrainBirths(Console console) {
        super(console);
    }

    @Override
    public void requireOptions() {
        requireAtLeast("--context", 1, context);
        requireAtLeast("--horizon", 1, horizon);
    }

    @Override
    public ForecastData data() {
        return ForecastData.births();
    }

    @Override
    public ColumnRoles columns(ForecastData data) {
        return data.series().columns();
    }

    @Override
    public List<Split> splits(SeriesSet series) {
        return List.of(Births.split());
    }

    @Override
    public ForecastSpec formulation(List<TimeSeries> series, List<Split> splits) {
        return ForecastFit.of(series, splits)
                .withSeason(Births.SEASON)
                .withQuantiles(quantiles)
                .withDistribution(distribution)
                .fit(context, horizon);
    }
}
