package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import java.util.Optional;

/**
 * Which sequences of its file a model was not trained on: drawn once, remembered in the model's task, and drawn again the
 * same way to judge it.
 *
 * <pre>{@code
 * SequenceSplit split = HeldOutPart.split(all, 0.2, seed, Optional.empty());
 * Task task = HeldOutPart.addTo(spec.task(), 0.2, seed, Optional.empty());     // goes into the model file
 * LabelledSequences unseen = HeldOutPart.of(model, all);                       // those of split.heldOut() again
 * }</pre>
 */
public final class HeldOutPart {

    private static final String SHARE = "validation";
    private static final String SEED = "validation_seed";
    private static final String GROUP = "validation_group";

    private HeldOutPart() {}

    /**
     * A task that remembers the part. A seed is a text there, since a whole number of a task has fewer digits.
     *
     * @param share the part of the sequences that is held out, 0 to 1; with 0 none is, and the seed is not remembered
     * @param group the column of the groups that are held out whole, if any are
     */
    public static Task addTo(Task task, double share, long seed, Optional<String> group) {
        Task drawn = share == 0 ? task : task.with(SHARE, share).with(SEED, String.valueOf(seed));
        return group.isPresent() ? drawn.with(GROUP, group.get()) : drawn;
    }

    /** The column of the groups that are held out whole, if any are. */
    public static Optional<String> group(Model model) {
        return model.task().has(GROUP) ? Optional.of(model.task().text(GROUP)) : Optional.empty();
    }

    /** Draws the part, the same for the same seed. */
    public static SequenceSplit split(LabelledSequences all, double share, long seed, Optional<String> group) {
        return group.isPresent()
                ? SequenceSplit.byGroup(all, all.groups(), share, seed)
                : SequenceSplit.stratified(all, share, seed);
    }

    /** Whether a model has such a part. */
    public static boolean exists(Model model) {
        return model.task().has(SHARE);
    }

    /**
     * The part of the file that a model was trained on, read with its groups.
     *
     * @throws DataException if the model's seed is no number
     */
    public static LabelledSequences of(Model model, LabelledSequences all) {
        return all.select(places(model, all));
    }

    /**
     * Which sequences of the file that a model was trained on are in the part.
     *
     * @throws DataException if the model's seed is no number
     */
    public static int[] places(Model model, LabelledSequences all) {
        long seed;
        try {
            seed = Long.parseLong(model.task().text(SEED));
        } catch (NumberFormatException e) {
            throw new DataException(
                    model.name() + ": expected the seed of its held-out part but found '"
                            + model.task().text(SEED) + "'.",
                    e);
        }
        return split(all, model.task().number(SHARE), seed, group(model)).heldOut();
    }
}
