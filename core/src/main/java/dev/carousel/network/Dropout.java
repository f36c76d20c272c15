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
 * Inverted dropout: in training each number is set to 0 with probability p and else divided by 1 - p, so that nothing
 * changes outside training. Source: Srivastava et al., "Dropout" (2014); the same mask at every step: Gal and Ghahramani
 * (2016).
 *
 * <p>The mask is not kept: {@link Noise} draws it again for the backward pass.
 */
final class Dropout {

    private static final float[] EMPTY = {};

    /** Below this many numbers one thread draws them all. */
    private static final int WORTH_A_TEAM = 16_384;

    private final float p;
    private final boolean sameAtEveryStep;
    private final Noise.Kind kind;
    private final int part;
    private final Team team;
    private final Team.Task task = this::rows;
    private final View view = new View();
    private float[] dropped = EMPTY;

    private boolean active;
    private long source;
    private long firstStep;
    private int steps;
    private int batchSize;
    private int size;
    private float[] from = EMPTY;
    private float[] to = EMPTY;

    /**
     * Dropout that draws as one part of a network.
     *
     * @param p the share
     * @param sameAtEveryStep whether all steps of a sequence have the same mask
     */
    Dropout(float p, boolean sameAtEveryStep, Noise.Kind kind, int part, Team team) {
        this.p = p;
        this.sameAtEveryStep = sameAtEveryStep;
        this.kind = kind;
        this.part = part;
        this.team = team;
    }

    /** The input itself outside training, else a copy of it with numbers dropped. */
    Sequence forward(Sequence y, Noise noise) {
        active = p > 0 && noise.on();
        if (!active) {
            return y;
        }
        source = noise.source(kind, part);
        firstStep = noise.firstStep();
        steps = y.steps();
        batchSize = y.batchSize();
        size = y.size();
        dropped = Buffers.atLeast(dropped, (long) steps * batchSize * size);
        multiply(y.data(), dropped);
        return view.of(y, dropped, size);
    }

    /** Whether the last forward pass dropped anything. */
    boolean active() {
        return active;
    }

    /** Turns the gradient of what {@link #forward} returned into that of its input; the arrays may be the same. */
    void backward(float[] dY, float[] dX) {
        multiply(dY, dX);
    }

    private void multiply(float[] numbers, float[] product) {
        from = numbers;
        to = product;
        if ((long) steps * batchSize * size < WORTH_A_TEAM) {
            task.run(0, 1);
        } else {
            team.run(task);
        }
    }

    private void rows(int thread, int threads) {
        int all = steps * batchSize;
        int first = Team.cut(all, thread, threads);
        int end = Team.cut(all, thread + 1, threads);
        if (!sameAtEveryStep) {
            long number = (firstStep * batchSize + first) * size;
            int count = (end - first) * size;
            Noise.multiply(source, number, count, p, Noise.kept(p), from, first * size, to, first * size);
            return;
        }
        for (int row = first; row < end; row++) {
            long number = (long) (row % batchSize) * size;
            Noise.multiply(source, number, size, p, Noise.kept(p), from, row * size, to, row * size);
        }
    }

    /** A dropout layer, which has no weights. */
    static final class Weights implements LayerWeights {

        private final Parameterless.Drop spec;
        private final int layer;

        /**
         * Of one layer.
         *
         * @param layer its index among the layers of the network
         */
        Weights(Parameterless.Drop spec, int layer) {
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
            return new Layer(spec, layer, team);
        }
    }

    /** A dropout layer at work. */
    private static final class Layer implements LayerPass {

        private final Dropout dropout;
        private final View dXView = new View();
        private Sequence x = Sequence.zeros(0, 0, 0);
        private float[] dX = EMPTY;

        Layer(Parameterless.Drop spec, int layer, Team team) {
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
}
