package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.spec.Direction;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Merge;
import dev.carousel.spec.Parameters;
import java.util.List;

/**
 * Bidirectional: a layer that reads forward, one like it that reads backward, and what becomes of their outputs. Keras turns
 * the backward layer's output, so that both are in the order of the input, as ours are. Source: Keras,
 * {@code bidirectional.py}.
 *
 * @param forward its first layer
 * @param backward its second layer
 * @param merge what becomes of their outputs
 */
record BidirectionalReader(RecurrentReader forward, RecurrentReader backward, Merge merge) {

    /**
     * Reads the options.
     *
     * @param weights those of the forward layer, then those of the backward layer
     */
    static BidirectionalReader of(LayerConfig layer, KerasActivations activations, List<KerasTensor> weights) {
        LayerConfig first = layer.inner("layer");
        // Keras 2 writes the backward layer only where it was given; else it is the forward layer, turned.
        boolean given = layer.has("backward_layer");
        LayerConfig second = given ? layer.inner("backward_layer") : first;
        RecurrentReader forward = RecurrentReader.of(first, activations, firstHalf(weights));
        RecurrentReader backward = RecurrentReader.of(second, activations, secondHalf(weights));
        boolean alike = forward.cell().equals(backward.cell())
                && forward.hiddenSize() == backward.hiddenSize()
                && forward.bias() == backward.bias()
                && forward.returnSequences() == backward.returnSequences();
        if (!alike) {
            throw layer.error("its forward layer is " + forward.cell() + " of " + forward.hiddenSize()
                    + " units and its backward layer " + backward.cell() + " of " + backward.hiddenSize()
                    + "; both directions must be alike, also in use_bias and return_sequences.");
        }
        if (forward.goBackwards() || (given && !backward.goBackwards())) {
            throw layer.error("go_backwards should be false in its forward layer and true in its backward layer but is "
                    + forward.goBackwards() + " and " + backward.goBackwards() + ".");
        }
        BidirectionalReader reader = new BidirectionalReader(forward, backward, merge(layer));
        layer.requireNothingElse();
        return reader;
    }

    private static Merge merge(LayerConfig layer) {
        if (!layer.has("merge_mode")) {
            throw layer.error("merge_mode is None, which gives two outputs; only models with one output are read.");
        }
        return switch (layer.text("merge_mode")) {
            case "concat" -> Merge.CONCATENATE;
            case "sum" -> Merge.SUM;
            case "mul" -> Merge.PRODUCT;
            case "ave" -> Merge.AVERAGE;
            default ->
                throw layer.error("merge_mode should be concat, sum, mul or ave but is "
                        + quoted(layer.text("merge_mode")) + ".");
        };
    }

    private static List<KerasTensor> firstHalf(List<KerasTensor> weights) {
        return weights.subList(0, weights.size() / 2);
    }

    private static List<KerasTensor> secondHalf(List<KerasTensor> weights) {
        return weights.subList(weights.size() / 2, weights.size());
    }

    /** How many weights it has. */
    int weightCount() {
        return 2 * forward.weightCount();
    }

    /** Checks the shapes of its weights. */
    void requireShapes(List<KerasTensor> weights, int inputSize) {
        forward.requireShapes(firstHalf(weights), inputSize);
        backward.requireShapes(secondHalf(weights), inputSize);
    }

    /** Our layer. */
    Recurrent spec(String name, int inputSize) {
        return Recurrent.of(forward.cell(), inputSize, forward.hiddenSize())
                .withName(name)
                .withDirection(Direction.BOTH)
                .withMerge(merge)
                .withBias(forward.bias())
                .withLastOnly(!forward.returnSequences());
    }

    /** Writes its weights as our parameters. */
    void fill(List<KerasTensor> weights, Recurrent into, Parameters parameters) {
        forward.fill(firstHalf(weights), into, 0, parameters);
        backward.fill(secondHalf(weights), into, 1, parameters);
    }
}
