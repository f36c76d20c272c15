package dev.carousel.cli;

import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.model.Model;
import java.util.List;
import java.util.Optional;

/** The tasks whose models can be asked and judged: a new one is a line here. */
final class Tasks {

    private static final List<TaskCommands> ALL = List.of(
            new ForecastCommands(),
            new AnomalyCommands(),
            new TextCommands(),
            new AdditionCommands(),
            new ClassifyCommands(ClassifierSpec.CLASSIFY),
            new ClassifyCommands(ClassifierSpec.TAG));

    private Tasks() {}

    /** What can be done with a model, if its task is known. */
    static Optional<TaskCommands> of(Model model) {
        return ALL.stream()
                .filter(task -> task.kind().equals(model.task().kind()))
                .findFirst();
    }
}
