package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.Arrays;

/**
 * An affine map of each number at work, on the rows of all steps at once.
 *
 * <pre>{@code
 * y = g ⊙ (x - m) + b        dX = g ⊙ dY
 * dg += Σ dY ⊙ (x - m)       dm -= g ⊙ Σ dY        db += Σ dY
 * }</pre>
 */
final class ElementwiseAffinePass extends RowsPass {

    private static final float[] EMPTY = {};

    /** g, m and b, as they were when they were packed. */
    static final class Weights implements StatelessWeights {
        private final Slice gain;
        private final Slice center;
        private final Slice bias;
        private final float[] g;
        private final float[] m;
        private final float[] b;

        Weights(ElementwiseAffine spec, Parameters layout) {
            this.gain = layout.slice(spec.gain());
            this.center = layout.slice(spec.center());
            this.bias = layout.slice(spec.bias());
            this.g = new float[spec.size()];
            this.m = new float[spec.size()];
            this.b = new float[spec.size()];
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            if (part == 0) {
                System.arraycopy(parameters.values(), gain.offset(), g, 0, g.length);
                System.arraycopy(parameters.values(), center.offset(), m, 0, m.length);
                System.arraycopy(parameters.values(), bias.offset(), b, 0, b.length);
            }
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            // The backward pass reads g and m as the forward pass did.
        }

        @Override
        public StatelessPass pass(Kernels kernels, Team team) {
            return new ElementwiseAffinePass(this, kernels, team);
        }
    }

    private final Weights weights;
    private final Kernels kernels;
    private final float[] sum;
    private float[] dg = EMPTY;

    ElementwiseAffinePass(Weights weights, Kernels kernels, Team team) {
        super(weights.g.length, team);
        this.weights = weights;
        this.kernels = kernels;
        this.sum = new float[D];
    }

    @Override
    void beginForward(int rows) {
        // It keeps nothing but x.
    }

    @Override
    void forwardRows(int from, int to) {
        float[] data = x.data();
        for (int row = from; row < to; row++) {
            int at = row * D;
            for (int j = 0; j < D; j++) {
                y[at + j] = weights.g[j] * (data[at + j] - weights.m[j]) + weights.b[j];
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
        for (int row = from; row < to; row++) {
            int at = row * D;
            for (int j = 0; j < D; j++) {
                dg[at + j] = d[at + j] * (x.data()[at + j] - weights.m[j]);
                dX[at + j] = d[at + j] * weights.g[j];
            }
        }
    }

    @Override
    void addWeightGradients(int from, int to, float[] gradient) {
        kernels.rows().addColumnSums(rows(), to - from, dg, from, D, gradient, weights.gain.offset() + from);
        Arrays.fill(sum, from, to, 0);
        kernels.rows().addColumnSums(rows(), to - from, dY.data(), from, D, sum, from);
        for (int j = from; j < to; j++) {
            gradient[weights.bias.offset() + j] += sum[j];
            gradient[weights.center.offset() + j] -= weights.g[j] * sum[j];
        }
    }
}
