package dev.carousel.optim;

import java.util.List;

/**
 * How parameters follow their gradient: an immutable configuration that is also the update rule.
 *
 * <p>What a rule remembers from update to update is kept separately, in an {@link OptimiserMemory}; {@link Descent}
 * brings the two together. A user's own optimiser implements this interface; its update must treat each parameter on
 * its own, so that the range may be split anywhere.
 */
public interface Optimiser {

    /** η, which a {@link Schedule} multiplies with its factor. */
    double learningRate();

    /** The names of what it remembers: this many arrays, each as long as the parameters and zero at first. */
    List<String> remembered();

    /**
     * One update of a range of parameters.
     *
     * @param u reads and may change {@code g}; updates {@code w} and the memory
     */
    void update(Update u);
}
