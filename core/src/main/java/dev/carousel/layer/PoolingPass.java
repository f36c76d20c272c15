package dev.carousel.layer;

import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;

/**
 * The mean or the maximum over the steps of each sequence at work; {@link Parameterless.Mean} and {@link Parameterless.Max}
 * have the equations.
 *
 * <p>It reads each number once and so takes less time than to hand it to other threads.
 */
final class PoolingPass implements StatelessPass {

    private static final float[] EMPTY = {};

    /** Of a number whose maximum no step has. */
    private static final int NONE = -1;

    private final int size;
    private final boolean maximum;
    private final boolean paddingCounts;
    private final View dXView = new View();
    private Sequence x = Sequence.zeros(0, 0, 0);
    private Sequence y = Sequence.zeros(1, 0, 0);
    private float[] dX = EMPTY;

    /** At which step each number has its maximum. */
    private int[] best = {};

    private PoolingPass(int size, boolean maximum, boolean paddingCounts) {
        this.size = size;
        this.maximum = maximum;
        this.paddingCounts = paddingCounts;
    }

    static PoolingPass of(Parameterless.Mean spec) {
        return new PoolingPass(spec.size(), false, false);
    }

    static PoolingPass of(Parameterless.Max spec) {
        return new PoolingPass(spec.size(), true, spec.paddingCounts());
    }

    @Override
    public Sequence forward(SequenceBatch input) {
        x = (Sequence) input;
        int N = x.batchSize();
        if (y.batchSize() != N || y.size() != size) {
            y = Sequence.zeros(1, N, size);
            best = new int[N * size];
        }
        Arrays.fill(y.data(), 0);
        if (maximum) {
            maxima();
        } else {
            means();
        }
        return y;
    }

    private void means() {
        int N = x.batchSize();
        float[] sum = y.data();
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
    }

    /** 1 / L of a sequence; 0 for one of no step, whose mean is 0. */
    private float share(int n) {
        return x.length(n) == 0 ? 0 : 1f / x.length(n);
    }

    private void maxima() {
        Arrays.fill(best, NONE);
        float[] max = y.data();
        float[] data = x.data();
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < x.batchSize(); n++) {
                int from = x.offset(t, n);
                for (int i = n * size; t < x.length(n) && i < (n + 1) * size; i++, from++) {
                    // Also of a number that is none, which is then the result.
                    if (best[i] == NONE || data[from] > max[i] || Float.isNaN(data[from])) {
                        best[i] = t;
                        max[i] = data[from];
                    }
                }
            }
        }
        for (int n = 0; paddingCounts && n < x.batchSize(); n++) {
            for (int i = n * size; x.length(n) < x.steps() && i < (n + 1) * size; i++) {
                if (max[i] < 0) {
                    max[i] = 0;
                    best[i] = NONE;
                }
            }
        }
    }

    @Override
    public void backward(Sequence dY, Parameters gradient) {
        int N = x.batchSize();
        dX = Buffers.atLeast(dX, (long) x.steps() * N * size);
        float[] d = dY.data();
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < N; n++) {
                float share = t < x.length(n) ? share(n) : 0;
                int to = (t * N + n) * size;
                for (int i = n * size; i < (n + 1) * size; i++, to++) {
                    dX[to] = !maximum ? share * d[i] : best[i] == t ? d[i] : 0;
                }
            }
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, size);
    }
}
