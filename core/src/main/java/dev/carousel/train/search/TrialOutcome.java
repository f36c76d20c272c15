package dev.carousel.train.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The outcome of one of several trainings. Immutable.
 *
 * @param loss what it is judged by, such as the held-out loss: the least is the best; NaN if there is none
 * @param problem why it gave nothing; empty if it ended well
 * @param figures whatever else is worth keeping: texts, numbers, lists and maps, as JSON has them
 */
public record TrialOutcome(double loss, String problem, Map<String, Object> figures) {

    /** Takes a copy. */
    public TrialOutcome {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** A training that ended, with the loss that judges it. */
    public static TrialOutcome of(double loss) {
        return new TrialOutcome(loss, "", Map.of());
    }

    /** A training that came to nothing. */
    public static TrialOutcome failed(String problem) {
        return new TrialOutcome(Double.NaN, problem, Map.of());
    }

    /** The same with other figures. */
    public TrialOutcome withFigures(Map<String, Object> other) {
        return new TrialOutcome(loss, problem, other);
    }

    /** Whether it can be compared: it ended, with a finite loss. */
    public boolean isGood() {
        return problem.isEmpty() && Double.isFinite(loss);
    }
}
