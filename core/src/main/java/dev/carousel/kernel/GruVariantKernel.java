package dev.carousel.kernel;

/**
 * The equations of a GRU with any activations and clipped pre-activations, over the rows of one step. The usual GRU has
 * a separate, faster kernel, {@link GruKernel}, whose layouts these are.
 *
 * <p>Unlike there, {@code a} keeps pre-activations in place of r, z and n, because not every activation's slope can be
 * derived from its value. φ is the gates' activation, χ the candidate's; {@code clip} is the bound of the
 * pre-activations on either side, or infinity: [a] = min(max(a, -clip), clip), and φ'[a] is φ'(a) where |a| &lt;= clip,
 * else 0.
 */
public interface GruVariantKernel {

    /**
     * Reset after the product. Columns of {@code a}: n r z q; of {@code g}: r z n.
     *
     * <pre>{@code
     * a_r = a_r + g_r   a_z = a_z + g_z   q = g_n   r = φ[a_r]   z = φ[a_z]
     * a_n = a_n + r ⊙ q                             n = χ[a_n]
     * h   = (1 - z) ⊙ n + z ⊙ h'
     * }</pre>
     *
     * @param s reads {@code a, g, hPrev}; writes {@code a} (a_n a_r a_z q, unclipped) and {@code h}
     */
    void forwardResetAfter(Activation gate, Activation candidate, float clip, Step s);

    /**
     * The gradients of {@link #forwardResetAfter}.
     *
     * <pre>{@code
     * dh   = dY + dh + direct
     * da_n = dh ⊙ (1 - z) ⊙ χ'[a_n]         da_z = dh ⊙ (h' - n) ⊙ φ'[a_z]
     * da_r = da_n ⊙ q ⊙ φ'[a_r]             dq   = da_n ⊙ r
     * direct' = dh ⊙ z
     * }</pre>
     *
     * @param s reads {@code hPrev} and {@code a}; writes the gradient over {@code a}
     * @param d reads {@code dY, dh, direct}; writes {@code direct}
     */
    void backwardResetAfter(Activation gate, Activation candidate, float clip, Step s, StepGradient d);

    /**
     * Reset before the product, first block. Columns of {@code a} and {@code g}: r z n.
     *
     * <pre>{@code
     * a_r = a_r + g_r   a_z = a_z + g_z   m = φ[a_r] ⊙ h'
     * }</pre>
     *
     * @param s reads r z of {@code a, g} and {@code hPrev}; writes r z of {@code a} and {@code m}
     */
    void forwardGates(Activation gate, float clip, Step s);

    /**
     * Reset before the product, second block.
     *
     * <pre>{@code
     * a_n = a_n + g_n   n = χ[a_n]   z = φ[a_z]   h = (1 - z) ⊙ n + z ⊙ h'
     * }</pre>
     *
     * @param s reads n of {@code a, g}, z of {@code a} and {@code hPrev}; writes n of {@code a} and {@code h}
     */
    void forwardCandidate(Activation gate, Activation candidate, float clip, Step s);

    /**
     * The gradients of {@link #forwardCandidate}.
     *
     * <pre>{@code
     * dh   = dY + dh + direct
     * da_n = dh ⊙ (1 - z) ⊙ χ'[a_n]         da_z = dh ⊙ (h' - n) ⊙ φ'[a_z]
     * direct' = dh ⊙ z
     * }</pre>
     *
     * @param s reads {@code hPrev} and z n of {@code a}; writes their gradient over them
     * @param d reads {@code dY, dh, direct}; writes {@code direct}
     */
    void backwardCandidate(Activation gate, Activation candidate, float clip, Step s, StepGradient d);

    /**
     * The gradients of {@link #forwardGates}.
     *
     * <pre>{@code
     * da_r = dm ⊙ h' ⊙ φ'[a_r]              direct' = direct' + dm ⊙ r
     * }</pre>
     *
     * @param s reads {@code hPrev} and r of {@code a}; writes da_r over it
     * @param d reads {@code dm}; adds to {@code direct}
     */
    void backwardGates(Activation gate, float clip, Step s, StepGradient d);
}
