package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;

/** An embedding at work: {@code y = E[id]}, and {@code dE[id] += dY}. */
final class EmbeddingPass implements StatelessPass {

    private static final float[] EMPTY = {};

    /** The table of an embedding, read where it lies. */
    static final class Weights implements StatelessWeights {
        private final Slice slice;
        private float[] table = EMPTY;

        Weights(LayerSpec.Embedding spec, Parameters layout) {
            this.slice = layout.slice(spec.name() + ".weight");
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            table = parameters.values();
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            // The backward pass reads no weights.
        }

        @Override
        public StatelessPass pass(Kernels kernels, Team team) {
            return new EmbeddingPass(this);
        }
    }

    private final Weights weights;
    private final int size;
    private final View view = new View();
    private Tokens ids = Tokens.of(new int[0], 0, 0);
    private float[] y = EMPTY;

    EmbeddingPass(Weights weights) {
        this.weights = weights;
        this.size = weights.slice.cols();
    }

    @Override
    public Sequence forward(SequenceBatch x) {
        ids = (Tokens) x;
        int N = x.batchSize();
        y = Buffers.atLeast(y, (long) x.steps() * N * size);
        for (int row = 0; row < x.steps() * N; row++) {
            if (counts(row)) {
                System.arraycopy(weights.table, weights.slice.offset() + ids.ids()[row] * size, y, row * size, size);
            } else {
                Arrays.fill(y, row * size, (row + 1) * size, 0);
            }
        }
        return view.of(x, y, size);
    }

    @Override
    public void backward(Sequence dY, Parameters gradient) {
        float[] g = gradient.values();
        for (int row = 0; row < ids.steps() * ids.batchSize(); row++) {
            int at = counts(row) ? weights.slice.offset() + ids.ids()[row] * size : 0;
            for (int j = 0; counts(row) && j < size; j++) {
                g[at + j] += dY.data()[row * size + j];
            }
        }
    }

    private boolean counts(int row) {
        return row / ids.batchSize() < ids.length(row % ids.batchSize());
    }

    @Override
    public Sequence inputGradient() {
        throw new IllegalStateException("The input of an Embedding is ids, which have no gradient.");
    }
}
