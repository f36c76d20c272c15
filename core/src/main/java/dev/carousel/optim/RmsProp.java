package dev.carousel.optim;

import java.util.List;

/**
 * RMSProp: each parameter's step is divided by the root of the running mean of its squared gradient.
 *
 * <pre>{@code
 * g = g + λ w
 * v = ρ v + (1 - ρ) g²
 * w = w - η g / (√v + ε)
 * }</pre>
 *
 * <p>As PyTorch's {@code RMSprop}, neither centred nor with momentum; ε stands outside the root.
 *
 * <p>Tieleman, Hinton, Lecture 6.5: RMSProp, Neural networks for machine learning, 2012.
 *
 * @param learningRate η
 * @param rho ρ, the decay of the mean square, from 0 to below 1
 * @param epsilon ε
 * @param weightDecay λ, 0 for none
 */
public record RmsProp(double learningRate, double rho, double epsilon, double weightDecay) implements Optimiser {

    private static final String V = "v";

    /** Checks the numbers. */
    public RmsProp {
        Require.notNegative("RmsProp: learningRate", learningRate);
        Require.decay("RmsProp: rho", rho);
        Require.notNegative("RmsProp: epsilon", epsilon);
        Require.notNegative("RmsProp: weightDecay", weightDecay);
    }

    /** With ρ = 0.99, ε = 1e-8 and no weight decay. */
    public RmsProp(double learningRate) {
        this(learningRate, 0.99, 1e-8, 0);
    }

    /** The same with another decay of the mean square. */
    public RmsProp withRho(double rho) {
        return new RmsProp(learningRate, rho, epsilon, weightDecay);
    }

    /** The same with another ε. */
    public RmsProp withEpsilon(double epsilon) {
        return new RmsProp(learningRate, rho, epsilon, weightDecay);
    }

    /** The same with weight decay. */
    public RmsProp withWeightDecay(double weightDecay) {
        return new RmsProp(learningRate, rho, epsilon, weightDecay);
    }

    @Override
    public List<String> remembered() {
        return List.of(V);
    }

    @Override
    public void update(Update u) {
        u.decayThroughGradient(weightDecay);
        u.kernel.rmsProp(u.from, u.to, u.w, u.g, u.memory.get(V), (float) u.rate, rho, (float) epsilon);
    }
}
