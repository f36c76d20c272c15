package dev.carousel.cli.task;

import dev.carousel.model.Model;
import java.util.List;
import java.util.Optional;

/**
 * The tasks whose models can be asked and judged.
 *
 * @param all each of a different kind
 */
public record Tasks(List<TaskCommands> all) {

    /** Takes a copy of the list. */
    public Tasks {
        all = List.copyOf(all);
    }

    /** What can be done with a model, if its task is known. */
    Optional<TaskCommands> of(Model model) {
        return all.stream()
                .filter(task -> task.kind().equals(model.task().kind()))
                .findFirst();
    }
}
