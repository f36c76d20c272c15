package dev.carousel.spark;

import dev.carousel.data.stream.StreamModel;
import dev.carousel.model.Model;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Answers each event of a streaming query as it arrives, with the state of each key in Spark's state store: forecasters, anomaly
 * detectors, classifiers, taggers, transcribers and models of text.
 *
 * <pre>{@code
 * Dataset<Row> answers = StreamScorer.of(model).withKey("sensor").withTime("time").score(readings);
 * answers.writeStream().option("checkpointLocation", folder).format("parquet").start(target);
 * }</pre>
 *
 * <p>The events have the columns that the model was trained on ({@link StreamModel#inputs}); null is a missing value. The answers
 * have columns for the key, the time, {@code answer}, which is JSON with the fields of {@link
 * dev.carousel.data.stream.Answer#fields}, and {@code problem}. An event that is late, older than one of its key that was taken
 * before, or that the model refuses, has no answer but a problem, and leaves the stream of its key where it was.
 *
 * <p>Within a micro-batch, the events of a key are put in the order of time, and those of one time in the order of a column that
 * {@link #withTieBreaker} names, such as Kafka's offset; the answers have it as well. Spark moves rows in no defined order, so
 * without such a column a second event of one time is not taken: one that is the same in all columns is a repetition, and of
 * several that differ none is taken. Each has a problem that says so.
 *
 * <p>The answers of a key are, bit for bit, those of a {@link dev.carousel.data.stream.TaskStream} in one process. A query that goes
 * on from its checkpoint goes on with the states, with the same model or with other weights of the same network, columns and
 * normalisation; any other model is refused. Spark needs {@code spark.sql.streaming.stateStore.providerClass} to be its {@code
 * RocksDBStateStoreProvider}. Immutable.
 */
public final class StreamScorer {

    static final String ANSWER = "answer";
    static final String PROBLEM = "problem";

    private final Model model;
    private final String key;
    private final String time;
    private final Optional<String> tieBreaker;
    private final Optional<Duration> timeToLive;

    private StreamScorer(
            Model model, String key, String time, Optional<String> tieBreaker, Optional<Duration> timeToLive) {
        this.model = Objects.requireNonNull(model, "StreamScorer: model is null");
        this.key = Objects.requireNonNull(key, "StreamScorer: the column of keys is null");
        this.time = Objects.requireNonNull(time, "StreamScorer: the column of times is null");
        this.tieBreaker = tieBreaker;
        this.timeToLive = timeToLive;
    }

    /**
     * A scorer of events with a column {@code key} and a column {@code time}.
     *
     * @throws dev.carousel.data.DataException if the model cannot follow a stream
     */
    public static StreamScorer of(Model model) {
        StreamModel.of(model);
        return new StreamScorer(model, "key", "time", Optional.empty(), Optional.empty());
    }

    /** The same with another column of keys. */
    public StreamScorer withKey(String column) {
        return new StreamScorer(model, column, time, tieBreaker, timeToLive);
    }

    /** The same with another column of times: dates, timestamps or whole numbers. */
    public StreamScorer withTime(String column) {
        return new StreamScorer(model, key, column, tieBreaker, timeToLive);
    }

    /**
     * The same with a column that orders the events of a key that are at the same time, such as an offset or a sequence number:
     * dates, timestamps or whole numbers. The answers have it next to the time.
     */
    public StreamScorer withTieBreaker(String column) {
        return new StreamScorer(
                model,
                key,
                time,
                Optional.of(Objects.requireNonNull(column, "StreamScorer: the column that breaks ties is null")),
                timeToLive);
    }

    /**
     * The same, forgetting a key to which nothing has come for so long; it then begins anew.
     *
     * @throws IllegalArgumentException if it is below a millisecond
     */
    public StreamScorer withTimeToLive(Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "StreamScorer: a key must live for a millisecond at least, not for " + duration + ".");
        }
        return new StreamScorer(model, key, time, tieBreaker, Optional.of(duration));
    }

    /**
     * The answers to a stream of events.
     *
     * @throws IllegalArgumentException if a column is missing or of another type
     */
    public Dataset<Row> score(Dataset<Row> events) {
        StreamModel streams = StreamModel.of(model);
        StructType schema = events.schema();
        requireColumns(streams, schema);
        List<Column> columns = new ArrayList<>();
        columns.add(column(events, key).cast("string").as("key"));
        columns.add(column(events, time).as("time"));
        columns.add(tieBreaker
                .map(name -> column(events, name))
                .orElse(functions.lit(0L))
                .as("tie"));
        for (StreamModel.Input input : streams.inputs()) {
            boolean number = input.type() == StreamModel.Type.NUMBER;
            columns.add(column(events, input.name())
                    .cast(number ? "double" : "string")
                    .as("c" + (columns.size() - 3)));
        }
        Dataset<Row> chosen = events.select(columns.toArray(Column[]::new));
        DataType timeType = schema.apply(time).dataType();
        DataType tieType = tieBreaker.map(name -> schema.apply(name).dataType()).orElse(DataTypes.LongType);
        StructType result = new StructType()
                .add("key", DataTypes.StringType, true)
                .add("time", timeType, true)
                .add("tie", tieType, true)
                .add(ANSWER, DataTypes.StringType, true)
                .add(PROBLEM, DataTypes.StringType, true);
        Encoder<Row> encoder = Encoders.row(result);
        Broadcast<byte[]> bytes = JavaSparkContext.fromSparkContext(
                        events.sparkSession().sparkContext())
                .broadcast(model.toBytes());
        long millis = timeToLive.map(Duration::toMillis).orElse(0L);
        List<Column> told = new ArrayList<>();
        told.add(functions.col("key").cast(schema.apply(key).dataType()).as(key));
        told.add(functions.col("time").as(time));
        tieBreaker.ifPresent(name -> told.add(functions.col("tie").as(name)));
        told.add(functions.col(ANSWER));
        told.add(functions.col(PROBLEM));
        return chosen.groupByKey(
                        (MapFunction<Row, String>) row -> row.isNullAt(0) ? "" : row.getString(0), Encoders.STRING())
                .transformWithState(
                        new KeyProcessor(model.name(), bytes, millis, tieBreaker.isPresent()),
                        timeToLive.isPresent() ? TimeMode.ProcessingTime() : TimeMode.None(),
                        OutputMode.Append(),
                        encoder)
                .select(told.toArray(Column[]::new));
    }

    private static Column column(Dataset<Row> events, String name) {
        return events.col("`" + name.replace("`", "``") + "`");
    }

    private void requireColumns(StreamModel streams, StructType schema) {
        List<String> found = Arrays.asList(schema.fieldNames());
        List<String> needed = new ArrayList<>(List.of(key, time));
        tieBreaker.ifPresent(needed::add);
        streams.inputs().forEach(input -> needed.add(input.name()));
        for (String name : needed) {
            if (!found.contains(name)) {
                throw new IllegalArgumentException("StreamScorer: there is no column '" + name + "'; events need "
                        + needed + " and have " + found + ".");
            }
        }
        for (StreamModel.Input input : streams.inputs()) {
            DataType type = schema.apply(input.name()).dataType();
            if (input.type() == StreamModel.Type.NUMBER && !(type instanceof NumericType)) {
                throw new IllegalArgumentException("StreamScorer: the column '" + input.name() + "' is "
                        + type.simpleString() + " but must be of numbers.");
            }
        }
        requireTimes(time, schema);
        tieBreaker.ifPresent(name -> requireTimes(name, schema));
    }

    private static void requireTimes(String column, StructType schema) {
        DataType type = schema.apply(column).dataType();
        if (!EventTime.TYPES.contains(type)) {
            throw new IllegalArgumentException("StreamScorer: the column '" + column + "' is " + type.simpleString()
                    + " but must be date, timestamp, timestamp_ntz, int or bigint.");
        }
    }
}
