package dev.carousel.layer;

import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/**
 * One layer at work that has no state and draws nothing at random: the buffers that its forward pass keeps for its backward
 * pass. Buffers grow to the largest shape seen; the sequences returned are views over them.
 */
public interface StatelessPass {

    /** The output for an input. */
    Sequence forward(SequenceBatch x);

    /**
     * Adds the gradients of the layer's parameters for the last forward pass.
     *
     * @param dY the gradient of the output
     */
    void backward(Sequence dY, Parameters gradient);

    /** The gradient of the input, of the last backward pass. */
    Sequence inputGradient();
}
