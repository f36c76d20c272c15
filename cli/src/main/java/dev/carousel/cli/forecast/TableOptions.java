package dev.carousel.cli.forecast;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.RESULT;
import static dev.carousel.cli.command.Changes.RUN;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.SpellingOptions;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Progress;
import dev.carousel.data.DataException;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.table.Missing;
import dev.carousel.data.table.TableReading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a CSV file is read: which column is what, what becomes of missing values, how much memory it may take. */
public final class TableOptions {

    /** Files below this are read before a bar could be seen. */
    private static final long BAR_FROM_BYTES = 8L << 20;

    private static final long MEGABYTE = 1L << 20;

    @Role(RESULT)
    @Option(
            order = -98,
            names = "--features",
            paramLabel = "COLUMN",
            split = ",",
            description =
                    "Further input columns, separated by commas, known up to the present; '*' for all without another"
                            + " role. A column of texts is treated as categories.")
    List<String> features = List.of();

    @Role(RESULT)
    @Option(
            order = -98,
            names = "--known",
            paramLabel = "COLUMN",
            split = ",",
            description = "Further input columns of numbers that are known ahead, such as prices. To forecast the rows"
                    + " after the last one, the file goes on with these, and with empty targets.")
    List<String> known = List.of();

    @Role(RESULT)
    @Option(
            order = -98,
            names = "--categories",
            paramLabel = "COLUMN",
            split = ",",
            description = "Further input columns of names that are known ahead; a name not seen in training is"
                    + " \"unknown\". --embedding says how they enter the network.")
    List<String> categories = List.of();

    @Role(value = MEASURE, why = "it decides what a series is")
    @Option(
            order = -98,
            names = "--id",
            paramLabel = "COLUMN",
            description = "The column that tells several series of the file apart; their rows may be mixed.")
    Optional<String> id = Optional.empty();

    @Role(value = MEASURE, why = "the dates decide what is held out")
    @Option(
            order = -98,
            names = "--date",
            paramLabel = "COLUMN",
            description = "The column of dates (default: the first that holds dates, if any).")
    Optional<String> date = Optional.empty();

    @Mixin
    SpellingOptions dates = new SpellingOptions();

    @Role(value = MEASURE, why = "it changes the rows that are held out")
    @Option(
            order = -98,
            names = "--missing",
            paramLabel = "HOW",
            defaultValue = "error",
            description = "How missing values are handled: error, forward (the value before), interpolate, zero (with a"
                    + " column that says so) or drop (the row) (default: ${DEFAULT-VALUE}).")
    String missing = "error";

    @Role(value = MEASURE, why = "it changes the rows that are held out")
    @Option(
            order = -98,
            names = "--missing-rows",
            paramLabel = "HOW",
            defaultValue = "keep",
            description = "What happens where rows are missing among dates that would be evenly spaced otherwise:"
                    + " ${COMPLETION-CANDIDATES}. keep: nothing is inserted, the rest counts as equal steps, without"
                    + " season and calendar; insert: they are inserted, and filled in as --missing says (default:"
                    + " ${DEFAULT-VALUE}).")
    Rows missingRows = Rows.keep;

    /** What happens to rows that are missing, as it is typed. */
    enum Rows {
        keep,
        insert
    }

    @Role(RUN)
    @Option(
            order = -98,
            names = "--table-memory",
            paramLabel = "MB",
            description =
                    "How much of Java's memory the rows may take; more of them go into a temporary file (default: a"
                            + " quarter).")
    Optional<Integer> memory = Optional.empty();

    @Role(RUN)
    @Option(
            order = -98,
            names = "--table-folder",
            paramLabel = "FOLDER",
            description = "The folder of that temporary file (default: the system's).")
    Optional<Path> folder = Optional.empty();

    /** Refuses what makes no sense, before any file is read. */
    public void require(Subcommand command) {
        try {
            Missing.ofLabel(missing);
        } catch (DataException e) {
            throw command.mistake("--missing: " + e.getMessage());
        }
        if (insertsRows() && List.of("error", "drop").contains(missing)) {
            throw command.mistake("--missing-rows is insert but --missing is " + missing
                    + ". Rows that are inserted have no values: say with --missing how these are filled in, forward,"
                    + " interpolate or zero.");
        }
        dates.require(command);
        memory.ifPresent(number -> command.requireAtLeast("--table-memory", 0, number));
        folder.filter(path -> !Files.isDirectory(path)).ifPresent(path -> {
            throw command.mistake("--table-folder is " + path + " but there is no such folder.");
        });
    }

    /** Whether rows that are missing are inserted. */
    boolean insertsRows() {
        return missingRows == Rows.insert;
    }

    /** Which column is what. */
    public ColumnRoles columns(List<String> targets) {
        return new ColumnRoles(targets, features, known, categories, id, date);
    }

    /** How a file is read, without a bar. */
    public TableReading reading() {
        TableReading reading = dates.reading(
                TableReading.defaults().withMissing(Missing.ofLabel(missing)).withInsertedRows(insertsRows()));
        if (memory.isPresent()) {
            reading = reading.withHeapBytes(memory.get() * MEGABYTE);
        }
        return folder.isPresent() ? reading.withFolder(folder.get()) : reading;
    }

    /** The series of a file; a bar shows how far the reading is. */
    public SeriesSet read(Subcommand command, Path file, List<String> targets) {
        return read(command, file, columns(targets), reading());
    }

    /** The series of a file, read as a model says; a bar shows how far the reading is. */
    public static SeriesSet read(Subcommand command, Path file, ColumnRoles columns, TableReading reading) {
        return withBar(command, reading, seen -> SeriesSet.read(file, columns, seen));
    }

    /**
     * Reads while a bar shows how far it is.
     *
     * @param read reads as it is told
     */
    public static <T> T withBar(Subcommand command, TableReading reading, Function<TableReading, T> read) {
        Bar bar = new Bar(command);
        try {
            return read.apply(reading.withListener(bar::read));
        } finally {
            bar.close();
        }
    }

    /** How far the reading of a large file is. */
    private static final class Bar {

        private final Subcommand command;
        private Progress progress = Progress.none();
        private boolean begun;
        private long shown;

        Bar(Subcommand command) {
            this.command = command;
        }

        void read(long bytes, long total) {
            if (total < BAR_FROM_BYTES) {
                return;
            }
            if (!begun) {
                begun = true;
                progress = command.progress("MB", total / MEGABYTE);
                progress.label("reading");
            }
            long megabytes = bytes / MEGABYTE;
            progress.advance(megabytes - shown, Double.NaN);
            shown = megabytes;
        }

        void close() {
            progress.close();
        }
    }
}
