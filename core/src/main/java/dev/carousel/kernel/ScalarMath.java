package dev.carousel.kernel;

/** The activations, as the scalar kernels compute them: in double, rounded once. */
final class ScalarMath {

    private ScalarMath() {}

    /** σ(a) = 1 / (1 + e⁻ᵃ). */
    static float logistic(float a) {
        return (float) (1 / (1 + Math.exp(-a)));
    }

    static float tanh(float a) {
        return (float) Math.tanh(a);
    }

    /** φ of a, limited to ±clip. */
    static float clipped(Activation phi, float a, float clip) {
        return phi.value(Math.min(Math.max(a, -clip), clip));
    }

    /** The derivative of {@link #clipped} in a. */
    static float clippedSlope(Activation phi, float a, float clip) {
        return Math.abs(a) > clip ? 0 : phi.slope(a);
    }

    /** Φ(a) = (1 + erf(a / √2)) / 2, the share of a normal distribution below a. */
    static double normalShare(double a) {
        if (Math.abs(a) > 9) {
            return a > 0 ? 1 : 0;
        }
        // Φ(a) - 1/2 = exp(-a²/2) / √(2π) * (a + a³/3 + a⁵/(3 5) + a⁷/(3 5 7) + ...), all terms of one sign
        double term = a;
        double sum = a;
        for (int n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
            term *= a * a / n;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI);
    }

    /** log(1 + eᵃ), without an overflow of eᵃ. */
    static double softplus(double a) {
        return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
    }

    /** What the tanh of {@link Activation.Kind#GELU_TANH} is of: √(2/π) (a + 0.044715 a³). */
    static double geluInner(double a) {
        return Math.sqrt(2 / Math.PI) * (a + 0.044715 * a * a * a);
    }
}
