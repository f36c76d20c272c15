package dev.carousel.data.pairs;

import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.model.Task;

/**
 * Which pairs of its file a model was not trained on: drawn once, remembered in the model's task, and drawn again the same way to
 * judge it.
 *
 * <pre>{@code
 * Pairs.Split split = pairs.split(0.1, seed);
 * Task task = PairHoldout.addTo(spec.task(), 0.1, seed);      // goes into the model file
 * Pairs unseen = PairHoldout.of(model, pairs);                // split.heldOut() again
 * }</pre>
 */
public final class PairHoldout {

    private static final String SHARE = "validation";
    private static final String SEED = "validation_seed";

    private PairHoldout() {}

    /**
     * A task that remembers the part. A seed is a text there, since a whole number of a task has fewer digits.
     *
     * @param share the part of the pairs that is held out, 0 to 1; with 0 none is, and the seed is not remembered
     */
    public static Task addTo(Task task, double share, long seed) {
        return share == 0 ? task : task.with(SHARE, share).with(SEED, String.valueOf(seed));
    }

    /** Whether a model has such a part. */
    public static boolean exists(Model model) {
        return model.task().has(SHARE);
    }

    /**
     * The part of the pairs that a model was not trained on.
     *
     * @throws DataException if the model's seed is no number
     */
    public static Pairs of(Model model, Pairs all) {
        String seed = model.task().text(SEED);
        try {
            return all.split(model.task().number(SHARE), Long.parseLong(seed)).heldOut();
        } catch (NumberFormatException e) {
            throw new DataException(
                    model.name() + ": expected the seed of its held-out part but found '" + seed + "'.", e);
        }
    }
}
