package dev.carousel.loss;

import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;

/**
 * How wrong one output is: the equation of a loss, and the steps at which it applies. An immutable value.
 *
 * <p>A loss knows one step of one sequence; {@link BatchLoss} takes the mean over all that count. A user's own loss
 * implements this interface, has no state and is used by many threads at once.
 */
public interface Loss {

    /** Which steps of each sequence count. */
    Steps steps();

    /** How many numbers of one step the mean is taken over: 1, or each of the O outputs. */
    int terms(int outputSize);

    /**
     * How much a step counts next to others: what its loss is multiplied by and its part of what the mean is divided by. A
     * step of weight 0 does not count.
     *
     * @param target has been checked to fit
     * @param targetRow which step of which sequence it is in the target: t N + n
     */
    default double weight(Target target, int targetRow) {
        return 1;
    }

    /**
     * Whether it looks at each sequence as a whole, so that it cannot be evaluated part by part. A loss of steps does not;
     * {@link #row} is never asked of one that does.
     */
    default boolean wholeSequences() {
        return false;
    }

    /** The loss by which a network is judged rather than trained: without what only serves to make it learn better. */
    default Loss judging() {
        return this;
    }

    /**
     * The same loss for what a network gives: one that is {@link NetworkSpec#adaptive} can compute the probability of the right class
     * alone, of which a loss that needs no other is told {@link #ofRightClass}.
     */
    default Loss on(NetworkSpec spec) {
        return this;
    }

    /**
     * Whether log p of the right class of each step is all that it reads, [T, N, 1]: {@code Tape.train} and {@code Tape.infer} give that
     * for {@link BatchLoss#rightClasses}.
     */
    default boolean ofRightClass() {
        return false;
    }

    /**
     * Checks, before a training or an evaluation begins, that the network gives what this loss reads.
     *
     * @throws IllegalArgumentException if it does not, such as probabilities where the loss makes them of scores itself
     */
    default void requireFits(NetworkSpec spec) {
        // Any network will do, unless the loss says otherwise.
    }

    /**
     * Checks that the target is of the kind and the size that this loss compares with.
     *
     * @param y the outputs [T, N, O]
     * @param target steps and batch size have been checked
     * @throws IllegalArgumentException if it is not
     */
    void requireFits(Sequence y, Target target);

    /**
     * The loss of one step and its gradient.
     *
     * @param r reads {@code y} and {@code target}; writes {@code scale} times the gradient over {@code dY}
     * @return the loss, the sum over its terms, times its weight, unscaled
     */
    double row(LossRow r);
}
