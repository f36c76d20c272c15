package dev.carousel.network;

import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.random.RandomGenerator;

/** A dropout layer at work; {@link Dropout} has the equation. */
final class DropPass implements LayerPass {

    private static final float[] EMPTY = {};

    private final Dropout dropout;
    private final View dXView = new View();
    private Sequence x = Sequence.zeros(0, 0, 0);
    private float[] dX = EMPTY;

    DropPass(Parameterless.Drop spec) {
        this.dropout = new Dropout(spec.share());
    }

    @Override
    public Sequence forward(SequenceBatch input, State state, RandomGenerator random) {
        x = (Sequence) input;
        return dropout.forward(x, random);
    }

    @Override
    public void backward(Sequence dY, State dState, Parameters gradient) {
        int numbers = x.steps() * x.batchSize() * x.size();
        dX = Buffers.atLeast(dX, numbers);
        System.arraycopy(dY.data(), 0, dX, 0, numbers);
        dropout.backward(dXView.of(x, dX, x.size()));
        if (x.ragged()) {
            Padding.clear(dXView.of(x, dX, x.size()));
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, x.size());
    }
}
