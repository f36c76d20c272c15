package dev.carousel.reference;

/**
 * A cell of which only the forward step is written, in double; the backward step uses central differences.
 *
 * <pre>{@code
 * gradient of a number w = Σ dState ⊙ (state(w + s) - state(w - s)) / 2s,     s = 6e-6 max(1, |w|)
 * }</pre>
 *
 * <p>For your own cell, whose equations are then written twice and not three times: here, and in the engine's
 * {@code Cell} with their gradients. Differences in double are right to about nine digits where the equations are smooth, far
 * more than gradients in float have; so {@code EngineCheck}, and the part of {@code StandardChecks.cell} that runs the
 * engine, prove the engine's gradients against them. A gradient check of such a reference says nothing new, for it
 * compares differences with differences. It is slow: every number of the weights costs two steps forward.
 *
 * <p>At an infinite number, such as a fresh state may have, the gradient is 0: no step changes it. Near a kink differences
 * mean nothing.
 */
public interface ForwardReference extends CellReference {

    /**
     * The equations.
     *
     * @param weights what {@link #weights} lists
     * @param x the input, [N, D]
     * @param previous the state before this step, [N, size of the part]
     * @return the state after it, under the names of {@link #state}
     */
    Mats next(Mats weights, Mat x, Mats previous);

    @Override
    default Step forward(Mats weights, Mat x, Mats previous) {
        return new Step(
                next(weights, x, previous), dState -> new Differences(this, weights, x, previous, dState).all());
    }
}
