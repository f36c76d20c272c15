package dev.carousel.train;

import dev.carousel.network.State;
import dev.carousel.spec.Parameters;
import java.util.random.RandomGenerator;

/** One batch forward and backward: its loss, and the gradient of its mean. */
interface BatchPass {

    /**
     * Runs a batch.
     *
     * @param state the state that it begins from; turned into the one that it ends with
     * @param dropout draws what to drop
     * @param gradient overwritten with the gradient of the mean loss; of no meaning if no step counts
     */
    void run(Batch batch, State state, RandomGenerator dropout, Parameters gradient);

    /** The sum of the losses of the last batch. */
    double sum();

    /** What the sum is divided by. */
    double weight();

    /** How many numbers were summed. */
    long count();

    /** How many steps of sequences the network read of the last batch. */
    default long steps(Batch batch) {
        return batch.input().validSteps();
    }

    /** The mean loss of the last batch. */
    default double mean() {
        return sum() / weight();
    }
}
