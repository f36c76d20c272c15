package dev.carousel.flink;

import dev.carousel.data.DataException;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.json.Json;
import dev.carousel.model.Model;
import dev.carousel.stream.SavedSessions;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in SQL: a process table function, which keeps a session for each partition of a table and answers each row.
 *
 * <pre>{@code
 * CREATE FUNCTION Carousel AS 'dev.carousel.flink.CarouselTableFunction';
 * SELECT pump, number AS score, label AS farthest
 *   FROM Carousel(readings => TABLE pressures PARTITION BY pump, model => 'file:///models/anomaly.safetensors')
 *   WHERE alarm;
 * }</pre>
 *
 * <p>The inputs of the model are columns of the table, by their names; other columns are not read, and a value that is NULL is
 * missing. Where the model normalises each series by its own statistics, the value of the column after {@code PARTITION BY} is the
 * name of the series. Where the model has dates, {@code on_time => DESCRIPTOR(time)} tells which column is the time. Rows are taken in the
 * order in which they arrive, one at a time: {@link CarouselProcessFunction} does more. The answer has
 *
 * <table>
 *   <caption>columns of an answer</caption>
 *   <tr><td>{@code answer}</td><td>all of it, as JSON</td></tr>
 *   <tr><td>{@code number}</td><td>the score of a row; the probability of a class, tag or label; the first value of a forecast; the
 *     surprise of a text in nats. NULL where there is none</td></tr>
 *   <tr><td>{@code label}</td><td>the class, tag or label; the most unusual column. NULL where there is none</td></tr>
 *   <tr><td>{@code alarm}</td><td>whether a row is an anomaly</td></tr>
 * </table>
 *
 * <p>A model file is read through Flink's file systems when the first row comes, and again after a restart: a query whose file has
 * been replaced by one of the same network, columns and normalisation goes on with its weights.
 */
@FunctionHint(output = @DataTypeHint("ROW<`answer` STRING, `number` DOUBLE, `label` STRING, `alarm` BOOLEAN>"))
public final class CarouselTableFunction extends ProcessTableFunction<Row> {

    private static final long serialVersionUID = 1;

    /** What is kept of a partition; public and mutable, as Flink wants it. */
    public static final class Memory {

        /** The session; null where it begins. */
        @SuppressWarnings("NullAway.Init")
        public byte[] saved;
    }

    /** A model that was read, and its steps. */
    private record Loaded(String file, StreamModel model, SavedSessions<Event, Answer> sessions) {}

    private transient @Nullable Loaded loaded;

    /**
     * Answers a row.
     *
     * @param context of Flink
     * @param memory of the partition
     * @param readings the row
     * @param model the model file, of any of Flink's file systems
     */
    public void eval(
            Context context,
            @StateHint(name = "memory") Memory memory,
            @ArgumentHint(name = "readings", value = ArgumentTrait.SET_SEMANTIC_TABLE) Row readings,
            @ArgumentHint(name = "model", value = ArgumentTrait.SCALAR) String model) {
        Loaded now = loaded(model);
        SavedSessions.Turn<Event, Answer> turn = now.sessions()
                .turn(key(context, readings), Optional.ofNullable(memory.saved))
                .add(event(now.model(), context, readings));
        now.sessions().step(List.of(turn));
        if (turn.refusal(0).isPresent()) {
            throw turn.refusal(0).get();
        }
        memory.saved = turn.saved().orElseThrow();
        collect(row(turn.answer(0).orElseThrow()));
    }

    /** The value by which the table is partitioned, which is the name of a series; several with commas between. */
    private static String key(Context context, Row readings) {
        return Arrays.stream(context.tableSemanticsFor("readings").partitionByColumns())
                .mapToObj(column -> String.valueOf(readings.getField(column)))
                .collect(Collectors.joining(","));
    }

    private Loaded loaded(String file) {
        Loaded now = loaded;
        if (now == null || !now.file().equals(file)) {
            StreamModel model = StreamModel.of(Model.ofBytes(file, bytes(file)));
            now = new Loaded(file, model, model.savedSessions(1));
            loaded = now;
        }
        return now;
    }

    private static byte[] bytes(String file) {
        Path path = new Path(file);
        try (FSDataInputStream in = path.getFileSystem().open(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The model file " + file + " cannot be read (" + e.getMessage()
                            + "). Every task manager reads it: is it on a file system that all of them have?",
                    e);
        }
    }

    private static Event event(StreamModel model, Context context, Row readings) {
        Event event = Event.empty();
        for (StreamModel.Input input : model.inputs()) {
            Object value = field(readings, input.name());
            if (value != null && input.type() == StreamModel.Type.NUMBER) {
                if (!(value instanceof Number number)) {
                    throw new DataException(
                                    DataException.Kind.UNKNOWN_COLUMN,
                                    "The column '" + input.name() + "' of the table has "
                                            + value.getClass().getSimpleName()
                                            + " values, but the model reads numbers.")
                            .inColumn(input.name());
                }
                event = event.with(input.name(), number.doubleValue());
            } else if (value != null) {
                event = event.with(input.name(), value.toString());
            }
        }
        LocalDateTime time = context.timeContext(LocalDateTime.class).time();
        return time == null ? event : event.at(time);
    }

    private static @Nullable Object field(Row readings, String name) {
        if (!Objects.requireNonNull(readings.getFieldNames(true)).contains(name)) {
            throw new DataException(
                            DataException.Kind.UNKNOWN_COLUMN,
                            "The model reads the column '" + name + "' but the table has only "
                                    + readings.getFieldNames(true) + ". Name it so with AS.")
                    .inColumn(name);
        }
        return readings.getField(name);
    }

    private static Row row(Answer answer) {
        String json = Json.write(answer.fields());
        if (answer instanceof Answer.Score score) {
            boolean scored = !Double.isNaN(score.score());
            return Row.of(json, scored ? score.score() : null, scored ? score.farthestColumn() : null, score.alarm());
        } else if (answer instanceof Answer.Classes classes) {
            return Row.of(json, classes.probabilities().get(classes.label()), classes.label(), false);
        } else if (answer instanceof Answer.Tag tag) {
            return Row.of(json, tag.probabilities().get(tag.label()), tag.label(), false);
        } else if (answer instanceof Answer.Label label) {
            return Row.of(
                    json,
                    label.label().isPresent() ? label.probability() : null,
                    label.label().orElse(null),
                    false);
        } else if (answer instanceof Answer.Text text) {
            return Row.of(json, text.surprise(), null, false);
        }
        List<Answer.Forecast.Step> steps = ((Answer.Forecast) answer).steps();
        Double first = steps.isEmpty()
                ? null
                : steps.get(0).values().values().iterator().next().get(0);
        return Row.of(json, first, null, false);
    }
}
