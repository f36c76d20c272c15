package dev.carousel.network;

import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;

/**
 * The mean over the steps of each sequence at work; {@link Parameterless.Mean} has the equation.
 *
 * <p>It reads each number once and so takes less time than to hand it to other threads.
 */
final class MeanPass implements LayerPass {

    private static final float[] EMPTY = {};

    private final int size;
    private final View dXView = new View();
    private Sequence x = Sequence.zeros(0, 0, 0);
    private Sequence y = Sequence.zeros(1, 0, 0);
    private float[] dX = EMPTY;

    MeanPass(Parameterless.Mean spec) {
        this.size = spec.size();
    }

    @Override
    public Sequence forward(SequenceBatch input, State state, Noise noise) {
        x = (Sequence) input;
        int N = x.batchSize();
        if (y.batchSize() != N || y.size() != size) {
            y = Sequence.zeros(1, N, size);
        }
        float[] sum = y.data();
        Arrays.fill(sum, 0);
        float[] data = x.data();
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < N; n++) {
                if (t < x.length(n)) {
                    int from = x.offset(t, n);
                    int to = n * size;
                    for (int d = 0; d < size; d++) {
                        sum[to + d] += data[from + d];
                    }
                }
            }
        }
        for (int n = 0; n < N; n++) {
            float share = share(n);
            for (int i = n * size; i < (n + 1) * size; i++) {
                sum[i] *= share;
            }
        }
        return y;
    }

    /** 1 / L of a sequence; 0 for one of no step, whose mean is 0. */
    private float share(int n) {
        return x.length(n) == 0 ? 0 : 1f / x.length(n);
    }

    @Override
    public void backward(Sequence dY, State dState, Parameters gradient) {
        int N = x.batchSize();
        dX = Buffers.atLeast(dX, (long) x.steps() * N * size);
        float[] d = dY.data();
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < N; n++) {
                float share = t < x.length(n) ? share(n) : 0;
                int to = (t * N + n) * size;
                for (int i = 0; i < size; i++) {
                    dX[to + i] = share * d[n * size + i];
                }
            }
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, size);
    }
}
