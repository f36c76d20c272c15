package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;

/**
 * The weights of one layer in the order in which the kernels read them. Packed by one thread, then read by the
 * {@link LayerPass}es of any number of threads.
 */
interface LayerWeights {

    /** Copies the weights from the parameters, for forward passes. */
    void packForward(Parameters parameters);

    /** Copies the weights from the parameters, for backward passes. */
    void packBackward(Parameters parameters);

    /** The layer at work on these weights. */
    LayerPass pass(Kernels kernels, Team team);
}
