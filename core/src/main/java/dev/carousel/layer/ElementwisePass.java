package dev.carousel.layer;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Team;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/** An activation of each number at work: {@code y = φ(x)}, and {@code dX = dY ⊙ φ'(x)}; 0 beyond a sequence's length. */
final class ElementwisePass implements StatelessPass {

    private static final float[] EMPTY = {};

    private final Activation phi;
    private final int size;
    private final Team team;
    private final View yView = new View();
    private final View dXView = new View();
    private final Team.Task forwardTask = this::forwardPart;
    private final Team.Task backwardTask = this::backwardPart;
    private Sequence x = Sequence.zeros(0, 0, 0);
    private Sequence dY = Sequence.zeros(0, 0, 0);
    private float[] y = EMPTY;
    private float[] dX = EMPTY;

    ElementwisePass(Parameterless.Elementwise spec, Team team) {
        this.phi = spec.activation();
        this.size = spec.size();
        this.team = team;
    }

    @Override
    public Sequence forward(SequenceBatch input) {
        x = (Sequence) input;
        y = Buffers.atLeast(y, numbers());
        team.run(forwardTask);
        Sequence output = yView.of(x, y, size);
        if (x.ragged()) {
            Padding.clear(output);
        }
        return output;
    }

    private long numbers() {
        return (long) x.steps() * x.batchSize() * size;
    }

    private void forwardPart(int part, int parts) {
        int all = (int) numbers();
        for (int i = Team.cut(all, part, parts); i < Team.cut(all, part + 1, parts); i++) {
            y[i] = phi.value(x.data()[i]);
        }
    }

    @Override
    public void backward(Sequence dY, Parameters gradient) {
        this.dY = dY;
        dX = Buffers.atLeast(dX, numbers());
        team.run(backwardTask);
        if (x.ragged()) {
            Padding.clear(dXView.of(x, dX, size));
        }
    }

    private void backwardPart(int part, int parts) {
        int all = (int) numbers();
        for (int i = Team.cut(all, part, parts); i < Team.cut(all, part + 1, parts); i++) {
            dX[i] = dY.data()[i] * phi.slope(x.data()[i]);
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, size);
    }
}
