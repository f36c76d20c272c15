package dev.carousel.reference;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One recurrent cell: what happens to the sequences of a batch in a single step of time.
 *
 * <p>A cell is a value that holds neither weights nor state; both are passed in. It knows nothing of time, of lengths
 * or of directions, which {@link CellLayer} adds. To write a new cell, implement this in one file and add one line to
 * {@code ReferenceCells}; for your own cell, a {@link ForwardReference} may be enough, without an entry anywhere.
 *
 * <p>Letters: N sequences, D inputs, H hidden units, k gates; x [N, D], h [N, H], W [kH, D], R [kH, H], bW and bR
 * [1, kH]. A prime marks the step before: h', in code {@code hPrev}. {@code dA} is the gradient of the loss in A.
 */
public interface CellReference {

    /** What a report calls this cell, with its variant: {@code LSTM without output tanh}. */
    String name();

    /** The weights that the cell needs for D inputs and H hidden units, in order. */
    List<WeightSpec> weights(int D, int H);

    /**
     * The parts of the state and their sizes, in order; the first is always {@code h}, which is also the output. Unless a cell
     * says otherwise, it is the only one.
     */
    default Map<String, Integer> state(int H) {
        return Map.of("h", H);
    }

    /**
     * A state that steps can lead to, made of any numbers: for checks, which draw a state. Most cells may be in any.
     *
     * @param state numbers of the names and shapes of {@link #state}
     */
    default Mats reachable(Mats state) {
        return state;
    }

    /** The size of the output, which is that of the state's part {@code h}. */
    default int outputSize(int H) {
        return Objects.requireNonNull(state(H).get("h"), "the state of a cell needs a part called h");
    }

    /**
     * One step forward, and the way back.
     *
     * @param weights what {@link #weights} lists; read, also by the step's backward
     * @param x the input, [N, D]
     * @param previous the state before this step, [N, size of the part]
     * @return the new state and the backward pass, which remembers all it needs
     */
    Step forward(Mats weights, Mat x, Mats previous);

    /**
     * A weight: its letter in the equations, its name in a model file (PyTorch's, without the layer's number), and its
     * shape; a bias is one row.
     */
    record WeightSpec(String symbol, String fileName, int rows, int columns) {}

    /** A step taken: the state after it, and the way back through it. */
    record Step(Mats state, Backward backward) {}

    /** The backward pass of one step. */
    @FunctionalInterface
    interface Backward {
        /**
         * The gradients of the loss in all that the step has read.
         *
         * @param dState the gradient in the state after the step: in h what the output and the next step have sent
         *     back, in every other part what the next step has sent back
         */
        StepGradients apply(Mats dState);
    }

    /** Gradients of one step: in its input x [N, D], in the state before it, and its share in those of the weights. */
    record StepGradients(Mat dx, Mats dPrevious, Mats dWeights) {}

    /** The weights W, R, bW and bR of a cell with k gates, the layout that all cells here share. */
    static List<WeightSpec> gateWeights(int k, int D, int H) {
        return gateWeights(k, D, H, true);
    }

    /** The same with or without bR, the recurrent bias. */
    static List<WeightSpec> gateWeights(int k, int D, int H, boolean recurrentBias) {
        List<WeightSpec> all = List.of(
                new WeightSpec("W", "weight_ih", k * H, D),
                new WeightSpec("R", "weight_hh", k * H, H),
                new WeightSpec("bW", "bias_ih", 1, k * H),
                new WeightSpec("bR", "bias_hh", 1, k * H));
        return recurrentBias ? all : all.subList(0, 3);
    }
}
