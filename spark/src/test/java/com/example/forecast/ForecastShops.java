package com.example.forecast;

import dev.carousel.cell.Gru;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.Steps;
import dev.carousel.model.Model;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Schedule;
import dev.carousel.spark.ForecastTransformer;
import dev.carousel.spark.HadoopFiles;
import dev.carousel.spark.SeriesExamples;
import dev.carousel.spark.SparkTrainer;
import dev.carousel.spark.SparkTraining;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * One forecaster for the sales of 10,000 shops, trained and applied on Spark: {@code spark/example [SHOPS]}.
 *
 * <p>The sales are made by seed: a level, a trend, a week of the shop's own shape, and noise of 5 % of the level. So the error of a
 * perfect forecast is known, and the result can be judged next to it.
 */
public final class ForecastShops {

    private static final int DAYS = 120;
    private static final int HORIZON = 14;
    private static final int CONTEXT = 28;
    private static final double NOISE = 0.05;
    private static final LocalDate FIRST = LocalDate.of(2025, 1, 1);

    /**
     * What came out, in percent of a shop's level.
     *
     * @param model the mean absolute error of the forecasts
     * @param naive that of the sales a week or two earlier
     * @param noise that of a perfect forecast
     * @param forecasts how many days of how many shops were forecast
     */
    public record Result(double model, double naive, double noise, long forecasts) {}

    private ForecastShops() {}

    /** A row for each shop and day: what was sold, what would be without noise, and the shop's level. */
    static Dataset<Row> sales(SparkSession spark, int shops) {
        StructType schema = new StructType()
                .add("shop", DataTypes.LongType)
                .add("day", DataTypes.DateType)
                .add("sales", DataTypes.DoubleType)
                .add("expected", DataTypes.DoubleType)
                .add("level", DataTypes.DoubleType);
        FlatMapFunction<Long, Row> days = shop -> {
            SplittableRandom random = new SplittableRandom(shop);
            double level = Math.exp(random.nextDouble(3, 8));
            double trend = random.nextDouble(-0.002, 0.002);
            double[] week = random.doubles(7, 0.5, 1.5).toArray();
            return IntStream.range(0, DAYS)
                    .mapToObj(day -> {
                        double expected = level * (1 + trend * day) * week[day % 7];
                        double sold = expected + random.nextGaussian() * NOISE * level;
                        return RowFactory.create(shop, Date.valueOf(FIRST.plusDays(day)), sold, expected, level);
                    })
                    .iterator();
        };
        return spark.range(shops).flatMap(days, Encoders.row(schema));
    }

    /**
     * Trains, saves the model, loads it for scoring, and judges the forecasts of the last days, which training has not seen.
     *
     * @param file where the model goes, as Hadoop names it
     */
    public static Result run(SparkSession spark, int shops, int epochs, String file) {
        Dataset<Row> all = sales(spark, shops).cache();
        Column seen = functions.col("day").lt(functions.lit(Date.valueOf(FIRST.plusDays(DAYS - HORIZON))));
        Dataset<Row> known = all.filter(seen).select("shop", "day", "sales");

        SeriesExamples examples = SeriesExamples.of(
                        known, ColumnRoles.of("sales").withId("shop").withDate("day"))
                .withHeldOut(HORIZON)
                .withEvery(5);
        ForecastSpec spec = examples.fit(500, CONTEXT, HORIZON, fit -> fit.withRelative(Relative.WINDOW));
        TrainingPlan plan = TrainingPlan.of(new MeanAbsoluteError(Steps.last(HORIZON)))
                .withOptimiser(new Adam(0.004))
                .withSchedule(Schedule.cosine(0.05))
                .withClipNorm(1)
                .withKeepBest(true)
                .withEpochs(epochs);
        TrainingListener progress = new TrainingListener() {
            @Override
            public void epochEnded(EpochFigures figures) {
                System.out.printf(
                        Locale.ROOT,
                        "epoch %d: loss %.4f, held out %.4f%n",
                        figures.epoch(),
                        figures.trainingLoss(),
                        figures.decidingLoss());
            }
        };
        SparkTraining training = SparkTrainer.of(spark, spec.network(RecurrentArchitecture.of(Gru.STANDARD, 32)), plan)
                .withBatchSize(512)
                .train(examples.training(spec), examples.heldOut(spec), progress);
        Model model = training.model(examples.task("sales of " + shops + " shops", spec));
        HadoopFiles.of(spark).save(model, file);

        Dataset<Row> next = new ForecastTransformer().setModel(file).transform(known);
        Column naive =
                functions.lag("sales", HORIZON).over(Window.partitionBy("shop").orderBy("day"));
        Dataset<Row> judged = all.withColumn("naive", naive)
                .join(
                        next.select(
                                functions.col("shop"),
                                functions.col("day"),
                                functions.col("sales").as("forecast")),
                        scala.jdk.javaapi.CollectionConverters.asScala(java.util.List.of("shop", "day"))
                                .toSeq());
        Row sums = judged.agg(error("forecast"), error("naive"), error("expected"), functions.count("forecast"))
                .first();
        return new Result(sums.getDouble(0), sums.getDouble(1), sums.getDouble(2), sums.getLong(3));
    }

    private static Column error(String forecast) {
        return functions.mean(functions
                .abs(functions.col("sales").minus(functions.col(forecast)))
                .divide(functions.col("level"))
                .multiply(100));
    }

    /** Runs the example on the cores of this machine, or on the cluster that {@code spark-submit} names. */
    public static void main(String[] arguments) throws IOException {
        int shops = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        SparkSession.Builder builder = SparkSession.builder().appName("Carousel: sales of shops");
        if (System.getProperty("spark.master") == null) {
            builder = builder.master("local[*]")
                    .config("spark.driver.host", "localhost")
                    .config("spark.ui.enabled", "false");
        }
        try (SparkSession spark = builder.getOrCreate()) {
            spark.sparkContext().setLogLevel("WARN");
            String file = Path.of("sales.safetensors").toUri().toString();
            Result result = run(spark, shops, 4, file);
            System.out.printf(
                    Locale.ROOT,
                    "%,d forecasts for %,d shops; mean absolute error in %% of a shop's level:%n"
                            + "  %.2f  this model, %s%n"
                            + "  %.2f  the sales two weeks earlier%n"
                            + "  %.2f  the noise, so that no forecast can be better%n",
                    result.forecasts(),
                    shops,
                    result.model(),
                    file,
                    result.naive(),
                    result.noise());
        }
    }
}
