package dev.carousel.reference;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/**
 * The losses in double precision: the sum over all counted steps, and its gradient in the outputs.
 *
 * <pre>{@code
 * softmax cross-entropy    L = -Σ ln softmax(y)[target]       dy = softmax(y) - onehot(target)
 *   smoothed and weighted  L = -Σ_j q_j ln softmax(y)[j]      dy = softmax(y) Σ q - q
 *                          q_j = (1 - ε) w_target [j = target] + ε w_j / V
 * squared error            L = Σ (y - target)²                dy = 2 (y - target)
 * absolute error           L = Σ |y - target|                 dy = sign(y - target)
 * logistic cross-entropy   L = Σ ln(1 + exp y) - target y     dy = σ(y) - target
 * pinball                  L = Σ max(τ e, (τ - 1) e)          dy = -τ where e > 0, 1 - τ where e < 0
 *                          e = target - y
 * }</pre>
 *
 * <p>Shapes: y and dY [T, N, D]. The sum runs over the valid steps; padding counts for nothing and receives 0. A mean is
 * the sum divided by whatever the mean is taken over, and its gradient likewise. No state.
 */
public final class LossReference {

    /** A target that counts for nothing. */
    public static final int IGNORED = -1;

    private LossReference() {}

    /** A loss and its gradient in the outputs; {@code count} is the number of terms in the sum. */
    public record Loss(double value, int count, Seq dY) {}

    /**
     * Softmax cross-entropy of scores y [T, N, V] and one class for each step of each sequence.
     *
     * @param targets classes from 0 to V - 1, that of sequence n at step t at {@code t * N + n}; {@link #IGNORED} is left
     *     out
     * @throws IllegalArgumentException if there are too few or too many targets, or one is no class
     */
    public static Loss softmaxCrossEntropy(Seq y, int[] targets) {
        double[] weights = new double[y.size()];
        Arrays.fill(weights, 1);
        return softmaxCrossEntropy(y, targets, 0, weights);
    }

    /**
     * The same with smoothed targets and weighted classes; the mean is over the sum of the weights of the targets.
     *
     * @param smoothing ε
     * @param weights w, one for each class
     */
    public static Loss softmaxCrossEntropy(Seq y, int[] targets, double smoothing, double[] weights) {
        int V = y.size();
        if (targets.length != y.steps() * y.batchSize()) {
            throw new IllegalArgumentException("softmaxCrossEntropy: scores are " + y.shape() + ", so there must be "
                    + y.steps() * y.batchSize() + " targets, but there are " + targets.length + ".");
        }
        Seq dY = Seq.zerosLike(y, V);
        double sum = 0;
        int count = 0;
        for (int t = 0; t < y.steps(); t++) {
            for (int n : y.live(t)) {
                int target = targets[t * y.batchSize() + n];
                if (target == IGNORED) {
                    continue;
                }
                if (target < 0 || target >= V) {
                    throw new IllegalArgumentException("softmaxCrossEntropy: the target of sequence " + n + " at step "
                            + t + " is " + target + " but classes run from 0 to " + (V - 1)
                            + ". Was the vocabulary made from other data?");
                }
                double[] q = new double[V];
                for (int j = 0; j < V; j++) {
                    q[j] = smoothing * weights[j] / V + (j == target ? (1 - smoothing) * weights[target] : 0);
                }
                sum += crossEntropy(y.rows(t, new int[] {n}), q, t, n, dY);
                count++;
            }
        }
        return new Loss(sum, count, dY);
    }

    /** The cross-entropy of one row of scores against a row of shares, which need not sum to 1; writes its gradient. */
    private static double crossEntropy(Mat score, double[] q, int t, int n, Seq dY) {
        double shift = Arrays.stream(score.values()).max().orElseThrow();
        // softmax does not change when all scores move, and exp of what is at most 0 cannot overflow.
        Mat e = score.map(v -> Math.exp(v - shift));
        double total = Arrays.stream(e.values()).sum();
        double sumQ = Arrays.stream(q).sum();
        Mat d = e.times(sumQ / total);
        double loss = 0;
        for (int j = 0; j < q.length; j++) {
            loss += q[j] * (Math.log(total) - (score.get(0, j) - shift));
            d.values()[j] -= q[j];
        }
        dY.put(t, new int[] {n}, d);
        return loss;
    }

    /**
     * The pinball loss of outputs [T, N, O Q] against targets [T, N, O]: the quantiles of a target lie side by side.
     *
     * @param quantiles τ, Q of them
     */
    public static Loss pinball(Seq y, Seq target, double... quantiles) {
        int Q = quantiles.length;
        y.requireSteps(target, "loss");
        if (y.size() != target.size() * Q) {
            throw new IllegalArgumentException("LossReference: outputs are " + y.shape() + " but targets "
                    + target.shape() + " of " + Q + " quantiles each need " + target.size() * Q + " numbers a step.");
        }
        Seq dY = Seq.zerosLike(y, y.size());
        double sum = 0;
        int count = 0;
        for (int t = 0; t < y.steps(); t++) {
            for (int n : y.live(t)) {
                for (int d = 0; d < y.size(); d++) {
                    double tau = quantiles[d % Q];
                    double e = target.get(t, n, d / Q) - y.get(t, n, d);
                    sum += Math.max(tau * e, (tau - 1) * e);
                    dY.values()[(t * y.batchSize() + n) * y.size() + d] = e > 0 ? -tau : e < 0 ? 1 - tau : 0;
                    count++;
                }
            }
        }
        return new Loss(sum, count, dY);
    }

    /** Squared error against targets [T, N, D]. */
    public static Loss squaredError(Seq y, Seq target) {
        return perNumber(y, target, (v, goal) -> (v - goal) * (v - goal), (v, goal) -> 2 * (v - goal));
    }

    /** Absolute error against targets [T, N, D]; the gradient at a difference of 0 is 0. */
    public static Loss absoluteError(Seq y, Seq target) {
        return perNumber(y, target, (v, goal) -> Math.abs(v - goal), (v, goal) -> Math.signum(v - goal));
    }

    /** Logistic cross-entropy of scores against targets from 0 to 1, [T, N, D]. */
    public static Loss logisticCrossEntropy(Seq y, Seq target) {
        // ln(1 + exp v) = max(v, 0) + ln(1 + exp(-|v|)), whose exponential cannot overflow.
        return perNumber(
                y,
                target,
                (v, goal) -> Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))) - goal * v,
                (v, goal) -> 1 / (1 + Math.exp(-v)) - goal);
    }

    private static Loss perNumber(Seq y, Seq target, Term value, Term slope) {
        y.requireSteps(target, "loss");
        if (y.size() != target.size()) {
            throw new IllegalArgumentException("LossReference: outputs are " + y.shape() + " but targets are "
                    + target.shape() + "; the sizes must agree.");
        }
        Seq dY = Seq.zerosLike(y, y.size());
        double sum = 0;
        int count = 0;
        for (int t = 0; t < y.steps(); t++) {
            for (int n : y.live(t)) {
                for (int d = 0; d < y.size(); d++) {
                    double v = y.get(t, n, d);
                    double goal = target.get(t, n, d);
                    sum += value.of(v, goal);
                    dY.values()[(t * y.batchSize() + n) * y.size() + d] = slope.of(v, goal);
                    count++;
                }
            }
        }
        return new Loss(sum, count, dY);
    }

    @FunctionalInterface
    private interface Term {
        double of(double value, double goal);
    }

    /**
     * A loss at given outputs, to be checked: the input is {@code y}, the output {@code loss}.
     *
     * @param loss a loss as a function of outputs alone, its targets already inside
     */
    public static Differentiable at(String name, Function<Seq, Loss> loss, Seq y) {
        return new Differentiable() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Map<String, double[]> inputs() {
                return Map.of("y", y.values());
            }

            @Override
            public Map<String, double[]> forward() {
                return Map.of("loss", new double[] {loss.apply(y).value()});
            }

            @Override
            public Map<String, double[]> backward(Map<String, double[]> outputGradients) {
                double dLoss = Differentiable.array(outputGradients, "loss")[0];
                double[] dY = loss.apply(y).dY().values();
                for (int k = 0; k < dY.length; k++) {
                    dY[k] *= dLoss;
                }
                return Map.of("y", dY);
            }
        };
    }
}
