package dev.carousel.cli;

import dev.carousel.data.Calendar;
import dev.carousel.data.DataException;
import dev.carousel.data.ForecastSpec;
import dev.carousel.data.Normaliser;
import dev.carousel.data.Split;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a model file of a forecaster says about its task: how a forecast is put before it, and what was held out. */
final class ForecastTask {

    static final String KIND = "forecast";

    private static final String TITLE = "title";
    private static final String DATE_COLUMN = "date_column";
    private static final String TRAINING_END = "training_end";
    private static final String VALIDATION_END = "validation_end";
    private static final String ROWS = "rows";

    private ForecastTask() {}

    static Task of(String title, Optional<String> dateColumn, ForecastSpec spec, Split split) {
        List<Normaliser.Column> columns = spec.normaliser().columns();
        return Task.of(KIND)
                .with(TITLE, title)
                .with(DATE_COLUMN, dateColumn.orElse(""))
                .with("context", spec.context())
                .with("horizon", spec.horizon())
                .with("season", spec.season())
                .with("spacing", spec.spacing().kind().name().toLowerCase(Locale.ROOT))
                .with("spacing_amount", Math.toIntExact(spec.spacing().amount()))
                .withTexts(
                        "calendar",
                        spec.calendar().stream().map(Calendar::label).toList())
                .withTexts(
                        "columns", columns.stream().map(Normaliser.Column::name).toList())
                .withNumbers(
                        "means",
                        columns.stream().mapToDouble(Normaliser.Column::mean).toArray())
                .withNumbers(
                        "deviations",
                        columns.stream()
                                .mapToDouble(Normaliser.Column::deviation)
                                .toArray())
                .with(TRAINING_END, split.trainingEnd())
                .with(VALIDATION_END, split.validationEnd())
                .with(ROWS, split.end());
    }

    /**
     * How a forecast is put before a model.
     *
     * @throws dev.carousel.model.ModelException if the model is of another task
     * @throws DataException if the description and the network do not fit each other
     */
    static ForecastSpec spec(Model model) {
        Task task = model.requireTask(KIND).task();
        Map<String, Object> map = new LinkedHashMap<>();
        for (String name : List.of("context", "horizon", "season", "spacing_amount")) {
            map.put(name, task.integer(name));
        }
        map.put("spacing", task.text("spacing"));
        map.put("calendar", task.texts("calendar"));
        map.put("columns", columns(model));
        ForecastSpec spec = ForecastSpec.fromMap(map);
        if (model.spec().readsIds()
                || model.spec().inputSize() != spec.inputSize()
                || model.spec().outputSize() != 1) {
            throw new DataException(model.name() + ": expected a network that reads " + spec.inputSize()
                    + " numbers a step and gives 1, but found " + Describe.network(model.spec())
                    + ". Was the file put together from two models?");
        }
        return spec;
    }

    private static List<Map<String, Object>> columns(Model model) {
        List<String> names = model.task().texts("columns");
        double[] means = model.task().numbers("means");
        double[] deviations = model.task().numbers("deviations");
        if (means.length != names.size() || deviations.length != names.size()) {
            throw new DataException(model.name() + ": expected a mean and a deviation for each of the columns " + names
                    + " but found " + means.length + " and " + deviations.length + ".");
        }
        List<Map<String, Object>> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            columns.add(Map.of("name", names.get(i), "mean", means[i], "deviation", deviations[i]));
        }
        return columns;
    }

    /** The column of dates that its user chose, if any. */
    static Optional<String> dateColumn(Model model) {
        return Optional.of(model.task().text(DATE_COLUMN)).filter(name -> !name.isEmpty());
    }

    /**
     * Which rows of its file a model was trained on, chosen by and tested on.
     *
     * @throws DataException if that makes no sense for a file of so many rows
     */
    static Split split(Model model, int rows) {
        Task task = model.task();
        try {
            Split split = new Split(task.integer(TRAINING_END), task.integer(VALIDATION_END), task.integer(ROWS));
            if (split.end() == rows) {
                return split;
            }
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    model.name() + ": the model's description of its data makes no sense. " + e.getMessage(), e);
        }
        throw new DataException(model.name() + ": the model was trained on " + task.integer(ROWS)
                + " rows but the file has " + rows + ".");
    }
}
