package dev.carousel.loss;

import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;

/**
 * The softmax cross-entropy in nats: how surprised the network is by the right class.
 *
 * <pre>{@code
 * loss = -log p_k,   p_j = exp(y_j) / Σ exp(y)         k the right class
 * dY_j = p_j - [j = k]
 * }</pre>
 *
 * <p>The output y holds scores, not probabilities: the softmax is part of the loss. The target is {@link Tokens}; a step
 * whose class is {@link Tokens#IGNORED} does not count. As PyTorch's {@code cross_entropy} with {@code ignore_index}.
 *
 * @param steps which steps count
 */
public record SoftmaxCrossEntropy(Steps steps) implements Loss {

    /** At every valid step. */
    public SoftmaxCrossEntropy() {
        this(Steps.EVERY);
    }

    @Override
    public int terms(int outputSize) {
        return 1;
    }

    @Override
    public void requireFits(Sequence y, Target target) {
        Tokens classes = target.classes();
        for (int t = 0; t < classes.steps(); t++) {
            for (int n = 0; n < classes.batchSize(); n++) {
                int k = classes.get(t, n);
                if ((k < 0 || k >= y.size()) && target.counts(t, n)) {
                    throw new IllegalArgumentException("SoftmaxCrossEntropy: the target of step " + t + " of sequence "
                            + n + " is class " + k + " but the network's output has " + y.size() + " classes, 0 to "
                            + (y.size() - 1) + ". Was the target made with another vocabulary?");
                }
            }
        }
    }

    @Override
    public double row(LossRow r) {
        int k = r.target.classes().ids()[r.targetRow];
        return r.kernel.softmaxCrossEntropy(r.size, r.y, r.yAt, k, r.scale, r.dY, r.dYAt);
    }
}
