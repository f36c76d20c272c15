package dev.carousel.cli.train;

import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingResult;
import dev.carousel.train.search.TrialOutcome;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one of several trainings gave.
 *
 * @param problem why it gave nothing; empty if it ended well
 * @param heldOut the loss on what is held out, of the epoch that was kept; NaN if there is none
 * @param training the loss in training in that epoch
 * @param keptEpoch which epoch the model is of
 * @param epochs how many there were
 * @param seconds how long it took
 * @param figures all that the command tells of it
 */
public record TrainingOutcome(
        String problem,
        double heldOut,
        double training,
        int keptEpoch,
        int epochs,
        double seconds,
        Map<String, Object> figures) {

    private static final String PROBLEM = "problem";
    private static final String HELD_OUT = "held_out_loss";
    private static final String TRAINING = "training_loss";
    private static final String KEPT_EPOCH = "kept_epoch";
    private static final String EPOCHS = "epochs";
    private static final String SECONDS = "seconds";
    private static final String FIGURES = "figures";

    static TrainingOutcome of(TrainingResult result, double seconds, Map<String, Object> figures) {
        EpochFigures kept = result.kept();
        return new TrainingOutcome(
                "",
                kept.heldOutLoss().orElse(Double.NaN),
                kept.trainingLoss(),
                result.keptEpoch(),
                result.epochs().size(),
                seconds,
                new LinkedHashMap<>(figures));
    }

    static TrainingOutcome failed(String problem, double seconds) {
        return new TrainingOutcome(problem, Double.NaN, Double.NaN, 0, 0, seconds, Map.of());
    }

    public boolean ended() {
        return problem.isEmpty();
    }

    /** As a search and several seeds compare it; {@link #of(TrialOutcome)} takes it back. */
    public TrialOutcome toTrial() {
        return new TrialOutcome(heldOut, problem, toJson());
    }

    /** Back from {@link #toTrial}. */
    public static TrainingOutcome of(TrialOutcome trial) {
        return fromJson(trial.figures());
    }

    /** For {@code --json} and the log of a search. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!ended()) {
            json.put(PROBLEM, problem);
        } else {
            if (Double.isFinite(heldOut)) {
                json.put(HELD_OUT, heldOut);
            }
            json.put(TRAINING, training);
            json.put(KEPT_EPOCH, keptEpoch);
            json.put(EPOCHS, epochs);
            json.put(FIGURES, figures);
        }
        json.put(SECONDS, seconds);
        return json;
    }

    /**
     * Back from {@link #toJson}.
     *
     * @throws IllegalArgumentException if something is amiss
     */
    public static TrainingOutcome fromJson(Map<?, ?> json) {
        double seconds = number(json, SECONDS);
        if (json.get(PROBLEM) instanceof String problem) {
            return failed(problem, seconds);
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        if (json.get(FIGURES) instanceof Map<?, ?> map) {
            map.forEach((name, value) -> figures.put(String.valueOf(name), value));
        }
        return new TrainingOutcome(
                "",
                json.containsKey(HELD_OUT) ? number(json, HELD_OUT) : Double.NaN,
                number(json, TRAINING),
                (int) number(json, KEPT_EPOCH),
                (int) number(json, EPOCHS),
                seconds,
                figures);
    }

    private static double number(Map<?, ?> json, String name) {
        if (json.get(name) instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("'" + name + "' is no number: " + json.get(name) + ".");
    }
}
