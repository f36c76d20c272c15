package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.Parameters;

/**
 * The weights of one layer in the order in which the kernels read them. Packed by the threads of one team, each its part,
 * then read by the {@link LayerPass}es of any number of threads.
 */
interface LayerWeights {

    /** What the next {@link #packForward} packs is for a pass with this noise; to be called before the threads begin. */
    default void begin(Noise noise) {}

    /** Copies one thread's part of the weights from the parameters, for forward passes. */
    void packForward(Parameters parameters, int part, int parts);

    /** Copies one thread's part of the weights from the parameters, for backward passes. */
    void packBackward(Parameters parameters, int part, int parts);

    /** The layer at work on these weights. */
    LayerPass pass(Kernels kernels, Team team);
}
