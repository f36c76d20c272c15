package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.DecimalSign;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.Categories;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.data.table.TableReading;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.spec.ColumnEmbedding;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a model file of a forecaster says about its task: which columns of a file it reads and how, how a forecast is
 * presented to it, and what was held out.
 *
 * <pre>{@code
 * Model model = Model.load(Path.of("forecast.safetensors"));
 * ForecastTask task = ForecastTask.of(model);
 * SeriesSet series = SeriesSet.read(Path.of("sales.csv"), task.columns(), task.reading());
 * ForecastWindows windows = ForecastWindows.of(series.only(), task.spec());
 * double[] next = Forecaster.of(model.network().pack(), Team.single()).next(windows);
 * }</pre>
 *
 * @param title what is forecast, for a person
 * @param columns which column of a file is what
 * @param missing what happens to missing values
 * @param spec how a forecast is put before the network
 * @param splits which rows of each series were for what, by the series' names
 * @param dates how dates are read
 * @param digits with how many decimals forecasts are written
 * @param decimal the decimal sign of numbers that do not tell it themselves
 * @param insertsRows whether rows that are missing among evenly spaced dates are inserted
 */
public record ForecastTask(
        String title,
        ColumnRoles columns,
        Missing missing,
        ForecastSpec spec,
        Map<String, Split> splits,
        DateReading dates,
        ForecastDigits digits,
        DecimalSign decimal,
        boolean insertsRows) {

    /** The kind of such a task. */
    public static final String KIND = "forecast";

    private static final String DECIMAL = "decimal_sign";
    private static final String MISSING_ROWS = "missing_rows";
    private static final String DECIMALS = "decimals";
    private static final String DATE_FORMAT = "date_format";
    private static final String DATE_ZONE = "date_zone";
    private static final String DATE_OFFSET = "date_offset";
    private static final String EMBEDDINGS = "embeddings";

    /** Copies the splits, whose order stays. */
    public ForecastTask {
        splits = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(splits));
    }

    /** With dates as their column spells them, and offsets left out. */
    public ForecastTask(
            String title, ColumnRoles columns, Missing missing, ForecastSpec spec, Map<String, Split> splits) {
        this(
                title,
                columns,
                missing,
                spec,
                splits,
                DateReading.defaults().countedAt(Optional.empty()),
                ForecastDigits.of(spec),
                DecimalSign.POINT,
                false);
    }

    private ForecastTask with(ForecastSpec other, ForecastDigits written, boolean inserted) {
        return new ForecastTask(title, columns, missing, other, splits, dates, written, decimal, inserted);
    }

    /** With rows inserted that are missing among evenly spaced dates, or not. */
    public ForecastTask withInsertedRows(boolean inserted) {
        return with(spec, digits, inserted);
    }

    /** With forecasts written with as many decimals as some series ask for, where those of the training asked for less. */
    public ForecastTask writtenFor(SeriesSet series) {
        return with(spec, digits.or(ForecastDigits.of(series)), insertsRows);
    }

    /** With dates read as in some series, and forecasts written with as many decimals as theirs. */
    public ForecastTask like(SeriesSet series) {
        return new ForecastTask(
                title,
                columns,
                missing,
                spec,
                splits,
                series.dates(),
                ForecastDigits.of(series),
                series.decimal(),
                insertsRows);
    }

    /** With another horizon, which a network that forecasts step by step can have. */
    public ForecastTask withHorizon(int rows) {
        return with(spec.withHorizon(rows), digits, insertsRows);
    }

    /** How a file for this model is read. */
    public TableReading reading() {
        return TableReading.defaults()
                .withMissing(missing)
                .withDates(dates)
                .withDecimal(decimal)
                .withInsertedRows(insertsRows);
    }

    /** As a model file holds it. */
    public Task toTask() {
        return addTo(Task.of(KIND));
    }

    public Task addTo(Task empty) {
        ForecastColumns columns = spec.columns();
        Task task = empty.with("title", title)
                .with("date_column", this.columns.date().orElse(""))
                .with("id_column", this.columns.id().orElse(""))
                .with("missing", missing.label())
                .withTexts("file_features", this.columns.features())
                .withTexts("file_known", this.columns.known())
                .withTexts("file_categories", this.columns.categories())
                .with("context", spec.context())
                .with("horizon", spec.horizon())
                .with("season", spec.season())
                .with("spacing", spec.spacing().kind().name().toLowerCase(Locale.ROOT))
                .with("spacing_amount", Math.toIntExact(spec.spacing().amount()))
                .withTexts("calendar", texts(spec.calendar(), Calendar::label))
                .withTexts("columns", names(columns.normaliser()))
                .withNumbers("means", means(columns.normaliser()))
                .withNumbers("deviations", deviations(columns.normaliser()))
                .withTexts(
                        "logarithms",
                        columns.normaliser().columns().stream()
                                .filter(Normaliser.Column::log)
                                .map(Normaliser.Column::name)
                                .toList())
                .with("targets", columns.targets())
                .with("features", columns.features())
                .with("relative", spec.relative().label())
                .with("stepping", spec.stepping().label())
                .withNumbers("quantiles", array(spec.quantiles()))
                .withTexts("categories", texts(columns.categories(), Categories::name));
        if (spec.embedding().isPresent()) {
            task = task.withNumbers(EMBEDDINGS, array(columns.embeddings()));
        }
        for (Categories one : columns.categories()) {
            task = task.withTexts(valuesOf(one.name()), one.values());
        }
        task = task.withNumbers(DECIMALS, array(digits.decimals()));
        task = insertsRows ? task.with(MISSING_ROWS, "insert") : task;
        task = decimal == DecimalSign.POINT ? task : task.with(DECIMAL, decimal.label());
        task = withText(task, DATE_FORMAT, Optional.of(dates.format()).filter(text -> !text.isEmpty()));
        task = ForecastMetadata.withDistribution(task, spec);
        task = withText(task, DATE_ZONE, dates.zone().map(ZoneId::getId));
        task = withText(task, DATE_OFFSET, dates.offset().map(ZoneOffset::getId));
        return SplitRows.addTo(withSeries(task, columns), splits);
    }

    private static Task withText(Task task, String name, Optional<String> text) {
        return text.isPresent() ? task.with(name, text.get()) : task;
    }

    private static double[] array(List<? extends Number> numbers) {
        return numbers.stream().mapToDouble(Number::doubleValue).toArray();
    }

    private static <T> List<String> texts(List<T> all, Function<T, String> name) {
        return all.stream().map(name).toList();
    }

    private static String valuesOf(String category) {
        return "category " + category;
    }

    private static List<String> names(Normaliser normaliser) {
        return texts(normaliser.columns(), Normaliser.Column::name);
    }

    private static double[] means(Normaliser normaliser) {
        return normaliser.columns().stream()
                .mapToDouble(Normaliser.Column::mean)
                .toArray();
    }

    private static double[] deviations(Normaliser normaliser) {
        return normaliser.columns().stream()
                .mapToDouble(Normaliser.Column::deviation)
                .toArray();
    }

    private static Task withSeries(Task task, ForecastColumns columns) {
        List<String> ids = columns.series().keySet().stream().sorted().toList();
        return task.withTexts("series", ids)
                .withNumbers("series_means", ofAll(ids, id -> means(columns.of(id))))
                .withNumbers("series_deviations", ofAll(ids, id -> deviations(columns.of(id))));
    }

    private static double[] ofAll(List<String> ids, Function<String, double[]> each) {
        return ids.stream().flatMapToDouble(id -> Arrays.stream(each.apply(id))).toArray();
    }

    /**
     * What a model file says.
     *
     * @throws dev.carousel.model.ModelException if something is missing
     * @throws DataException if something makes no sense, or does not fit the network
     */
    public static ForecastTask of(Model model) {
        Task task = model.task();
        ForecastSpec spec = spec(model);
        if (model.spec().readsIds()
                || model.spec().inputSize() != spec.inputSize()
                || model.spec().outputSize() != spec.networkOutputs()) {
            throw new DataException(model.name() + ": expected a network that reads " + spec.inputSize()
                    + " numbers a step and gives " + spec.networkOutputs() + ", but found one that reads "
                    + model.spec().inputSize() + " and gives " + model.spec().outputSize()
                    + ". Was the file put together from two models?");
        }
        requireEmbedding(model, spec);
        ColumnRoles columns = new ColumnRoles(
                spec.targets(),
                // A column that says where another lacked values is in the series but not in the file.
                task.has("file_features") ? task.texts("file_features") : spec.features(),
                task.has("file_known") ? task.texts("file_known") : List.of(),
                task.has("file_categories") ? task.texts("file_categories") : List.of(),
                optional(task, "id_column"),
                optional(task, "date_column"));
        return new ForecastTask(
                task.text("title"),
                columns,
                optional(task, "missing").map(Missing::ofLabel).orElse(Missing.ERROR),
                spec,
                SplitRows.of(model),
                dates(model),
                digits(model, spec),
                optional(task, DECIMAL).map(DecimalSign::ofLabel).orElse(DecimalSign.POINT),
                optional(task, MISSING_ROWS).isPresent());
    }

    private static ForecastDigits digits(Model model, ForecastSpec spec) {
        if (!model.task().has(DECIMALS)) {
            return ForecastDigits.of(spec);
        }
        List<Integer> decimals = Arrays.stream(model.task().numbers(DECIMALS))
                .mapToObj(number -> (int) number)
                .toList();
        if (decimals.size() != spec.targets().size()) {
            throw new DataException(model.name() + ": expected a number of decimals for each of the targets "
                    + spec.targets() + " but found " + decimals + ".");
        }
        return new ForecastDigits(decimals);
    }

    /** Models of files whose times have no offset, and all of earlier versions, leave offsets out. */
    private static DateReading dates(Model model) {
        Task task = model.task();
        DateReading dates =
                DateReading.defaults().withFormat(optional(task, DATE_FORMAT).orElse(""));
        dates = optional(task, DATE_ZONE)
                .map(DateReading::zone)
                .map(dates::withZone)
                .orElse(dates);
        try {
            return dates.countedAt(optional(task, DATE_OFFSET).map(ZoneOffset::of));
        } catch (DateTimeException e) {
            throw new DataException(
                    model.name() + ": the model's description of its dates makes no sense. " + e.getMessage(), e);
        }
    }

    /** Ids must meet the layer that reads them, and numbers none. */
    private static void requireEmbedding(Model model, ForecastSpec spec) {
        Optional<ColumnEmbedding> found = Optional.of(model.spec().layers().get(0))
                .filter(ColumnEmbedding.class::isInstance)
                .map(ColumnEmbedding.class::cast);
        if (!found.equals(spec.embedding())) {
            throw new DataException(model.name() + ": expected a network that begins with "
                    + spec.embedding().map(ColumnEmbedding::toString).orElse("no embedding of columns") + " but found "
                    + found.map(ColumnEmbedding::toString).orElse("none")
                    + ". Was the file put together from two models?");
        }
    }

    private static Optional<String> optional(Task task, String name) {
        return task.has(name) ? Optional.of(task.text(name)).filter(text -> !text.isEmpty()) : Optional.empty();
    }

    private static ForecastSpec spec(Model model) {
        Task task = model.task();
        List<String> names = task.texts("columns");
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("context", task.integer("context"));
        map.put("horizon", task.integer("horizon"));
        map.put("season", task.integer("season"));
        map.put("spacing", task.text("spacing"));
        map.put("spacing_amount", task.integer("spacing_amount"));
        map.put("calendar", task.texts("calendar"));
        map.put("columns", columns(model, names, task.numbers("means"), task.numbers("deviations"), 0));
        // What models of the first version lack, ForecastSpec knows.
        if (task.has("targets")) {
            map.put("targets", task.integer("targets"));
            map.put("features", task.integer("features"));
            map.put("relative", task.text("relative"));
            map.put("stepping", task.text("stepping"));
            map.put(
                    "quantiles",
                    Arrays.stream(task.numbers("quantiles")).boxed().toList());
            List<Object> categories = new ArrayList<>();
            for (String name : task.texts("categories")) {
                categories.add(Map.of("name", name, "values", task.texts(valuesOf(name))));
            }
            map.put("categories", categories);
            ForecastMetadata.putDistribution(task, map);
            if (task.has(EMBEDDINGS)) {
                map.put(
                        EMBEDDINGS,
                        Arrays.stream(task.numbers(EMBEDDINGS)).boxed().toList());
            }
            Map<String, Object> series = new LinkedHashMap<>();
            List<String> ids = task.texts("series");
            double[] means = task.numbers("series_means");
            double[] deviations = task.numbers("series_deviations");
            for (int i = 0; i < ids.size(); i++) {
                series.put(ids.get(i), columns(model, names, means, deviations, i * names.size()));
            }
            map.put("series", series);
        }
        return ForecastSpec.fromMap(map);
    }

    private static List<Map<String, Object>> columns(
            Model model, List<String> names, double[] means, double[] deviations, int from) {
        int needed = from + names.size();
        if (means.length < needed || deviations.length < needed || (from == 0 && means.length % names.size() > 0)) {
            throw new DataException(model.name() + ": expected a mean and a deviation for each of the columns " + names
                    + " but found " + means.length + " and " + deviations.length + ".");
        }
        List<String> logarithms = model.task().has("logarithms") ? model.task().texts("logarithms") : List.of();
        List<Map<String, Object>> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            columns.add(Map.of(
                    "name",
                    names.get(i),
                    "mean",
                    means[from + i],
                    "deviation",
                    deviations[from + i],
                    "log",
                    logarithms.contains(names.get(i))));
        }
        return columns;
    }

    /**
     * Which rows of a series a model was trained on, chosen by and tested on.
     *
     * @throws DataException if the model was trained on other series, or on more rows than there are
     */
    public Split split(TimeSeries series) {
        Split split = splits.get(series.id());
        if (split == null) {
            throw new DataException(
                    series.place() + ": the model was trained on other series, so nothing of it is held" + " out.");
        }
        if (split.end() > series.length()) {
            throw new DataException(series.place() + ": the model was trained on " + split.end()
                    + " rows but the file has " + series.length() + ".");
        }
        return split;
    }
}
