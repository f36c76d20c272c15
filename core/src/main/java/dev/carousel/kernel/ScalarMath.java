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
}
