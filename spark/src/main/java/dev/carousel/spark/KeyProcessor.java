package dev.carousel.spark;

import dev.carousel.data.DataException;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.json.Json;
import dev.carousel.model.Model;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** The streams of the keys of a task: restores the one of a key, lets it take the events, and saves it. */
final class KeyProcessor extends StatefulProcessor<String, Row, Row> {

    private static final long serialVersionUID = 1;

    private final String name;
    private final Broadcast<byte[]> model;
    private final long timeToLiveMillis;

    private transient @Nullable StreamModel streams;
    private transient @Nullable ValueState<byte[]> states;

    /**
     * Of a model.
     *
     * @param name what errors call it
     * @param timeToLiveMillis 0 to keep every key
     */
    KeyProcessor(String name, Broadcast<byte[]> model, long timeToLiveMillis) {
        this.name = name;
        this.model = model;
        this.timeToLiveMillis = timeToLiveMillis;
    }

    @Override
    public void init(OutputMode outputMode, TimeMode timeMode) {
        streams = StreamModel.of(Model.ofBytes(name, model.value()));
        TTLConfig life = timeToLiveMillis == 0 ? TTLConfig.NONE() : new TTLConfig(Duration.ofMillis(timeToLiveMillis));
        states = getHandle().getValueState("stream", Encoders.BINARY(), life);
    }

    /** What Spark hands over, with its time. */
    private record Arrived(Row row, EventTime time) {}

    @Override
    public scala.collection.Iterator<Row> handleInputRows(
            String key, scala.collection.Iterator<Row> rows, TimerValues timers) {
        StreamModel of = streams;
        ValueState<byte[]> state = states;
        if (of == null || state == null) {
            throw new IllegalStateException("Spark calls init first.");
        }
        List<Row> answers = new ArrayList<>();
        List<Arrived> events = new ArrayList<>();
        CollectionConverters.asJava(rows).forEachRemaining(row -> {
            if (row.isNullAt(0) || row.isNullAt(1)) {
                answers.add(refused(row, "The event has no " + (row.isNullAt(0) ? "key." : "time.")));
            } else {
                events.add(new Arrived(row, EventTime.of(row.get(1))));
            }
        });
        if (events.isEmpty()) {
            return CollectionConverters.asScala(answers.iterator());
        }
        events.sort(Comparator.comparingLong(event -> event.time().order()));
        TaskStream stream = of.open(key);
        long last = Long.MIN_VALUE;
        if (state.exists()) {
            ByteBuffer saved = ByteBuffer.wrap(state.get());
            last = saved.getLong();
            byte[] bytes = Arrays.copyOfRange(saved.array(), saved.position(), saved.limit());
            stream.restore(bytes);
        }
        boolean taken = false;
        for (Arrived event : events) {
            if (event.time().order() < last) {
                answers.add(refused(
                        event.row(), "The event is late: one of " + key + " that is younger was taken before."));
                continue;
            }
            try {
                answers.add(answered(event, of, stream));
                last = event.time().order();
                taken = true;
            } catch (DataException e) {
                answers.add(refused(event.row(), String.valueOf(e.getMessage())));
            }
        }
        if (taken) {
            byte[] saved = stream.save();
            state.update(ByteBuffer.allocate(Long.BYTES + saved.length)
                    .putLong(last)
                    .put(saved)
                    .array());
        }
        return CollectionConverters.asScala(answers.iterator());
    }

    private static Row answered(Arrived arrived, StreamModel of, TaskStream stream) {
        Event event = event(arrived, of);
        boolean gap = stream.gapBefore(event);
        Answer answer = gap ? stream.addAfterGap(event) : stream.add(event);
        return RowFactory.create(
                arrived.row().get(0),
                arrived.row().get(1),
                Json.write(answer.fields()),
                gap ? "Rows are missing before this event, so the stream begins anew with it." : null);
    }

    private static Event event(Arrived arrived, StreamModel of) {
        Event event = arrived.time().date().map(Event.empty()::at).orElse(Event.empty());
        List<StreamModel.Input> inputs = of.inputs();
        for (int i = 0; i < inputs.size(); i++) {
            if (!arrived.row().isNullAt(i + 2)) {
                Object value = arrived.row().get(i + 2);
                String input = inputs.get(i).name();
                event = value instanceof Double number ? event.with(input, number) : event.with(input, (String) value);
            }
        }
        return event;
    }

    private static Row refused(Row row, String why) {
        return RowFactory.create(row.get(0), row.get(1), null, why);
    }
}
