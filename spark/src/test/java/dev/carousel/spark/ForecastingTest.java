package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Gru;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.Pinball;
import dev.carousel.loss.Steps;
import dev.carousel.model.Model;
import dev.carousel.optim.Adam;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastingTest {

    private static final int SHOPS = 30;
    private static final int DAYS = 90;
    private static final int HORIZON = 7;
    private static final List<Double> QUANTILES = List.of(0.1, 0.5, 0.9);
    private static final ColumnRoles COLUMNS = ColumnRoles.of("sales")
            .withKnown(List.of("price"))
            .withCategories(List.of("kind"))
            .withId("shop")
            .withDate("day");
    private static final StructType SCHEMA = new StructType()
            .add("kind", DataTypes.StringType)
            .add("sales", DataTypes.DoubleType)
            .add("price", DataTypes.IntegerType)
            .add("shop", DataTypes.LongType)
            .add("day", DataTypes.DateType);

    private static List<Row> rows;
    private static Dataset<Row> sales;
    private static Model model;

    /** Of each shop its days, and those of the horizon with prices and no sales; one shop has too few, one lacks a day's sales. */
    private static List<Row> rows() {
        SplittableRandom random = new SplittableRandom(1);
        List<Row> all = new ArrayList<>();
        for (long shop = 0; shop < SHOPS; shop++) {
            double level = random.nextDouble(50, 500);
            int days = shop == 3 ? 10 : DAYS;
            for (int day = 0; day < days + HORIZON; day++) {
                int price = random.nextInt(1, 5);
                LocalDate date = LocalDate.of(2024, 1, 1).plusDays(day);
                double amount = level * (1 + 0.4 * Math.sin(date.getDayOfWeek().getValue()) - 0.05 * price)
                        + random.nextGaussian() * level * 0.03;
                boolean missing = day >= days || (shop == 5 && day == 40);
                String kind = shop % 2 == 0 ? "big, \"old\"" : "small";
                all.add(RowFactory.create(kind, missing ? null : amount, price, shop, java.sql.Date.valueOf(date)));
            }
        }
        return all;
    }

    @BeforeAll
    static void train() {
        rows = rows();
        List<Row> mixed = new ArrayList<>(rows);
        java.util.Collections.shuffle(mixed, new java.util.Random(2));
        sales = LocalSpark.session()
                .createDataFrame(mixed, SCHEMA)
                .repartition(3)
                .cache();
        SeriesExamples examples = SeriesExamples.of(sales, COLUMNS)
                .withMissing(Missing.INTERPOLATE)
                .withHeldOut(HORIZON)
                .withEvery(3);
        ForecastSpec spec = examples.fit(
                20, 14, HORIZON, fit -> fit.withRelative(Relative.WINDOW).withQuantiles(QUANTILES));
        TrainingPlan plan = TrainingPlan.of(new Pinball(QUANTILES, Steps.last(HORIZON)))
                .withOptimiser(new Adam(0.01))
                .withClipNorm(1)
                .withEpochs(3)
                .withKeepBest(true);
        SparkTraining training = SparkTrainer.of(
                        LocalSpark.session(), spec.network(RecurrentArchitecture.of(Gru.STANDARD, 12)), plan)
                .withBatchSize(32)
                .withShards(2)
                .train(examples.training(spec), examples.heldOut(spec));
        // The season of a week was found. 29 shops of 90 days, of which 7 are held out; each third of the origins from
        // 21 on.
        assertThat(spec.season()).isEqualTo(7);
        assertThat(training.provenance().command()).contains(29 * ((90 - 7 - 7 - 21 + 1 + 2) / 3) + " examples");
        assertThat(training.result().epochs().get(2).decidingLoss())
                .isLessThan(training.result().epochs().get(0).decidingLoss());
        model = Model.ofBytes(
                "sales", training.model(examples.task("sales", spec)).toBytes());
    }

    /** The forecasts of {@code carousel predict} for a file of the same rows. */
    private static Map<String, double[]> expected(Model of, Path folder) throws IOException {
        Path file = folder.resolve("sales.csv");
        StringBuilder text = new StringBuilder("day,shop,kind,sales,price\n");
        for (Row row : rows) {
            if (row.getLong(3) == 3) {
                continue;
            }
            text.append(row.get(4)).append(',').append(row.get(3)).append(",\"");
            text.append(row.getString(0).replace("\"", "\"\"")).append("\",");
            text.append(row.isNullAt(1) ? "" : row.get(1))
                    .append(',')
                    .append(row.get(2))
                    .append('\n');
        }
        Files.writeString(file, text);
        ForecastTask task = ForecastTask.of(of);
        Forecaster forecaster = Forecaster.of(of.network().pack(), Team.single());
        Map<String, double[]> forecasts = new HashMap<>();
        for (TimeSeries one : SeriesSet.read(file, task.columns(), task.reading())) {
            forecasts.put(one.id(), forecaster.next(ForecastWindows.of(one, task.spec())));
        }
        return forecasts;
    }

    @Test
    void forecastsAreThoseOfAFileOfTheSameRows(@TempDir Path folder) throws IOException {
        Dataset<Row> next = ForecastTransformer.of(model).transform(sales);
        assertThat(next.columns())
                .containsExactly("shop", "day", "sales", "sales 0.1", "sales 0.5", "sales 0.9", "problem");
        assertThat(next.schema().apply("shop").dataType()).isEqualTo(DataTypes.LongType);
        Map<String, double[]> expected = expected(model, folder);
        assertThat(expected).hasSize(SHOPS - 1);
        List<Row> rows = next.orderBy("shop", "day").collectAsList();
        assertThat(rows).hasSize((SHOPS - 1) * HORIZON + 1);
        int h = 0;
        for (Row row : rows) {
            if (row.getLong(0) == 3) {
                assertThat(row.isNullAt(1) && row.isNullAt(2) && row.isNullAt(5))
                        .isTrue();
                assertThat(row.getString(6))
                        .contains("expected at least 21 rows")
                        .contains("found 10");
                continue;
            }
            double[] forecast = expected.get(String.valueOf(row.getLong(0)));
            assertThat(row.getDate(1))
                    .isEqualTo(java.sql.Date.valueOf(LocalDate.of(2024, 1, 1).plusDays(DAYS + h)));
            assertThat(row.getDouble(2)).isEqualTo(forecast[h * 3 + 1]);
            for (int q = 0; q < 3; q++) {
                assertThat(row.getDouble(3 + q)).isEqualTo(forecast[h * 3 + q]);
            }
            assertThat(row.isNullAt(6)).isTrue();
            h = (h + 1) % HORIZON;
        }
    }

    @Test
    void otherTypesOfDatesGiveTheSameNumbers() {
        List<Double> expected =
                ForecastTransformer.of(model)
                        .transform(sales)
                        .orderBy("shop", "day")
                        .select("sales")
                        .collectAsList()
                        .stream()
                        .map(row -> row.isNullAt(0) ? Double.NaN : row.getDouble(0))
                        .toList();
        for (String type : List.of("timestamp", "timestamp_ntz")) {
            Dataset<Row> other = sales.withColumn("day", functions.col("day").cast(type));
            Dataset<Row> next = ForecastTransformer.of(model).transform(other);
            assertThat(next.schema().apply("day").dataType().typeName()).isEqualTo(type);
            List<Row> rows = next.orderBy("shop", "day").collectAsList();
            assertThat(rows.stream()
                            .map(row -> row.isNullAt(2) ? Double.NaN : row.getDouble(2))
                            .toList())
                    .isEqualTo(expected);
            assertThat(rows.get(0).get(1).toString()).startsWith("2024-03-31").contains("00:00");
        }
    }

    @Test
    void stepByStepForAnyHorizon(@TempDir Path folder) throws IOException {
        SeriesExamples examples = SeriesExamples.of(sales, COLUMNS).withMissing(Missing.INTERPOLATE);
        ForecastSpec spec = examples.fit(
                20, 14, 3, fit -> fit.withRelative(Relative.PREVIOUS).withStepping(Stepping.STEP_BY_STEP));
        TrainingPlan plan =
                TrainingPlan.of(new MeanAbsoluteError(Steps.last(3))).withEpochs(1);
        SparkTraining training = SparkTrainer.of(
                        LocalSpark.session(), spec.network(RecurrentArchitecture.of(Gru.STANDARD, 6)), plan)
                .train(examples.withEvery(20).training(spec));
        Model stepping = training.model(examples.task("sales", spec));
        Map<String, double[]> expected = expected(stepping, folder);
        List<Row> next = ForecastTransformer.of(stepping)
                .setHorizon(5)
                .transform(sales)
                .filter("problem is null")
                .orderBy("shop", "day")
                .collectAsList();
        assertThat(next).hasSize((SHOPS - 1) * 5);
        for (int i = 0; i < next.size(); i++) {
            if (i % 5 < 3) {
                assertThat(next.get(i).getDouble(2))
                        .isEqualTo(expected.get(String.valueOf(next.get(i).getLong(0)))[i % 5]);
            }
        }
        assertThatThrownBy(() -> ForecastTransformer.of(model).setHorizon(5).transform(sales))
                .hasMessageContaining("the model forecasts 7 rows at once");
    }

    @Test
    void mistakesAreTold() {
        assertThatThrownBy(() -> ForecastTransformer.of(model).transform(sales.drop("price")))
                .hasMessageContaining("There is no column 'price'");
        assertThatThrownBy(() -> ForecastTransformer.of(model)
                        .transform(sales.withColumn("day", functions.col("day").cast("string"))))
                .hasMessageContaining("but must be date, timestamp or timestamp_ntz");
        assertThatThrownBy(
                        () -> SeriesExamples.of(sales, ColumnRoles.of("sales").withId("shop")))
                .hasMessageContaining("a column of ids and one of dates are needed");
        // A missing value is an error where nothing else is said, and its row is named.
        SeriesExamples strict = SeriesExamples.of(sales, COLUMNS);
        assertThatThrownBy(() -> strict.fit(SHOPS, 14, HORIZON, fit -> fit))
                .isInstanceOf(dev.carousel.data.DataException.class)
                .hasMessageContaining("the rows of a partition")
                .hasMessageContaining("5,2024-02-10");
    }
}
