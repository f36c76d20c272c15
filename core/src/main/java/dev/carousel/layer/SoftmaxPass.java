package dev.carousel.layer;

import dev.carousel.kernel.Team;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/**
 * The softmax over the numbers of each step, or its logarithm, at work.
 *
 * <pre>{@code
 * s_j = exp(x_j - m) / Σ_i exp(x_i - m)     m = max x, so that nothing overflows
 * y = s         dX_j = s_j (dY_j - Σ_i dY_i s_i)
 * y = log s     dX_j = dY_j - s_j Σ_i dY_i
 * }</pre>
 *
 * <p>Beyond a sequence's length the output is 0.
 */
final class SoftmaxPass implements StatelessPass {

    private static final float[] EMPTY = {};

    private final int size;
    private final boolean logarithm;
    private final Team team;
    private final View yView = new View();
    private final View dXView = new View();
    private final Team.Task forwardTask = this::forwardRows;
    private final Team.Task backwardTask = this::backwardRows;
    private Sequence x = Sequence.zeros(0, 0, 0);
    private Sequence dY = Sequence.zeros(0, 0, 0);
    private float[] y = EMPTY;
    private float[] dX = EMPTY;

    SoftmaxPass(int size, boolean logarithm, Team team) {
        this.size = size;
        this.logarithm = logarithm;
        this.team = team;
    }

    @Override
    public Sequence forward(SequenceBatch input) {
        x = (Sequence) input;
        y = Buffers.atLeast(y, (long) rows() * size);
        team.run(forwardTask);
        Sequence output = yView.of(x, y, size);
        if (x.ragged()) {
            Padding.clear(output);
        }
        return output;
    }

    private int rows() {
        return x.steps() * x.batchSize();
    }

    private void forwardRows(int part, int parts) {
        float[] data = x.data();
        for (int row = Team.cut(rows(), part, parts); row < Team.cut(rows(), part + 1, parts); row++) {
            int from = row * size;
            int to = from + size;
            float max = Float.NEGATIVE_INFINITY;
            for (int i = from; i < to; i++) {
                max = Math.max(max, data[i]);
            }
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += Math.exp(data[i] - max);
            }
            double logSum = Math.log(sum);
            for (int i = from; i < to; i++) {
                y[i] = (float) (logarithm ? data[i] - max - logSum : Math.exp(data[i] - max) / sum);
            }
        }
    }

    @Override
    public void backward(Sequence dY, Parameters gradient) {
        this.dY = dY;
        dX = Buffers.atLeast(dX, (long) rows() * size);
        team.run(backwardTask);
        if (x.ragged()) {
            Padding.clear(dXView.of(x, dX, size));
        }
    }

    private void backwardRows(int part, int parts) {
        float[] d = dY.data();
        for (int row = Team.cut(rows(), part, parts); row < Team.cut(rows(), part + 1, parts); row++) {
            int from = row * size;
            int to = from + size;
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += logarithm ? d[i] : d[i] * y[i];
            }
            for (int i = from; i < to; i++) {
                dX[i] = (float) (logarithm ? d[i] - Math.exp(y[i]) * sum : y[i] * (d[i] - sum));
            }
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, size);
    }
}
