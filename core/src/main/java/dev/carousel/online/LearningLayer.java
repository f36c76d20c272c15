package dev.carousel.online;

import dev.carousel.network.State;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.List;

/** One layer of a network that learns while it takes single steps of one sequence. */
interface LearningLayer {

    /** What the parameters are now is what the following steps compute with. */
    void read(Parameters weights);

    /**
     * One step.
     *
     * @param x [1, 1, D], or an id
     * @param before the state that it reads
     * @param after receives the layer's parts of the state
     * @param learns whether {@link #learn} or {@link #carry} will follow
     * @return [1, 1, O], valid until the next step
     */
    Sequence forward(SequenceBatch x, State before, State after, boolean learns);

    /**
     * The gradients of the layer's weights for a loss that was read after the last step, which is then done with.
     *
     * @param dY the gradient of the loss in the output
     * @param gradient receives them
     * @param below whether {@link #inputGradient} will be asked for
     */
    void learn(Sequence dY, Parameters gradient, boolean below);

    /** The gradient of the loss in the input of the last step, as far as it went through that step. */
    Sequence inputGradient();

    /** Done with the last step, after which no loss was read. */
    default void carry() {}

    /** A stream begins. */
    default void clear() {}

    /** What is carried from step to step next to the state, for a snapshot; not copies. */
    default List<float[]> carried() {
        return List.of();
    }
}
