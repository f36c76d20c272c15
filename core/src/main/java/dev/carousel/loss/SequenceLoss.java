package dev.carousel.loss;

import dev.carousel.tensor.Sequence;

/**
 * A loss that looks at a sequence as a whole rather than at its steps one after the other: the mean over sequences that
 * count.
 */
sealed interface SequenceLoss extends Loss permits CtcLoss, CrfLoss {

    /** Every step of a sequence is part of its one loss. */
    @Override
    default Steps steps() {
        return Steps.EVERY;
    }

    @Override
    default int terms(int outputSize) {
        return 1;
    }

    @Override
    default boolean wholeSequences() {
        return true;
    }

    @Override
    default double row(LossRow r) {
        throw new IllegalStateException(this + " is a loss of whole sequences, which single steps do not have."
                + " Evaluate it with a BatchLoss.");
    }

    /**
     * Whether a sequence counts.
     *
     * @param y the outputs [T, N, O]
     * @param target has been checked to fit
     * @param n which sequence
     */
    boolean counts(Sequence y, Target target, int n);

    /** One thread's room: buffers that grow to the longest sequence and stay. */
    interface SequencePass {

        /**
         * The loss of one sequence and its gradient in the outputs.
         *
         * @param y the outputs [T, N, O]
         * @param target has been checked to fit; the sequence counts
         * @param n which sequence
         * @param scale what the gradient is multiplied by
         * @param dY receives the gradient at the valid steps of the sequence, laid out like y; empty if nobody wants it
         * @return the loss, unscaled
         */
        double run(Sequence y, Target target, int n, float scale, float[] dY);
    }
}
