package dev.carousel.loss;

import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.util.Objects;

/**
 * The logistic cross-entropy in nats, for outputs that each answer yes or no: the mean over the steps that count and the
 * O outputs of each.
 *
 * <pre>{@code
 * loss = -Σ_j target_j log σ(y_j) + (1 - target_j) log(1 - σ(y_j))
 *      =  Σ_j max(y_j, 0) - y_j target_j + log(1 + exp(-|y_j|))        the same, and never infinite
 * dY_j = σ(y_j) - target_j
 * }</pre>
 *
 * <p>The output y holds scores (logits), not probabilities. The target is a {@link Sequence} of the output's size with
 * numbers from 0 (no) to 1 (yes). As PyTorch's {@code binary_cross_entropy_with_logits}.
 *
 * @param steps which steps count
 */
public record LogisticCrossEntropy(Steps steps) implements Loss {

    /** Checks that there are steps. */
    public LogisticCrossEntropy {
        Objects.requireNonNull(steps, "LogisticCrossEntropy: steps is null; Steps.EVERY is the usual one");
    }

    /** At every valid step. */
    public LogisticCrossEntropy() {
        this(Steps.EVERY);
    }

    @Override
    public int terms(int outputSize) {
        return outputSize;
    }

    @Override
    public void requireFits(NetworkSpec spec) {
        Scores.requireBeforeLogistic("LogisticCrossEntropy", spec);
    }

    @Override
    public void requireFits(Sequence y, Target target) {
        Sequence vectors = target.vectors();
        BatchLoss.requireSameSize("LogisticCrossEntropy", y, vectors);
        for (int t = 0; t < vectors.steps(); t++) {
            for (int n = 0; n < vectors.batchSize(); n++) {
                for (int j = 0; j < y.size(); j++) {
                    float p = vectors.get(t, n, j);
                    if (!(p >= 0 && p <= 1) && target.counts(t, n)) {
                        throw new IllegalArgumentException("LogisticCrossEntropy: target " + j + " of step " + t
                                + " of sequence " + n + " is " + p
                                + " but must lie between 0 (no) and 1 (yes). Are the labels -1 and 1?");
                    }
                }
            }
        }
    }

    @Override
    public double row(LossRow r) {
        float[] target = r.target.vectors().data();
        int targetAt = r.targetRow * r.size;
        double loss = 0;
        for (int j = 0; j < r.size; j++) {
            double y = r.y[r.yAt + j];
            double p = target[targetAt + j];
            double e = Math.exp(-Math.abs(y));
            loss += Math.max(y, 0) - y * p + Math.log1p(e);
            double sigma = y >= 0 ? 1 / (1 + e) : e / (1 + e);
            r.dY[r.dYAt + j] = (float) (r.scale * (sigma - p));
        }
        return loss;
    }
}
