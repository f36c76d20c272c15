package dev.carousel.cli;

import dev.carousel.data.DataException;
import dev.carousel.data.Holdout;
import dev.carousel.data.Missing;
import dev.carousel.data.SeriesColumns;
import dev.carousel.data.Split;
import dev.carousel.data.TableReading;
import dev.carousel.data.TimeSeries;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which columns of a file are what, and which rows are for what. */
final class SeriesOptions {

    @Option(
            order = -100,
            names = "--target",
            required = true,
            split = ",",
            paramLabel = "COLUMN",
            description = "The column, or columns separated by commas, that the network forecasts.")
    List<String> targets = List.of();

    @Option(
            order = -98,
            names = "--known",
            paramLabel = "COLUMN",
            split = ",",
            description = "Columns of numbers that help and are known ahead, such as prices. To forecast the rows after"
                    + " the last one, the file goes on with these, and with empty targets.")
    List<String> known = List.of();

    @Option(
            order = -98,
            names = "--categories",
            paramLabel = "COLUMN",
            split = ",",
            description = "Columns of names that help and are known ahead; each name becomes an input of its own.")
    List<String> categories = List.of();

    @Option(
            order = -98,
            names = "--id",
            paramLabel = "COLUMN",
            description = "The column that tells several series of the file apart; one network learns from all.")
    Optional<String> id = Optional.empty();

    @Option(
            order = -98,
            names = "--date",
            paramLabel = "COLUMN",
            description = "The column of dates (default: the first that holds dates, if any).")
    Optional<String> date = Optional.empty();

    @Option(
            order = -98,
            names = "--missing",
            paramLabel = "HOW",
            defaultValue = "error",
            description = "What becomes of missing values: error, forward (the value before), interpolate, zero (with a"
                    + " column that says so) or drop (the row) (default: ${DEFAULT-VALUE}).")
    String missing = "error";

    @Option(
            order = -96,
            names = "--rows",
            paramLabel = "N",
            description = "Use the first N rows alone, of each series (default: all).")
    Optional<Integer> rows = Optional.empty();

    @Option(
            order = -96,
            names = "--validation",
            paramLabel = "PART",
            defaultValue = "0.1",
            description = "The rows before the test that choose the epoch: a share such as 0.1, a number of rows such as"
                    + " 2880, or the date with which they begin (default: ${DEFAULT-VALUE}).")
    String validation = "0.1";

    @Option(
            order = -96,
            names = "--test",
            paramLabel = "PART",
            defaultValue = "0.1",
            description = "The last rows, held out for the test: a share, a number of rows, or the date with which they"
                    + " begin (default: ${DEFAULT-VALUE}).")
    String test = "0.1";

    /** Refuses what makes no sense. */
    void require(Subcommand command) {
        rows.ifPresent(number -> command.requireAtLeast("--rows", 1, number));
        Holdout first = part(command, "--validation", validation);
        Holdout second = part(command, "--test", test);
        if (first instanceof Holdout.Share a && second instanceof Holdout.Share b && a.share() + b.share() >= 1) {
            throw command.mistake("--validation and --test are " + validation + " and " + test
                    + " but must be at least 0, and less than 1 together.");
        }
        try {
            Missing.ofLabel(missing);
        } catch (DataException e) {
            throw command.mistake("--missing: " + e.getMessage());
        }
    }

    private static Holdout part(Subcommand command, String option, String text) {
        try {
            return Holdout.parse(text);
        } catch (DataException e) {
            throw command.mistake(option + ": " + e.getMessage());
        }
    }

    /** Which column is what. */
    SeriesColumns columns(List<String> features) {
        return new SeriesColumns(targets, features, known, categories, id, date);
    }

    Missing missing() {
        return Missing.ofLabel(missing);
    }

    TableReading reading() {
        return TableReading.defaults().withMissing(missing());
    }

    /** Which rows of a series are for what. */
    Split split(TimeSeries series, int horizon) {
        return Split.of(
                series, rows.orElse(series.length()), Holdout.parse(validation), Holdout.parse(test), horizon);
    }
}
