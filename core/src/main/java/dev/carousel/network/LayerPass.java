package dev.carousel.network;

import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/**
 * One layer at work: the buffers that its forward pass keeps for its backward pass. Buffers grow to the largest shape
 * seen; the sequences returned are views over them. A layer without a state is a {@link StatelessLayer}.
 */
interface LayerPass {

    /** Whether what the following forward passes keep for backward passes is wanted; it is, unless this is called. */
    default void keeps(boolean keeps) {}

    /**
     * The output for an input.
     *
     * @param state read as the initial state, overwritten with the final one
     * @param noise what training draws; {@link Noise#OFF} outside training
     */
    Sequence forward(SequenceBatch x, State state, Noise noise);

    /**
     * Adds the gradients of the layer's parameters for the last forward pass.
     *
     * @param dY the gradient of the output
     * @param dState in: the gradient of the final state; out: of the initial one
     */
    void backward(Sequence dY, State dState, Parameters gradient);

    /** The gradient of the input, of the last backward pass. */
    Sequence inputGradient();
}
