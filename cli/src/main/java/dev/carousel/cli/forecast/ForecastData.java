package dev.carousel.cli.forecast;

import dev.carousel.cli.command.SpellingOptions;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Format;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.CsvTable;
import dev.carousel.model.Provenance;
import dev.carousel.report.words.DateText;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The series to forecast and the file they came from.
 *
 * @param title what they are, for a person
 * @param unit what their numbers count
 * @param series the numbers, one series or several
 * @param file the file, as a model remembers it
 */
public record ForecastData(String title, String unit, SeriesSet series, Provenance.Data file) {

    /** What the command line calls the births that come with Carousel. */
    static final String BIRTHS = "births";

    /** What {@link #named} takes, for messages. */
    public static final String WHAT = "a CSV file, or the word births for the table that comes with Carousel";

    /** Whether this is the word for the births, and no file has this name. */
    private static boolean isBuiltIn(String name) {
        return name.equals(BIRTHS) && !Files.exists(Path.of(name));
    }

    /** The births as the bytes of a CSV file, where that is asked for and no file has this name. */
    public static Optional<InputStream> builtIn(String name) {
        return isBuiltIn(name) ? Optional.of(Births.open()) : Optional.empty();
    }

    /** The births that come with Carousel. */
    static ForecastData births() {
        CsvTable table = Births.table();
        return new ForecastData(
                "Daily births in the USA",
                "births a day",
                SeriesSet.of(table.source(), List.of(Births.series())),
                new Provenance.Data(table.source(), table.bytes(), table.sha256()));
    }

    /** The series of a file. */
    static ForecastData ofFile(Path file, SeriesSet series) {
        String title = String.join(", ", series.get(0).targets());
        return new ForecastData(
                title,
                title,
                series,
                new Provenance.Data(String.valueOf(file.getFileName()), series.bytes(), series.sha256()));
    }

    /** The births where that is asked for and no file has this name, else the columns of a model in a file. */
    public static ForecastData named(Subcommand command, String name, ForecastTask task, SpellingOptions dates) {
        dates.require(command);
        Path file = Path.of(name);
        return isBuiltIn(name)
                ? births()
                : ofFile(file, TableOptions.read(command, file, task.columns(), dates.reading(task.reading())));
    }

    /** The same with other series of the file. */
    public ForecastData with(SeriesSet others) {
        return new ForecastData(title, unit, others, file);
    }

    /**
     * The same without the series of which nothing can be forecast: those that are too short, and those that the model has no
     * numbers to normalise by.
     */
    public ForecastData forecastable(ForecastSpec spec) {
        Map<String, Normaliser> known = spec.columns().series();
        return with(series.without(
                        one -> !known.isEmpty() && !known.containsKey(one.id()),
                        "the model was trained without them, and normalises each by its own numbers (--scale all or"
                                + " --scale window in training forecasts new ones)")
                .without(one -> one.length() < spec.rowsBefore(), "a forecast reads " + spec.rowsBefore() + " rows"));
    }

    /** Whether these are the births that come with Carousel. */
    boolean isBirths() {
        return file.sha256().equals(Births.table().sha256());
    }

    /** The first series, which speaks for all where one is enough. */
    public TimeSeries first() {
        return series.get(0);
    }

    /** From when to when: {@code 1969-01-01 to 1988-12-31, 7,305 rows}. */
    public String extent() {
        TimeSeries first = first();
        String rows = Format.count(series.rows()) + " rows"
                + (series.size() == 1 ? "" : " of " + Format.count(series.size()) + " series");
        return first.hasDates()
                ? DateText.text(first.date(0)) + " to " + DateText.text(first.date(first.length() - 1)) + ", " + rows
                : rows;
    }
}
