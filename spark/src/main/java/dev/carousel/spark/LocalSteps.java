package dev.carousel.spark;

import dev.carousel.optim.Sgd;

/**
 * Training that exchanges parameters once a round rather than gradients at every update: each shard trains a replica on its own
 * examples for some steps, then the parameters follow the mean of what the replicas changed, with Nesterov's momentum.
 *
 * <pre>{@code
 * Δ = θ - mean over replicas of θ_r after H steps          the outer gradient
 * m = μ m + Δ,   θ = θ - η (Δ + μ m)
 * }</pre>
 *
 * <p>Douillard et al., DiLoCo: Distributed Low-Communication Training of Language Models, 2023, algorithm 1. Unlike there, the
 * optimiser of a replica begins anew in each round, so that a replica is nothing that could be lost with a machine.
 *
 * @param steps H, how many updates of its own a replica makes in a round
 * @param learningRate η, the outer one
 * @param momentum μ, the outer one
 */
public record LocalSteps(int steps, double learningRate, double momentum) {

    /** Checks the numbers. */
    public LocalSteps {
        if (steps < 1) {
            throw new IllegalArgumentException("LocalSteps: a round has 1 step at least, not " + steps + ".");
        }
        Sgd unused = new Sgd(learningRate).withNesterov(momentum);
        if (unused.learningRate() == 0) {
            throw new IllegalArgumentException("LocalSteps: with an outer learning rate of 0 nothing is learned.");
        }
    }

    /** Rounds of this many steps, with the outer learning rate 0.7 and the momentum 0.9 of the paper. */
    public static LocalSteps of(int steps) {
        return new LocalSteps(steps, 0.7, 0.9);
    }

    /** The same with another outer learning rate. */
    public LocalSteps withLearningRate(double rate) {
        return new LocalSteps(steps, rate, momentum);
    }

    /** The same with another outer momentum, above 0. */
    public LocalSteps withMomentum(double outer) {
        return new LocalSteps(steps, learningRate, outer);
    }

    Sgd outer() {
        return new Sgd(learningRate).withNesterov(momentum);
    }
}
