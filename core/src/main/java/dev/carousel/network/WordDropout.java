package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.layer.Buffers;
import dev.carousel.layer.View;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;

/**
 * Dropout of whole words at work: the vectors of some ids are 0 in a batch, the others divided by 1 - p.
 *
 * <pre>{@code
 * y = m_k x,  dX = m_k dY          k the id of the row
 * }</pre>
 */
final class WordDropout implements LayerPass {

    private static final float[] EMPTY = {};

    /** A layer without weights. */
    static final class Weights implements LayerWeights {

        private final Parameterless.DropWords spec;
        private final int layer;

        /**
         * Of one layer.
         *
         * @param layer its index among the layers of the network
         */
        Weights(Parameterless.DropWords spec, int layer) {
            this.spec = spec;
            this.layer = layer;
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
            return new WordDropout(spec, layer);
        }
    }

    private final Parameterless.DropWords spec;
    private final int layer;
    private final View yView = new View();
    private final View dXView = new View();
    private Tokens ids = Tokens.of(new int[0], 0, 0);
    private Sequence x = Sequence.zeros(0, 0, 0);
    private float[] y = EMPTY;
    private float[] dX = EMPTY;

    /** Of each row. */
    private float[] factors = EMPTY;

    private boolean active;

    private WordDropout(Parameterless.DropWords spec, int layer) {
        this.spec = spec;
        this.layer = layer;
    }

    /** Takes the ids whose vectors the next forward pass gets, not copied. */
    void ids(Tokens ids) {
        this.ids = ids;
    }

    @Override
    public Sequence forward(SequenceBatch input, State state, Noise noise) {
        x = (Sequence) input;
        active = spec.share() > 0 && noise.on();
        if (!active) {
            return x;
        }
        int rows = x.steps() * x.batchSize();
        factors = Buffers.atLeast(factors, rows);
        long source = noise.source(Noise.Kind.WORD, layer);
        for (int row = 0; row < rows; row++) {
            // Padding may hold any id; its vector is 0.
            int id = Math.max(0, ids.ids()[row]);
            Noise.fill(source, id, 1, spec.share(), Noise.kept(spec.share()), factors, row);
        }
        y = Buffers.atLeast(y, (long) rows * x.size());
        multiply(x.data(), y);
        return yView.of(x, y, x.size());
    }

    private void multiply(float[] from, float[] to) {
        int D = x.size();
        for (int row = 0; row < x.steps() * x.batchSize(); row++) {
            for (int j = row * D; j < (row + 1) * D; j++) {
                to[j] = from[j] * factors[row];
            }
        }
    }

    @Override
    public void backward(Sequence dY, State dState, Parameters gradient) {
        int numbers = x.steps() * x.batchSize() * x.size();
        dX = Buffers.atLeast(dX, numbers);
        if (active) {
            multiply(dY.data(), dX);
        } else {
            System.arraycopy(dY.data(), 0, dX, 0, numbers);
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, x.size());
    }
}
