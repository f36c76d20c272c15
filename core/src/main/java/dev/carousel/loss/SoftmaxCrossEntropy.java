package dev.carousel.loss;

import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.List;
import java.util.Objects;

/**
 * The softmax cross-entropy in nats: how surprised the network is by the right class.
 *
 * <pre>{@code
 * loss = -log p_k,   p_j = exp(y_j) / Σ exp(y)         k the right class
 * dY_j = p_j - [j = k]
 * }</pre>
 *
 * <p>The output y holds scores, not probabilities: the softmax is part of the loss, and a network that ends with a softmax
 * layer would have two. A {@link dev.carousel.train.Trainer} refuses that; a loop of your own cannot tell. The target is {@link Tokens}; a step
 * whose class is {@link Tokens#IGNORED} does not count. As PyTorch's {@code cross_entropy} with {@code ignore_index}.
 *
 * <p>With label smoothing ε, a part of the target is spread equally over the V classes. With weights w, a step counts
 * as its right class does, and the mean is divided by the sum of the weights of the steps, so that rare classes can be
 * made to matter as much as frequent ones. As PyTorch's {@code label_smoothing} and its class weights, also together:
 *
 * <pre>{@code
 * q_j = (1 - ε) w_k [j = k] + ε w_j / V
 * loss = -Σ_j q_j log p_j        dY_j = p_j Σ q - q_j        mean = Σ loss / Σ w_k
 * }</pre>
 *
 * <p>Smoothing: Szegedy and others, Rethinking the inception architecture for computer vision, CVPR 2016, section 7.
 *
 * @param steps which steps count
 * @param smoothing ε, from 0 (none) to below 1
 * @param weights w, one for each class, at least 0, not all 0; none for 1 each
 */
public record SoftmaxCrossEntropy(Steps steps, double smoothing, List<Double> weights) implements Loss {

    /** Checks the numbers and takes a copy of the weights. */
    public SoftmaxCrossEntropy {
        Objects.requireNonNull(steps, "SoftmaxCrossEntropy: steps is null; Steps.EVERY is the usual one");
        Objects.requireNonNull(
                weights, "SoftmaxCrossEntropy: the weights of the classes are null; the list may be empty");
        for (Double weight : weights) {
            Objects.requireNonNull(weight, "SoftmaxCrossEntropy: the weight of a class is null");
        }
        weights = List.copyOf(weights);
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "SoftmaxCrossEntropy: smoothing is " + smoothing + " but must be at least 0 and below 1.");
        }
        if (!weights.stream().allMatch(w -> w >= 0 && w < Double.POSITIVE_INFINITY)
                || (!weights.isEmpty() && weights.stream().allMatch(w -> w == 0))) {
            throw new IllegalArgumentException("SoftmaxCrossEntropy: the weights of the classes are " + weights
                    + " but must be finite, at least 0 and not all 0.");
        }
    }

    /** At every valid step, without smoothing or weights. */
    public SoftmaxCrossEntropy() {
        this(Steps.EVERY);
    }

    /** Without smoothing or weights. */
    public SoftmaxCrossEntropy(Steps steps) {
        this(steps, 0, List.of());
    }

    /** The same with smoothing. */
    public SoftmaxCrossEntropy withSmoothing(double smoothing) {
        return new SoftmaxCrossEntropy(steps, smoothing, weights);
    }

    /** The same with a weight for each class. */
    public SoftmaxCrossEntropy withWeights(List<Double> weights) {
        return new SoftmaxCrossEntropy(steps, smoothing, weights);
    }

    /**
     * Weights that make all classes matter equally: that of a class is {@code all / (V count)}, so that the mean weight of
     * the examples is 1. As scikit-learn's {@code balanced}.
     *
     * @param counts how often each class occurs; one that never does has weight 0
     * @throws IllegalArgumentException if a count is negative or all are 0
     */
    public static List<Double> balancedWeights(List<Integer> counts) {
        Objects.requireNonNull(counts, "SoftmaxCrossEntropy: counts are null");
        for (Integer count : counts) {
            Objects.requireNonNull(count, "SoftmaxCrossEntropy: the count of a class is null");
        }
        double all = counts.stream().mapToDouble(Integer::doubleValue).sum();
        if (!(all > 0) || counts.stream().anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException(
                    "The classes occur " + counts + " times; at least one must occur, and none less than 0 times.");
        }
        return counts.stream()
                .map(count -> count == 0 ? 0 : all / (counts.size() * count.doubleValue()))
                .toList();
    }

    @Override
    public int terms(int outputSize) {
        return 1;
    }

    @Override
    public double weight(Target target, int targetRow) {
        return weights.isEmpty() ? 1 : weights.get(target.classes().ids()[targetRow]);
    }

    /** The same without smoothing, which only training needs. */
    @Override
    public Loss judging() {
        return withSmoothing(0);
    }

    /** Of an adaptive softmax, without smoothing, it needs the probability of the right class alone. */
    @Override
    public Loss on(NetworkSpec spec) {
        Objects.requireNonNull(spec, "SoftmaxCrossEntropy: spec is null");
        return spec.adaptive() && smoothing == 0 && steps.equals(Steps.EVERY) ? new RightClassLoss(this) : this;
    }

    @Override
    public void requireFits(NetworkSpec spec) {
        Scores.requireBeforeSoftmax("SoftmaxCrossEntropy", spec);
    }

    @Override
    public void requireFits(Sequence y, Target target) {
        if (!weights.isEmpty() && weights.size() != y.size()) {
            throw new IllegalArgumentException("SoftmaxCrossEntropy: there are " + weights.size()
                    + " weights of classes but the network's output has " + y.size() + " classes.");
        }
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
        if (smoothing == 0 && weights.isEmpty()) {
            return r.kernel.softmaxCrossEntropy(r.size, r.y, r.yAt, k, r.scale, r.dY, r.dYAt);
        }
        double wK = weights.isEmpty() ? 1 : weights.get(k);
        double shared = smoothing / r.size;
        double sumQ = (1 - smoothing) * wK + shared * sumOfWeights(r.size);
        float yK = r.y[r.yAt + k];
        // The kernel's p_j - [j = k], then from [j = k] Σ q to q_j.
        double surprise = r.kernel.softmaxCrossEntropy(r.size, r.y, r.yAt, k, (float) (r.scale * sumQ), r.dY, r.dYAt);
        double loss = sumQ * surprise;
        if (smoothing > 0) {
            for (int j = 0; j < r.size; j++) {
                double q = shared * (weights.isEmpty() ? 1 : weights.get(j));
                loss += q * ((double) yK - r.y[r.yAt + j]);
                r.dY[r.dYAt + j] -= (float) (r.scale * q);
            }
            r.dY[r.dYAt + k] += (float) (r.scale * shared * sumOfWeights(r.size));
        }
        return loss;
    }

    private double sumOfWeights(int classes) {
        double sum = 0;
        for (int j = 0; j < weights.size(); j++) {
            sum += weights.get(j);
        }
        return weights.isEmpty() ? classes : sum;
    }
}
