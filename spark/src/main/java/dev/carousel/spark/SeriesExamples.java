package dev.carousel.spark;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.data.table.TableReading;
import dev.carousel.model.Task;
import dev.carousel.tensor.Sequence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * What one forecaster of many series learns from: long rows, one for each date of each series, cut into forecasts.
 *
 * <pre>{@code
 * SeriesExamples sales = SeriesExamples.of(rows, ColumnRoles.of("sales").withId("shop").withDate("day"))
 *         .withHeldOut(28);
 * ForecastSpec spec = sales.fit(1000, 56, 14, fit -> fit.withRelative(Relative.WINDOW));
 * NetworkSpec network = spec.network(...);
 * SparkTraining training = SparkTrainer.of(spark, network, plan).train(sales.training(spec), sales.heldOut(spec));
 * Model model = training.model(sales.task("sales", spec));
 * }</pre>
 *
 * <p>All series are normalised alike, so that the model forecasts series that it has never seen, and does not grow with their
 * number. Immutable.
 */
public final class SeriesExamples {

    private static final String SAMPLED = "carousel sampled";

    private final Dataset<Row> rows;
    private final ColumnRoles columns;
    private final Missing missing;
    private final int heldOut;
    private final int every;

    private SeriesExamples(Dataset<Row> rows, ColumnRoles columns, Missing missing, int heldOut, int every) {
        this.rows = rows;
        this.columns = columns;
        this.missing = missing;
        this.heldOut = heldOut;
        this.every = every;
        if (columns.id().isEmpty() || columns.date().isEmpty()) {
            throw new IllegalArgumentException(
                    "SeriesExamples: a column of ids and one of dates are needed, but the columns" + " are " + columns
                            + ".");
        }
    }

    /**
     * Series of which nothing is held out, missing values are errors, and each row begins a forecast.
     *
     * @param columns with an id and dates
     * @throws IllegalArgumentException if there is no id, no dates, or a column is missing
     */
    public static SeriesExamples of(Dataset<Row> rows, ColumnRoles columns) {
        SeriesExamples examples = new SeriesExamples(rows, columns, Missing.ERROR, 0, 1);
        SeriesTable.of(rows.schema(), columns, Optional.empty());
        return examples;
    }

    /** The same with so many last rows of each series held out, to choose the best epoch by. */
    public SeriesExamples withHeldOut(int lastRows) {
        return new SeriesExamples(rows, columns, missing, lastRows, every);
    }

    /** The same with missing values treated otherwise. */
    public SeriesExamples withMissing(Missing how) {
        return new SeriesExamples(rows, columns, how, heldOut, every);
    }

    /** The same with a forecast from each so many rows only, for less to learn from, and to keep in memory. */
    public SeriesExamples withEvery(int rowsApart) {
        if (rowsApart < 1) {
            throw new IllegalArgumentException(
                    "SeriesExamples: forecasts must be 1 row apart at least, not " + rowsApart + ".");
        }
        return new SeriesExamples(rows, columns, missing, heldOut, rowsApart);
    }

    private TableReading reading() {
        return TableReading.defaults().withMissing(missing);
    }

    /**
     * Fits how forecasts are put before a network, on the training rows of some series, in this process. Of those, the ones that
     * are too short for a forecast are left out.
     *
     * @param series how many at most: those whose ids have the least hashes
     * @param context how many rows a forecast reads
     * @param horizon how many rows it is about
     * @param choices changes what {@link ForecastFit} does without them
     * @throws DataException if there are too few rows, or the choices do not go together
     */
    public ForecastSpec fit(int series, int context, int horizon, UnaryOperator<ForecastFit> choices) {
        Column id = rows.col("`" + columns.id().orElseThrow().replace("`", "``") + "`");
        Dataset<Row> some = rows.select(id.cast("string").as(SAMPLED))
                .distinct()
                .orderBy(functions.xxhash64(functions.col(SAMPLED)), functions.col(SAMPLED))
                .limit(series);
        Dataset<Row> sampled =
                rows.join(functions.broadcast(some), id.cast("string").equalTo(some.col(SAMPLED)), "left_semi");
        return Causes.unwrapping(() -> {
            SeriesTable table = SeriesTable.of(sampled.schema(), columns, Optional.empty());
            Iterator<Row> all = table.grouped(sampled).toLocalIterator();
            if (!all.hasNext()) {
                throw new IllegalArgumentException("SeriesExamples: there is no row to fit a formulation on.");
            }
            List<TimeSeries> longEnough = new ArrayList<>();
            for (TimeSeries one : table.read(all, reading())) {
                if (one.length() - heldOut >= context + horizon) {
                    longEnough.add(one);
                }
            }
            if (longEnough.isEmpty()) {
                throw new DataException("Of the series that a formulation is fitted on, none has the "
                        + (context + horizon + heldOut) + " rows that a forecast and what is held out take.");
            }
            ForecastFit fit = ForecastFit.of(
                    longEnough,
                    longEnough.stream().map(one -> split(one, heldOut)).toList());
            return requireAlike(choices.apply(fit.withEachScaled(false)).fit(context, horizon));
        });
    }

    private static ForecastSpec requireAlike(ForecastSpec spec) {
        if (!spec.columns().series().isEmpty()) {
            throw new IllegalArgumentException(
                    "SeriesExamples: each series was to be normalised by its own statistics, of"
                            + " which only the sampled ones are known. Take values relative to the window (Relative.WINDOW)"
                            + " instead.");
        }
        return spec;
    }

    private static Split split(TimeSeries one, int heldOut) {
        return Split.ofLast(one, heldOut, 0);
    }

    /** The forecasts whose horizons lie in the rows that are not held out; of a series that is too short for one, none. */
    public JavaRDD<Example> training(ForecastSpec spec) {
        return examples(spec, false);
    }

    /** The forecasts whose horizons lie in the rows that are held out. */
    public JavaRDD<Example> heldOut(ForecastSpec spec) {
        if (heldOut < spec.horizon()) {
            throw new IllegalArgumentException("SeriesExamples: " + heldOut + " rows are held out, but a horizon has "
                    + spec.horizon() + ". Hold out so many at least.");
        }
        return examples(spec, true);
    }

    private JavaRDD<Example> examples(ForecastSpec spec, boolean ofHeldOut) {
        SeriesTable table = SeriesTable.of(rows.schema(), columns, Optional.empty());
        Windows windows = new Windows(
                table, Portable.of(Object.class, spec.toMap()), missing, new Cut(heldOut, every, ofHeldOut));
        return table.grouped(rows).toJavaRDD().mapPartitions(windows);
    }

    /** Which forecasts are examples. */
    private record Cut(int heldOut, int every, boolean ofHeldOut) implements Serializable {}

    /** The forecasts of the series of a partition. */
    private record Windows(SeriesTable table, Portable<Object> spec, Missing missing, Cut cut)
            implements FlatMapFunction<Iterator<Row>, Example> {

        @Override
        public Iterator<Example> call(Iterator<Row> rows) {
            if (!rows.hasNext()) {
                return Collections.emptyIterator();
            }
            ForecastSpec of = ForecastSpec.fromMap((Map<?, ?>) spec.value());
            SeriesSet series = table.read(rows, TableReading.defaults().withMissing(missing));
            return series.series().stream().flatMap(one -> ofSeries(one, of)).iterator();
        }

        private Stream<Example> ofSeries(TimeSeries one, ForecastSpec of) {
            int end = one.length() - cut.heldOut();
            int from = cut.ofHeldOut() ? Math.max(0, end) : 0;
            int to = cut.ofHeldOut() ? one.length() : end;
            if (to - Math.max(from, of.rowsBefore()) < of.horizon()) {
                // Too short for a single forecast.
                return Stream.empty();
            }
            ForecastWindows windows = ForecastWindows.of(one, of);
            int[] origins = windows.origins(from, to);
            // Counted from the end, so that the last rows are always among them.
            int first = (origins.length - 1) % cut.every();
            return IntStream.iterate(first, i -> i < origins.length, i -> i + cut.every())
                    .mapToObj(i -> example(windows, origins[i], of));
        }

        private static Example example(ForecastWindows windows, int origin, ForecastSpec of) {
            int targets = of.targets().size();
            Sequence x = Sequence.zeros(of.steps(), 1, of.inputSize());
            Sequence y = Sequence.zeros(of.horizon(), 1, targets);
            windows.fillInput(origin, x, 0);
            windows.fillTarget(origin, y, 0);
            return Example.ofVectors(x.data(), of.inputSize()).withTarget(y.data(), targets);
        }
    }

    /** What the model file of a forecaster says about its task. */
    public Task task(String title, ForecastSpec spec) {
        return new ForecastTask(title, columns, missing, spec, Map.of()).toTask();
    }
}
