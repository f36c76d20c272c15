package dev.carousel.kernel;

/** The equations of the plain recurrent cell over the rows of one step. Columns of {@code a} and {@code g}: one, H wide. */
public interface RnnKernel {

    /**
     * {@code a = (W x + bW) + (R h' + bR); h = φ(a)}.
     *
     * @param phi the nonlinearity
     * @param s reads {@code a, g}; writes {@code h} and, for the backward pass, h over {@code a}
     */
    void forward(Nonlinearity phi, Step s);

    /**
     * {@code da = (dY + dh) ⊙ φ'(a)}, with φ' written in h: 1 - h², [h &gt; 0] or h (1 - h).
     *
     * @param phi as in the forward pass
     * @param s reads h in {@code a}; writes da over it
     * @param d reads {@code dY, dh}
     */
    void backward(Nonlinearity phi, Step s, StepGradient d);
}
