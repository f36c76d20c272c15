package dev.carousel.kernel;

/**
 * The equations of an LSTM with any activations, peepholes, coupled gates and clipped pre-activations, over the rows of
 * one step. The usual LSTM has a separate, faster kernel, {@link LstmKernel}.
 *
 * <p>Columns of {@code a} and {@code g}: i f g o, each H wide. Unlike there, {@code a} keeps pre-activations, because
 * not every activation's slope can be derived from its value. {@code clip} is the bound on either side, or infinity.
 */
public interface LstmVariantKernel {

    /**
     * Turns products into pre-activations and the state before into the state after.
     *
     * <pre>{@code
     * a    = (W x + bW) + (R h' + bR)       [x] = min(max(x, -clip), clip)
     * a_i  = a_i + p_i ⊙ c'                 i = φ[a_i]
     * a_f  = a_f + p_f ⊙ c'                 f = φ[a_f]        or f = 1 - i
     *                                       g = χ[a_g]
     * c    = f ⊙ c' + i ⊙ g
     * a_o  = a_o + p_o ⊙ c                  o = φ[a_o]
     * h    = o ⊙ ψ(c)
     * }</pre>
     *
     * @param gate φ
     * @param candidate χ
     * @param output ψ
     * @param inputForget whether f = 1 - i
     * @param clip the bound of the pre-activations
     * @param s reads {@code a, g, p, cPrev}; writes {@code a} (the pre-activations, unclipped), {@code c, h}
     */
    void forward(Activation gate, Activation candidate, Activation output, boolean inputForget, float clip, Step s);

    /**
     * Turns pre-activations into their gradient.
     *
     * <pre>{@code
     * dh   = dY + dh                        φ'[a] = φ'(a) where |a| <= clip, else 0
     * da_o = dh ⊙ ψ(c) ⊙ φ'[a_o]
     * dc   = dc + dh ⊙ o ⊙ ψ'(c) + p_o ⊙ da_o
     * da_i = dc ⊙ g ⊙ φ'[a_i]               or dc ⊙ (g - c') ⊙ φ'[a_i]
     * da_f = dc ⊙ c' ⊙ φ'[a_f]              or 0
     * da_g = dc ⊙ i ⊙ χ'[a_g]
     * dc'  = dc ⊙ f + p_i ⊙ da_i + p_f ⊙ da_f
     * }</pre>
     *
     * @param gate φ
     * @param candidate χ
     * @param output ψ
     * @param inputForget as in the forward pass
     * @param clip as in the forward pass
     * @param s reads {@code p, cPrev, c} and the pre-activations in {@code a}; writes their gradient over {@code a}
     * @param d reads {@code dY, dh, dc}; writes {@code dc}
     */
    void backward(
            Activation gate,
            Activation candidate,
            Activation output,
            boolean inputForget,
            float clip,
            Step s,
            StepGradient d);
}
