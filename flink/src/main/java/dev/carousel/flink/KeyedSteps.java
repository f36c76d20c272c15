package dev.carousel.flink;

import dev.carousel.stream.SavedSessions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/** The steps of a subtask: the events that wait, by key, and the states that they step, each under its key. */
final class KeyedSteps<K, I, E, A, O> {

    /** Where answers go. */
    interface Emitter<O> {

        /**
         * Sends an answer on.
         *
         * @param time that of its element; none if it has none
         */
        void emit(O answer, @Nullable Long time);
    }

    /** An element that waits. */
    private record Waiting<I>(I element, @Nullable Long time) {}

    /** What a subtask counts. */
    private record Counters(
            Counter answered, Counter repeated, Counter refused, Counter late, Counter steps, Counter models) {

        static Counters of(MetricGroup group) {
            return new Counters(
                    group.counter("answered"),
                    group.counter("repeated"),
                    group.counter("refused"),
                    group.counter("late"),
                    group.counter("steps"),
                    group.counter("models"));
        }
    }

    private final FunctionSettings<K, I, E, A, O> settings;
    private final ValueState<KeyedSession> sessions;
    private final Counters counters;
    private final Map<K, List<Waiting<I>>> waiting = new LinkedHashMap<>();
    private int size;
    private SavedSessions<E, A> steps;

    private KeyedSteps(FunctionSettings<K, I, E, A, O> settings, SavedSessions<E, A> steps, RuntimeContext context) {
        this.settings = settings;
        this.steps = steps;
        ValueStateDescriptor<KeyedSession> descriptor =
                new ValueStateDescriptor<>("carousel-session", new KeyedSessionSerializer(steps.layout()));
        if (settings.timeToLive() != null) {
            descriptor.enableTimeToLive(
                    StateTtlConfig.newBuilder(settings.timeToLive()).build());
        }
        this.sessions = context.getState(descriptor);
        MetricGroup group = context.getMetricGroup().addGroup("carousel");
        this.counters = Counters.of(group);
        group.gauge("waiting", () -> size);
        group.gauge("model", () -> this.steps.fingerprint());
    }

    static <K, I, E, A, O> KeyedSteps<K, I, E, A, O> open(
            FunctionSettings<K, I, E, A, O> settings, byte[] model, RuntimeContext context) {
        return new KeyedSteps<>(settings, settings.load(model), context);
    }

    /** How many events wait. */
    int size() {
        return size;
    }

    void countLate() {
        counters.late().inc();
    }

    void add(K key, I element, @Nullable Long time) {
        waiting.computeIfAbsent(key, none -> new ArrayList<>(1)).add(new Waiting<>(element, time));
        size++;
    }

    /**
     * Steps all that wait, as few times as there are events of one key.
     *
     * @param switching sets the key whose state is read and written
     */
    void flush(Consumer<? super K> switching, Emitter<O> out) throws Exception {
        if (size == 0) {
            return;
        }
        List<SavedSessions.Turn<E, A>> turns = new ArrayList<>(waiting.size());
        for (Map.Entry<K, List<Waiting<I>>> one : waiting.entrySet()) {
            switching.accept(one.getKey());
            turns.add(turn(one.getKey(), one.getValue()));
        }
        steps.step(turns);
        counters.steps().inc();
        int at = 0;
        for (Map.Entry<K, List<Waiting<I>>> one : waiting.entrySet()) {
            SavedSessions.Turn<E, A> turn = turns.get(at++);
            switching.accept(one.getKey());
            if (turn.moved()) {
                sessions.update(new KeyedSession(turn.saved().orElseThrow()));
            }
            for (int i = 0; i < turn.size(); i++) {
                send(one.getKey(), one.getValue().get(i), turn, i, out);
            }
        }
        waiting.clear();
        size = 0;
    }

    private SavedSessions.Turn<E, A> turn(K key, List<Waiting<I>> events) throws Exception {
        KeyedSession session = sessions.value();
        SavedSessions.Turn<E, A> turn =
                steps.turn(String.valueOf(key), Optional.ofNullable(session).map(KeyedSession::saved));
        for (Waiting<I> one : events) {
            E event = settings.event().of(one.element());
            if (settings.number() == null) {
                turn.add(event);
            } else {
                turn.add(event, settings.number().of(one.element()));
            }
            turn.at(one.time() == null ? 0 : one.time());
        }
        return turn;
    }

    private void send(K key, Waiting<I> one, SavedSessions.Turn<E, A> turn, int i, Emitter<O> out) {
        Optional<A> answer = turn.answer(i);
        Optional<RuntimeException> refusal = turn.refusal(i);
        if (answer.isPresent()) {
            counters.answered().inc();
            out.emit(settings.output().of(key, one.element(), answer.get()), one.time());
        } else if (refusal.isEmpty()) {
            counters.repeated().inc();
        } else if (settings.refused() == null) {
            throw refusal.get();
        } else {
            counters.refused().inc();
            out.emit(settings.refused().of(key, one.element(), refusal.get()), one.time());
        }
    }

    /** Goes on with another model of the same layout; nothing waits. */
    void replace(byte[] file) {
        SavedSessions<E, A> next = settings.load(file);
        if (!next.layout().equals(steps.layout())) {
            throw new IllegalArgumentException("A model came while the job runs, but it has the layout " + next.layout()
                    + " and the sessions have " + steps.layout()
                    + ". Has it another network, other columns or another normalisation? Sessions can only go on with"
                    + " other weights; for a model of another kind, start a job whose operator has another uid.");
        }
        steps = next;
        counters.models().inc();
    }
}
