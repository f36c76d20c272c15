package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.forecast.StreamForecaster;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Loss;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Pinball;
import dev.carousel.model.Model;
import dev.carousel.network.PackedNetwork;
import dev.carousel.online.OnlineLearner;
import dev.carousel.online.OnlinePlan;
import dev.carousel.optim.Adam;
import java.util.Optional;

/**
 * A forecaster or anomaly detector that learns from each row of one stream, after it has forecast or scored it.
 *
 * <pre>{@code
 * OnlineModel online = OnlineModel.of(Model.load(path), 0.001);
 * TaskStream stream = online.streams().open();
 * Answer answer = stream.add(event);                  // what is known before the row is learned from
 * online.learned().orElseThrow().save(other);         // the model as it is now
 * byte[] kept = stream.save();                        // goes on to the same bits
 * }</pre>
 *
 * <p>A forecaster must go step by step, with values relative to none or previous; detectors do. The state is carried from row to row,
 * and so is the gradient ({@link OnlineLearner}). An {@link Adam} follows the gradient of each row, clipped to a norm of 1, of the
 * loss of training: pinball for quantiles, else the absolute error for forecasters and the squared one for detectors. The model it began
 * from stays as it was. One thread at a time.
 */
public final class OnlineModel implements LearningModel {

    private final Model model;
    private final ForecastTask task;
    private final OnlinePlan plan;
    private final StreamModel streams;
    private Optional<LearningEngine> engine = Optional.empty();
    private String series = "";

    private OnlineModel(Model model, double rate) {
        this.model = model;
        boolean detects = model.task().kind().equals(AnomalyTask.KIND);
        if (!detects && !model.task().kind().equals(ForecastTask.KIND)) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    model.name() + ": a model of the task \"" + model.task().kind()
                            + "\" is no forecaster and no detector of anomalies, whose truth comes with the next rows."
                            + " Classifiers and taggers learn as an OnlineClassifier.");
        }
        this.task = detects ? AnomalyTask.of(model).forecast() : ForecastTask.of(model);
        this.plan = OnlinePlan.of(loss(task.spec(), detects)).withOptimiser(new Adam(rate));
        // Refused here rather than with the first row.
        OnlineLearner first = learner();
        if (!detects) {
            StreamForecaster.learning(first, task.spec(), anySeries());
        }
        this.streams = StreamModel.learning(model, this::open);
    }

    private String anySeries() {
        return task.spec().columns().series().keySet().stream().findFirst().orElse("");
    }

    /**
     * A model that learns.
     *
     * @param rate the learning rate
     * @throws DataException if the model is of another task, goes through its horizon at once, or its network cannot learn so
     */
    public static OnlineModel of(Model model, double rate) {
        return new OnlineModel(model, rate);
    }

    private static Loss loss(ForecastSpec spec, boolean detects) {
        if (!spec.quantiles().isEmpty()) {
            return new Pinball(spec.quantiles());
        }
        return detects ? new MeanSquaredError() : new MeanAbsoluteError();
    }

    private OnlineLearner learner() {
        try {
            return OnlineLearner.of(model.network(), plan);
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    model.name() + ": cannot learn from a stream. " + e.getMessage(),
                    e);
        }
    }

    private TaskStream.Engine open(String name) {
        if (engine.isPresent() && !name.equals(series)) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    "A model learns from one series, here '" + series + "', but there is a row of '" + name
                            + "'. Give each series its own run, with its own file.");
        }
        OnlineLearner learner = learner();
        PackedNetwork network = model.network().pack();
        LearningEngine opened;
        if (model.task().kind().equals(AnomalyTask.KIND)) {
            AnomalyTask detector = AnomalyTask.of(model);
            opened = new LearningEngine(
                    task.spec(),
                    learner,
                    RowEngine.of(detector, AnomalyStream.learning(learner, detector.anomaly(), name)),
                    RowEngine.of(detector, AnomalyStream.of(network, detector.anomaly(), name)));
        } else {
            ForecastSpec next = task.spec().withHorizon(1);
            opened = new LearningEngine(
                    task.spec(),
                    learner,
                    RowEngine.of(task, StreamForecaster.learning(learner, task.spec(), name)),
                    // Judged by the next row alone.
                    RowEngine.of(task, StreamForecaster.carrying(Forecaster.of(network, Team.single()), next, name)));
        }
        engine = Optional.of(opened);
        series = name;
        return opened;
    }

    /** What opens its stream; there can be one at a time. */
    public StreamModel streams() {
        return streams;
    }

    /** How it learns. */
    public OnlinePlan plan() {
        return plan;
    }

    @Override
    public boolean exact() {
        return learner().exact();
    }

    @Override
    public Optional<Model> learned() {
        return engine.map(open -> Model.of(open.learner().network(), model.task(), model.provenance()));
    }

    @Override
    public Optional<PrequentialErrors> errors() {
        return engine.map(LearningEngine::errors);
    }

    @Override
    public long updates() {
        return engine.map(open -> open.learner().updates()).orElse(0L);
    }
}
