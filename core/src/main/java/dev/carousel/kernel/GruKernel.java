package dev.carousel.kernel;

/** The equations of the GRU over the rows of one step, in its two variants. */
public interface GruKernel {

    /**
     * Reset after the product. Columns of {@code a}: n r z q, where q keeps R_n h' + bR_n; of {@code g}: r z n.
     *
     * <pre>{@code
     * r = σ(a_r + g_r)   z = σ(a_z + g_z)   q = g_n   n = tanh(a_n + r ⊙ q)
     * h = (1 - z) ⊙ n + z ⊙ h'
     * }</pre>
     *
     * @param s reads {@code a, g, hPrev}; writes {@code a} (n r z q) and {@code h}
     */
    void forwardResetAfter(Step s);

    /**
     * The gradients of {@link #forwardResetAfter}.
     *
     * <pre>{@code
     * dh   = dY + dh + direct
     * da_n = dh ⊙ (1 - z) ⊙ (1 - n²)        da_z = dh ⊙ (h' - n) ⊙ z (1 - z)
     * da_r = da_n ⊙ q ⊙ r (1 - r)           dq   = da_n ⊙ r
     * direct' = dh ⊙ z                      the part of dh' that runs through no product
     * }</pre>
     *
     * @param s reads {@code hPrev} and n r z q in {@code a}; writes their gradient over them
     * @param d reads {@code dY, dh, direct}; writes {@code direct}
     */
    void backwardResetAfter(Step s, StepGradient d);

    /**
     * Reset before the product, first block. Columns of {@code a} and {@code g}: r z n.
     *
     * <pre>{@code
     * r = σ(a_r + g_r)   z = σ(a_z + g_z)   m = r ⊙ h'
     * }</pre>
     *
     * @param s reads r z of {@code a, g} and {@code hPrev}; writes r z over {@code a} and {@code m}
     */
    void forwardGates(Step s);

    /**
     * Reset before the product, second block.
     *
     * <pre>{@code
     * n = tanh(a_n + g_n)   h = (1 - z) ⊙ n + z ⊙ h'
     * }</pre>
     *
     * @param s reads n of {@code a, g} and {@code hPrev}; writes n over {@code a} and {@code h}
     */
    void forwardCandidate(Step s);

    /**
     * The gradients of {@link #forwardCandidate}.
     *
     * <pre>{@code
     * dh   = dY + dh + direct
     * da_n = dh ⊙ (1 - z) ⊙ (1 - n²)        da_z = dh ⊙ (h' - n) ⊙ z (1 - z)
     * direct' = dh ⊙ z
     * }</pre>
     *
     * @param s reads {@code hPrev} and z n in {@code a}; writes their gradient over them
     * @param d reads {@code dY, dh, direct}; writes {@code direct}
     */
    void backwardCandidate(Step s, StepGradient d);

    /**
     * The gradients of {@link #forwardGates}.
     *
     * <pre>{@code
     * da_r = dm ⊙ h' ⊙ r (1 - r)            direct' = direct' + dm ⊙ r
     * }</pre>
     *
     * @param s reads {@code hPrev} and r in {@code a}; writes da_r over it
     * @param d reads {@code dm}; adds to {@code direct}
     */
    void backwardGates(Step s, StepGradient d);
}
