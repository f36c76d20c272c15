package dev.carousel.cli.forecast;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.train.SplitSeedOption;
import dev.carousel.data.DataException;
import dev.carousel.data.forecast.Calendar;
import dev.carousel.data.forecast.EmbeddingSize;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.scaling.Scaling;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Holdout;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.series.WholeSeries;
import dev.carousel.data.table.Missing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which columns of a file are forecast, how they are normalised, and which rows are for what. */
public final class SeriesOptions {

    @Role(RESULT)
    @Parameters(paramLabel = "FILE", description = "A CSV file with a header.")
    public Path file = Path.of("");

    @Mixin
    public TableOptions table = new TableOptions();

    @Role(value = MEASURE, why = "it names what is predicted")
    @Option(
            order = -100,
            names = "--target",
            required = true,
            split = ",",
            paramLabel = "COLUMN",
            description = "The column, or columns separated by commas, that the network forecasts.")
    List<String> targets = List.of();

    @Role(value = MEASURE, why = "the loss is in units of what it leaves")
    @Option(
            order = -97,
            names = "--relative",
            paramLabel = "TO",
            description =
                    "What values are taken relative to: mean or last, of the rows that a forecast reads; previous, the"
                            + " row before; none; or window, the mean as well but in units of what the window"
                            + " deviates, as --scale window. The last value suits a series that wanders, the mean one that"
                            + " fluctuates around a level. previous works step by step only; a stream with a carried"
                            + " state needs it or none (default: ${DEFAULT-VALUE}).")
    public Relative relative = Relative.MEAN;

    @Role(value = MEASURE, why = "the loss is in units of the normalised numbers")
    @Option(
            order = -97,
            names = "--normalise",
            paramLabel = "HOW",
            defaultValue = "standard",
            description = "How columns are normalised, fitted on the training rows: standard (mean and standard"
                    + " deviation), min-max, robust (median and quartiles) or none (default: ${DEFAULT-VALUE}).")
    String scaling = "standard";

    @Role(value = MEASURE, why = "the loss is in units of the logarithms")
    @Option(
            order = -97,
            names = "--log",
            description = "Normalise the logarithm of 1 + the targets, for counts that grow by shares.")
    boolean log;

    @Role(RESULT)
    @Option(
            order = -97,
            names = "--embedding",
            paramLabel = "SIZE",
            defaultValue = "auto",
            description =
                    "Size of the learned vector of each value of a category; 0 for one-hot, an input for each value."
                            + " auto: one-hot up to 10 values, and from there on 1.6 n^0.56 numbers for n values, at"
                            + " most 100, as in fastai, pytorch-forecasting and Darts (default: ${DEFAULT-VALUE}).")
    String embedding = "auto";

    @Role(RESULT)
    @Option(
            order = -97,
            names = "--calendar",
            paramLabel = "ENTRY",
            split = ",",
            description =
                    "What the network reads of the dates, separated by commas: time-of-day, hour, weekday, weekend,"
                            + " week, day-of-month, month, month-of-year, year, or none (default: what the spacing"
                            + " suggests).")
    List<String> calendar = List.of();

    @Role(value = MEASURE, why = "the loss is in units of the normalised numbers")
    @Option(
            order = -97,
            names = "--scale",
            paramLabel = "HOW",
            description =
                    "${COMPLETION-CANDIDATES}: with --id, whether each series is normalised by its own statistics or all"
                            + " by the same; or the rows of every forecast by the mean and deviation of the window that it"
                            + " reads. The last two forecast unseen series, and window those of any size (default: each;"
                            + " all with --split series).")
    Optional<Scale> scale = Optional.empty();

    @Role(value = MEASURE, why = "it decides what is held out")
    @Option(
            order = -96,
            names = "--rows",
            paramLabel = "N",
            description = "Use only the first N rows of each series (default: all).")
    Optional<Integer> rows = Optional.empty();

    @Role(value = MEASURE, why = "it decides what is held out")
    @Option(
            order = -96,
            names = "--split",
            paramLabel = "BY",
            defaultValue = "time",
            description = "What is held out: ${COMPLETION-CANDIDATES}; the last rows of each series, or with --id whole"
                    + " series, so that the test is on unseen series (default: ${DEFAULT-VALUE}).")
    By split = By.time;

    @Role(value = MEASURE, why = "it decides what is held out")
    @Option(
            order = -96,
            names = "--validation",
            paramLabel = "PART",
            defaultValue = "0.1",
            description =
                    "The rows before the test that choose the epoch: a share such as 0.1, a number of rows such as"
                            + " 2880, or the date on which they begin; with --split series a share of the series, drawn"
                            + " by --split-seed, or their names, a,b (default: ${DEFAULT-VALUE}).")
    String validation = "0.1";

    @Role(value = MEASURE, why = "what is held out to choose by lies before the test")
    @Option(
            order = -96,
            names = "--test",
            paramLabel = "PART",
            defaultValue = "0.1",
            description = "The last rows, held out for the test: a share, a number of rows, or the date on which they"
                    + " begin; with --split series a share or names as well (default: ${DEFAULT-VALUE}).")
    String test = "0.1";

    @Mixin
    SplitSeedOption splitSeed = new SplitSeedOption();

    /** What is held out, as it is typed. */
    enum By {
        time,
        series
    }

    /** The ways to normalise several series, as they are typed. */
    enum Scale {
        each,
        all,
        window
    }

    /** Refuses what makes no sense. */
    public void require(Subcommand command) {
        table.require(command);
        rows.ifPresent(number -> command.requireAtLeast("--rows", 1, number));
        if (scalesByWindow() && relative != Relative.MEAN && relative != Relative.WINDOW) {
            throw command.mistake(
                    "--scale is window, which takes values relative to the mean of the window, but --relative is "
                            + relative.label() + ". Take one of them.");
        }
        if (split == By.time) {
            requireShares(command);
        } else {
            requireWholeSeries(command);
        }
        try {
            EmbeddingSize.parse(embedding);
        } catch (DataException e) {
            throw command.mistake("--embedding: " + e.getMessage());
        }
        try {
            Scaling.ofLabel(scaling);
            calendar();
        } catch (DataException e) {
            throw command.mistake("--normalise or --calendar: " + e.getMessage());
        }
    }

    /** Whether the rows of each forecast are scaled by its window. */
    public boolean scalesByWindow() {
        return scale.equals(Optional.of(Scale.window));
    }

    private void requireShares(Subcommand command) {
        Holdout first = part(command, "--validation", validation);
        Holdout second = part(command, "--test", test);
        if (first instanceof Holdout.Share a && second instanceof Holdout.Share b && a.share() + b.share() >= 1) {
            throw command.mistake("--validation and --test are " + validation + " and " + test
                    + " but must be at least 0, and less than 1 together.");
        }
    }

    private void requireWholeSeries(Subcommand command) {
        if (table.id.isEmpty()) {
            throw command.mistake("--split is series, which needs --id, the column that tells them apart.");
        }
        if (rows.isPresent()) {
            throw command.mistake(
                    "--rows is " + rows.get() + " but with --split series all rows of a series are used.");
        }
        if (scale.equals(Optional.of(Scale.each))) {
            throw command.mistake(
                    "--scale is each but with --split series it must be all or window: of a series that is held out"
                            + " whole, training knows no numbers to normalise it by.");
        }
    }

    private static Holdout part(Subcommand command, String option, String text) {
        try {
            return Holdout.parse(text);
        } catch (DataException e) {
            throw command.mistake(option + ": " + e.getMessage());
        }
    }

    /** What is told about the dates, where the user says it. */
    private Optional<List<Calendar>> calendar() {
        if (calendar.isEmpty()) {
            return Optional.empty();
        }
        boolean none = calendar.equals(List.of("none"));
        return Optional.of(
                none ? List.of() : calendar.stream().map(Calendar::ofLabel).toList());
    }

    /**
     * Why another value of an option changes what is held out, where it does so because of others; the end of a sentence.
     *
     * @param option with its dashes
     */
    public Optional<String> changesMeasure(String option) {
        boolean addsColumns = List.of("--features", "--known", "--categories").contains(option);
        if (addsColumns && table.missing.equals(Missing.DROP.label())) {
            return Optional.of("with --missing drop a row is held out only if it has a value in each of these columns");
        }
        boolean readsBefore = List.of("--context", "--season").contains(option);
        if (readsBefore && split == By.series) {
            return Optional.of(
                    "with --split series the first rows of a series that is held out are read before any is forecast");
        }
        return Optional.empty();
    }

    /** Whether what is held out is drawn. */
    public boolean drawsHeldOut() {
        return split == By.series;
    }

    /**
     * The series of the file; those that are too short to be split, learned from and tested are left out, where others are not.
     *
     * @param before how many rows a forecast reads
     * @param horizon how many rows it forecasts
     */
    public ForecastData data(Subcommand command, int before, int horizon) {
        SeriesSet all = table.read(command, file, targets);
        SeriesSet longEnough = rows.isPresent()
                ? all
                : all.without(
                        one -> tooShort(one, before, horizon),
                        "its rows are too few to learn from and to hold out some (a forecast takes " + before + " + "
                                + horizon + " rows)");
        return ForecastData.ofFile(file, longEnough);
    }

    private boolean tooShort(TimeSeries one, int before, int horizon) {
        if (split == By.series) {
            return one.length() < before + horizon;
        }
        try {
            return Split.of(one, one.length(), Holdout.parse(validation), Holdout.parse(test), horizon)
                            .trainingRows()
                    < before + horizon;
        } catch (DataException e) {
            if (e.kind() == DataException.Kind.NOT_READY) {
                return true;
            }
            throw e;
        }
    }

    /** Which column is what in a file that is like one that was read. */
    public ColumnRoles columns(SeriesSet read) {
        ColumnRoles found = read.columns();
        // A column of dates that was found by itself is looked for again in another file.
        return new ColumnRoles(
                found.targets(), found.features(), found.known(), found.categories(), found.id(), table.date);
    }

    /** Whether rows that are missing are inserted. */
    public boolean insertsRows() {
        return table.insertsRows();
    }

    public Missing missing() {
        return Missing.ofLabel(table.missing);
    }

    /**
     * Which rows of each series are for what.
     *
     * @param seed decides which series are drawn, where --split-seed does not
     */
    public List<Split> splits(SeriesSet set, int horizon, long seed) {
        if (split == By.series) {
            return WholeSeries.of(
                    set,
                    WholeSeries.Part.parse(validation, set),
                    WholeSeries.Part.parse(test, set),
                    splitSeed.or(seed));
        }
        Holdout first = Holdout.parse(validation);
        Holdout second = Holdout.parse(test);
        return set.series().stream()
                .map(one -> Split.of(one, rows.orElse(one.length()), first, second, horizon))
                .toList();
    }

    /** The formulation as far as these options say it. */
    public ForecastFit fit(List<TimeSeries> series, List<Split> splits) {
        ForecastFit fit = ForecastFit.of(series, splits)
                .withRelative(scalesByWindow() ? Relative.WINDOW : relative)
                .withScaling(Scaling.ofLabel(scaling), log)
                .withEachScaled(split == By.time && scale.orElse(Scale.each) == Scale.each && series.size() > 1)
                .withEmbedding(EmbeddingSize.parse(embedding));
        return calendar().map(fit::withCalendar).orElse(fit);
    }
}
