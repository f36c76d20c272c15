package dev.carousel.online;

import dev.carousel.kernel.Kernels;
import dev.carousel.network.State;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.List;

/** A network that takes single steps of one sequence, forward and, for a loss that was read after the last of them, backward. */
final class LearningPass {

    private static final Sequence NOTHING = Sequence.zeros(0, 0, 0);

    private final List<LearningLayer> layers;
    private final Parameters weights;

    /** The first layer that has something to learn, or a state: below it no gradient is needed. */
    private final int lowest;

    /** Whether the layers compute with what the weights are now. */
    private boolean read;

    /**
     * Of a network.
     *
     * @param weights as {@link TransposedWeights} has them; they may change between steps
     */
    LearningPass(NetworkSpec spec, Parameters weights, Kernels kernels) {
        this.layers = LearningLayers.of(spec, weights, kernels);
        this.weights = weights;
        int first = 0;
        while (first < layers.size() && layers.get(first) instanceof StatelessLearning layer && layer.isFixed()) {
            first++;
        }
        this.lowest = first;
    }

    /** The weights have changed. */
    void changed() {
        read = false;
    }

    /**
     * One step.
     *
     * @param after receives the state; not {@code before}
     * @param learns whether {@link #learn} or {@link #carry} will follow
     * @return the output [1, 1, O], valid until the next step
     */
    Sequence forward(SequenceBatch x, State before, State after, boolean learns) {
        if (!read) {
            for (int i = 0; i < layers.size(); i++) { // an iterator would be an object in each step
                layers.get(i).read(weights);
            }
            read = true;
        }
        SequenceBatch input = x;
        Sequence y = NOTHING;
        for (int i = 0; i < layers.size(); i++) {
            y = layers.get(i).forward(input, before, after, learns);
            input = y;
        }
        return y;
    }

    /** Writes the gradient for a loss that was read after the last step, which is then done with. */
    void learn(Sequence dY, Parameters gradient) {
        Sequence dLayer = dY;
        for (int i = layers.size() - 1; i >= lowest; i--) {
            LearningLayer layer = layers.get(i);
            layer.learn(dLayer, gradient, i > lowest);
            if (i > lowest) {
                dLayer = layer.inputGradient();
            }
        }
    }

    /** Done with the last step, after which no loss was read. */
    void carry() {
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).carry();
        }
    }

    /** A stream begins. */
    void clear() {
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).clear();
        }
    }

    /** What is carried from step to step next to the state; not copies. */
    List<float[]> carried() {
        return layers.stream().flatMap(layer -> layer.carried().stream()).toList();
    }
}
