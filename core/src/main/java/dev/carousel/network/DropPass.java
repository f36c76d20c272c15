package dev.carousel.network;

import dev.carousel.kernel.Team;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/** A dropout layer at work; {@link Dropout} has the equation. */
final class DropPass implements LayerPass {

    private static final float[] EMPTY = {};

    private final Dropout dropout;
    private final View dXView = new View();
    private Sequence x = Sequence.zeros(0, 0, 0);
    private float[] dX = EMPTY;

    DropPass(Parameterless.Drop spec, int layer, Team team) {
        this.dropout = new Dropout(spec.share(), spec.sameAtEveryStep(), Noise.Kind.LAYER, layer, team);
    }

    @Override
    public Sequence forward(SequenceBatch input, State state, Noise noise) {
        x = (Sequence) input;
        return dropout.forward(x, noise);
    }

    @Override
    public void backward(Sequence dY, State dState, Parameters gradient) {
        int numbers = x.steps() * x.batchSize() * x.size();
        dX = Buffers.atLeast(dX, numbers);
        if (dropout.active()) {
            dropout.backward(dY.data(), dX);
        } else {
            System.arraycopy(dY.data(), 0, dX, 0, numbers);
        }
        if (x.ragged()) {
            Padding.clear(dXView.of(x, dX, x.size()));
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, x.size());
    }
}
