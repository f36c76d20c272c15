package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.classification.StreamClassifier;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.forecast.StreamForecaster;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.text.TextUnits;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.PackedNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A model of any task that follows streams: forecasters, detectors of anomalies, classifiers, taggers and text.
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
    private final List<Input> inputs;
    private final Function<String, TaskStream.Engine> engines;

    private StreamModel(Model model, List<Input> inputs, Function<String, TaskStream.Engine> engines) {
        this.task = model.task().kind();
        this.fingerprint = model.fingerprint();
        this.inputs = List.copyOf(inputs);
        this.engines = engines;
    }

    /**
     * The streams of a model; a forecaster reads the last rows anew for each forecast, as in training.
     *
     * @throws DataException if its task has no streams
     * @throws dev.carousel.model.ModelException if its description lacks something
     * @throws IllegalArgumentException if its network reads sequences from their end
     */
    public static StreamModel of(Model model) {
        return switch (model.task().kind()) {
            case ForecastTask.KIND -> forecaster(model);
            case AnomalyTask.KIND -> detector(model);
            case ClassifierSpec.CLASSIFY, ClassifierSpec.TAG -> classifier(model);
            case "text" -> {
                TextUnits units = TextUnits.of(model.task());
                PackedNetwork network = model.network().pack();
                yield new StreamModel(
                        model, List.of(new Input(TEXT, Type.TEXT)), series -> new TextEngine(network, units));
            }
            default ->
                throw new DataException(model.name() + ": a model of the task \""
                        + model.task().kind()
                        + "\" follows no streams; those of forecast, anomaly, classify, tag and text do.");
        };
    }

    /**
     * The streams of the model in a file.
     *
     * @throws dev.carousel.model.ModelException if the file is missing, damaged or of a newer release
     * @throws DataException if its task has no streams
     * @throws IllegalArgumentException if its network reads sequences from their end
     */
    public static StreamModel load(Path file) {
        return of(Model.load(file));
    }

    private static StreamModel forecaster(Model model) {
        ForecastTask task = ForecastTask.of(model);
        PackedNetwork network = model.network().pack();
        return new StreamModel(
                model,
                inputs(task),
                series -> RowEngine.of(
                        task, StreamForecaster.of(Forecaster.of(network, Team.single()), task.spec(), series)));
    }

    private static StreamModel detector(Model model) {
        AnomalyTask task = AnomalyTask.of(model);
        PackedNetwork network = model.network().pack();
        return new StreamModel(
                model,
                inputs(task.forecast()),
                series -> RowEngine.of(task, AnomalyStream.of(network, task.anomaly(), series)));
    }

    private static StreamModel classifier(Model model) {
        ClassifierSpec spec = ClassifierSpec.of(model);
        StreamClassifier first = StreamClassifier.of(model.network(), spec);
        List<String> columns = spec.scaling().map(SequenceScaling::columns).orElse(List.of()).stream()
                .map(Normaliser.Column::name)
                .toList();
        List<Input> inputs = spec.readsIds()
                ? List.of(new Input(TEXT, Type.TEXT))
                : columns.stream().map(name -> new Input(name, Type.NUMBER)).toList();
        return new StreamModel(model, inputs, series -> new ClassEngine(first.another(), columns));
    }

    private static List<Input> inputs(ForecastTask task) {
        List<Input> inputs = new ArrayList<>();
        task.columns().numbers().forEach(name -> inputs.add(new Input(name, Type.NUMBER)));
        task.columns().categories().forEach(name -> inputs.add(new Input(name, Type.CATEGORY)));
        return inputs;
    }

    /** What it was trained for: {@code forecast}, {@code anomaly}, {@code classify}, {@code tag} or {@code text}. */
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

    /** A stream at its beginning. */
    public TaskStream open() {
        return open("");
    }

    /**
     * A stream of a series at its beginning.
     *
     * @param series its name, which tells how it is normalised where each is by numbers of its own
     * @throws DataException if there are no such numbers
     */
    public TaskStream open(String series) {
        return new TaskStream(this, engines.apply(series));
    }
}
