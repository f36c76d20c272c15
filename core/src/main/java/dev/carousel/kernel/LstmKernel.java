package dev.carousel.kernel;

/** The equations of the LSTM over the rows of one step. Columns of {@code a} and {@code g}: i f g o, each H wide. */
public interface LstmKernel {

    /**
     * Turns pre-activations into gates and the state before into the state after.
     *
     * <pre>{@code
     * a = (W x + bW) + (R h' + bR)
     * i = σ(a_i)   f = σ(a_f)   g = tanh(a_g)   o = σ(a_o)
     * c = f ⊙ c' + i ⊙ g
     * h = o ⊙ tanh(c)        or o ⊙ c
     * }</pre>
     *
     * @param outputTanh whether h = o ⊙ tanh(c) rather than o ⊙ c
     * @param s reads {@code a, g, cPrev}; writes {@code a} (the gates), {@code c, h}; {@code c} may be {@code cPrev}
     */
    void forward(boolean outputTanh, Step s);

    /**
     * Turns gates into the gradient of the pre-activations.
     *
     * <pre>{@code
     * dh   = dY + dh
     * do   = dh ⊙ tanh(c)                                    or dh ⊙ c
     * dc   = dc + dh ⊙ o ⊙ (1 - tanh²(c))                    or dc + dh ⊙ o
     * da_i = dc ⊙ g ⊙ i (1 - i)        da_f = dc ⊙ c' ⊙ f (1 - f)
     * da_g = dc ⊙ i ⊙ (1 - g²)         da_o = do ⊙ o (1 - o)
     * dc'  = dc ⊙ f
     * }</pre>
     *
     * @param outputTanh as in the forward pass
     * @param s reads {@code cPrev, c} and the gates in {@code a}; writes their gradient over {@code a}
     * @param d reads {@code dY, dh, dc}; writes {@code dc}
     */
    void backward(boolean outputTanh, Step s, StepGradient d);
}
