package dev.carousel.loss;

import dev.carousel.tensor.Sequence;
import java.util.Objects;

/**
 * The mean absolute error, over the steps that count and the O outputs of each.
 *
 * <pre>{@code
 * loss = Σ_j |y_j - target_j|
 * dY_j = sign(y_j - target_j)            0 where they are equal
 * }</pre>
 *
 * <p>The target is a {@link Sequence} of the output's size. As PyTorch's {@code l1_loss}.
 *
 * @param steps which steps count
 */
public record MeanAbsoluteError(Steps steps) implements Loss {

    /** Checks that there are steps. */
    public MeanAbsoluteError {
        Objects.requireNonNull(steps, "MeanAbsoluteError: steps is null; Steps.EVERY is the usual one");
    }

    /** At every valid step. */
    public MeanAbsoluteError() {
        this(Steps.EVERY);
    }

    @Override
    public int terms(int outputSize) {
        return outputSize;
    }

    @Override
    public void requireFits(Sequence y, Target target) {
        BatchLoss.requireSameSize("MeanAbsoluteError", y, target.vectors());
    }

    @Override
    public double row(LossRow r) {
        float[] target = r.target.vectors().data();
        int targetAt = r.targetRow * r.size;
        double loss = 0;
        for (int j = 0; j < r.size; j++) {
            double e = (double) r.y[r.yAt + j] - target[targetAt + j];
            loss += Math.abs(e);
            r.dY[r.dYAt + j] = (float) (r.scale * Math.signum(e));
        }
        return loss;
    }
}
