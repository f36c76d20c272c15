package dev.carousel.reference;

import java.util.Map;

/**
 * The losses in double precision: the sum over all counted steps, and its gradient in the outputs.
 *
 * <pre>{@code
 * softmax cross-entropy    L = -Σ ln softmax(y)[target]       dy = softmax(y) - onehot(target)
 * squared error            L = Σ (y - target)²                dy = 2 (y - target)
 * absolute error           L = Σ |y - target|                 dy = sign(y - target)
 * logistic cross-entropy   L = Σ ln(1 + exp y) - target y     dy = σ(y) - target
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
                Mat score = y.rows(t, new int[] {n});
                double largest = score.values()[0];
                for (double v : score.values()) {
                    largest = Math.max(largest, v);
                }
                double shift = largest;
                // softmax does not change when all scores move, and exp of what is at most 0 cannot overflow.
                Mat e = score.map(v -> Math.exp(v - shift));
                double total = 0;
                for (double v : e.values()) {
                    total += v;
                }
                sum += Math.log(total) - (score.get(0, target) - shift);
                Mat d = e.times(1 / total);
                d.values()[target] -= 1;
                dY.put(t, new int[] {n}, d);
                count++;
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

    /** A loss as a function of outputs alone, its targets already inside. */
    @FunctionalInterface
    public interface OfOutputs {
        /** The loss of the given outputs. */
        Loss at(Seq y);
    }

    /** A loss at given outputs, to be checked: the input is {@code y}, the output {@code loss}. */
    public static Differentiable at(String name, OfOutputs loss, Seq y) {
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
                return Map.of("loss", new double[] {loss.at(y).value()});
            }

            @Override
            public Map<String, double[]> backward(Map<String, double[]> outputGradients) {
                double dLoss = Differentiable.array(outputGradients, "loss")[0];
                double[] dY = loss.at(y).dY().values();
                for (int k = 0; k < dY.length; k++) {
                    dY[k] *= dLoss;
                }
                return Map.of("y", dY);
            }
        };
    }
}
