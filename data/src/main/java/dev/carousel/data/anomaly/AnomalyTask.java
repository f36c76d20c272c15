package dev.carousel.data.anomaly;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the model file of an anomaly detector says about its task: that of its forecaster, the scores and the threshold.
 *
 * <pre>{@code
 * Model model = Model.load(Path.of("anomaly.safetensors"));
 * AnomalyTask task = AnomalyTask.of(model);
 * AnomalyStream stream = AnomalyStream.of(model.network().pack(), task.anomaly());
 * }</pre>
 *
 * @param forecast the forecaster's
 * @param anomaly how rows are scored
 * @param naive the naive score next to it
 * @param naiveThreshold which naive scores are alarms
 */
public record AnomalyTask(
        ForecastTask forecast, AnomalySpec anomaly, NaiveAnomaly naive, AlarmThreshold naiveThreshold) {

    /** The kind of such a task. */
    public static final String KIND = "anomaly";

    private static final String NAIVE = "naive_";

    /** Checks that the naive score has its numbers. */
    public AnomalyTask {
        int targets = forecast.spec().columns().targets();
        if (naive.means().size() != targets || naive.deviations().size() != targets) {
            throw new DataException(
                    targets + " columns need as many means and deviations of their differences but there"
                            + " are " + naive.means().size() + " and "
                            + naive.deviations().size() + ".");
        }
    }

    /** As a model file holds it. */
    public Task toTask() {
        Task task = forecast.addTo(Task.of(KIND))
                .withNumbers("error_middles", array(anomaly.middles()))
                .withNumbers("error_spreads", array(anomaly.spreads()))
                .withNumbers("naive_means", array(naive.means()))
                .withNumbers("naive_deviations", array(naive.deviations()));
        return withThreshold(withThreshold(task, "", anomaly.threshold()), NAIVE, naiveThreshold);
    }

    private static double[] array(List<Double> numbers) {
        return numbers.stream().mapToDouble(number -> number).toArray();
    }

    private static Task withThreshold(Task task, String prefix, AlarmThreshold threshold) {
        return task.with(prefix + "threshold", threshold.value())
                .with(prefix + "alarm_share", threshold.share())
                .with(prefix + "threshold_fit", threshold.fit().label());
    }

    /**
     * What a model file says.
     *
     * @throws dev.carousel.model.ModelException if something is missing
     * @throws DataException if something makes no sense, or does not fit the network
     */
    public static AnomalyTask of(Model model) {
        Task task = model.task();
        ForecastTask forecast = ForecastTask.of(model);
        return new AnomalyTask(
                forecast,
                new AnomalySpec(
                        forecast.spec(), list(task, "error_middles"), list(task, "error_spreads"), threshold(task, "")),
                new NaiveAnomaly(list(task, "naive_means"), list(task, "naive_deviations")),
                threshold(task, NAIVE));
    }

    private static List<Double> list(Task task, String name) {
        return Arrays.stream(task.numbers(name)).boxed().toList();
    }

    private static AlarmThreshold threshold(Task task, String prefix) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("threshold", task.number(prefix + "threshold"));
        map.put("alarm_share", task.number(prefix + "alarm_share"));
        map.put("threshold_fit", task.text(prefix + "threshold_fit"));
        return AlarmThreshold.fromMap(map);
    }
}
