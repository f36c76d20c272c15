package dev.carousel.cli;

import dev.carousel.cli.console.Format;
import dev.carousel.data.Births;
import dev.carousel.data.CsvTable;
import dev.carousel.data.ForecastSpec;
import dev.carousel.data.TimeSeries;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A series to forecast and the file it came from.
 *
 * @param title what it is, for a person
 * @param unit what its numbers count
 * @param series the numbers
 * @param file the file, as a model remembers it
 */
record ForecastData(String title, String unit, TimeSeries series, Provenance.Data file) {

    /** What the command line calls the births that come with Carousel. */
    static final String BIRTHS = "births";

    /** The births that come with Carousel. */
    static ForecastData births() {
        CsvTable table = Births.table();
        return new ForecastData(
                "Daily births in the USA",
                "births a day",
                Births.series(),
                new Provenance.Data(table.source(), table.bytes(), table.sha256()));
    }

    /** A column of a file. */
    static ForecastData ofFile(Path file, String target, List<String> features, Optional<String> date) {
        CsvTable table = CsvTable.read(file);
        TimeSeries series = TimeSeries.of(table, target, features, date.or(table::dateColumn));
        return new ForecastData(
                target,
                target,
                series,
                new Provenance.Data(String.valueOf(file.getFileName()), table.bytes(), table.sha256()));
    }

    /** The births where that is asked for and no file has this name, else a column of a file. */
    static ForecastData named(String name, Model model, ForecastSpec spec) {
        return name.equals(BIRTHS) && !Files.exists(Path.of(name))
                ? births()
                : ofFile(Path.of(name), spec.target(), spec.features(), ForecastTask.dateColumn(model));
    }

    /** From when to when: {@code 1969-01-01 to 1988-12-31, 7,305 rows}. */
    String extent() {
        String rows = Format.count(series.length()) + " rows";
        return series.hasDates()
                ? Dates.text(series.date(0)) + " to " + Dates.text(series.date(series.length() - 1)) + ", " + rows
                : rows;
    }
}
