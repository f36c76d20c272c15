package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.layer.StatelessPass;
import dev.carousel.layer.StatelessWeights;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/** A layer that neither reads the state nor draws, among those of a network. */
final class StatelessLayer implements LayerPass {

    /** Its weights among those of a network. */
    static final class Weights implements LayerWeights {

        private final StatelessWeights weights;

        Weights(StatelessWeights weights) {
            this.weights = weights;
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            weights.packForward(parameters, part, parts);
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            weights.packBackward(parameters, part, parts);
        }

        @Override
        public LayerPass pass(Kernels kernels, Team team) {
            return new StatelessLayer(weights.pass(kernels, team));
        }
    }

    private final StatelessPass pass;

    private StatelessLayer(StatelessPass pass) {
        this.pass = pass;
    }

    /** What does the work. */
    StatelessPass pass() {
        return pass;
    }

    @Override
    public Sequence forward(SequenceBatch x, State state, Noise noise) {
        return pass.forward(x);
    }

    @Override
    public void backward(Sequence dY, State dState, Parameters gradient) {
        pass.backward(dY, gradient);
    }

    @Override
    public Sequence inputGradient() {
        return pass.inputGradient();
    }
}
