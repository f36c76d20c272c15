package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import dev.carousel.network.Network;
import dev.carousel.spec.Direction;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.Drop;
import dev.carousel.spec.Parameterless.Elementwise;
import dev.carousel.spec.Parameterless.LogSoftmax;
import dev.carousel.spec.Parameterless.Masking;
import dev.carousel.spec.Parameterless.Softmax;
import dev.carousel.spec.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes our layers of Keras' layers, one after the other, and keeps what the next one must know of the data between them.
 *
 * <p>A recurrent layer that goes backwards and returns sequences returns them last step first. Ours return every step where
 * it belongs, so from there on the data are turned: layers that look at one step do not care, and a recurrent layer reads
 * turned data in the other direction. Where only the last step is returned nothing is left to turn.
 */
final class NetworkBuilder {

    private static final int UNKNOWN = -1;
    private static final int VECTORS = 3;
    private static final int IDS_OR_ONE_VECTOR = 2;

    private final String file;
    private final KerasActivations activations;
    private final List<LayerSpec> layers = new ArrayList<>();
    private final List<Consumer<Parameters>> fills = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /** How many axes the data have, with the batch; {@link #UNKNOWN} before the first layer that tells. */
    private int rank = UNKNOWN;

    /** How many numbers a step has, or {@link #UNKNOWN}. */
    private int size = UNKNOWN;

    private boolean masked;
    private boolean turned;
    private String turner = "";

    NetworkBuilder(String file, KerasActivations activations) {
        this.file = file;
        this.activations = activations;
    }

    /**
     * Adds a layer.
     *
     * @param weights of the layer, as {@link KerasWeights#next} gives them
     */
    void add(LayerConfig layer, List<KerasTensor> weights) {
        shapeOf(layer);
        switch (layer.kind()) {
            case "InputLayer" -> input(layer);
            case "Masking" -> masking(layer);
            case "Embedding" -> embedding(layer, weights);
            case "SimpleRNN", "LSTM", "GRU" -> recurrent(layer, weights);
            case "Bidirectional" -> bidirectional(layer, weights);
            case "Dense" -> dense(layer, weights);
            case "TimeDistributed" -> timeDistributed(layer, weights);
            case "Dropout" -> dropout(layer);
            case "Activation" -> {
                activation(layer);
                layer.requireNothingElse();
            }
            case "Softmax" -> softmax(layer);
            default ->
                throw layer.error(
                        "layers of this class are not read; known are InputLayer, Masking, Embedding,"
                                + " SimpleRNN, LSTM, GRU, Bidirectional, Dense, TimeDistributed(Dense), Dropout, Activation and Softmax.");
        }
    }

    /** The network of the layers so far. */
    Network network() {
        if (turned) {
            throw new InteropException(file + ": the output runs backwards in time: layer " + quoted(turner)
                    + " has go_backwards=True and return_sequences=True, and no later layer turns it. Carousel's outputs are"
                    + " in the order of the input; turn it in Keras, or use Bidirectional.");
        }
        if (layers.stream().allMatch(layer -> layer instanceof Masking)) {
            throw new InteropException(file + ": the model has no layer that computes anything.");
        }
        NetworkSpec spec;
        try {
            spec = new NetworkSpec(layers);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new InteropException(file + ": the layers make no network: " + e.getMessage(), e);
        }
        Parameters parameters = spec.zeroParameters();
        fills.forEach(fill -> fill.accept(parameters));
        return Network.of(spec, parameters);
    }

    /** The shape of the input stands in the InputLayer, or until Keras 2.2 in the first layer. */
    private void shapeOf(LayerConfig layer) {
        for (String option : List.of("batch_shape", "batch_input_shape")) {
            if (rank == UNKNOWN && layer.has(option)) {
                List<?> shape = layer.list(option);
                rank = shape.size();
                if (rank == VECTORS && shape.get(2) instanceof Integer given && given > 0) {
                    size = given;
                }
                if (rank != VECTORS && rank != IDS_OR_ONE_VECTOR) {
                    throw layer.error(option + " is " + shape
                            + "; Carousel reads sequences, [batch, steps, numbers], or" + " of ids, [batch, steps].");
                }
            }
        }
    }

    private void requireSequence(LayerConfig layer) {
        if (rank == IDS_OR_ONE_VECTOR) {
            throw layer.error(
                    "it needs sequences, [batch, steps, numbers], but what it reads has no steps. Does a recurrent"
                            + " layer before it lack return_sequences=True, or an Embedding lack?");
        }
        rank = VECTORS;
    }

    /** Layers that look at one step take one vector as well, once a recurrent layer has made it. */
    private void requireVectors(LayerConfig layer) {
        if (layers.isEmpty() || rank == UNKNOWN) {
            requireSequence(layer);
        }
    }

    private void requireSize(LayerConfig layer, int needed) {
        if (size != UNKNOWN && size != needed) {
            throw layer.error("its weights are for " + needed + " numbers a step but it reads " + size
                    + ". Do the weights belong to another model?");
        }
        size = needed;
    }

    private int knownSize(LayerConfig layer) {
        if (size == UNKNOWN) {
            throw layer.error(
                    "how many numbers a step has is not known here. Save the model with an Input(shape=(None, D)).");
        }
        return size;
    }

    private void requireCount(LayerConfig layer, List<KerasTensor> weights, int count) {
        if (weights.size() != count) {
            throw layer.error("it should have " + count + " weights but the file holds " + weights.size()
                    + ". Do the weights belong to another model?");
        }
    }

    private String ownName(LayerConfig layer) {
        String name = layer.name().replaceAll("[^A-Za-z0-9_-]", "_");
        if (name.isEmpty() || !names.add(name)) {
            throw layer.error("two layers have this name, or it has none.");
        }
        return name;
    }

    private void input(LayerConfig layer) {
        layer.refuse("only dense tensors are read.", "sparse", "ragged");
        layer.ignore("optional");
        if (rank == UNKNOWN) {
            throw layer.error("it has no batch_shape.");
        }
        layer.requireNoOtherOption();
    }

    private void masking(LayerConfig layer) {
        requireSequence(layer);
        layers.add(new Masking(knownSize(layer), layer.number("mask_value")));
        layer.requireNothingElse();
        masked = true;
    }

    private void embedding(LayerConfig layer, List<KerasTensor> weights) {
        if (!layers.isEmpty() || rank == VECTORS) {
            throw layer.error("it must be the first layer and read ids, [batch, steps].");
        }
        int ids = layer.size("input_dim");
        int numbers = layer.size("output_dim");
        masked = layer.flag("mask_zero", false);
        layer.ignore("input_length", "sparse");
        layer.refuse("save the model before quantising it or adding LoRA.", "quantization_config", "lora_rank");
        layer.requireNothingElse();
        requireCount(layer, weights, 1);
        KerasTensor table = weights.get(0);
        if (!table.is(ids, numbers)) {
            throw layer.error("its embeddings should be [" + ids + ", " + numbers + "] but " + quoted(table.path())
                    + " is " + table.shapeText() + ". Do the weights belong to another model?");
        }
        LayerSpec.Embedding ours = new LayerSpec.Embedding(ownName(layer), ids, numbers);
        layers.add(ours);
        fills.add(parameters -> parameters.set(ours.name() + ".weight", table.values()));
        rank = VECTORS;
        size = numbers;
        if (masked) {
            // Id 0 is padding, so its row is never looked at: a number that fills no other row tells it from words.
            float mark = unusedNumber(table);
            Arrays.fill(table.values(), 0, numbers, mark);
            layers.add(new Masking(numbers, mark));
        }
    }

    /** 0, or the first whole number after it that fills no row but the first. */
    private static float unusedNumber(KerasTensor table) {
        int columns = table.shape()[1];
        Set<Float> used = new HashSet<>();
        for (int row = 1; row < table.rows(); row++) {
            float first = table.values()[row * columns];
            boolean filled = true;
            for (int j = 1; j < columns && filled; j++) {
                filled = table.values()[row * columns + j] == first;
            }
            if (filled) {
                used.add(first + 0f); // -0 equals 0
            }
        }
        float mark = 0;
        while (used.contains(mark)) {
            mark++;
        }
        return mark;
    }

    private void recurrent(LayerConfig layer, List<KerasTensor> weights) {
        requireSequence(layer);
        RecurrentReader reader = RecurrentReader.of(layer, activations, weights);
        requireCount(layer, weights, reader.weightCount());
        requireSize(layer, reader.inputSize(weights));
        reader.requireShapes(weights, size);
        Recurrent ours = Recurrent.of(reader.cell(), size, reader.hiddenSize())
                .withName(ownName(layer))
                .withDirection(reader.goBackwards() == turned ? Direction.FORWARD : Direction.BACKWARD)
                .withBias(reader.bias())
                .withLastOnly(!reader.returnSequences());
        if (masked && reader.goBackwards() && reader.returnSequences()) {
            throw layer.error(
                    "it reads masked steps with go_backwards=True and return_sequences=True. Keras turns its output but"
                            + " not its mask, so that later layers skip other steps; that is not imitated. Use Bidirectional.");
        }
        if (reader.goBackwards()) {
            turned = !turned;
            turner = layer.name();
        }
        fills.add(parameters -> reader.fill(weights, ours, 0, parameters));
        addRecurrent(ours);
    }

    private void addRecurrent(Recurrent ours) {
        layers.add(ours);
        size = ours.outputSize();
        if (ours.lastOnly()) {
            rank = IDS_OR_ONE_VECTOR;
            turned = false;
            masked = false;
        }
    }

    private void bidirectional(LayerConfig layer, List<KerasTensor> weights) {
        requireSequence(layer);
        if (turned) {
            throw layer.error("its input runs backwards in time, since layer " + quoted(turner)
                    + " has go_backwards=True and return_sequences=True; that is not read.");
        }
        BidirectionalReader reader = BidirectionalReader.of(layer, activations, weights);
        requireCount(layer, weights, reader.weightCount());
        requireSize(layer, reader.forward().inputSize(weights));
        reader.requireShapes(weights, size);
        Recurrent ours = reader.spec(ownName(layer), size);
        fills.add(parameters -> reader.fill(weights, ours, parameters));
        addRecurrent(ours);
    }

    private void timeDistributed(LayerConfig layer, List<KerasTensor> weights) {
        requireSequence(layer);
        layer.ignore("dtype");
        LayerConfig inner = layer.inner("layer");
        if (!inner.kind().equals("Dense")) {
            throw layer.error(
                    "it holds a layer of the class " + quoted(inner.kind()) + "; only Dense can stand in it.");
        }
        layer.requireNothingElse();
        dense(inner, weights, ownName(layer));
    }

    private void dense(LayerConfig layer, List<KerasTensor> weights) {
        requireVectors(layer);
        dense(layer, weights, ownName(layer));
    }

    private void dense(LayerConfig layer, List<KerasTensor> weights, String name) {
        int units = layer.size("units");
        boolean bias = layer.flag("use_bias", true);
        layer.ignore("input_dim");
        layer.refuse("save the model before quantising it or adding LoRA.", "quantization_config", "lora_rank");
        layer.option("activation");
        layer.requireNothingElse();
        requireCount(layer, weights, bias ? 2 : 1);
        KerasTensor kernel = weights.get(0);
        requireSize(layer, kernel.rows());
        boolean fits = kernel.is(size, units) && (!bias || weights.get(1).is(units));
        if (!fits) {
            throw layer.error("its kernel and bias should be [numbers, " + units + "] and [" + units + "] but are "
                    + weights.stream().map(KerasTensor::shapeText).toList()
                    + ". Do the weights belong to another model?");
        }
        LayerSpec.Dense ours = new LayerSpec.Dense(name, size, units, bias);
        layers.add(ours);
        fills.add(parameters -> {
            parameters.set(name + ".weight", transposed(kernel, units));
            if (bias) {
                parameters.set(name + ".bias", weights.get(1).values());
            }
        });
        size = units;
        activation(layer);
    }

    private static float[] transposed(KerasTensor kernel, int columns) {
        int rows = kernel.rows();
        float[] result = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result[j * rows + i] = kernel.values()[i * columns + j];
            }
        }
        return result;
    }

    /** The function that the option {@code activation} names, as a layer of its own. */
    private void activation(LayerConfig layer) {
        requireVectors(layer);
        int numbers = knownSize(layer);
        switch (KerasActivations.name(layer, "activation")) {
            case "linear" -> {}
            case "softmax" -> layers.add(new Softmax(numbers));
            case "log_softmax" -> layers.add(new LogSoftmax(numbers));
            default -> layers.add(new Elementwise(numbers, activations.of(layer, "activation")));
        }
    }

    private void softmax(LayerConfig layer) {
        requireVectors(layer);
        Object axis = layer.option("axis");
        Object only = axis instanceof List<?> axes && axes.size() == 1 ? axes.get(0) : axis;
        if (!Integer.valueOf(-1).equals(only) && !Integer.valueOf(rank - 1).equals(only)) {
            throw layer.error(
                    "axis is " + axis + "; only the softmax over the numbers of each step, axis -1, is read.");
        }
        if (masked) {
            throw layer.error(
                    "it reads masked steps, and Keras adds the mask to its numbers. Use Activation(\"softmax\").");
        }
        layers.add(new Softmax(knownSize(layer)));
        layer.requireNothingElse();
    }

    private void dropout(LayerConfig layer) {
        requireVectors(layer);
        float share = layer.number("rate");
        layer.refuse("only dropout of single numbers is read.", "noise_shape");
        layer.requireNothingElse();
        if (!(share >= 0 && share < 1)) {
            throw layer.error("rate is " + share + " but must be at least 0 and below 1.");
        }
        layers.add(new Drop(knownSize(layer), share));
    }
}
