package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;

/**
 * An affine map of each number at work, on the rows of all steps at once.
 *
 * <pre>{@code
 * y = g ⊙ (x - m) + b        dX = g ⊙ dY
 * dg += Σ dY ⊙ (x - m)       dm -= g ⊙ Σ dY        db += Σ dY
 * }</pre>
 *
 * <p>Steps beyond a sequence's length give an output of 0.
 */
final class ElementwiseAffinePass implements LayerPass {

    private static final float[] EMPTY = {};

    /** g, m and b, as they were when they were packed. */
    static final class Weights implements LayerWeights {
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
        public LayerPass pass(Kernels kernels, Team team) {
            return new ElementwiseAffinePass(this, kernels, team);
        }
    }

    private final Weights weights;
    private final int D;
    private final Kernels kernels;
    private final Team team;
    private final Padding padding = new Padding();
    private final Padding dPadding = new Padding();
    private final View yView = new View();
    private final View dYView = new View();
    private final View dXView = new View();
    private final Team.Task forwardTask = this::forwardRows;
    private final Team.Task backwardTask = this::backwardRows;
    private final Team.Task weightTask = this::weightGradients;

    private Sequence x = Sequence.zeros(0, 0, 0);
    private Sequence dY = Sequence.zeros(0, 0, 0);
    private Parameters gradient = new Parameters.Layout().zeros();
    private float[] y = EMPTY;
    private float[] dX = EMPTY;
    private float[] dg = EMPTY;
    private final float[] sum;

    ElementwiseAffinePass(Weights weights, Kernels kernels, Team team) {
        this.weights = weights;
        this.D = weights.g.length;
        this.kernels = kernels;
        this.team = team;
        this.sum = new float[D];
    }

    private int rows() {
        return x.steps() * x.batchSize();
    }

    @Override
    public Sequence forward(SequenceBatch input, State state, Noise noise) {
        x = padding.cleared((Sequence) input);
        y = Buffers.atLeast(y, (long) rows() * D);
        team.run(forwardTask);
        Sequence output = yView.of(x, y, D);
        if (x.ragged()) {
            Padding.clear(output);
        }
        return output;
    }

    private void forwardRows(int part, int parts) {
        float[] data = x.data();
        for (int row = Team.cut(rows(), part, parts); row < Team.cut(rows(), part + 1, parts); row++) {
            int at = row * D;
            for (int j = 0; j < D; j++) {
                y[at + j] = weights.g[j] * (data[at + j] - weights.m[j]) + weights.b[j];
            }
        }
    }

    @Override
    public void backward(Sequence dY, State dState, Parameters gradient) {
        this.dY = dPadding.cleared(dYView.of(x, dY.data(), D));
        this.gradient = gradient;
        dX = Buffers.atLeast(dX, (long) rows() * D);
        dg = Buffers.atLeast(dg, (long) rows() * D);
        team.run(backwardTask);
        team.run(weightTask);
    }

    private void backwardRows(int part, int parts) {
        float[] d = dY.data();
        for (int row = Team.cut(rows(), part, parts); row < Team.cut(rows(), part + 1, parts); row++) {
            int at = row * D;
            for (int j = 0; j < D; j++) {
                dg[at + j] = d[at + j] * (x.data()[at + j] - weights.m[j]);
                dX[at + j] = d[at + j] * weights.g[j];
            }
        }
    }

    /** Cut by columns, each of which is a sum over all rows. */
    private void weightGradients(int part, int parts) {
        int from = Team.cut(D, part, parts);
        int to = Team.cut(D, part + 1, parts);
        float[] values = gradient.values();
        kernels.rows().addColumnSums(rows(), to - from, dg, from, D, values, weights.gain.offset() + from);
        Arrays.fill(sum, from, to, 0);
        kernels.rows().addColumnSums(rows(), to - from, dY.data(), from, D, sum, from);
        for (int j = from; j < to; j++) {
            values[weights.bias.offset() + j] += sum[j];
            values[weights.center.offset() + j] -= weights.g[j] * sum[j];
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, D);
    }
}
