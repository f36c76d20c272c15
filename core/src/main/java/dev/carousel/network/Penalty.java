package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.layer.Buffers;
import dev.carousel.layer.Padding;
import dev.carousel.layer.View;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/**
 * A penalty on activations at work: what it reads passes through, and in training its gradient joins that of the loss.
 *
 * <pre>{@code
 * dX(t) = dY(t) + 2 α / M x(t) + 2 β / M' ((x(t) - x(t-1)) - (x(t+1) - x(t)))      M numbers, M' differences in the batch
 * }</pre>
 */
final class Penalty implements LayerPass {

    private static final float[] EMPTY = {};

    /** A layer without weights. */
    static final class Weights implements LayerWeights {

        private final Parameterless.ActivityPenalty spec;

        Weights(Parameterless.ActivityPenalty spec) {
            this.spec = spec;
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            // It has none.
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            // It has none.
        }

        @Override
        public LayerPass pass(Kernels kernels, Team team) {
            return new Penalty(spec);
        }
    }

    private final Parameterless.ActivityPenalty spec;
    private final View dXView = new View();
    private Sequence x = Sequence.zeros(0, 0, 0);
    private float[] dX = EMPTY;
    private boolean active;

    private Penalty(Parameterless.ActivityPenalty spec) {
        this.spec = spec;
    }

    @Override
    public Sequence forward(SequenceBatch input, State state, Noise noise) {
        x = (Sequence) input;
        active = noise.on();
        return x;
    }

    @Override
    public void backward(Sequence dY, State dState, Parameters gradient) {
        int numbers = x.steps() * x.batchSize() * x.size();
        dX = Buffers.atLeast(dX, numbers);
        System.arraycopy(dY.data(), 0, dX, 0, numbers);
        if (active) {
            addPenalties();
        }
        if (x.ragged()) {
            Padding.clear(dXView.of(x, dX, x.size()));
        }
    }

    private void addPenalties() {
        long steps = 0;
        long changes = 0;
        for (int n = 0; n < x.batchSize(); n++) {
            steps += x.length(n);
            changes += Math.max(0, x.length(n) - 1);
        }
        int D = x.size();
        float ofActivation = steps == 0 ? 0 : (float) (2.0 * spec.activation() / ((double) steps * D));
        float ofChange = changes == 0 ? 0 : (float) (2.0 * spec.temporal() / ((double) changes * D));
        float[] data = x.data();
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < x.batchSize(); n++) {
                int at = x.offset(t, n);
                for (int j = at; t < x.length(n) && j < at + D; j++) {
                    dX[j] += ofActivation * data[j];
                }
                if (ofChange != 0 && t + 1 < x.length(n)) {
                    int next = x.offset(t + 1, n) - at;
                    for (int j = at; j < at + D; j++) {
                        float push = ofChange * (data[j + next] - data[j]);
                        dX[j] -= push;
                        dX[j + next] += push;
                    }
                }
            }
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, x.size());
    }
}
