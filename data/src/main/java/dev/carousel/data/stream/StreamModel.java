package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.DecimalSign;
import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.classification.StreamClassifier;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.forecast.StreamForecaster;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.text.TextTask;
import dev.carousel.data.text.TextUnits;
import dev.carousel.data.transcription.TranscriberSpec;
import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.SavedSessions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * A model of any task that follows streams: forecasters, anomaly detectors, classifiers, taggers, transcribers and text.
 *
 * <pre>{@code
 * StreamModel model = StreamModel.load(Path.of("anomaly.safetensors"));
 * TaskStream stream = model.open();
 * Answer answer = stream.add(Event.of("pressure", 20.5).with("flow", 3.1));
 * answer.fields();                                   // {score=0.7, column=flow, ...}
 * byte[] kept = stream.save();
 * }</pre>
 *
 * <p>Immutable and shared by all threads; a stream belongs to one at a time.
 */
public final class StreamModel {

    /** The name of the input of a model that reads text. */
    public static final String TEXT = "text";

    /**
     * One input of a model.
     *
     * @param name of its column
     * @param type what an event holds of it
     */
    public record Input(String name, Type type) {}

    /** What an event holds of an input. */
    public enum Type {
        /** A number. */
        NUMBER,
        /** A text that is one of some. */
        CATEGORY,
        /** Any text. */
        TEXT
    }

    private final String task;
    private final String fingerprint;
    private final String layout;
    private final List<Input> inputs;
    private final Map<String, ToIntFunction<String>> ids;
    private final Optional<ForecastTask> rows;
    private final Supplier<Function<String, TaskStream.Engine>> engines;

    /** Of a model that reads text, what its units are called, by their ids. */
    private final List<String> unitNames;

    /** Of numbers or text; the engines of one supplier share buffers. */
    private StreamModel(
            Model model,
            List<Input> inputs,
            Map<String, ToIntFunction<String>> ids,
            Optional<ForecastTask> rows,
            Supplier<Function<String, TaskStream.Engine>> engines) {
        this(model, inputs, ids, rows, engines, List.of());
    }

    private StreamModel(
            Model model,
            List<Input> inputs,
            Map<String, ToIntFunction<String>> ids,
            Optional<ForecastTask> rows,
            Supplier<Function<String, TaskStream.Engine>> engines,
            List<String> unitNames) {
        this.task = model.task().kind();
        this.fingerprint = model.fingerprint();
        this.layout = StreamLayout.of(model, rows);
        this.inputs = List.copyOf(inputs);
        this.ids = ids;
        this.rows = rows;
        this.engines = engines;
        this.unitNames = unitNames;
    }

    /**
     * The streams of a model; a forecaster reads the last rows anew for each forecast, as in training ({@link #carrying} does
     * not).
     *
     * @throws DataException of the kind {@link DataException.Kind#UNSUITABLE_MODEL} if its task has no streams; unless it is a
     *     forecaster, if its network reads sequences from their end, or takes a mean or maximum that cannot be told step by
     *     step; or if its sequences are each scaled by their own mean
     * @throws dev.carousel.model.ModelException if its description lacks something
     */
    public static StreamModel of(Model model) {
        Objects.requireNonNull(model, "StreamModel: model is null");
        return switch (model.task().kind()) {
            case ForecastTask.KIND -> forecaster(model, false);
            case AnomalyTask.KIND -> detector(model);
            case ClassifierSpec.CLASSIFY, ClassifierSpec.TAG -> classifier(model);
            case TranscriberSpec.KIND -> transcriber(model);
            case TextTask.KIND -> {
                TextUnits units = TextTask.units(model);
                requireStepwise(model);
                PackedNetwork network = model.network().pack();
                List<String> names = TextEngine.names(units);
                yield new StreamModel(
                        model,
                        List.of(new Input(TEXT, Type.TEXT)),
                        Map.of(TEXT, text -> StreamInputs.one(text, units.encode(text))),
                        Optional.empty(),
                        () -> series -> new TextEngine(network, units, names),
                        names);
            }
            default ->
                throw new DataException(
                        DataException.Kind.UNSUITABLE_MODEL,
                        model.name() + ": a model of the task \""
                                + model.task().kind()
                                + "\" follows no streams; those of forecast, anomaly, classify, tag, transcribe and text do."
                                + (model.spec().stepwise()
                                        ? " To step its network yourself, use Session.of(model.network().pack())."
                                        : " Its network cannot take single steps either."));
        };
    }

    /**
     * The streams of the model in a file.
     *
     * @throws dev.carousel.model.ModelException if the file is missing, damaged or of a newer release
     * @throws DataException as {@link #of}
     */
    public static StreamModel load(Path file) {
        Objects.requireNonNull(file, "StreamModel: the file to read is null");
        return of(Model.load(file));
    }

    /**
     * The streams of a forecaster that carry the network's state from row to row instead of reading the last rows anew for
     * each forecast: {@link StreamForecaster#carrying}. Faster, and other numbers; a state saved by one kind is refused by
     * the other.
     *
     * @throws DataException if the model is no forecaster, or its state cannot be carried: values are relative to a window, or
     *     the network reads sequences from their end or has a mean over steps
     */
    public static StreamModel carrying(Model model) {
        Objects.requireNonNull(model, "StreamModel: model is null");
        if (!model.task().kind().equals(ForecastTask.KIND)) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    model.name() + ": a model of the task \"" + model.task().kind()
                            + "\" is no forecaster. Streams of other tasks carry their state anyway.");
        }
        return forecaster(model, true);
    }

    /** The streams of a model that learns; engines are opened by the name of a series. */
    static StreamModel learning(Model model, Function<String, TaskStream.Engine> opening) {
        ForecastTask task = model.task().kind().equals(AnomalyTask.KIND)
                ? AnomalyTask.of(model).forecast()
                : ForecastTask.of(model);
        return new StreamModel(
                model, StreamInputs.inputs(task), StreamInputs.ids(task), Optional.of(task), () -> opening);
    }

    private static StreamModel forecaster(Model model, boolean carrying) {
        ForecastTask task = ForecastTask.of(model);
        PackedNetwork network = model.network().pack();
        if (carrying) {
            StreamForecaster.requireCarrying(network.spec(), task.spec());
        }
        return new StreamModel(model, StreamInputs.inputs(task), StreamInputs.ids(task), Optional.of(task), () -> {
            Forecaster shared = Forecaster.of(network, Team.single());
            return series -> RowEngine.of(
                    task,
                    carrying
                            ? StreamForecaster.carrying(shared, task.spec(), series)
                            : StreamForecaster.of(shared, task.spec(), series));
        });
    }

    private static StreamModel detector(Model model) {
        AnomalyTask task = AnomalyTask.of(model);
        requireStepwise(model);
        PackedNetwork network = model.network().pack();
        return new StreamModel(
                model,
                StreamInputs.inputs(task.forecast()),
                StreamInputs.ids(task.forecast()),
                Optional.of(task.forecast()),
                () -> series -> RowEngine.of(task, AnomalyStream.of(network, task.anomaly(), series)));
    }

    private static StreamModel classifier(Model model) {
        ClassifierSpec spec = ClassifierSpec.of(model);
        StreamClassifier first = stepwise(model, spec);
        List<String> columns = spec.scaling().map(StreamModel::columns).orElse(List.of());
        List<Input> inputs = spec.readsIds()
                ? List.of(new Input(TEXT, Type.TEXT))
                : columns.stream().map(name -> new Input(name, Type.NUMBER)).toList();
        Map<String, ToIntFunction<String>> ids =
                spec.readsIds() ? Map.of(TEXT, text -> StreamInputs.one(text, spec.ids(text))) : Map.of();
        return new StreamModel(
                model, inputs, ids, Optional.empty(), () -> series -> new ClassEngine(first.another(), columns));
    }

    private static StreamModel transcriber(Model model) {
        TranscriberSpec spec = TranscriberSpec.of(model);
        StreamClassifier first = stepwise(model, spec.steps());
        List<String> columns = columns(spec.scaling());
        return new StreamModel(
                model,
                columns.stream().map(name -> new Input(name, Type.NUMBER)).toList(),
                Map.of(),
                Optional.empty(),
                () -> series -> new TranscriptEngine(first.another(), columns, spec.alphabet()));
    }

    private static List<String> columns(SequenceScaling scaling) {
        return scaling.columns().stream().map(Normaliser.Column::name).toList();
    }

    private static StreamClassifier stepwise(Model model, ClassifierSpec spec) {
        try {
            return StreamClassifier.of(model.network(), spec);
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    model.name() + ": cannot follow a stream. " + e.getMessage(),
                    e);
        }
    }

    /** Refuses a network that cannot give its output step by step. */
    private static void requireStepwise(Model model) {
        if (!model.spec().stepwise()) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    model.name() + ": cannot follow a stream, since its network "
                            + (model.spec().readsAhead()
                                    ? "reads sequences from their end. Train it in the forward direction alone."
                                    : "takes a mean or maximum over all steps, or repeats or cuts them. Train it without."));
        }
    }

    /** What it was trained for: {@code forecast}, {@code anomaly}, {@code classify}, {@code tag}, {@code transcribe} or
     * {@code text}. */
    public String task() {
        return task;
    }

    /** SHA-256 of the network's description, its weights and the task, by which a state knows its model. */
    public String fingerprint() {
        return fingerprint;
    }

    /** What an event may hold, in the order of the model; dates stand apart. */
    public List<Input> inputs() {
        return inputs;
    }

    /**
     * What stands in {@link Event#ordered} for a category, or for a character, byte or word of a text.
     *
     * @param input its name
     * @param value one that training did not have is unknown, and has the id of all such, where there is one
     * @throws DataException if there is no input of this name that has ids, or the text is not one unit of them
     */
    public int id(String input, String value) {
        Objects.requireNonNull(input, "StreamModel: the name of the input is null");
        Objects.requireNonNull(value, "StreamModel: the value is null");
        ToIntFunction<String> own = ids.get(input);
        if (own == null) {
            throw new DataException(
                            DataException.Kind.UNKNOWN_COLUMN,
                            "The model has no category and no text named '" + input + "'; its inputs are " + inputs
                                    + ".")
                    .inColumn(input);
        }
        return own.applyAsInt(value);
    }

    /**
     * Steps of streams whose states somebody else keeps as bytes, such as a stream engine; for one thread at a time.
     *
     * @param maxBatch how many streams are stepped together at most
     */
    public SavedSessions<Event, Answer> savedSessions(int maxBatch) {
        return SavedSessions.of(new StreamSteps(this), maxBatch);
    }

    /**
     * The same with a step of your own instead of {@link TaskStream#add}, such as one that begins anew after a gap. The saved
     * bytes are the same.
     *
     * @param <A> what the step gives
     * @param maxBatch how many streams are stepped together at most
     * @param step takes the event of a stream; if it throws, the event is refused, and the stream must be where it was
     */
    public <A> SavedSessions<Event, A> savedSessions(
            int maxBatch, BiFunction<? super TaskStream, ? super Event, ? extends A> step) {
        Objects.requireNonNull(step, "StreamModel: the step is null");
        return SavedSessions.of(new OwnSteps<A>(this, step), maxBatch);
    }

    /** What models have in common whose streams may go on with each other's weights. */
    String layout() {
        return layout;
    }

    /** Whether the numbers of each series are normalised by statistics of that series alone. */
    boolean normalisesEachSeries() {
        return rows.isPresent() && !rows.get().spec().columns().series().isEmpty();
    }

    /** How the dates of its rows are read. */
    public DateReading dates() {
        return rows.map(ForecastTask::dates).orElseGet(DateReading::defaults);
    }

    /** The decimal sign of the numbers of its rows. */
    public DecimalSign decimal() {
        return rows.map(ForecastTask::decimal).orElse(DecimalSign.POINT);
    }

    /** Of forecasters and detectors, what their rows are. */
    Optional<ForecastTask> rows() {
        return rows;
    }

    /** Of a model that reads text, what its units are called, by their ids. */
    List<String> unitNames() {
        return unitNames;
    }

    /** What opens streams by name; all for one thread at a time, since they share buffers. */
    Function<String, TaskStream> opening() {
        Function<String, TaskStream.Engine> together = engines.get();
        OneThread thread = new OneThread("TaskStream");
        return series -> new TaskStream(this, series, together.apply(series), thread);
    }

    /** A stream at its beginning. */
    public TaskStream open() {
        return open("");
    }

    /**
     * A stream of a series at its beginning.
     *
     * @param series the name, by whose own statistics it is normalised where each series has its own
     * @throws DataException if there are no such numbers
     */
    public TaskStream open(String series) {
        Objects.requireNonNull(series, "StreamModel: the name of the series is null; open() is without one");
        return opening().apply(series);
    }
}
