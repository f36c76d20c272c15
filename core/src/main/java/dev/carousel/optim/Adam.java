package dev.carousel.optim;

import java.util.List;

/**
 * Adam: steps by the running mean of the gradient over the root of the running mean of its square, both bias-corrected.
 *
 * <pre>{@code
 * g = g + λ w
 * m = β1 m + (1 - β1) g                v = β2 v + (1 - β2) g²
 * w = w - η (m / (1 - β1ᵗ)) / (√(v / (1 - β2ᵗ)) + ε)              t = 1 at the first update
 * }</pre>
 *
 * <p>As PyTorch's {@code Adam}: weight decay acts through the gradient ({@link AdamW} sets it apart).
 *
 * <p>Kingma, Ba, Adam: a method for stochastic optimization, ICLR 2015, algorithm 1.
 *
 * @param learningRate η
 * @param beta1 β1, the decay of the mean, from 0 to below 1
 * @param beta2 β2, the decay of the mean square, from 0 to below 1
 * @param epsilon ε
 * @param weightDecay λ, 0 for none
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimiser {

    private static final String M = "m";
    private static final String V = "v";

    /** Checks the numbers. */
    public Adam {
        Require.notNegative("Adam: learningRate", learningRate);
        Require.decay("Adam: beta1", beta1);
        Require.decay("Adam: beta2", beta2);
        Require.notNegative("Adam: epsilon", epsilon);
        Require.notNegative("Adam: weightDecay", weightDecay);
    }

    /** With β1 = 0.9, β2 = 0.999, ε = 1e-8 and no weight decay. */
    public Adam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    /** The same with other decays. */
    public Adam withBetas(double beta1, double beta2) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** The same with another ε. */
    public Adam withEpsilon(double epsilon) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** The same with weight decay. */
    public Adam withWeightDecay(double weightDecay) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<String> remembered() {
        return List.of(M, V);
    }

    @Override
    public void update(Update u) {
        u.decayThroughGradient(weightDecay);
        float[] m = u.memory.get(M);
        float[] v = u.memory.get(V);
        double t = (double) u.memory.updates();
        float rate = (float) (u.rate / (1 - Math.pow(beta1, t)));
        float correction = (float) (1 / Math.sqrt(1 - Math.pow(beta2, t)));
        float keep = 1;
        u.kernel.adam(u.from, u.to, u.w, u.g, m, v, beta1, beta2, rate, correction, (float) epsilon, keep);
    }
}
