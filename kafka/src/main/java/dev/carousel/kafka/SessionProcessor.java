package dev.carousel.kafka;

import dev.carousel.stream.SavedSessions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The processor of one task: reads a session, steps it, writes it, sends the answer on. */
final class SessionProcessor<K, V, E, A, R> implements Processor<K, V, K, R> {

    private final CarouselProcessor.Settings<K, V, E, A, R> settings;

    /** What there is once the task runs. */
    private record Running<K, E, A, R>(
            SavedSessions<E, A> sessions,
            ProcessorContext<K, R> context,
            KeyValueStore<K, byte[]> store,
            Sensor answered,
            Sensor repeated,
            Sensor refused,
            Sensor ended) {}

    private @Nullable Running<K, E, A, R> running;

    SessionProcessor(CarouselProcessor.Settings<K, V, E, A, R> settings) {
        this.settings = settings;
    }

    @Override
    public void init(ProcessorContext<K, R> context) {
        running = new Running<>(
                settings.sessions().get(),
                context,
                context.getStateStore(settings.store()),
                sensor(context, settings.store(), "answered"),
                sensor(context, settings.store(), "repeated"),
                sensor(context, settings.store(), "refused"),
                sensor(context, settings.store(), "ended"));
        settings.timeToLive().ifPresent(longest -> {
            Duration interval = Duration.ofMillis(Math.max(1, longest.toMillis() / 4));
            context.schedule(interval, PunctuationType.STREAM_TIME, now -> end(now - longest.toMillis()));
        });
    }

    /** A task may have several processors, each with a store of its own, by which their metrics are told apart. */
    private static Sensor sensor(ProcessorContext<?, ?> context, String store, String operation) {
        return context.metrics()
                .addRateTotalSensor("carousel", context.taskId() + "." + store, operation, RecordingLevel.INFO);
    }

    @Override
    public void process(Record<K, V> record) {
        Running<K, E, A, R> now = Objects.requireNonNull(running);
        K key = record.key();
        V value = record.value();
        if (key == null || value == null) {
            throw new IllegalArgumentException(
                    "A record of " + where(now) + " has no " + (key == null ? "key" : "value")
                            + ", so that there is no session or no event. Filter such records out before.");
        }
        SavedSessions.Turn<E, A> turn = now.sessions()
                .turn(String.valueOf(key), Optional.ofNullable(now.store().get(key)))
                .add(settings.event().apply(value), settings.number().applyAsLong(value))
                .at(record.timestamp());
        now.sessions().step(List.of(turn));
        Optional<A> answer = turn.answer(0);
        Optional<RuntimeException> refusal = turn.refusal(0);
        if (answer.isPresent()) {
            now.store().put(key, turn.saved().orElseThrow());
            now.answered().record();
            now.context().forward(record.withValue(settings.output().of(key, value, answer.get())));
        } else if (refusal.isEmpty()) {
            now.repeated().record();
        } else {
            now.refused().record();
            R instead = settings.refused().orElseThrow(refusal::get).of(key, value, refusal.get());
            now.context().forward(record.withValue(instead));
        }
    }

    private static String where(Running<?, ?, ?, ?> now) {
        return now.context()
                .recordMetadata()
                .map(of -> of.topic() + "-" + of.partition() + " at the offset " + of.offset())
                .orElse("the stream");
    }

    /** Ends the sessions whose last event was before a time. */
    private void end(long before) {
        Running<K, E, A, R> now = Objects.requireNonNull(running);
        try (KeyValueIterator<K, byte[]> all = now.store().all()) {
            while (all.hasNext()) {
                KeyValue<K, byte[]> one = all.next();
                if (SavedSessions.usedAt(one.value) < before) {
                    now.store().delete(one.key);
                    now.ended().record();
                }
            }
        }
    }

    /** The metrics end with the task. */
    @Override
    public void close() {
        Running<K, E, A, R> now = running;
        if (now != null) {
            List.of(now.answered(), now.repeated(), now.refused(), now.ended())
                    .forEach(now.context().metrics()::removeSensor);
            running = null;
        }
    }
}
