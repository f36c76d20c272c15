package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;

/**
 * Layer normalisation at work, on the rows of all steps at once.
 *
 * <pre>{@code
 * n = (x - μ) / s        s = √(σ² + ε)        y = g ⊙ n + b
 * dn = g ⊙ dY            dX = (dn - mean(dn) - n mean(dn ⊙ n)) / s
 * dg += Σ dY ⊙ n         db += Σ dY
 * }</pre>
 */
final class LayerNormPass extends RowsPass {

    private static final float[] EMPTY = {};

    /** g and b, as they were when they were packed. */
    static final class Weights implements StatelessWeights {
        private final LayerNorm spec;
        private final Slice gain;
        private final Slice bias;
        private final float[] g;
        private final float[] b;

        Weights(LayerNorm spec, Parameters layout) {
            this.spec = spec;
            this.gain = layout.slice(spec.gain());
            this.bias = layout.slice(spec.bias());
            this.g = new float[spec.size()];
            this.b = new float[spec.size()];
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            if (part == 0) {
                System.arraycopy(parameters.values(), gain.offset(), g, 0, g.length);
                System.arraycopy(parameters.values(), bias.offset(), b, 0, b.length);
            }
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            // The backward pass reads g as the forward pass did.
        }

        @Override
        public StatelessPass pass(Kernels kernels, Team team) {
            return new LayerNormPass(this, kernels, team);
        }
    }

    private final Weights weights;
    private final Kernels kernels;
    private float[] n = EMPTY;
    private float[] inverse = EMPTY;
    private float[] dg = EMPTY;

    LayerNormPass(Weights weights, Kernels kernels, Team team) {
        super(weights.spec.size(), team);
        this.weights = weights;
        this.kernels = kernels;
    }

    @Override
    void beginForward(int rows) {
        n = Buffers.atLeast(n, (long) rows * D);
        inverse = Buffers.atLeast(inverse, rows);
    }

    @Override
    void forwardRows(int from, int to) {
        float[] data = x.data();
        for (int row = from; row < to; row++) {
            int at = row * D;
            double mean = sum(data, at, D) / D;
            float mu = (float) mean;
            float s = (float) (1 / Math.sqrt(squares(data, at, D, mean) / D + weights.spec.epsilon()));
            inverse[row] = s;
            for (int j = 0; j < D; j++) {
                n[at + j] = (data[at + j] - mu) * s;
                y[at + j] = weights.g[j] * n[at + j] + weights.b[j];
            }
        }
    }

    @Override
    void beginBackward(int rows) {
        dg = Buffers.atLeast(dg, (long) rows * D);
    }

    @Override
    void backwardRows(int from, int to) {
        float[] d = dY.data();
        float[] g = weights.g;
        for (int row = from; row < to; row++) {
            int at = row * D;
            for (int j = 0; j < D; j++) {
                dg[at + j] = d[at + j] * n[at + j];
                dX[at + j] = d[at + j] * g[j];
            }
            float mean = (float) (sum(dX, at, D) / D);
            float meanProduct = (float) (product(dX, n, at, D) / D);
            float s = inverse[row];
            for (int j = 0; j < D; j++) {
                dX[at + j] = (dX[at + j] - mean - n[at + j] * meanProduct) * s;
            }
        }
    }

    // Sums of four chains: one would wait for each addition.

    private static double sum(float[] a, int at, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int j = at;
        for (; j + 3 < at + count; j += 4) {
            s0 += a[j];
            s1 += a[j + 1];
            s2 += a[j + 2];
            s3 += a[j + 3];
        }
        for (; j < at + count; j++) {
            s0 += a[j];
        }
        return s0 + s1 + (s2 + s3);
    }

    private static double squares(float[] a, int at, int count, double mean) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int j = at;
        for (; j + 3 < at + count; j += 4) {
            s0 += (a[j] - mean) * (a[j] - mean);
            s1 += (a[j + 1] - mean) * (a[j + 1] - mean);
            s2 += (a[j + 2] - mean) * (a[j + 2] - mean);
            s3 += (a[j + 3] - mean) * (a[j + 3] - mean);
        }
        for (; j < at + count; j++) {
            s0 += (a[j] - mean) * (a[j] - mean);
        }
        return s0 + s1 + (s2 + s3);
    }

    private static double product(float[] a, float[] b, int at, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int j = at;
        for (; j + 3 < at + count; j += 4) {
            s0 += (double) a[j] * b[j];
            s1 += (double) a[j + 1] * b[j + 1];
            s2 += (double) a[j + 2] * b[j + 2];
            s3 += (double) a[j + 3] * b[j + 3];
        }
        for (; j < at + count; j++) {
            s0 += (double) a[j] * b[j];
        }
        return s0 + s1 + (s2 + s3);
    }

    @Override
    void addWeightGradients(int from, int to, float[] gradient) {
        kernels.rows().addColumnSums(rows(), to - from, dg, from, D, gradient, weights.gain.offset() + from);
        kernels.rows().addColumnSums(rows(), to - from, dY.data(), from, D, gradient, weights.bias.offset() + from);
    }
}
