package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;

/**
 * The scores of tags with those of a conditional random field behind them, on the rows of all steps at once.
 *
 * <pre>{@code
 * y = [x | A | start | end]        dX = its part of dY,  dA, dstart and dend: the sums of theirs over steps and sequences
 * }</pre>
 */
final class CrfScoresPass extends RowsPass {

    /** A, start and end one behind the other, as they were when they were packed. */
    static final class Weights implements StatelessWeights {
        private final int K;
        private final Slice[] slices;
        private final float[] scores;

        Weights(CrfScores spec, Parameters layout) {
            this.K = spec.tags();
            this.slices =
                    new Slice[] {layout.slice(spec.transitions()), layout.slice(spec.start()), layout.slice(spec.end())
                    };
            this.scores = new float[spec.outputSize() - K];
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            if (part == 0) {
                int at = 0;
                for (Slice slice : slices) {
                    System.arraycopy(parameters.values(), slice.offset(), scores, at, slice.size());
                    at += slice.size();
                }
            }
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            // The backward pass reads no weight.
        }

        @Override
        public StatelessPass pass(Kernels kernels, Team team) {
            return new CrfScoresPass(this, kernels, team);
        }
    }

    private final Weights weights;
    private final Kernels kernels;

    CrfScoresPass(Weights weights, Kernels kernels, Team team) {
        super(weights.K, weights.K + weights.scores.length, team);
        this.weights = weights;
        this.kernels = kernels;
    }

    @Override
    void beginForward(int rows) {
        // It keeps nothing.
    }

    @Override
    void forwardRows(int from, int to) {
        float[] data = x.data();
        for (int row = from; row < to; row++) {
            System.arraycopy(data, row * D, y, row * O, D);
            System.arraycopy(weights.scores, 0, y, row * O + D, O - D);
        }
    }

    @Override
    void beginBackward(int rows) {
        // It needs nothing.
    }

    @Override
    void backwardRows(int from, int to) {
        float[] d = dY.data();
        for (int row = from; row < to; row++) {
            System.arraycopy(d, row * O, dX, row * D, D);
        }
    }

    @Override
    void addWeightGradients(int from, int to, float[] gradient) {
        int begin = D;
        for (Slice slice : weights.slices) {
            int first = Math.max(from, begin);
            int end = Math.min(to, begin + slice.size());
            if (first < end) {
                kernels.rows()
                        .addColumnSums(
                                rows(), end - first, dY.data(), first, O, gradient, slice.offset() + first - begin);
            }
            begin += slice.size();
        }
    }
}
