package dev.carousel.spark;

import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.model.Model;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A stage of a pipeline that forecasts many series: of long rows, one for each date of each series, the rows that follow.
 *
 * <pre>{@code
 * Dataset<Row> next = new ForecastTransformer()
 *         .setModel("hdfs://cluster/models/sales.safetensors")
 *         .transform(sales);                      // shop, day, sales  to  shop, day, sales, `sales 0.1`, ..., problem
 * }</pre>
 *
 * <p>The model says which columns are what. The result is that of {@code carousel predict} on a file of the same rows: for each
 * series and each row of the horizon the date (or, without dates, the number of the row), for each target the forecast, and its
 * quantiles under the names that {@code carousel predict} gives them. What is known ahead stands in rows whose targets are null.
 * Missing values are treated as in training.
 *
 * <p>A series of which nothing can be forecast, such as one that is too short, has one row without numbers and the reason in the
 * column {@code problem}. Dates are of the type {@code date}, {@code timestamp_ntz}, or {@code timestamp}, which is read in UTC.
 */
public final class ForecastTransformer extends ModelSource {

    private static final long serialVersionUID = 1;

    /** The column that says why there is no forecast. */
    public static final String PROBLEM = "problem";

    private final IntParam horizon = new IntParam(
            this, "horizon", "how many rows are forecast, for a model that goes step by step", ParamValidators.gt(0));
    private final Param<String> orderCol =
            new Param<>(this, "orderCol", "the column by which rows are ordered, where they have no dates");

    /** A stage without a model as yet. */
    public ForecastTransformer() {
        this(randomUid("carouselForecast"));
    }

    /** As pipelines make it. */
    public ForecastTransformer(String uid) {
        super(uid);
    }

    /** A stage with a model in memory. */
    public static ForecastTransformer of(Model model) {
        ForecastTransformer stage = new ForecastTransformer();
        stage.useModel(model);
        return stage;
    }

    /** How many rows are forecast. */
    public IntParam horizon() {
        return horizon;
    }

    /** The column by which rows are ordered. */
    public Param<String> orderCol() {
        return orderCol;
    }

    /** Sets the path of the model file. */
    public ForecastTransformer setModel(String path) {
        set(model(), path);
        return this;
    }

    /** Sets how many rows are forecast; as in training by default, and only a model that goes step by step can do otherwise. */
    public ForecastTransformer setHorizon(int rows) {
        set(horizon, (Object) rows);
        return this;
    }

    /** Sets the column by which the rows of a series are ordered, where they have no dates. */
    public ForecastTransformer setOrderCol(String name) {
        set(orderCol, name);
        return this;
    }

    /** Only the model knows the columns, so that this tells them where the model is in memory. */
    @Override
    public StructType transformSchema(StructType schema) {
        return inMemory().map(model -> resultOf(task(model), schema)).orElse(schema);
    }

    private ForecastTask task(Model model) {
        ForecastTask task = ForecastTask.of(model.requireTask(ForecastTask.KIND));
        if (!isSet(horizon)) {
            return task;
        }
        int rows = (Integer) getOrDefault(horizon);
        if (task.spec().stepping() == Stepping.AT_ONCE && rows != task.spec().horizon()) {
            throw new IllegalArgumentException(
                    "ForecastTransformer: the horizon is " + rows + " but the model forecasts "
                            + task.spec().horizon() + " rows at once. Train step by step for any number.");
        }
        return task.withHorizon(rows);
    }

    @Override
    public Dataset<Row> transform(Dataset<?> rows) {
        Model model = loaded(rows);
        ForecastTask task = task(model);
        Optional<String> order = isSet(orderCol) ? Optional.of(getOrDefault(orderCol)) : Optional.empty();
        SeriesTable table = SeriesTable.of(rows.schema(), task.columns(), order);
        StructType result = resultOf(task, rows.schema());
        Broadcast<byte[]> bytes = JavaSparkContext.fromSparkContext(
                        rows.sparkSession().sparkContext())
                .broadcast(model.toBytes());
        SeriesForecasting forecasting =
                new SeriesForecasting(model.name(), bytes, table, task.spec().horizon(), dateType(task, rows.schema()));
        StructType texts = task.columns().id().isEmpty() ? result : withTextId(result);
        Dataset<Row> forecasts = table.grouped(rows.toDF()).mapPartitions(forecasting, Encoders.row(texts));
        if (task.columns().id().isEmpty()) {
            return forecasts;
        }
        String id = task.columns().id().get();
        return forecasts.withColumn(
                id, functions.col(quoted(id)).cast(result.apply(id).dataType()));
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    private static DataType dateType(ForecastTask task, StructType schema) {
        return task.columns().date().map(name -> schema.apply(name).dataType()).orElse(DataTypes.LongType);
    }

    private static StructType withTextId(StructType result) {
        StructType texts = new StructType();
        for (int i = 0; i < result.fields().length; i++) {
            texts = i == 0
                    ? texts.add(result.fields()[0].name(), DataTypes.StringType, true)
                    : texts.add(result.fields()[i]);
        }
        return texts;
    }

    private static StructType resultOf(ForecastTask task, StructType schema) {
        StructType result = new StructType();
        if (task.columns().id().isPresent()) {
            String id = task.columns().id().get();
            result = result.add(id, schema.apply(id).dataType(), true);
        }
        result = result.add(task.columns().date().orElse("row"), dateType(task, schema), true);
        ForecastSpec spec = task.spec();
        for (String target : spec.targets()) {
            result = result.add(target, DataTypes.DoubleType, true);
            for (double quantile : spec.quantiles()) {
                result = result.add(target + " " + quantile, DataTypes.DoubleType, true);
            }
        }
        return result.add(PROBLEM, DataTypes.StringType, true);
    }

    @Override
    public ForecastTransformer copy(ParamMap extra) {
        return copyTo(new ForecastTransformer(uid()), extra);
    }

    /** Reads a stage that was saved. */
    public static MLReader<ForecastTransformer> read() {
        return new DefaultParamsReader<>();
    }

    /** Reads a stage that was saved there. */
    public static ForecastTransformer load(String path) {
        return read().load(path);
    }
}
