package dev.carousel.interop.keras;

import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Our layers for those of Keras that have been read, and what the next one must know of the data between them. */
final class LayersSoFar {

    static final int UNKNOWN = -1;
    static final int VECTORS = 3;
    static final int IDS_OR_ONE_VECTOR = 2;

    private final List<LayerSpec> layers = new ArrayList<>();
    private final List<Consumer<Parameters>> fills = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /** How many axes the data have, with the batch; {@link #UNKNOWN} before the first layer that tells. */
    private int rank = UNKNOWN;

    /** How many numbers a step has, or {@link #UNKNOWN}. */
    private int size = UNKNOWN;

    /** How many steps the data have, or {@link #UNKNOWN}. */
    private int steps = UNKNOWN;

    /** The layer that turned the data, last step first; empty where they are in the order of the input. */
    private String turner = "";

    private boolean masked;

    /** Whether a masked step's output is 0 in Keras, too, and nothing has been made of it yet. */
    private boolean zeroWhereMasked;

    List<LayerSpec> layers() {
        return layers;
    }

    int rank() {
        return rank;
    }

    int size() {
        return size;
    }

    /** What the data between two layers are. */
    void become(int rank, int size) {
        this.rank = rank;
        this.size = size;
    }

    /** How many steps the data have, or {@link #UNKNOWN}. */
    int steps() {
        return rank == IDS_OR_ONE_VECTOR && !layers.isEmpty() ? 1 : steps;
    }

    /** From here on the data have so many steps. */
    void steps(int steps) {
        this.steps = steps;
    }

    boolean turned() {
        return !turner.isEmpty();
    }

    /** The layer that turned the data. */
    String turner() {
        return turner;
    }

    /** A layer has turned the data, or turned them back. */
    void turn(String layer) {
        turner = turned() ? "" : layer;
    }

    /** Nothing is left to turn. */
    void straight() {
        turner = "";
    }

    boolean masked() {
        return masked;
    }

    /** Whether later layers see a mask. */
    void mask(boolean masked) {
        this.masked = masked;
    }

    boolean zeroWhereMasked() {
        return zeroWhereMasked;
    }

    void zeroWhereMasked(boolean zero) {
        this.zeroWhereMasked = zero;
    }

    /** Adds a layer of ours that changes neither rank nor size. */
    void add(LayerSpec layer) {
        layers.add(layer);
    }

    /** Adds a layer of ours, and what gives it its weights. */
    void add(LayerSpec layer, Consumer<Parameters> fill) {
        layers.add(layer);
        fills.add(fill);
    }

    /** Writes all weights. */
    void fill(Parameters parameters) {
        fills.forEach(fill -> fill.accept(parameters));
    }

    void requireSequence(LayerConfig layer) {
        if (rank == IDS_OR_ONE_VECTOR) {
            throw layer.error(
                    "it needs sequences, [batch, steps, numbers], but what it reads has no steps. Does a recurrent"
                            + " layer before it lack return_sequences=True, or an Embedding lack?");
        }
        rank = VECTORS;
    }

    /** Layers that look at one step take one vector as well, once a recurrent layer has made it. */
    void requireVectors(LayerConfig layer) {
        if (layers.isEmpty() || rank == UNKNOWN) {
            requireSequence(layer);
        }
    }

    void requireSize(LayerConfig layer, int needed) {
        if (size != UNKNOWN && size != needed) {
            throw layer.error("its weights are for " + needed + " numbers a step but it reads " + size
                    + ". Do the weights belong to another model?");
        }
        size = needed;
    }

    int knownSize(LayerConfig layer) {
        if (size == UNKNOWN) {
            throw layer.error(
                    "how many numbers a step has is not known here. Save the model with an Input(shape=(None, D)).");
        }
        return size;
    }

    static void requireCount(LayerConfig layer, List<KerasTensor> weights, int count) {
        if (weights.size() != count) {
            throw layer.error("it should have " + count + " weights but the file holds " + weights.size()
                    + ". Do the weights belong to another model?");
        }
    }

    /** Refuses an axis other than that of each step's numbers. */
    void requireLastAxis(LayerConfig layer) {
        Object axis = layer.option("axis");
        Object only = axis instanceof List<?> axes && axes.size() == 1 ? axes.get(0) : axis;
        if (!Integer.valueOf(-1).equals(only) && !Integer.valueOf(rank - 1).equals(only)) {
            throw layer.error("axis is " + axis + "; only the axis of each step's numbers, -1, is read.");
        }
    }

    /** The name of our layer: Keras' own, with the names of the models that it is in where another has it already. */
    String ownName(LayerConfig layer) {
        String name = plain(layer.name());
        for (int i = layer.models().size() - 1; i >= 0 && names.contains(name); i--) {
            name = plain(layer.models().get(i).name()) + "_" + name;
        }
        if (name.isEmpty() || !names.add(name)) {
            throw layer.error("two layers have this name, or it has none.");
        }
        return name;
    }

    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9_-]", "_");
    }
}
