package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.series.Split;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a model file says of which rows of each series were for what: numbers for one series, lists for several. */
final class SplitRows {

    private static final String TRAINING_END = "training_end";
    private static final String VALIDATION_END = "validation_end";
    private static final String ROWS = "rows";

    private SplitRows() {}

    /** The task with the splits of the series by their names. */
    static Task addTo(Task task, Map<String, Split> splits) {
        if (splits.size() == 1) {
            Split split = splits.values().iterator().next();
            return task.withTexts("split_series", List.copyOf(splits.keySet()))
                    .with(TRAINING_END, split.trainingEnd())
                    .with(VALIDATION_END, split.validationEnd())
                    .with(ROWS, split.end());
        }
        return task.withTexts("split_series", List.copyOf(splits.keySet()))
                .withNumbers(
                        TRAINING_END,
                        splits.values().stream().mapToDouble(Split::trainingEnd).toArray())
                .withNumbers(
                        VALIDATION_END,
                        splits.values().stream()
                                .mapToDouble(Split::validationEnd)
                                .toArray())
                .withNumbers(
                        ROWS, splits.values().stream().mapToDouble(Split::end).toArray());
    }

    /**
     * The splits by the series' names.
     *
     * @throws DataException if they make no sense
     */
    static Map<String, Split> of(Model model) {
        Task task = model.task();
        List<String> ids = task.has("split_series") ? task.texts("split_series") : List.of("");
        Map<String, Split> splits = new LinkedHashMap<>();
        try {
            for (int i = 0; i < ids.size(); i++) {
                splits.put(
                        ids.get(i),
                        new Split(
                                end(task, TRAINING_END, ids, i),
                                end(task, VALIDATION_END, ids, i),
                                end(task, ROWS, ids, i)));
            }
            return splits;
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new DataException(
                    model.name() + ": the model's description of its data makes no sense. " + e.getMessage(), e);
        }
    }

    private static int end(Task task, String name, List<String> ids, int place) {
        return ids.size() == 1 ? task.integer(name) : (int) task.numbers(name)[place];
    }
}
