package dev.carousel.data.stream;

import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.text.TextTask;
import dev.carousel.data.transcription.TranscriberSpec;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.model.Task;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * What two models must have in common for a stream to go on with the weights of the other: the layers, and what the numbers of
 * a state mean, which are the columns, their normalisation, classes and units. How good a model was, where its threshold lies,
 * how wide it makes its distributions and which rows it was trained on do not matter.
 */
final class StreamLayout {

    /** What a forecaster's task says of how wide its distributions are made; it is fitted anew by each training. */
    private static final String SPREAD = "spread";

    private StreamLayout() {}

    /** SHA-256 in hexadecimal digits. */
    static String of(Model model, Optional<ForecastTask> rows) {
        Task task = rows.map(StreamLayout::meaning)
                .orElseGet(() -> meaning(model))
                .with("stream", model.task().kind());
        return Model.of(model.spec(), model.spec().zeroParameters(), task, Provenance.of(""))
                .fingerprint();
    }

    private static Task meaning(Model model) {
        return switch (model.task().kind()) {
            case ClassifierSpec.CLASSIFY, ClassifierSpec.TAG ->
                withoutShares(ClassifierSpec.of(model)).task();
            case TranscriberSpec.KIND -> TranscriberSpec.of(model).task();
            case TextTask.KIND -> TextTask.units(model).addTo(Task.of(TextTask.KIND));
            default -> model.task();
        };
    }

    private static ClassifierSpec withoutShares(ClassifierSpec spec) {
        return new ClassifierSpec(
                spec.perStep(),
                spec.classes(),
                Collections.nCopies(spec.classes().size(), 0.0),
                spec.scaling(),
                spec.units(),
                spec.decoding());
    }

    private static Task meaning(ForecastTask task) {
        return new ForecastTask("", task.columns(), task.missing(), task.spec(), Map.of())
                .toTask()
                .without(SPREAD);
    }
}
