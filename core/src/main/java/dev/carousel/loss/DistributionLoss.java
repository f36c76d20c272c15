package dev.carousel.loss;

import dev.carousel.tensor.Sequence;

/**
 * How surprising values are to the distributions whose parameters a network gives: the mean over the steps that count and the O
 * values of each, in nats.
 *
 * <pre>{@code
 * loss = -Σ_j ln p(x_j; y_j)          y_j are the P numbers from j P on, as {@link Distribution} says
 * }</pre>
 *
 * <p>The target is a {@link Sequence} of O numbers a step; of counts of 2 O, each count and its scale.
 *
 * @param distribution the family
 * @param steps which steps count
 */
public record DistributionLoss(Distribution distribution, Steps steps) implements Loss {

    /** At every valid step. */
    public DistributionLoss(Distribution distribution) {
        this(distribution, Steps.EVERY);
    }

    @Override
    public int terms(int outputSize) {
        return outputSize / distribution.parameters();
    }

    @Override
    public void requireFits(Sequence y, Target target) {
        Sequence vectors = target.vectors();
        int P = distribution.parameters();
        int each = distribution.numbersOfValue();
        if (y.size() % P != 0 || vectors.size() != y.size() / P * each) {
            throw new IllegalArgumentException("DistributionLoss: the output has " + y.size()
                    + " numbers a step and the target " + vectors.size() + ", but " + distribution.text() + " needs "
                    + P
                    + " for each value" + (each == 2 ? ", and the target a count and its scale" : "")
                    + ". Does the network's last layer fit the distribution?");
        }
        for (int t = 0; t < vectors.steps(); t++) {
            for (int n = 0; n < vectors.batchSize(); n++) {
                for (int j = 0; j < vectors.size() && target.counts(t, n); j += each) {
                    requireValue(vectors, t, n, j);
                }
            }
        }
    }

    private void requireValue(Sequence target, int t, int n, int j) {
        float x = target.get(t, n, j);
        // What is not finite makes the loss so, which stops a training.
        if (distribution.counts() && !distribution.has(x)) {
            throw new IllegalArgumentException("DistributionLoss: number " + j + " of the target of step " + t
                    + " of sequence " + n + " is " + x + " but must be "
                    + (distribution.kind() == Distribution.Kind.BERNOULLI
                            ? "0 or 1."
                            : "a count: 0, 1, 2 and so on, below 2^24.")
                    + " Was it normalised?");
        }
        if (distribution.counts()
                && !(target.get(t, n, j + 1) > 0 && target.get(t, n, j + 1) < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("DistributionLoss: the scale of the count of step " + t + " of sequence "
                    + n + " is " + target.get(t, n, j + 1) + " but must be above 0.");
        }
    }

    @Override
    public double row(LossRow r) {
        float[] target = r.target.vectors().data();
        int P = distribution.parameters();
        int each = distribution.numbersOfValue();
        int O = r.size / P;
        double loss = 0;
        for (int j = 0; j < O; j++) {
            int at = (r.targetRow * O + j) * each;
            double scale = each == 2 ? target[at + 1] : 1;
            loss += distribution.loss(r.y, r.yAt + j * P, target[at], scale, r.scale, r.dY, r.dYAt + j * P);
        }
        return loss;
    }
}
