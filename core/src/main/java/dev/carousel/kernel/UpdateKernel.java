package dev.carousel.kernel;

/**
 * The updates of the optimisers and the norms for gradient clipping, each in one pass over a range of flat arrays: w
 * parameters, g their gradient, m and v an optimiser's memory, all at the same positions {@code from} to {@code to -
 * 1}.
 *
 * <p>Decays come in double, because 1 - 0.999f differs from 0.001f by 5e-5 of it: a kernel rounds ρ and 1 - ρ to float
 * each for itself. Every element depends on its own position alone, so that a caller may split the range among threads
 * at any multiples of 64 and get the same bits.
 */
public interface UpdateKernel {

    /**
     * SGD with momentum μ: {@code m = μ m + g; w = w - rate m}, or with Nesterov's look ahead
     * {@code w = w - rate (g + μ m)}.
     */
    void momentum(int from, int to, float[] w, float[] g, float[] m, float rate, float mu, boolean nesterov);

    /** Plain SGD: {@code w = w - rate g}. */
    void descend(int from, int to, float[] w, float[] g, float rate);

    /** RMSProp: {@code v = ρ v + (1 - ρ) g²; w = w - rate g / (√v + ε)}. */
    void rmsProp(int from, int to, float[] w, float[] g, float[] v, float rate, double rho, float epsilon);

    /**
     * Adam with the bias corrections already in its factors.
     *
     * <pre>{@code
     * m = β1 m + (1 - β1) g      v = β2 v + (1 - β2) g²
     * w = keep w - rate m / (√v correction + ε)
     * }</pre>
     *
     * @param beta1 the decay of the mean
     * @param beta2 the decay of the mean square
     * @param rate the learning rate over 1 - β1^t
     * @param correction 1 / √(1 - β2^t)
     * @param epsilon added to the root
     * @param keep what remains of each weight before its step: 1, or 1 - learning rate * weight decay
     */
    void adam(
            int from,
            int to,
            float[] w,
            float[] g,
            float[] m,
            float[] v,
            double beta1,
            double beta2,
            float rate,
            float correction,
            float epsilon,
            float keep);

    /** Weight decay as the gradient of a square: {@code g = g + factor w}. */
    void addScaled(int from, int to, float[] g, float[] w, float factor);

    /** The sum of the squares, in double. */
    double sumOfSquares(int from, int to, float[] g);

    /** {@code g = factor g}. */
    void scale(int from, int to, float[] g, float factor);

    /** {@code g = min(max(g, -limit), limit)}. */
    void clamp(int from, int to, float[] g, float limit);
}
