package dev.carousel.reference;

/**
 * A layer that turns a batch of sequences into another, forward and backward through time, in double precision.
 *
 * <pre>{@code
 * Run run = layer.forward(x, layer.zeroState(x.batchSize()));
 * Gradients d = run.backward(dY, dLast);          // dLast: the gradient that arrives in the final state
 * d.dX(); d.dInitial(); d.dWeights();
 * }</pre>
 *
 * <p>The state goes in and comes out by name, and so do its gradients, so a long sequence may be taken in pieces: the
 * final state of one is the initial state of the next, and backwards {@code dInitial} of one is {@code dLast} of the
 * one before. Any implementation, of another precision too, can be checked by {@code dev.carousel.check}.
 *
 * <p>Ragged batches: the output at a padded step is 0, the state stays what it was at the last valid step, and what
 * stands in the padding of x or dY is never read.
 */
public interface LayerReference {

    /** What a report calls this layer. */
    String name();

    /** The live weights; empty for a layer that has none. */
    default Mats weights() {
        return Mats.empty();
    }

    /** The size of the vectors that the layer reads. */
    int inputSize();

    /** The size of the vectors that the layer writes. */
    int outputSize();

    /** A state of zeros for N sequences; empty for a layer without state. */
    default Mats zeroState(int N) {
        return Mats.empty();
    }

    /** A state that steps can lead to, made of any numbers, as {@link CellReference#reachable} says. */
    default Mats reachable(Mats state) {
        return state;
    }

    /**
     * The whole batch forward.
     *
     * @param x the input, [T, N, inputSize]
     * @param initial the state before the first step, under the names of {@link #zeroState}, [N, size of the part]
     */
    Run forward(Seq x, Mats initial);

    /** The results of a forward pass: the outputs [T, N, outputSize], the final state, and the way back. */
    record Run(Seq y, Mats last, Backward way) {

        /** The backward pass, given the gradients in all outputs and in the final state. */
        public Gradients backward(Seq dY, Mats dLast) {
            dY.requireSteps(y, "backward");
            return way.apply(dY, dLast);
        }
    }

    /** The backward pass of a run, which remembers what the forward pass saw. */
    @FunctionalInterface
    interface Backward {
        /** Gradients from those in the outputs and in the final state. */
        Gradients apply(Seq dY, Mats dLast);
    }

    /** Gradients of a run: in the input, in the initial state, and in the weights, summed over steps and sequences. */
    record Gradients(Seq dX, Mats dInitial, Mats dWeights) {}
}
