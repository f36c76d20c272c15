package dev.carousel.optim;

import java.util.List;

/**
 * Adam with decoupled weight decay, which shrinks every weight by the same factor, however large its gradients were.
 *
 * <pre>{@code
 * w = (1 - η λ) w
 * m = β1 m + (1 - β1) g                v = β2 v + (1 - β2) g²
 * w = w - η (m / (1 - β1ᵗ)) / (√(v / (1 - β2ᵗ)) + ε)              t = 1 at the first update
 * }</pre>
 *
 * <p>As PyTorch's {@code AdamW}: the decay is multiplied by the learning rate, and biases decay too.
 *
 * <p>Loshchilov, Hutter, Decoupled weight decay regularization, ICLR 2019, algorithm 2.
 *
 * @param learningRate η
 * @param beta1 β1, the decay of the mean, from 0 to below 1
 * @param beta2 β2, the decay of the mean square, from 0 to below 1
 * @param epsilon ε
 * @param weightDecay λ, 0 for none
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimiser {

    private static final String M = "m";
    private static final String V = "v";

    /** Checks the numbers. */
    public AdamW {
        Require.notNegative("AdamW: learningRate", learningRate);
        Require.decay("AdamW: beta1", beta1);
        Require.decay("AdamW: beta2", beta2);
        Require.notNegative("AdamW: epsilon", epsilon);
        Require.notNegative("AdamW: weightDecay", weightDecay);
    }

    /** With β1 = 0.9, β2 = 0.999, ε = 1e-8 and λ = 0.01. */
    public AdamW(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0.01);
    }

    /** The same with other decays. */
    public AdamW withBetas(double beta1, double beta2) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** The same with another ε. */
    public AdamW withEpsilon(double epsilon) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** The same with weight decay. */
    public AdamW withWeightDecay(double weightDecay) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<String> remembered() {
        return List.of(M, V);
    }

    @Override
    public void update(Update u) {
        float[] m = u.memory.get(M);
        float[] v = u.memory.get(V);
        double t = (double) u.memory.updates();
        float rate = (float) (u.rate / (1 - Math.pow(beta1, t)));
        float correction = (float) (1 / Math.sqrt(1 - Math.pow(beta2, t)));
        float keep = (float) (1 - u.rate * weightDecay);
        u.kernel.adam(u.from, u.to, u.w, u.g, m, v, beta1, beta2, rate, correction, (float) epsilon, keep);
    }
}
