package dev.carousel.online;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.layer.StatelessPass;
import dev.carousel.layer.StatelessWeights;
import dev.carousel.network.State;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;
import java.util.List;

/** A layer that keeps nothing from step to step: its gradient is that of one step. */
final class StatelessLearning implements LearningLayer {

    private final StatelessWeights weights;
    private final StatelessPass pass;
    private final List<Slice> slices;

    /**
     * Of one layer.
     *
     * @param slices its parameters
     */
    StatelessLearning(StatelessWeights weights, List<Slice> slices, Kernels kernels) {
        this.weights = weights;
        this.pass = weights.pass(kernels, Team.single());
        this.slices = List.copyOf(slices);
    }

    /** Whether it has nothing to learn. */
    boolean isFixed() {
        return slices.isEmpty();
    }

    @Override
    public void read(Parameters parameters) {
        weights.packForward(parameters, 0, 1);
        weights.packBackward(parameters, 0, 1);
    }

    @Override
    public Sequence forward(SequenceBatch x, State before, State after, boolean learns) {
        return pass.forward(x);
    }

    @Override
    public void learn(Sequence dY, Parameters gradient, boolean below) {
        for (int i = 0; i < slices.size(); i++) {
            Arrays.fill(gradient.values(), slices.get(i).offset(), slices.get(i).end(), 0);
        }
        pass.backward(dY, gradient);
    }

    @Override
    public Sequence inputGradient() {
        return pass.inputGradient();
    }
}
