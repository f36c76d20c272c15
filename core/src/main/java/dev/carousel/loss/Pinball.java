package dev.carousel.loss;

import dev.carousel.tensor.Sequence;
import java.util.List;
import java.util.Objects;

/**
 * The pinball loss, whose minimum is a quantile: the mean over the steps that count, the O targets of each and the Q
 * quantiles of each target.
 *
 * <pre>{@code
 * e = target_j - y_jq                                     y_jq lies at j Q + q in the output, [O Q]
 * loss = Σ_j Σ_q max(τ_q e, (τ_q - 1) e)
 * dY_jq = -τ_q where e > 0,   1 - τ_q where e < 0         0 where they are equal
 * }</pre>
 *
 * <p>The output that predicts the τ quantile lies below the target in a share τ of all cases. At τ = 0.5 this is half the
 * absolute error and predicts the median. Nothing keeps the quantiles of one target in order; a reader of the output may
 * sort them. The target is a {@link Sequence} of O numbers a step.
 *
 * <p>Koenker, Bassett, Regression quantiles, Econometrica 46, 1978.
 *
 * @param quantiles τ, each above 0 and below 1, ascending
 * @param steps which steps count
 */
public record Pinball(List<Double> quantiles, Steps steps) implements Loss {

    /** Checks the quantiles and takes a copy of them. */
    public Pinball {
        Objects.requireNonNull(quantiles, "Pinball: quantiles are null");
        Objects.requireNonNull(steps, "Pinball: steps is null; Steps.EVERY is the usual one");
        for (Double quantile : quantiles) {
            Objects.requireNonNull(quantile, "Pinball: a quantile is null");
        }
        quantiles = List.copyOf(quantiles);
        double before = 0;
        for (double quantile : quantiles) {
            if (!(quantile > before && quantile < 1)) {
                throw new IllegalArgumentException("Pinball: the quantiles are " + quantiles
                        + " but must lie above 0 and below 1 and ascend. Were percentages meant?");
            }
            before = quantile;
        }
        if (quantiles.isEmpty()) {
            throw new IllegalArgumentException("Pinball: there must be 1 quantile at least, such as 0.5.");
        }
    }

    /** At every valid step. */
    public Pinball(List<Double> quantiles) {
        this(quantiles, Steps.EVERY);
    }

    @Override
    public int terms(int outputSize) {
        return outputSize;
    }

    @Override
    public void requireFits(Sequence y, Target target) {
        Sequence vectors = target.vectors();
        if (y.size() != vectors.size() * quantiles.size()) {
            throw new IllegalArgumentException("Pinball: the output has " + y.size() + " numbers a step but "
                    + vectors.size() + " targets of " + quantiles.size() + " quantiles each need "
                    + (long) vectors.size() * quantiles.size() + ". Does the network's last layer fit the quantiles?");
        }
    }

    @Override
    public double row(LossRow r) {
        float[] target = r.target.vectors().data();
        int Q = quantiles.size();
        int O = r.size / Q;
        double loss = 0;
        for (int j = 0; j < O; j++) {
            double goal = target[r.targetRow * O + j];
            for (int q = 0; q < Q; q++) {
                double tau = quantiles.get(q);
                double e = goal - r.y[r.yAt + j * Q + q];
                loss += Math.max(tau * e, (tau - 1) * e);
                r.dY[r.dYAt + j * Q + q] = (float) (r.scale * (e > 0 ? -tau : e < 0 ? 1 - tau : 0));
            }
        }
        return loss;
    }
}
