package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.carousel.cell.Gru;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.data.table.Missing;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.json.Json;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.stream.SavedSessions;
import dev.carousel.train.Seeds;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
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
        return model(seed, 8);
    }

    private static Model model(long seed, int units) {
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
                spec.network(RecurrentArchitecture.of(Gru.STANDARD, units)), new Seeds(seed).initialisation());
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
        arrive(folder, rows, SCHEMA, 1);
    }

    private static void arrive(Path folder, List<Row> rows, StructType schema, long seed) {
        SparkSession spark = LocalSpark.session();
        List<Row> mixed = new ArrayList<>(rows);
        Collections.shuffle(mixed, new Random(seed));
        spark.createDataFrame(mixed, schema)
                .coalesce(1)
                .write()
                .mode(SaveMode.Append)
                .parquet(folder.toUri().toString());
    }

    private static void run(Model model, Path folder) throws Exception {
        run(StreamScorer.of(model).withKey("sensor"), SCHEMA, folder);
    }

    private static void run(StreamScorer scorer, StructType schema, Path folder) throws Exception {
        SparkSession spark = LocalSpark.session();
        spark.conf()
                .set(
                        "spark.sql.streaming.stateStore.providerClass",
                        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider");
        Dataset<Row> events = spark.readStream()
                .schema(schema)
                .option("maxFilesPerTrigger", 1)
                .parquet(folder.resolve("in").toUri().toString());
        StreamingQuery query = scorer.score(events)
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
        // One event is late, of one there is another at the same time, one is twice the same, and one comes after a
        // gap.
        List<Row> more = new ArrayList<>(rows(4, 8, 20));
        more.add(RowFactory.create("s0", hour(3), 1.0));
        more.add(RowFactory.create("s1", hour(19), 2.0));
        more.add(RowFactory.create("s2", hour(19), load(2, 19)));
        more.add(RowFactory.create("s3", hour(22), 3.0));
        more.add(RowFactory.create("s3", null, 3.0));
        arrive(folder.resolve("in"), more);
        run(model, folder);
        List<Row> answers = LocalSpark.session()
                .read()
                .parquet(folder.resolve("out").toUri().toString())
                .collectAsList();
        assertThat(answers).hasSize(4 * 20 + 5);
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
                    assertThat(answer).as("either of the two at the same time").isNull();
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
        assertThat(problems).hasSize(5);
        assertThat(problems).anyMatch(text -> text.startsWith("s0: The event is late"));
        assertThat(problems)
                .filteredOn(
                        text -> text.startsWith("s1: 2 different events of s1 are at the same time, so that their order"
                                + " is unknown and none is taken. Name a column that orders them (withTieBreaker)."))
                .hasSize(2);
        assertThat(problems)
                .anyMatch(text -> text.startsWith("s2: The event is at the same time as another one of s2"));
        assertThat(problems).anyMatch(text -> text.startsWith("s3: The event has no time"));
        assertThat(answers)
                .anyMatch(row -> row.getString(0).equals("s3")
                        && !row.isNullAt(3)
                        && row.getString(3).startsWith("Rows are missing before this event"));

        otherWeightsGoOnAndOtherNetworksDoNot(folder);
    }

    /** The state of a sensor in the store of Spark, as its reader of states finds it. */
    private static byte[] saved(Path folder, String sensor) {
        Row row = LocalSpark.session()
                .read()
                .format("statestore")
                .option("path", folder.resolve("checkpoint").toUri().toString())
                .option("stateVarName", "session")
                .load()
                .filter("key.value = '" + sensor + "'")
                .selectExpr("value.session")
                .first();
        return (byte[]) row.get(0);
    }

    private static void otherWeightsGoOnAndOtherNetworksDoNot(Path folder) throws Exception {
        byte[] before = saved(folder, "s0");
        Event next = Event.empty().at(hour(20)).with("load", load(0, 20));
        TaskStream same = StreamModel.of(model(1)).open("s0");
        same.restore(SavedSessions.state(before));
        SavedSessions<Event, Answer> others = StreamModel.of(model(2)).savedSessions(1);
        SavedSessions.Turn<Event, Answer> turn =
                others.turn("s0", Optional.of(before)).add(next);
        others.step(List.of(turn));
        arrive(folder.resolve("in"), rows(1, 20, 21));
        run(model(2), folder);
        String answer = LocalSpark.session()
                .read()
                .parquet(folder.resolve("out").toUri().toString())
                .filter("sensor = 's0'")
                .collectAsList()
                .stream()
                .filter(row -> row.get(1).equals(hour(20)))
                .map(row -> row.getString(2))
                .findFirst()
                .orElseThrow();
        assertThat(answer)
                .isEqualTo(Json.write(turn.answer(0).orElseThrow().fields()))
                .isNotEqualTo(Json.write(same.add(next).fields()));
        arrive(folder.resolve("in"), rows(1, 21, 22));
        assertThatThrownBy(() -> run(model(2, 9), folder))
                .hasStackTraceContaining("The session 's0' was saved under a model of the layout");
    }

    @Test
    void eventsOfOneTimeComeInTheOrderOfTheTieBreaker(@TempDir Path folder) throws Exception {
        StructType schema = new StructType()
                .add("pump", DataTypes.StringType)
                .add("second", DataTypes.LongType)
                .add("offset", DataTypes.IntegerType)
                .add("text", DataTypes.StringType);
        Model text = Model.of(
                Network.initialised(
                        NetworkSpec.of(new OneHot(4), Recurrent.gru(4, 5), Dense.head(5, 4)), new SplittableRandom(1)),
                Vocabulary.of("abc\n").addTo(Task.of("text")));
        StreamScorer scorer =
                StreamScorer.of(text).withKey("pump").withTime("second").withTieBreaker("offset");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rows.add(RowFactory.create("p" + i % 2, i / 10L, 100 - i / 10 + i, "abc\n".substring(i % 4, i % 4 + 1)));
        }
        // The last second of the first micro-batch goes on in the second one, and one event of it comes again.
        arrive(folder.resolve("in"), rows.subList(0, 35), schema, 2);
        List<Row> later = new ArrayList<>(rows.subList(35, 60));
        later.add(rows.get(34));
        later.add(RowFactory.create("p0", 6L, null, "a"));
        // Twice the same, and the model takes neither.
        later.add(RowFactory.create("p1", 7L, 300, "z"));
        later.add(RowFactory.create("p1", 7L, 300, "z"));
        run(scorer, schema, folder);
        arrive(folder.resolve("in"), later, schema, 3);
        run(scorer, schema, folder);
        List<Row> found = LocalSpark.session()
                .read()
                .parquet(folder.resolve("out").toUri().toString())
                .sort("second", "offset")
                .collectAsList();
        assertThat(found).hasSize(64);
        assertThat(found.get(0).schema().fieldNames()).containsExactly("pump", "second", "offset", "answer", "problem");
        List<Row> answered = found.stream().filter(row -> !row.isNullAt(3)).toList();
        assertThat(answered).hasSize(60);
        Map<String, TaskStream> alone = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            Row row = answered.get(i);
            TaskStream stream = alone.computeIfAbsent(
                    "p" + i % 2, none -> StreamModel.of(text).open());
            assertThat(row.get(2)).isEqualTo(rows.get(i).get(2));
            assertThat(row.getString(3))
                    .as("event %d", i)
                    .isEqualTo(Json.write(
                            stream.add(Event.text(rows.get(i).getString(3))).fields()));
        }
        assertThat(found.stream().filter(row -> row.isNullAt(3)).map(row -> row.getString(4)))
                .containsExactlyInAnyOrder(
                        "The event is at the same time as another one of p0, and has the same tie-breaker. Was it sent"
                                + " twice?",
                        "The event is at the same time as another one of p1, and has the same tie-breaker. Was it sent"
                                + " twice?",
                        catchThrowable(() -> StreamModel.of(text).open().add(Event.text("z")))
                                .getMessage(),
                        "The event has no tie-breaker.");
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
        assertThatThrownBy(() -> StreamScorer.of(model(1))
                        .withKey("sensor")
                        .withTieBreaker("offset")
                        .score(events))
                .hasMessageContaining("there is no column 'offset'; events need [sensor, time, offset, load]");
        assertThatThrownBy(() -> StreamScorer.of(model(1))
                        .withKey("sensor")
                        .withTieBreaker("sensor")
                        .score(events))
                .hasMessageContaining("the column 'sensor' is string but must be date");
    }
}
