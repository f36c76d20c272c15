package dev.carousel.spark;

import dev.carousel.data.DataException;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.json.Json;
import dev.carousel.model.Model;
import dev.carousel.stream.SavedSessions;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The streams of the keys of a task: the state of a key is what {@link SavedSessions} makes of it, next to the place of the last
 * event that it took. Rows have the key, the time, what breaks ties, and the model's inputs.
 */
final class KeyProcessor extends StatefulProcessor<String, Row, Row> {

    private static final long serialVersionUID = 1;

    /** How many columns come before the inputs. */
    private static final int INPUTS = 3;

    /** In Spark's store, where its reader of states shows these columns. */
    private static final StructType STATE = new StructType()
            .add("session", DataTypes.BinaryType, false)
            .add("time", DataTypes.LongType, false)
            .add("tie", DataTypes.LongType, false);

    /** An answer, and whether the stream began anew with it. */
    private record Answered(Answer answer, boolean anew) {}

    private final String name;
    private final Broadcast<byte[]> model;
    private final long timeToLiveMillis;
    private final boolean breaksTies;

    private transient @Nullable StreamModel streams;
    private transient @Nullable SavedSessions<Event, Answered> sessions;
    private transient @Nullable ValueState<Row> states;

    /**
     * Of a model.
     *
     * @param name what errors call it
     * @param timeToLiveMillis 0 to keep every key
     * @param breaksTies whether there is a column that orders events of one time
     */
    KeyProcessor(String name, Broadcast<byte[]> model, long timeToLiveMillis, boolean breaksTies) {
        this.name = name;
        this.model = model;
        this.timeToLiveMillis = timeToLiveMillis;
        this.breaksTies = breaksTies;
    }

    @Override
    public void init(OutputMode outputMode, TimeMode timeMode) {
        StreamModel of = StreamModel.of(Model.ofBytes(name, model.value()));
        streams = of;
        sessions = of.savedSessions(1, KeyProcessor::step);
        TTLConfig life = timeToLiveMillis == 0 ? TTLConfig.NONE() : new TTLConfig(Duration.ofMillis(timeToLiveMillis));
        states = getHandle().getValueState("session", Encoders.row(STATE), life);
    }

    private static Answered step(TaskStream stream, Event event) {
        boolean gap = stream.gapBefore(event);
        return new Answered(gap ? stream.addAfterGap(event) : stream.add(event), gap);
    }

    @Override
    public scala.collection.Iterator<Row> handleInputRows(
            String key, scala.collection.Iterator<Row> rows, TimerValues timers) {
        StreamModel of = streams;
        SavedSessions<Event, Answered> steps = sessions;
        ValueState<Row> state = states;
        if (of == null || steps == null || state == null) {
            throw new IllegalStateException("Spark calls init first.");
        }
        KeyEvents events = new KeyEvents(key, breaksTies);
        CollectionConverters.asJava(rows).forEachRemaining(events::add);
        Optional<Row> before = state.exists() ? Optional.of(state.get()) : Optional.empty();
        List<KeyEvents.Arrived> taking = events.after(before.map(row -> new Place(row.getLong(1), row.getLong(2))));
        List<Row> answers = new ArrayList<>();
        events.refused().forEach(one -> answers.add(answer(one.row(), null, one.why())));
        if (taking.isEmpty()) {
            return CollectionConverters.asScala(answers.iterator());
        }
        SavedSessions.Turn<Event, Answered> turn = steps.turn(key, before.map(row -> (byte[]) row.get(0)));
        for (KeyEvents.Arrived one : taking) {
            turn.add(event(one, of)).at(millis(one.time()));
        }
        steps.step(List.of(turn));
        Optional<Place> last = Optional.empty();
        for (int i = 0; i < taking.size(); i++) {
            if (turn.answer(i).isPresent()) {
                answers.add(answered(taking.get(i).row(), turn.answer(i).get()));
                last = Optional.of(taking.get(i).place());
            } else {
                answers.add(
                        answer(taking.get(i).row(), null, why(turn.refusal(i).orElseThrow())));
            }
        }
        last.ifPresent(place -> state.update(RowFactory.create(turn.saved().orElseThrow(), place.time(), place.tie())));
        return CollectionConverters.asScala(answers.iterator());
    }

    /** Anything but data that do not fit is an error of ours, and fails the query. */
    private static String why(RuntimeException refusal) {
        if (refusal instanceof DataException) {
            return String.valueOf(refusal.getMessage());
        }
        throw refusal;
    }

    private static long millis(EventTime time) {
        return time.date()
                .map(date -> date.toInstant(ZoneOffset.UTC).toEpochMilli())
                .orElse(0L);
    }

    private static Event event(KeyEvents.Arrived arrived, StreamModel of) {
        Event event = arrived.time().date().map(Event.empty()::at).orElse(Event.empty());
        List<StreamModel.Input> inputs = of.inputs();
        for (int i = 0; i < inputs.size(); i++) {
            if (!arrived.row().isNullAt(i + INPUTS)) {
                Object value = arrived.row().get(i + INPUTS);
                String input = inputs.get(i).name();
                event = value instanceof Double number ? event.with(input, number) : event.with(input, (String) value);
            }
        }
        return event;
    }

    private static Row answered(Row row, Answered answered) {
        return answer(
                row,
                Json.write(answered.answer().fields()),
                answered.anew() ? "Rows are missing before this event, so the stream begins anew with it." : null);
    }

    private static Row answer(Row row, @Nullable String answer, @Nullable String problem) {
        return RowFactory.create(row.get(0), row.get(1), row.get(2), answer, problem);
    }
}
