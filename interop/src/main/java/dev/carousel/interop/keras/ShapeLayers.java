package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.spec.Parameterless.Repeat;
import dev.carousel.spec.Reshape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the layers that make other steps of the same numbers: RepeatVector, Reshape and Flatten. */
final class ShapeLayers {

    private static final int MOST_STEPS = 1 << 20;

    private final LayersSoFar soFar;

    ShapeLayers(LayersSoFar soFar) {
        this.soFar = soFar;
    }

    /** A reader for each class of layer. */
    Map<String, NetworkBuilder.Reader> readers() {
        Map<String, NetworkBuilder.Reader> readers = new LinkedHashMap<>();
        readers.put("RepeatVector", (layer, weights) -> repeat(layer));
        readers.put("Reshape", (layer, weights) -> reshape(layer));
        readers.put("Flatten", (layer, weights) -> flatten(layer));
        return readers;
    }

    private void repeat(LayerConfig layer) {
        requireNumbers(layer);
        if (soFar.rank() != LayersSoFar.IDS_OR_ONE_VECTOR) {
            throw layer.error(
                    "it repeats one vector, [batch, numbers], but what it reads has steps. Does a recurrent layer"
                            + " before it return sequences where its last output is meant?");
        }
        int steps = layer.size("n");
        if (steps > MOST_STEPS) {
            throw layer.error("n is " + steps + "; at most " + MOST_STEPS + " steps are read.");
        }
        layer.requireNothingElse();
        soFar.add(new Repeat(soFar.knownSize(layer), steps));
        soFar.become(LayersSoFar.VECTORS, soFar.size());
        soFar.steps(steps);
    }

    private void requireNumbers(LayerConfig layer) {
        if (soFar.layers().isEmpty() && soFar.rank() != LayersSoFar.VECTORS) {
            throw layer.error("it must stand behind a layer that makes numbers, or read sequences of them.");
        }
    }

    /** To [batch, numbers] or [batch, steps, numbers], where one size may be -1, which is told by the others. */
    private void reshape(LayerConfig layer) {
        requireNumbers(layer);
        List<?> shape = layer.list("target_shape");
        layer.requireNothingElse();
        long numbers = (long) requireWhole(layer) * soFar.knownSize(layer);
        long given = 1;
        int open = -1;
        for (int i = 0; i < shape.size(); i++) {
            boolean size = shape.get(i) instanceof Integer number && (number == -1 ? open < 0 : number > 0);
            if (!size || shape.size() > 2) {
                throw layer.error("target_shape is " + quoted(shape.toString())
                        + "; read are [numbers] and [steps, numbers], of which one may be -1.");
            }
            int number = (Integer) shape.get(i);
            open = number == -1 ? i : open;
            given *= number == -1 ? 1 : number;
        }
        boolean fits = !shape.isEmpty() && (open < 0 ? given == numbers : numbers % given == 0);
        if (!fits) {
            throw layer.error("target_shape is " + quoted(shape.toString()) + ", but a sequence has " + numbers
                    + " numbers here. Do layers and shapes belong to another model?");
        }
        int last = shape.size() - 1;
        long size = open == last ? numbers / given : (Integer) shape.get(last);
        cut(layer, Math.toIntExact(numbers / size), Math.toIntExact(size), shape.size() == 2);
    }

    private void flatten(LayerConfig layer) {
        requireNumbers(layer);
        boolean vector = soFar.rank() == LayersSoFar.IDS_OR_ONE_VECTOR;
        boolean channelsLast =
                !layer.has("data_format") || layer.text("data_format").equals("channels_last");
        if (!vector && !channelsLast) {
            throw layer.error("data_format is " + layer.text("data_format")
                    + "; only channels_last, [batch, steps, numbers], is read.");
        }
        layer.requireNothingElse();
        int numbers = Math.multiplyExact(requireWhole(layer), soFar.knownSize(layer));
        cut(layer, 1, numbers, false);
    }

    /** How many steps a sequence has, where all of them are known to count and stand in the order of the input. */
    private int requireWhole(LayerConfig layer) {
        if (soFar.steps() == LayersSoFar.UNKNOWN) {
            throw layer.error(
                    "it needs all steps of a sequence, and how many there are is not known: the input's shape has None"
                            + " there. Save the model with Input(shape=(T, D)). Or does a recurrent layer before it return sequences"
                            + " where its last output is meant?");
        }
        if (soFar.masked()) {
            throw layer.error(
                    "it reads masked steps, of which Keras takes no notice there: what the layer before repeats at"
                            + " masked steps would count. Take the last output, or a mean over time.");
        }
        if (soFar.turned()) {
            throw layer.error("its input runs backwards in time, since layer " + quoted(soFar.turner())
                    + " has go_backwards=True and return_sequences=True; that is not read.");
        }
        return soFar.steps();
    }

    private void cut(LayerConfig layer, int steps, int size, boolean sequence) {
        if (steps != soFar.steps()) {
            soFar.add(new Reshape(soFar.steps(), soFar.knownSize(layer), steps, size));
        }
        soFar.become(sequence ? LayersSoFar.VECTORS : LayersSoFar.IDS_OR_ONE_VECTOR, size);
        soFar.steps(steps);
        soFar.zeroWhereMasked(false);
    }
}
