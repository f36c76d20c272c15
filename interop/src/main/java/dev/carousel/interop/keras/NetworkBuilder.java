package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import dev.carousel.network.Network;
import dev.carousel.spec.Direction;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.Masking;
import dev.carousel.spec.Parameters;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes our layers of Keras' layers, one after the other.
 *
 * <p>A recurrent layer that goes backwards and returns sequences returns them last step first. Ours return every step where
 * it belongs, so from there on the data are turned: layers that look at one step do not care, and a recurrent layer reads
 * turned data in the other direction. Where only the last step is returned nothing is left to turn.
 */
final class NetworkBuilder {

    /** Reads a layer, with its weights. */
    interface Reader {
        void read(LayerConfig layer, List<KerasTensor> weights);
    }

    private final String file;
    private final KerasActivations activations;
    private final LayersSoFar soFar = new LayersSoFar();
    private final Map<String, Reader> readers = new LinkedHashMap<>();
    private final Map<String, Reader> ofEachStep;

    /**
     * A builder.
     *
     * @param notes is told what a layer does and ours does not
     */
    NetworkBuilder(String file, KerasActivations activations, Consumer<String> notes) {
        this.file = file;
        this.activations = activations;
        readers.put("InputLayer", (layer, weights) -> input(layer));
        readers.put("Masking", (layer, weights) -> masking(layer));
        readers.put("Embedding", this::embedding);
        for (String kind : List.of("SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU")) {
            readers.put(kind, this::recurrent);
        }
        readers.put("RNN", this::cells);
        readers.put("Bidirectional", this::bidirectional);
        readers.put("TimeDistributed", this::timeDistributed);
        readers.putAll(new PoolingLayers(soFar).readers());
        readers.putAll(new ShapeLayers(soFar).readers());
        this.ofEachStep = new StepLayers(soFar, activations, notes).readers();
        readers.putAll(ofEachStep);
    }

    /** The classes of layers that are read, in the order of the documentation. */
    static Set<String> kinds() {
        return new NetworkBuilder("", new KerasActivations(false), note -> {}).readers.keySet();
    }

    /**
     * Adds a layer.
     *
     * @param weights of the layer, as {@link KerasWeights#next} gives them
     */
    void add(LayerConfig layer, List<KerasTensor> weights) {
        shapeOf(layer);
        Reader reader = readers.get(layer.kind());
        if (reader == null) {
            throw layer.error(
                    "layers of this class are not read; known are " + String.join(", ", readers.keySet()) + ".");
        }
        reader.read(layer, weights);
    }

    /** The network of the layers so far. */
    Network network() {
        if (soFar.turned()) {
            throw new InteropException(file + ": the output runs backwards in time: layer " + quoted(soFar.turner())
                    + " has go_backwards=True and return_sequences=True, and no later layer turns it. Carousel's outputs are"
                    + " in the order of the input; turn it in Keras, or use Bidirectional.");
        }
        if (soFar.layers().stream().allMatch(layer -> layer instanceof Masking)) {
            throw new InteropException(file + ": the model has no layer that computes anything.");
        }
        NetworkSpec spec;
        try {
            spec = new NetworkSpec(soFar.layers());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new InteropException(file + ": the layers make no network: " + e.getMessage(), e);
        }
        Parameters parameters = spec.zeroParameters();
        soFar.fill(parameters);
        return Network.of(spec, parameters);
    }

    /** The shape of the input stands in the InputLayer, or until Keras 2.2 in the first layer. */
    private void shapeOf(LayerConfig layer) {
        for (String option : List.of("batch_shape", "batch_input_shape")) {
            if (soFar.rank() == LayersSoFar.UNKNOWN && layer.has(option)) {
                List<?> shape = layer.list(option);
                int size = LayersSoFar.UNKNOWN;
                if (shape.size() == LayersSoFar.VECTORS && shape.get(2) instanceof Integer given && given > 0) {
                    size = given;
                }
                if (shape.size() != LayersSoFar.VECTORS && shape.size() != LayersSoFar.IDS_OR_ONE_VECTOR) {
                    throw layer.error(option + " is " + shape
                            + "; Carousel reads sequences, [batch, steps, numbers], or of ids, [batch, steps].");
                }
                soFar.become(shape.size(), size);
                soFar.steps(shape.get(1) instanceof Integer steps && steps > 0 ? steps : LayersSoFar.UNKNOWN);
            }
        }
    }

    private void input(LayerConfig layer) {
        layer.refuse("only dense tensors are read.", "sparse", "ragged");
        layer.ignore("optional");
        if (soFar.rank() == LayersSoFar.UNKNOWN) {
            throw layer.error("it has no batch_shape.");
        }
        layer.requireNoOtherOption();
    }

    private void masking(LayerConfig layer) {
        soFar.requireSequence(layer);
        soFar.add(new Masking(soFar.knownSize(layer), layer.number("mask_value")));
        layer.requireNothingElse();
        soFar.mask(true);
        // Keras, too, sets the numbers of masked steps to 0.
        soFar.zeroWhereMasked(true);
    }

    private void embedding(LayerConfig layer, List<KerasTensor> weights) {
        if (!soFar.layers().isEmpty() || soFar.rank() == LayersSoFar.VECTORS) {
            throw layer.error("it must be the first layer and read ids, [batch, steps].");
        }
        int ids = layer.size("input_dim");
        int numbers = layer.size("output_dim");
        boolean masked = layer.flag("mask_zero", false);
        layer.ignore("input_length", "sparse");
        layer.refuse("save the model before quantising it or adding LoRA.", "quantization_config", "lora_rank");
        layer.requireNothingElse();
        LayersSoFar.requireCount(layer, weights, 1);
        KerasTensor table = weights.get(0);
        if (!table.is(ids, numbers)) {
            throw layer.error("its embeddings should be [" + ids + ", " + numbers + "] but " + quoted(table.path())
                    + " is " + table.shapeText() + ". Do the weights belong to another model?");
        }
        LayerSpec.Embedding ours = new LayerSpec.Embedding(soFar.ownName(layer), ids, numbers);
        soFar.add(ours, parameters -> parameters.set(ours.name() + ".weight", table.values()));
        soFar.become(LayersSoFar.VECTORS, numbers);
        soFar.mask(masked);
        if (masked) {
            // Id 0 is padding, so its row is never looked at: a number that fills no other row tells it from words.
            float mark = unusedNumber(table);
            Arrays.fill(table.values(), 0, numbers, mark);
            soFar.add(new Masking(numbers, mark));
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
        soFar.requireSequence(layer);
        recurrent(layer, RecurrentReader.of(layer, activations, weights), weights, soFar.ownName(layer));
    }

    private void recurrent(LayerConfig layer, RecurrentReader reader, List<KerasTensor> weights, String name) {
        LayersSoFar.requireCount(layer, weights, reader.weightCount());
        soFar.requireSize(layer, reader.inputSize(weights));
        reader.requireShapes(weights, soFar.size());
        Recurrent ours = Recurrent.of(reader.cell(), soFar.size(), reader.hiddenSize())
                .withName(name)
                .withDirection(reader.goBackwards() == soFar.turned() ? Direction.FORWARD : Direction.BACKWARD)
                .withBias(reader.bias())
                .withLastOnly(!reader.returnSequences());
        if (soFar.masked() && reader.goBackwards() && reader.returnSequences()) {
            throw layer.error(
                    "it reads masked steps with go_backwards=True and return_sequences=True. Keras turns its output but"
                            + " not its mask, so that later layers skip other steps; that is not imitated. Use Bidirectional.");
        }
        if (reader.goBackwards()) {
            soFar.turn(layer.name());
        }
        addRecurrent(ours, parameters -> reader.fill(weights, ours, 0, parameters), reader.zeroOutput());
    }

    private void addRecurrent(Recurrent ours, Consumer<Parameters> fill, boolean zeroOutput) {
        soFar.add(ours, fill);
        soFar.zeroWhereMasked(zeroOutput);
        soFar.become(ours.lastOnly() ? LayersSoFar.IDS_OR_ONE_VECTOR : LayersSoFar.VECTORS, ours.outputSize());
        if (ours.lastOnly()) {
            soFar.straight();
            soFar.mask(false);
        }
    }

    /** RNN(cell) is one layer, RNN([cells]) one for each cell; the first alone goes backwards, the others follow it. */
    private void cells(LayerConfig layer, List<KerasTensor> weights) {
        soFar.requireSequence(layer);
        List<LayerConfig> cells = layer.cells();
        String name = soFar.ownName(layer);
        int from = 0;
        for (int i = 0; i < cells.size(); i++) {
            int to = Math.min(
                    weights.size(), from + WeightCounts.of(cells.get(i)).all());
            List<KerasTensor> own = weights.subList(from, to);
            from = to;
            RecurrentReader reader = RecurrentReader.ofCell(layer, cells.get(i), activations, own);
            RecurrentReader placed = reader.returning(i < cells.size() - 1 || reader.returnSequences())
                    .goingBackwards(i == 0 && reader.goBackwards());
            recurrent(layer, placed, own, i == 0 ? name : name + "_" + i);
        }
        LayersSoFar.requireCount(layer, weights, from);
    }

    private void bidirectional(LayerConfig layer, List<KerasTensor> weights) {
        soFar.requireSequence(layer);
        if (soFar.turned()) {
            throw layer.error("its input runs backwards in time, since layer " + quoted(soFar.turner())
                    + " has go_backwards=True and return_sequences=True; that is not read.");
        }
        BidirectionalReader reader = BidirectionalReader.of(layer, activations, weights);
        LayersSoFar.requireCount(layer, weights, reader.weightCount());
        soFar.requireSize(layer, reader.forward().inputSize(weights));
        reader.requireShapes(weights, soFar.size());
        Recurrent ours = reader.spec(soFar.ownName(layer), soFar.size());
        boolean zeroOutput = reader.forward().zeroOutput() && reader.backward().zeroOutput();
        addRecurrent(ours, parameters -> reader.fill(weights, ours, parameters), zeroOutput);
    }

    private void timeDistributed(LayerConfig layer, List<KerasTensor> weights) {
        soFar.requireSequence(layer);
        layer.ignore("dtype");
        LayerConfig inner = layer.inner("layer");
        Reader reader = ofEachStep.get(inner.kind());
        if (reader == null) {
            throw layer.error("it holds a layer of the class " + quoted(inner.kind()) + "; "
                    + String.join(", ", ofEachStep.keySet()) + " can stand in it.");
        }
        layer.requireNothingElse();
        reader.read(inner.named(layer), weights);
    }
}
