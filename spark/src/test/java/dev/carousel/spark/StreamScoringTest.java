package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Gru;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.data.table.Missing;
import dev.carousel.json.Json;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamScoringTest {

    private static final StructType SCHEMA = new StructType()
            .add("sensor", DataTypes.StringType)
            .add("time", DataTypes.TimestampNTZType)
            .add("load", DataTypes.DoubleType);

    private static Model model(long seed) {
        double[] load =
                IntStream.range(0, 200).mapToDouble(i -> 50 + 5 * Math.sin(i)).toArray();
        LocalDateTime start = LocalDateTime.of(2024, 1, 1, 0, 0);
        TimeSeries series = TimeSeries.builder("load")
                .withTarget("load", load)
                .withDates(IntStream.range(0, 200).mapToObj(start::plusHours).toList())
                .build();
        ForecastSpec spec = ForecastFit.of(series, new Split(150, 180, 200))
                .withSeason(0)
                .withRelative(Relative.LAST)
                .fit(6, 2);
        Network network = Network.initialised(
                spec.network(RecurrentArchitecture.of(Gru.STANDARD, 8)), new Seeds(seed).initialisation());
        ForecastTask task =
                new ForecastTask("load", ColumnRoles.of("load").withDate("time"), Missing.FORWARD, spec, Map.of());
        return Model.of(network, task.toTask());
    }

    @Test
    void aTimeToLiveBelowAMillisecondIsRefused() {
        for (java.time.Duration none : List.of(
                java.time.Duration.ZERO, java.time.Duration.ofNanos(999_999), java.time.Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> StreamScorer.of(model(1)).withTimeToLive(none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("for a millisecond at least, not for " + none);
        }
    }

    private static LocalDateTime hour(int hour) {
        return LocalDateTime.of(2024, 5, 1, 0, 0).plusHours(hour);
    }

    private static Double load(int sensor, int hour) {
        return hour == 9 && sensor == 2 ? null : Double.valueOf(50 + sensor + 5 * Math.sin(hour + sensor));
    }

    private static void arrive(Path folder, List<Row> rows) {
        SparkSession spark = LocalSpark.session();
        List<Row> mixed = new ArrayList<>(rows);
        Collections.shuffle(mixed, new Random(1));
        spark.createDataFrame(mixed, SCHEMA)
                .coalesce(1)
                .write()
                .mode(SaveMode.Append)
                .parquet(folder.toUri().toString());
    }

    private static void run(Model model, Path folder) throws Exception {
        SparkSession spark = LocalSpark.session();
        spark.conf()
                .set(
                        "spark.sql.streaming.stateStore.providerClass",
                        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider");
        Dataset<Row> events = spark.readStream()
                .schema(SCHEMA)
                .option("maxFilesPerTrigger", 1)
                .parquet(folder.resolve("in").toUri().toString());
        StreamingQuery query = StreamScorer.of(model)
                .withKey("sensor")
                .score(events)
                .writeStream()
                .option(
                        "checkpointLocation",
                        folder.resolve("checkpoint").toUri().toString())
                .trigger(Trigger.AvailableNow())
                .format("parquet")
                .start(folder.resolve("out").toUri().toString());
        query.awaitTermination();
    }

    private static List<Row> rows(int sensors, int from, int to) {
        List<Row> rows = new ArrayList<>();
        for (int s = 0; s < sensors; s++) {
            for (int h = from; h < to; h++) {
                rows.add(RowFactory.create("s" + s, hour(h), load(s, h)));
            }
        }
        return rows;
    }

    @Test
    void answersAreThoseOfStreamsInOneProcessAcrossARestart(@TempDir Path folder) throws Exception {
        Model model = model(1);
        arrive(folder.resolve("in"), rows(4, 0, 8));
        run(model, folder);
        // One event is late, one is twice the same, and one comes after a gap.
        List<Row> more = new ArrayList<>(rows(4, 8, 20));
        more.add(RowFactory.create("s0", hour(3), 1.0));
        more.add(RowFactory.create("s1", hour(19), 2.0));
        more.add(RowFactory.create("s3", hour(22), 3.0));
        more.add(RowFactory.create("s3", null, 3.0));
        arrive(folder.resolve("in"), more);
        run(model, folder);
        List<Row> answers = LocalSpark.session()
                .read()
                .parquet(folder.resolve("out").toUri().toString())
                .collectAsList();
        assertThat(answers).hasSize(4 * 20 + 4);
        Map<String, String> found = new HashMap<>();
        List<String> problems = new ArrayList<>();
        for (Row row : answers) {
            if (row.isNullAt(2)) {
                problems.add(row.getString(0) + ": " + row.getString(3));
            } else {
                found.put(row.getString(0) + " " + row.get(1), row.getString(2));
            }
        }
        StreamModel streams = StreamModel.of(model);
        for (int s = 0; s < 4; s++) {
            TaskStream stream = streams.open("s" + s);
            for (int h = 0; h < 20; h++) {
                Event event = Event.empty().at(hour(h));
                Double load = load(s, h);
                String expected = Json.write(stream.add(load == null ? event : event.with("load", load))
                        .fields());
                String answer = found.get("s" + s + " " + hour(h));
                if (s == 1 && h == 19) {
                    // Either of the two at the same time came first.
                    assertThat(answer).isNotNull();
                } else {
                    assertThat(answer).as("s%d hour %d", s, h).isEqualTo(expected);
                }
            }
            if (s == 3) {
                Event late = Event.of("load", 3.0).at(hour(22));
                assertThat(stream.gapBefore(late)).isTrue();
                assertThat(found.get("s3 " + hour(22)))
                        .isEqualTo(Json.write(stream.addAfterGap(late).fields()));
            }
        }
        assertThat(problems).hasSize(3);
        assertThat(problems).anyMatch(text -> text.startsWith("s0: The event is late"));
        assertThat(problems).anyMatch(text -> text.startsWith("s1: "));
        assertThat(problems).anyMatch(text -> text.startsWith("s3: The event has no time"));
        assertThat(answers)
                .anyMatch(row -> row.getString(0).equals("s3")
                        && !row.isNullAt(3)
                        && row.getString(3).startsWith("Rows are missing before this event"));

        arrive(folder.resolve("in"), rows(1, 20, 21));
        assertThatThrownBy(() -> run(model(2), folder)).hasStackTraceContaining("The saved stream is of the model");
    }

    @Test
    void mistakesAreTold() {
        Dataset<Row> events = LocalSpark.session().createDataFrame(rows(1, 0, 2), SCHEMA);
        assertThatThrownBy(() -> StreamScorer.of(model(1)).score(events))
                .hasMessageContaining("there is no column 'key'; events need [key, time, load]");
        assertThatThrownBy(() -> StreamScorer.of(model(1))
                        .withKey("sensor")
                        .withTime("load")
                        .score(events))
                .hasMessageContaining("the column 'load' is double but must be date");
    }
}
