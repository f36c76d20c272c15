package dev.carousel.optim;

/** What is done to a gradient that is too large, before the update. An immutable value. */
public sealed interface Clipping {

    /** Leaves the gradient as it is. */
    Clipping NONE = new None();

    /** Limits each number of the gradient on its own. */
    static Clipping byValue(double limit) {
        return new ByValue(limit);
    }

    /** Limits the length of the whole gradient and keeps its direction. */
    static Clipping byNorm(double limit) {
        return new ByNorm(limit);
    }

    /** Nothing. */
    record None() implements Clipping {

        @Override
        public String toString() {
            return "none";
        }
    }

    /**
     * {@code g = min(max(g, -limit), limit)}, as PyTorch's {@code clip_grad_value_}.
     *
     * @param limit the largest magnitude, above 0
     */
    record ByValue(double limit) implements Clipping {

        /** Checks the limit. */
        public ByValue {
            Require.positive("Clipping by value: the limit", limit);
        }
    }

    /**
     * {@code g = g * min(1, limit / (|g| + 1e-6))}, |g| the norm over all parameters, as PyTorch's
     * {@code clip_grad_norm_}.
     *
     * <p>Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks, ICML 2013, algorithm 1.
     *
     * @param limit the largest norm, above 0
     */
    record ByNorm(double limit) implements Clipping {

        /** Checks the limit. */
        public ByNorm {
            Require.positive("Clipping by norm: the limit", limit);
        }

        /** What a gradient of this norm is multiplied by. */
        public double factor(double norm) {
            return Math.min(1, limit / (norm + 1e-6));
        }
    }
}
