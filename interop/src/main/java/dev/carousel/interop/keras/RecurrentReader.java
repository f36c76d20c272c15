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
 * {@code gru.py}, {@code simple_rnn.py}. CuDNNLSTM and CuDNNGRU of Keras 2 have other layouts within each gate, and all biases
 * one after the other; source: Keras 2, {@code hdf5_format.py}, {@code _convert_rnn_weights}.
 *
 * @param layer the layer
 * @param cell our cell
 * @param hiddenSize H
 * @param bias whether it has biases
 * @param returnSequences whether its output is that of every step
 * @param goBackwards whether it reads from the last step to the first, and returns the steps in that order
 * @param zeroOutput whether its output is 0 at masked steps, rather than that of the step before
 */
record RecurrentReader(
        LayerConfig layer,
        Cell cell,
        int hiddenSize,
        boolean bias,
        boolean returnSequences,
        boolean goBackwards,
        boolean zeroOutput) {

    /** Which of our gates each of Keras' becomes. */
    private static final int[] GRU_GATES = {1, 0, 2};

    private static final int[] SAME_GATES = {0, 1, 2, 3};

    /**
     * Reads the options.
     *
     * @param weights the layer's weights, which tell a GRU's variant where an old file does not
     */
    static RecurrentReader of(LayerConfig layer, KerasActivations activations, List<KerasTensor> weights) {
        if (layer.kind().equals("RNN")) {
            List<LayerConfig> cells = layer.cells();
            if (cells.size() != 1) {
                throw layer.error("it has " + cells.size() + " cells; here, one can stand.");
            }
            return ofCell(layer, cells.get(0), activations, weights);
        }
        return ofCell(layer, layer, activations, weights);
    }

    /**
     * As above, of an RNN whose cell is described by itself.
     *
     * @param layer says what becomes of all steps
     * @param one says what a step is
     */
    static RecurrentReader ofCell(
            LayerConfig layer, LayerConfig one, KerasActivations activations, List<KerasTensor> weights) {
        boolean bias = one.flag("use_bias", true);
        Cell cell = cell(one, bias, activations, weights);
        layer.refuse("the first axis must be the batch; save the model with time_major=False.", "time_major");
        boolean state = layer.flag("return_state", false);
        if (layer.output() > (state ? 1 : 0)) {
            throw layer.error("a later layer reads its output " + layer.output()
                    + "; only its output and its state h (the second output with return_state=True) can go on.");
        }
        one.ignore("unit_forget_bias", "implementation", "dropout", "recurrent_dropout", "input_dim", "units");
        layer.ignore("stateful", "unroll", "use_cudnn", "input_length", "input_dim", "cell");
        RecurrentReader reader = new RecurrentReader(
                one,
                cell,
                one.size("units"),
                bias,
                layer.flag("return_sequences", false) && layer.output() == 0,
                layer.flag("go_backwards", false),
                layer.flag("zero_output_for_mask", false));
        one.requireNothingElse();
        layer.requireNothingElse();
        return reader;
    }

    private static Cell cell(LayerConfig one, boolean bias, KerasActivations activations, List<KerasTensor> weights) {
        return switch (one.kind()) {
            case "SimpleRNN", "SimpleRNNCell" -> new Rnn(activations.of(one, "activation"));
            case "LSTM", "LSTMCell" ->
                Lstm.STANDARD
                        .withGateActivation(activations.of(one, "recurrent_activation"))
                        .withCandidateActivation(activations.of(one, "activation"))
                        .withOutputActivation(activations.of(one, "activation"));
            case "GRU", "GRUCell" ->
                new Gru(resetGate(one, bias, weights))
                        .withGateActivation(activations.of(one, "recurrent_activation"))
                        .withCandidateActivation(activations.of(one, "activation"));
            case "CuDNNLSTM" -> Lstm.STANDARD;
            case "CuDNNGRU" -> Gru.STANDARD;
            default ->
                throw one.error(
                        "only SimpleRNN, LSTM and GRU can stand here, in Keras' own form or that of cuDNN, or their"
                                + " cells in an RNN.");
        };
    }

    /** The same with all steps returned, or only the last one's. */
    RecurrentReader returning(boolean sequences) {
        return new RecurrentReader(layer, cell, hiddenSize, bias, sequences, goBackwards, zeroOutput);
    }

    /** The same in a direction. */
    RecurrentReader goingBackwards(boolean backwards) {
        return new RecurrentReader(layer, cell, hiddenSize, bias, returnSequences, backwards, zeroOutput);
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
        if (cudnn()) {
            requireCudnnShapes(weights, inputSize);
            return;
        }
        int GH = cell.gates() * hiddenSize;
        require(weights.get(0), "kernel", inputSize, GH);
        require(weights.get(1), "recurrent_kernel", hiddenSize, GH);
        if (bias && twoBiases()) {
            require(weights.get(2), "bias", 2, GH);
        } else if (bias) {
            require(weights.get(2), "bias", GH);
        }
    }

    private boolean cudnn() {
        return layer.kind().startsWith("CuDNN");
    }

    private void requireCudnnShapes(List<KerasTensor> weights, int inputSize) {
        int GH = cell.gates() * hiddenSize;
        require(weights.get(0), "kernel", inputSize, GH);
        require(weights.get(1), "recurrent_kernel", hiddenSize, GH);
        require(weights.get(2), "bias", 2 * GH);
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
        boolean cudnn = cudnn();
        float[] kernel = cudnn ? ofCudnnKernel(weights.get(0)) : transposed(weights.get(0));
        float[] recurrent = cudnn ? ofCudnnBlocks(weights.get(1)) : transposed(weights.get(1));
        parameters.set(into.parameterName("weight_ih", 0, direction), kernel);
        parameters.set(into.parameterName("weight_hh", 0, direction), recurrent);
        if (!bias) {
            return;
        }
        float[] both = weights.get(2).values();
        int GH = cell.gates() * hiddenSize;
        if (cudnn) {
            parameters.set(into.parameterName("bias_ih", 0, direction), reordered(both, 0));
            parameters.set(into.parameterName("bias_hh", 0, direction), reordered(both, GH));
            return;
        }
        parameters.set(into.parameterName("bias_ih", 0, direction), reordered(both, 0));
        parameters.set(into.parameterName("bias_hh", 0, direction), twoBiases() ? reordered(both, GH) : new float[GH]);
    }

    /** cuDNN keeps the block [D, H] of each gate as its numbers lie in an array [H, D]. */
    private float[] ofCudnnKernel(KerasTensor kernel) {
        return ofBlocks(kernel, (block, i, j) -> block[j * kernel.rows() + i]);
    }

    /** cuDNN keeps the block [H, H] of each gate transposed. */
    private float[] ofCudnnBlocks(KerasTensor kernel) {
        return ofBlocks(kernel, (block, i, j) -> block[j * hiddenSize + i]);
    }

    /** The number of a gate's block that weighs input i for unit j. */
    private interface InBlock {
        float at(float[] block, int i, int j);
    }

    private float[] ofBlocks(KerasTensor kernel, InBlock number) {
        int n = kernel.rows();
        int GH = cell.gates() * hiddenSize;
        float[] result = new float[GH * n];
        for (int gate = 0; gate < cell.gates(); gate++) {
            float[] block = new float[n * hiddenSize];
            for (int i = 0; i < n; i++) {
                System.arraycopy(kernel.values(), i * GH + gate * hiddenSize, block, i * hiddenSize, hiddenSize);
            }
            for (int j = 0; j < hiddenSize; j++) {
                for (int i = 0; i < n; i++) {
                    result[row(gate * hiddenSize + j) * n + i] = number.at(block, i, j);
                }
            }
        }
        return result;
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
