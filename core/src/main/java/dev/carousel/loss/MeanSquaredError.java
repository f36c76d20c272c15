package dev.carousel.loss;

import dev.carousel.tensor.Sequence;
import java.util.Objects;

/**
 * The mean squared error, over the steps that count and the O outputs of each.
 *
 * <pre>{@code
 * loss = Σ_j (y_j - target_j)²
 * dY_j = 2 (y_j - target_j)
 * }</pre>
 *
 * <p>The target is a {@link Sequence} of the output's size. As PyTorch's {@code mse_loss}.
 *
 * @param steps which steps count
 */
public record MeanSquaredError(Steps steps) implements Loss {

    /** Checks that there are steps. */
    public MeanSquaredError {
        Objects.requireNonNull(steps, "MeanSquaredError: steps is null; Steps.EVERY is the usual one");
    }

    /** At every valid step. */
    public MeanSquaredError() {
        this(Steps.EVERY);
    }

    @Override
    public int terms(int outputSize) {
        return outputSize;
    }

    @Override
    public void requireFits(Sequence y, Target target) {
        BatchLoss.requireSameSize("MeanSquaredError", y, target.vectors());
    }

    @Override
    public double row(LossRow r) {
        float[] target = r.target.vectors().data();
        int targetAt = r.targetRow * r.size;
        double loss = 0;
        for (int j = 0; j < r.size; j++) {
            double e = (double) r.y[r.yAt + j] - target[targetAt + j];
            loss += e * e;
            r.dY[r.dYAt + j] = (float) (r.scale * 2 * e);
        }
        return loss;
    }
}
