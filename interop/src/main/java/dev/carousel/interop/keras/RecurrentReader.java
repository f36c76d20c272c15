package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Gru.ResetGate;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Parameters;
import java.util.Arrays;
import java.util.List;

/**
 * SimpleRNN, LSTM and GRU, in one direction.
 *
 * <pre>{@code
 *        kernel     recurrent_kernel   bias                              gates
 * LSTM   [D, 4H]    [H, 4H]            [4H]                              i f c o, ours i f g o
 * GRU    [D, 3H]    [H, 3H]            [2, 3H] or, reset before, [3H]    z r h, ours r z n
 * }</pre>
 *
 * <p>Ours are transposed, [GH, D] and [GH, H]. Both write h = z ⊙ h' + (1 - z) ⊙ n. Source: Keras, {@code lstm.py},
 * {@code gru.py}, {@code simple_rnn.py}.
 *
 * @param layer the layer
 * @param cell our cell
 * @param hiddenSize H
 * @param bias whether it has biases
 * @param returnSequences whether its output is that of every step
 * @param goBackwards whether it reads from the last step to the first, and returns the steps in that order
 */
record RecurrentReader(
        LayerConfig layer, Cell cell, int hiddenSize, boolean bias, boolean returnSequences, boolean goBackwards) {

    /** Which of our gates each of Keras' becomes. */
    private static final int[] GRU_GATES = {1, 0, 2};

    private static final int[] SAME_GATES = {0, 1, 2, 3};

    /**
     * Reads the options.
     *
     * @param weights the layer's weights, which tell a GRU's variant where an old file does not
     */
    static RecurrentReader of(LayerConfig layer, KerasActivations activations, List<KerasTensor> weights) {
        boolean bias = layer.flag("use_bias", true);
        Cell cell = switch (layer.kind()) {
            case "SimpleRNN" -> new Rnn(activations.of(layer, "activation"));
            case "LSTM" ->
                Lstm.STANDARD
                        .withGateActivation(activations.of(layer, "recurrent_activation"))
                        .withCandidateActivation(activations.of(layer, "activation"))
                        .withOutputActivation(activations.of(layer, "activation"));
            case "GRU" ->
                new Gru(resetGate(layer, bias, weights))
                        .withGateActivation(activations.of(layer, "recurrent_activation"))
                        .withCandidateActivation(activations.of(layer, "activation"));
            default -> throw layer.error("only SimpleRNN, LSTM and GRU can stand here.");
        };
        layer.refuse("the final state is in Carousel's State; save the model with return_state=False.", "return_state");
        layer.refuse("the first axis must be the batch; save the model with time_major=False.", "time_major");
        layer.ignore(
                "unit_forget_bias",
                "implementation",
                "stateful",
                "unroll",
                "use_cudnn",
                "zero_output_for_mask",
                "input_length",
                "input_dim",
                "dropout",
                "recurrent_dropout");
        RecurrentReader reader = new RecurrentReader(
                layer,
                cell,
                layer.size("units"),
                bias,
                layer.flag("return_sequences", false),
                layer.flag("go_backwards", false));
        layer.requireNothingElse();
        return reader;
    }

    private static ResetGate resetGate(LayerConfig layer, boolean bias, List<KerasTensor> weights) {
        boolean after;
        if (layer.has("reset_after")) {
            after = layer.flag("reset_after", true);
        } else if (bias && weights.size() > 2) {
            // Files of the first Keras 2 have no such option; the bias tells.
            after = weights.get(2).shape().length == 2;
        } else {
            throw layer.error("neither the option reset_after nor a bias tells where the reset gate acts."
                    + " Save the model again with Keras 2.2 or later.");
        }
        return after ? ResetGate.AFTER_PRODUCT : ResetGate.BEFORE_PRODUCT;
    }

    /** How many weights it has. */
    int weightCount() {
        return bias ? 3 : 2;
    }

    /** D, by its kernel. */
    int inputSize(List<KerasTensor> weights) {
        return weights.get(0).rows();
    }

    private boolean twoBiases() {
        return cell instanceof Gru gru && gru.resetGate() == ResetGate.AFTER_PRODUCT;
    }

    /** Checks the shapes of its weights. */
    void requireShapes(List<KerasTensor> weights, int inputSize) {
        int GH = cell.gates() * hiddenSize;
        require(weights.get(0), "kernel", inputSize, GH);
        require(weights.get(1), "recurrent_kernel", hiddenSize, GH);
        if (bias && twoBiases()) {
            require(weights.get(2), "bias", 2, GH);
        } else if (bias) {
            require(weights.get(2), "bias", GH);
        }
    }

    private void require(KerasTensor weight, String what, int... shape) {
        if (!weight.is(shape)) {
            throw layer.error("its " + what + " should be " + Arrays.toString(shape) + " for " + hiddenSize
                    + " units but " + quoted(weight.path()) + " is " + weight.shapeText()
                    + ". Do the weights belong to another model?");
        }
    }

    /**
     * Writes its weights as our parameters.
     *
     * @param into our layer, of one layer
     * @param direction which of its directions
     */
    void fill(List<KerasTensor> weights, Recurrent into, int direction, Parameters parameters) {
        parameters.set(into.parameterName("weight_ih", 0, direction), transposed(weights.get(0)));
        parameters.set(into.parameterName("weight_hh", 0, direction), transposed(weights.get(1)));
        if (!bias) {
            return;
        }
        float[] both = weights.get(2).values();
        int GH = cell.gates() * hiddenSize;
        parameters.set(into.parameterName("bias_ih", 0, direction), reordered(both, 0));
        parameters.set(into.parameterName("bias_hh", 0, direction), twoBiases() ? reordered(both, GH) : new float[GH]);
    }

    /** [n, GH] in Keras' order of gates becomes [GH, n] in ours. */
    private float[] transposed(KerasTensor kernel) {
        int n = kernel.rows();
        int GH = cell.gates() * hiddenSize;
        float[] result = new float[GH * n];
        for (int column = 0; column < GH; column++) {
            int row = row(column);
            for (int j = 0; j < n; j++) {
                result[row * n + j] = kernel.values()[j * GH + column];
            }
        }
        return result;
    }

    private float[] reordered(float[] biases, int from) {
        int GH = cell.gates() * hiddenSize;
        float[] result = new float[GH];
        for (int column = 0; column < GH; column++) {
            result[row(column)] = biases[from + column];
        }
        return result;
    }

    /** The row of ours that a column of Keras' becomes. */
    private int row(int column) {
        int[] gates = cell instanceof Gru ? GRU_GATES : SAME_GATES;
        return gates[column / hiddenSize] * hiddenSize + column % hiddenSize;
    }
}
