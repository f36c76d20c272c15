package dev.carousel.train;

import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.SpecJson;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run is of, in words that are equal for equal runs in different processes; see {@link TrainingState#identity}. */
final class Identity {

    private Identity() {}

    /** Leaves the training data shuffled for the first epoch. */
    static Map<String, String> of(NetworkSpec spec, TrainingPlan plan, Sources data) {
        UpdateRule rule = plan.rule();
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("the network", SpecJson.toJson(spec));
        parts.put("the loss", text(plan.loss()));
        parts.put("the optimiser", text(rule.optimiser()));
        parts.put("the schedule", text(rule.schedule()));
        parts.put("the plateau", rule.plateau().map(Identity::text).orElse("none"));
        parts.put("the clipping", text(rule.clipping()));
        parts.put("the number of batches an update", Integer.toString(rule.accumulate()));
        if (!rule.frozen().isEmpty()) {
            parts.put("what is frozen", String.join(", ", rule.frozen()));
        }
        parts.put("the averaging", averaging(plan));
        parts.put("the seed", Long.toString(plan.seed()));
        parts.put("the epoch to keep", plan.keepBest() ? "the best" : "the last");
        parts.put("the segment", Integer.toString(plan.segment()));
        parts.put("the training data", data.describeTraining(new Seeds(plan.seed())));
        parts.put("the held-out data", data.describeHeldOut());
        return parts;
    }

    /** When the mean over the last epochs begins depends on how many there are; nothing else but schedules does. */
    private static String averaging(TrainingPlan plan) {
        return plan.averaging() instanceof Averaging.LastEpochs
                ? plan.averaging() + " of " + plan.epochs()
                : text(plan.averaging());
    }

    /** A value's text without what differs from process to process: the address of an object, the name of a lambda. */
    private static String text(Object value) {
        return value.toString()
                .replaceAll("\\$\\$Lambda[/$\\w]*", "\\$\\$Lambda")
                .replaceAll("@[0-9a-f]+", "");
    }
}
