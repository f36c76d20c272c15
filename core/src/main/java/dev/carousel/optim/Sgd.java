package dev.carousel.optim;

import java.util.List;

/**
 * Stochastic gradient descent, with or without momentum.
 *
 * <pre>{@code
 * g = g + λ w
 * w = w - η g                              without momentum
 * m = μ m + g,   w = w - η m               with momentum
 * m = μ m + g,   w = w - η (g + μ m)       Nesterov's
 * }</pre>
 *
 * <p>As PyTorch's {@code SGD}: the learning rate stands outside m, there is no dampening.
 *
 * <p>Polyak, Some methods of speeding up the convergence of iteration methods, 1964; Sutskever, Martens, Dahl, Hinton,
 * On the importance of initialization and momentum in deep learning, ICML 2013.
 *
 * @param learningRate η
 * @param momentum μ, from 0 (none) to below 1
 * @param nesterov whether the step looks ahead; needs momentum
 * @param weightDecay λ, 0 for none
 */
public record Sgd(double learningRate, double momentum, boolean nesterov, double weightDecay) implements Optimiser {

    private static final String M = "m";

    /** Checks the numbers. */
    public Sgd {
        Require.notNegative("Sgd: learningRate", learningRate);
        Require.decay("Sgd: momentum", momentum);
        Require.notNegative("Sgd: weightDecay", weightDecay);
        if (nesterov && momentum == 0) {
            throw new IllegalArgumentException("Sgd: Nesterov's step needs a momentum above 0.");
        }
    }

    /** Plain descent. */
    public Sgd(double learningRate) {
        this(learningRate, 0, false, 0);
    }

    /** The same with momentum. */
    public Sgd withMomentum(double momentum) {
        return new Sgd(learningRate, momentum, nesterov, weightDecay);
    }

    /** The same with Nesterov's momentum. */
    public Sgd withNesterov(double momentum) {
        return new Sgd(learningRate, momentum, true, weightDecay);
    }

    /** The same with weight decay. */
    public Sgd withWeightDecay(double weightDecay) {
        return new Sgd(learningRate, momentum, nesterov, weightDecay);
    }

    @Override
    public List<String> remembered() {
        return momentum == 0 ? List.of() : List.of(M);
    }

    @Override
    public void update(Update u) {
        u.decayThroughGradient(weightDecay);
        if (momentum == 0) {
            u.kernel.descend(u.from, u.to, u.w, u.g, (float) u.rate);
        } else {
            float[] m = u.memory.get(M);
            u.kernel.momentum(u.from, u.to, u.w, u.g, m, (float) u.rate, (float) momentum, nesterov);
        }
    }
}
