package dev.carousel.layer;

import dev.carousel.spec.Parameters;
import dev.carousel.spec.Reshape;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/** The numbers of each sequence in other steps; {@link Reshape} has the equation. It only copies. */
final class ReshapePass implements StatelessPass {

    private final Reshape spec;
    private Sequence y = Sequence.zeros(0, 0, 0);
    private Sequence dX = Sequence.zeros(0, 0, 0);

    ReshapePass(Reshape spec) {
        this.spec = spec;
    }

    @Override
    public Sequence forward(SequenceBatch input) {
        Sequence x = (Sequence) input;
        int N = x.batchSize();
        if (x.steps() != spec.inputSteps() || x.ragged()) {
            throw new IllegalArgumentException("Reshape: the sequences should have " + spec.inputSteps()
                    + " steps each, of which all count, but the input is " + x
                    + ". The network is for one length alone: are the sequences padded, or those of another model?");
        }
        if (y.steps() != spec.steps() || y.batchSize() != N) {
            y = Sequence.zeros(spec.steps(), N, spec.outputSize());
            dX = Sequence.zeros(spec.inputSteps(), N, spec.inputSize());
        }
        copy(x, y);
        return y;
    }

    /** Number by number of each sequence, step by step in each. */
    private static void copy(Sequence from, Sequence to) {
        int N = from.batchSize();
        int D = from.size();
        int O = to.size();
        for (int n = 0; n < N; n++) {
            for (int k = 0; k < from.steps() * D; k++) {
                to.data()[to.offset(k / O, n) + k % O] = from.data()[from.offset(k / D, n) + k % D];
            }
        }
    }

    @Override
    public void backward(Sequence dY, Parameters gradient) {
        copy(dY, dX);
    }

    @Override
    public Sequence inputGradient() {
        return dX;
    }
}
