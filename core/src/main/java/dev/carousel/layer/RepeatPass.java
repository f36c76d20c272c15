package dev.carousel.layer;

import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;

/**
 * One step of each sequence, repeated: {@code y(t) = x(0)}, and {@code dX(0) = Σ_t dY(t)}. It only copies, which takes less
 * time than to hand it to other threads.
 */
final class RepeatPass implements StatelessPass {

    private final int size;
    private final int steps;
    private Sequence y = Sequence.zeros(0, 0, 0);
    private Sequence dX = Sequence.zeros(1, 0, 0);

    RepeatPass(Parameterless.Repeat spec) {
        this.size = spec.size();
        this.steps = spec.steps();
    }

    @Override
    public Sequence forward(SequenceBatch input) {
        Sequence x = (Sequence) input;
        int N = x.batchSize();
        if (y.steps() != steps || y.batchSize() != N) {
            y = Sequence.zeros(steps, N, size);
            dX = Sequence.zeros(1, N, size);
        }
        for (int t = 0; t < steps; t++) {
            System.arraycopy(x.data(), 0, y.data(), t * N * size, N * size);
        }
        return y;
    }

    @Override
    public void backward(Sequence dY, Parameters gradient) {
        int numbers = y.batchSize() * size;
        float[] sum = dX.data();
        Arrays.fill(sum, 0, numbers, 0);
        for (int t = 0; t < steps; t++) {
            for (int i = 0; i < numbers; i++) {
                sum[i] += dY.data()[t * numbers + i];
            }
        }
    }

    @Override
    public Sequence inputGradient() {
        return dX;
    }
}
