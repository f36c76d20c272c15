package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.Parameters;

/**
 * The weights of one layer without a state in the order in which the kernels read them. Packed by the threads of one team,
 * each its part, then read by the {@link StatelessPass}es of any number of threads.
 */
public interface StatelessWeights {

    /** Copies one thread's part of the weights from the parameters, for forward passes. */
    void packForward(Parameters parameters, int part, int parts);

    /** Copies one thread's part of the weights from the parameters, for backward passes. */
    void packBackward(Parameters parameters, int part, int parts);

    /** The layer at work on these weights. */
    StatelessPass pass(Kernels kernels, Team team);
}
