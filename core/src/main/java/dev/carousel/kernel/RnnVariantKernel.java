package dev.carousel.kernel;

/**
 * The equations of the plain recurrent cell with any activation and clipped pre-activations, over the rows of one step.
 * The usual ones have a separate, faster kernel, {@link RnnKernel}. Columns of {@code a} and {@code g}: one, H wide.
 */
public interface RnnVariantKernel {

    /**
     * {@code a = (W x + bW) + (R h' + bR); h = φ(min(max(a, -clip), clip))}.
     *
     * @param phi φ
     * @param clip the bound on either side, or infinity
     * @param s reads {@code a, g}; writes {@code a} (the pre-activation, unclipped) and {@code h}
     */
    void forward(Activation phi, float clip, Step s);

    /**
     * {@code da = (dY + dh) ⊙ φ'(a)} where {@code |a| <= clip}, else 0.
     *
     * @param phi as in the forward pass
     * @param clip as in the forward pass
     * @param s reads the pre-activation in {@code a}; writes da over it
     * @param d reads {@code dY, dh}
     */
    void backward(Activation phi, float clip, Step s, StepGradient d);
}
