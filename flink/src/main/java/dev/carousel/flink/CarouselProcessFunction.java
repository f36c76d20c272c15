package dev.carousel.flink;

import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.model.Model;
import dev.carousel.stream.SavedSessions;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a session of a model for each key of a stream, and answers each element.
 *
 * <pre>{@code
 * var function = CarouselProcessFunction.of(
 *         Model.load(Path.of("anomaly.safetensors")),
 *         Reading::event,
 *         (String pump, Reading reading, Answer answer) -> Flag.of(reading, answer),
 *         Flag.class);
 * DataStream<Flag> flags = function.apply(readings.keyBy(Reading::pump));
 * }</pre>
 *
 * <p>The state of a session is Flink's keyed state, on any backend, in checkpoints and savepoints, rescaled with the job; the
 * answers are, to the bit, those of a session in process that gets the elements of its key. {@link #apply} makes an operator that
 * steps events of different keys together and takes all of them before a checkpoint's barrier passes, so that each is
 * counted once. {@code keyed.process(function)} works as well, an element at a time, for jobs that must not have an
 * operator of their own.
 *
 * <p>Elements of a key are taken in the order in which they arrive, or with {@link #withEventTime} in the order of their time.
 * A job that is restored, or a stream of models, may bring a model of the same network, columns and normalisation: sessions go on
 * with its weights. Any other is refused.
 *
 * @param <K> a key
 * @param <I> an element, from which an event is made
 * @param <O> what becomes of an answer
 */
public final class CarouselProcessFunction<K, I, O> extends KeyedProcessFunction<K, I, O>
        implements CheckpointedFunction, ResultTypeQueryable<O> {

    private static final long serialVersionUID = 1;

    /** How many events are stepped together at most where nothing else is said, and how long one waits for others. */
    private static final int MAX_BATCH = 256;

    private static final Duration LINGER = Duration.ofMillis(5);

    /** Makes an event of an element. */
    @FunctionalInterface
    public interface ToEvent<I, E> extends Serializable {

        /** The event: of a task, or of a bare network its numbers. */
        E of(I element);
    }

    /** Makes what goes on of an answer. */
    @FunctionalInterface
    public interface ToOutput<K, I, A, O> extends Serializable {

        /** What goes on after an element has been answered. */
        O of(K key, I element, A answer);
    }

    /** Tells the number of an element. */
    @FunctionalInterface
    public interface ToNumber<I> extends Serializable {

        /** 0 or more. */
        long of(I element);
    }

    private final FunctionSettings<K, I, ?, ?, O> settings;

    private transient @Nullable KeyedSteps<K, I, ?, ?, O> steps;
    private transient @Nullable JobModel model;

    /** What waits for its time, by that time; none if elements are taken as they arrive. */
    private transient @Nullable MapState<Long, List<I>> waiting;

    /** Set by an operator that can step several keys together. */
    private transient @Nullable Consumer<? super K> keys;

    private transient @Nullable Runnable pending;

    private CarouselProcessFunction(FunctionSettings<K, I, ?, ?, O> settings) {
        this.settings = settings;
    }

    /**
     * Sessions of a model of any task.
     *
     * @param model travels with the job
     * @param event makes an event of an element
     * @param output makes of an answer what goes on
     * @param type of what goes on
     * @throws dev.carousel.data.DataException if the model has no streams
     */
    public static <K, I, O> CarouselProcessFunction<K, I, O> of(
            Model model, ToEvent<I, Event> event, ToOutput<K, I, Answer, O> output, Class<O> type) {
        StreamModel.of(model);
        return of(model, (file, maxBatch) -> StreamModel.of(file).savedSessions(maxBatch), event, output, type);
    }

    /**
     * Sessions of a bare network.
     *
     * @param model travels with the job; its task does not matter
     * @param event makes of an element the network's inputSize numbers, or one that is an id
     * @param output makes of its outputSize numbers what goes on
     * @param type of what goes on
     * @throws IllegalArgumentException if the network reads sequences from their end or has a mean or maximum over steps
     */
    public static <K, I, O> CarouselProcessFunction<K, I, O> ofNetwork(
            Model model, ToEvent<I, float[]> event, ToOutput<K, I, float[], O> output, Class<O> type) {
        model.spec().requireStepwise("A CarouselProcessFunction");
        return of(model, (file, maxBatch) -> SavedSessions.of(file.network().pack(), maxBatch), event, output, type);
    }

    private static <K, I, E, A, O> CarouselProcessFunction<K, I, O> of(
            Model model,
            FunctionSettings.Loading<E, A> loading,
            ToEvent<I, E> event,
            ToOutput<K, I, A, O> output,
            Class<O> type) {
        return new CarouselProcessFunction<>(new FunctionSettings<>(
                model.toBytes(),
                loading,
                event,
                output,
                TypeInformation.of(type),
                null,
                null,
                null,
                null,
                null,
                MAX_BATCH,
                LINGER));
    }

    /**
     * With numbered elements: one whose number is not above that of the last one of its key is a repetition, such as of a producer
     * that sent again what it got no answer to. It is neither taken nor answered. Numbers may leave some out.
     */
    public CarouselProcessFunction<K, I, O> withNumbers(ToNumber<I> number) {
        return new CarouselProcessFunction<>(settings.withNumber(number));
    }

    /**
     * With something that goes on instead of an answer where an event does not fit, such as for a number that is not finite; the
     * session is where it was. Without, such an event fails the job.
     *
     * @param instead makes of the reason what goes on
     */
    public CarouselProcessFunction<K, I, O> withRefused(ToOutput<K, I, RuntimeException, O> instead) {
        return new CarouselProcessFunction<>(settings.withRefused(instead));
    }

    /**
     * With the elements of each key taken in the order of their time: each waits, as keyed state, until the watermark has passed it.
     * Of the same time, the first to arrive is the first.
     *
     * @param type of an element
     * @param late where elements go that arrive after the watermark has passed their time: a session cannot go back
     */
    public CarouselProcessFunction<K, I, O> withEventTime(TypeInformation<I> type, OutputTag<I> late) {
        return new CarouselProcessFunction<>(settings.withEventTime(type, late));
    }

    /**
     * With an end of sessions that have had no event for long, by Flink's time to live of state, which counts processing time.
     * A key whose session has ended begins a new one.
     */
    public CarouselProcessFunction<K, I, O> withTimeToLive(Duration longest) {
        if (longest.isNegative() || longest.isZero()) {
            throw new IllegalArgumentException(
                    "CarouselProcessFunction: sessions must live for some time, not for " + longest + ".");
        }
        return new CarouselProcessFunction<>(settings.withTimeToLive(longest));
    }

    /**
     * With other limits of what is stepped together.
     *
     * @param most how many events wait for each other at most, 256 where nothing else is said
     * @param linger how long the first of them waits at most, 5 ms where nothing else is said; 0 if each is stepped alone
     */
    public CarouselProcessFunction<K, I, O> withBatches(int most, Duration linger) {
        if (most < 1 || linger.isNegative()) {
            throw new IllegalArgumentException(
                    "CarouselProcessFunction: 1 event at least is stepped, after 0 ms at least, not " + most + " after "
                            + linger.toMillis() + " ms.");
        }
        return new CarouselProcessFunction<>(settings.withBatches(most, linger));
    }

    /** The answers to the elements of a stream. */
    public SingleOutputStreamOperator<O> apply(KeyedStream<I, K> elements) {
        return elements.transform("Carousel", settings.type(), new CarouselOperator<>(this));
    }

    /**
     * The answers to the elements of a stream, by the model that came last.
     *
     * @param models the bytes of model files, {@code Model.toBytes}, each of which every subtask takes; the last one is part of
     *     checkpoints. A model of another network, other columns or another normalisation fails the job
     */
    public SingleOutputStreamOperator<O> apply(KeyedStream<I, K> elements, DataStream<byte[]> models) {
        return CarouselOperator.connect(elements, models, settings.type(), new CarouselOperator<>(this));
    }

    @Override
    public TypeInformation<O> getProducedType() {
        return settings.type();
    }

    /** Lets it step several keys together: the operator sets the current key, and takes what waits when the time has come. */
    void batches(Consumer<? super K> switching, Runnable waits) {
        keys = switching;
        pending = waits;
    }

    Duration linger() {
        return settings.linger();
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        model = new JobModel(context.getOperatorStateStore(), settings.model());
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        if (steps != null && steps.size() > 0) {
            throw new IllegalStateException(
                    steps.size() + " events wait while a checkpoint is taken. Was the function put"
                            + " into an operator of another kind?");
        }
    }

    @Override
    public void open(OpenContext context) throws Exception {
        steps = KeyedSteps.open(settings, Objects.requireNonNull(model).file(), getRuntimeContext());
        if (settings.input() != null) {
            waiting = getRuntimeContext()
                    .getMapState(new MapStateDescriptor<>(
                            "carousel-waiting", Types.LONG, Types.LIST(Objects.requireNonNull(settings.input()))));
        }
    }

    @Override
    public void processElement(I element, Context context, Collector<O> out) throws Exception {
        Long time = context.timestamp();
        KeyedSteps<K, I, ?, ?, O> running = Objects.requireNonNull(steps);
        if (waiting == null) {
            take(context.getCurrentKey(), element, time, out);
            return;
        }
        if (time == null) {
            throw new IllegalArgumentException(
                    "An element has no time, but elements are taken in its order. Assign timestamps"
                            + " and watermarks to the stream before.");
        }
        if (time <= context.timerService().currentWatermark()) {
            running.countLate();
            context.output(Objects.requireNonNull(settings.late()), element);
            return;
        }
        List<I> same = waiting.get(time);
        List<I> more = same == null ? new ArrayList<>() : new ArrayList<>(same);
        more.add(element);
        waiting.put(time, more);
        context.timerService().registerEventTimeTimer(time);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<O> out) throws Exception {
        MapState<Long, List<I>> all = Objects.requireNonNull(waiting);
        List<I> due = all.get(time);
        all.remove(time);
        for (I element : due) {
            take(context.getCurrentKey(), element, time, out);
        }
    }

    private void take(K key, I element, @Nullable Long time, Collector<O> out) throws Exception {
        KeyedSteps<K, I, ?, ?, O> running = Objects.requireNonNull(steps);
        running.add(key, element, time);
        if (keys == null) {
            // Flink's own operator: the key and the time are those of this element.
            running.flush(current -> {}, (answer, when) -> out.collect(answer));
        } else {
            Objects.requireNonNull(pending).run();
        }
    }

    /** How many events wait. */
    int waits() {
        return steps == null ? 0 : steps.size();
    }

    boolean full() {
        return waits() >= settings.maxBatch() || settings.linger().isZero();
    }

    /** Steps all events that wait. */
    void flush(KeyedSteps.Emitter<O> out) throws Exception {
        Objects.requireNonNull(steps).flush(Objects.requireNonNull(keys), out);
    }

    /** Goes on with another model; nothing waits. */
    void replace(byte[] file) throws Exception {
        Objects.requireNonNull(steps).replace(file);
        Objects.requireNonNull(model).replace(file);
    }
}
