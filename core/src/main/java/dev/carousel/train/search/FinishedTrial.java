package dev.carousel.train.search;

import dev.carousel.json.Json;
import dev.carousel.json.JsonException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A trial that has ended, as a line of JSON too: a search that was stopped goes on with those that are given back to it.
 *
 * <pre>{@code
 * {"trial": 3, "for_epochs": 9, "loss": 1.52, "figures": {"accuracy": 0.91}}
 * }</pre>
 *
 * @param number which setting it was, from 1
 * @param epochs for how many epochs it was trained
 * @param outcome its result
 */
public record FinishedTrial(int number, int epochs, TrialOutcome outcome) {

    /** What was trained longest comes first, then what is better; what failed comes last. */
    static final Comparator<FinishedTrial> BEST_FIRST = Comparator.comparing(
                    (FinishedTrial trial) -> !trial.outcome.isGood())
            .thenComparingInt(trial -> -trial.epochs)
            .thenComparingDouble(trial -> trial.outcome.loss())
            .thenComparingInt(FinishedTrial::number);

    private static final String TRIAL = "trial";
    private static final String FOR_EPOCHS = "for_epochs";
    private static final String LOSS = "loss";
    private static final String PROBLEM = "problem";
    private static final String FIGURES = "figures";

    /** A line of JSON without its end, for {@link #ofLine}. */
    public String toLine() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(TRIAL, number);
        json.put(FOR_EPOCHS, epochs);
        if (Double.isFinite(outcome.loss())) {
            json.put(LOSS, outcome.loss());
        }
        if (!outcome.problem().isEmpty()) {
            json.put(PROBLEM, outcome.problem());
        }
        json.put(FIGURES, outcome.figures());
        return Json.write(json);
    }

    /**
     * Back from {@link #toLine}.
     *
     * @throws IllegalArgumentException if it is no such line
     */
    public static FinishedTrial ofLine(String line) {
        try {
            if (Json.parse(line) instanceof Map<?, ?> json
                    && json.get(TRIAL) instanceof Long number
                    && json.get(FOR_EPOCHS) instanceof Long epochs
                    && json.get(FIGURES) instanceof Map<?, ?> map) {
                Map<String, Object> figures = new LinkedHashMap<>();
                map.forEach((name, value) -> figures.put(String.valueOf(name), value));
                double loss = json.get(LOSS) instanceof Number found ? found.doubleValue() : Double.NaN;
                String problem = json.get(PROBLEM) instanceof String found ? found : "";
                return new FinishedTrial(
                        Math.toIntExact(number), Math.toIntExact(epochs), new TrialOutcome(loss, problem, figures));
            }
        } catch (JsonException | ArithmeticException e) {
            throw new IllegalArgumentException(message(line), e);
        }
        throw new IllegalArgumentException(message(line));
    }

    private static String message(String line) {
        return "Expected a trial as a line of JSON, with 'trial', 'for_epochs' and 'figures', but found " + line
                + ". Was it written by something else, or only half?";
    }
}
