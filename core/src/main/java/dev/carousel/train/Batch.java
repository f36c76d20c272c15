package dev.carousel.train;

import dev.carousel.loss.Target;
import dev.carousel.tensor.SequenceBatch;
import java.util.Objects;

/**
 * The data of one update: N sequences, and their targets.
 *
 * @param input [T, N, D] or ids [T, N]
 * @param target as the loss wants it
 * @param carried whether the sequences continue those of the batch before, from their final state (truncated
 *     backpropagation through time); otherwise they begin from the fresh state
 */
public record Batch(SequenceBatch input, Target target, boolean carried) {

    /** Checks that both are there. */
    public Batch {
        Objects.requireNonNull(input, "Batch: input is null");
        Objects.requireNonNull(target, "Batch: target is null");
    }

    /** A batch whose sequences begin anew. */
    public static Batch of(SequenceBatch input, Target target) {
        return new Batch(input, target, false);
    }
}
