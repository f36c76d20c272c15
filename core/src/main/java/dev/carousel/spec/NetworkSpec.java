package dev.carousel.spec;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A network, described: its layers from input to output. An immutable value without weights.
 *
 * <pre>{@code
 * NetworkSpec spec = NetworkSpec.of(
 *         new OneHot(65), Recurrent.lstm(65, 128).withLayers(2), Dense.head(128, 65));
 * }</pre>
 *
 * @param layers from input to output; the sizes must fit
 */
public record NetworkSpec(List<LayerSpec> layers) {

    private static final int UNKNOWN = -1;

    /**
     * Checks that the layers fit each other.
     *
     * @throws IllegalArgumentException if there is no layer, one does not fit the one before it, one that reads ids is not
     *     the first, or two would have parameters of the same names
     */
    public NetworkSpec {
        Objects.requireNonNull(layers, "NetworkSpec: layers are null");
        for (int i = 0; i < layers.size(); i++) {
            Objects.requireNonNull(layers.get(i), "NetworkSpec: layer " + i + " is null");
        }
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("A network needs at least one layer.");
        }
        for (int i = 1; i < layers.size(); i++) {
            LayerSpec before = layers.get(i - 1);
            LayerSpec layer = layers.get(i);
            if (before.outputSize() != layer.inputSize()) {
                throw new IllegalArgumentException("Layer " + i + " " + layer + " reads " + layer.inputSize()
                        + " numbers a step but the layer before it, " + before + ", gives " + before.outputSize()
                        + ".");
            }
            if (layer instanceof Parameterless.DropWords && !(i == 1 && before instanceof LayerSpec.Embedding)) {
                throw new IllegalArgumentException("Layer " + i + " " + layer
                        + " drops words, so it must stand behind an Embedding of their ids, not behind " + before
                        + ".");
            }
            if (layer.readsIds() || layer instanceof ColumnEmbedding) {
                throw new IllegalArgumentException(
                        "Layer " + i + " " + layer + " reads ids, so it must be the first layer.");
            }
            if (before instanceof LayerSpec.OneHot && !(layer instanceof LayerSpec.Recurrent)) {
                throw new IllegalArgumentException("A OneHot input needs a Recurrent layer after it, not " + layer
                        + ". Use an Embedding instead.");
            }
            if (before instanceof LayerSpec.OneHot
                    && layer instanceof LayerSpec.Recurrent stack
                    && stack.residual() == Residual.ALL) {
                throw new IllegalArgumentException("Layer " + i + " " + layer
                        + " adds its input to its output, but reads ids, which are no numbers. Take BEYOND_FIRST.");
            }
        }
        if (layers.size() > 1 && layers.stream().anyMatch(EncoderDecoder.class::isInstance)) {
            throw new IllegalArgumentException(
                    "An EncoderDecoder is a whole network, the only layer of its own, but there" + " are "
                            + layers.size() + " layers. Further layers belong to its head.");
        }
        if (layers.get(0) instanceof Parameterless.DropWords) {
            throw new IllegalArgumentException("The first layer, " + layers.get(0)
                    + ", drops words, so it must stand behind an Embedding of their ids.");
        }
        requireNames(layers);
        requireSteps(layers);
        for (LayerSpec layer : layers) {
            if (layer instanceof TiedDense tied) {
                tied.requireTiedTo(layers.get(0));
            }
        }
        if (layers.size() == 1 && layers.get(0) instanceof LayerSpec.OneHot) {
            throw new IllegalArgumentException("A OneHot input needs a Recurrent layer after it.");
        }
    }

    /** What repeats a step or cuts sequences of a known length must get that many; what is not known here a pass checks. */
    private static void requireSteps(List<LayerSpec> layers) {
        int steps = UNKNOWN;
        for (int i = 0; i < layers.size(); i++) {
            LayerSpec layer = layers.get(i);
            if (layer instanceof Parameterless.Repeat && steps != 1) {
                throw new IllegalArgumentException(
                        "Layer " + i + " " + layer + " repeats the one step of a sequence, but"
                                + (i == 0
                                        ? " is the first layer."
                                        : " the layer before it, " + layers.get(i - 1) + ", does not give one step.")
                                + " Take the last output of a recurrent layer, or a mean or maximum over steps.");
            }
            if (layer instanceof Reshape reshape && steps != UNKNOWN && steps != reshape.inputSteps()) {
                throw new IllegalArgumentException("Layer " + i + " " + layer + " reads " + reshape.inputSteps()
                        + " steps but the layer before it, " + layers.get(i - 1) + ", gives " + steps + ".");
            }
            steps = outputSteps(layer, steps);
        }
    }

    /** How many steps a layer gives for so many. */
    private static int outputSteps(LayerSpec layer, int steps) {
        if (layer instanceof Parameterless.Repeat repeat) {
            return repeat.steps();
        }
        if (layer instanceof Reshape reshape) {
            return reshape.steps();
        }
        boolean one = layer instanceof Parameterless.Mean
                || layer instanceof Parameterless.Max
                || (layer instanceof LayerSpec.Recurrent stack && stack.lastOnly());
        return one ? 1 : steps;
    }

    /** Two layers may have one name if no parameter of theirs has, and they are not two stacks, whose states have it as well. */
    private static void requireNames(List<LayerSpec> layers) {
        for (int i = 0; i < layers.size(); i++) {
            for (int j = 0; j < i; j++) {
                LayerSpec one = layers.get(j);
                LayerSpec other = layers.get(i);
                boolean stacks = one instanceof LayerSpec.Recurrent && other instanceof LayerSpec.Recurrent;
                if (one.name().equals(other.name())
                        && (stacks || !Collections.disjoint(parameterNames(one), parameterNames(other)))) {
                    throw new IllegalArgumentException("Layers " + j + " " + one + " and " + i + " " + other
                            + " have the same name, so their parameters would, too. Give each layer its own name.");
                }
            }
        }
    }

    private static Set<String> parameterNames(LayerSpec layer) {
        Parameters.Layout layout = new Parameters.Layout();
        layer.addTo(layout);
        return layout.slices().stream().map(Slice::name).collect(Collectors.toSet());
    }

    /** The network of these layers, from input to output. */
    public static NetworkSpec of(LayerSpec... layers) {
        Objects.requireNonNull(layers, "NetworkSpec: layers are null");
        return new NetworkSpec(Arrays.asList(layers));
    }

    /** The stacks of recurrent layers, from input to output. */
    public List<LayerSpec.Recurrent> stacks() {
        return layers.stream()
                .filter(LayerSpec.Recurrent.class::isInstance)
                .map(LayerSpec.Recurrent.class::cast)
                .toList();
    }

    /** The stacks of recurrent layers, those within an {@link EncoderDecoder}, too. */
    public List<LayerSpec.Recurrent> allStacks() {
        return encoderDecoder().map(pair -> pair.stacks().toList()).orElseGet(this::stacks);
    }

    /** The networks that this one is made of, if it writes a sequence for a sequence. */
    public Optional<EncoderDecoder> encoderDecoder() {
        return layers.get(0) instanceof EncoderDecoder pair ? Optional.of(pair) : Optional.empty();
    }

    /** Whether the network reads ids ({@code Tokens}) rather than vectors. */
    public boolean readsIds() {
        return layers.get(0).readsIds();
    }

    /**
     * Whether its output is that of an {@link AdaptiveSoftmax}, a step for each step of the input, so that the probability of one
     * class can be had without the others.
     */
    public boolean adaptive() {
        return keepsSteps() && layers.get(layers.size() - 1) instanceof AdaptiveSoftmax;
    }

    /** How many numbers, or kinds of id, a step of its input has. */
    public int inputSize() {
        return layers.get(0).inputSize();
    }

    /** How many numbers a step of its output has. */
    public int outputSize() {
        return layers.get(layers.size() - 1).outputSize();
    }

    /**
     * Whether a step's output depends on later steps, so that the network cannot run one step at a time: some layer goes
     * backward in time, alone or next to one that goes forward.
     */
    public boolean readsAhead() {
        return stacks().stream().anyMatch(stack -> stack.direction() != Direction.FORWARD);
    }

    /** Whether the output has one step for a whole sequence rather than one for each of its steps. */
    public boolean lastOnly() {
        return !keepsSteps() && outputSteps(UNKNOWN) == 1;
    }

    /** How many steps the output has for an input of so many; of an {@link EncoderDecoder}, at most. */
    public int outputSteps(int inputSteps) {
        int steps = inputSteps;
        for (int i = 0; i < layers.size(); i++) { // an iterator would be an object in each pass
            steps = outputSteps(layers.get(i), steps);
        }
        return steps;
    }

    /** Whether each step of the output belongs to the same step of the input. */
    public boolean keepsSteps() {
        return !writes() && outputSteps(UNKNOWN) == UNKNOWN;
    }

    /**
     * Whether the output is of a mean or maximum over steps, of which a network that takes them one by one remembers nothing.
     */
    public boolean pools() {
        return layers.stream()
                .anyMatch(layer -> layer instanceof Parameterless.Mean || layer instanceof Parameterless.Max);
    }

    /**
     * Refuses a network that cannot take one step at a time.
     *
     * @param who takes the steps, such as {@code A Session}; the message begins with it
     * @throws IllegalArgumentException if it {@link #readsAhead} or {@link #pools}, or repeats or cuts steps
     */
    public void requireStepwise(String who) {
        if (readsAhead()) {
            throw new IllegalArgumentException(who
                    + " takes one step at a time, but the network is bidirectional or backward: its output depends on"
                    + " steps yet to come. Train it in the forward direction alone.");
        }
        if (pools()) {
            throw new IllegalArgumentException(who
                    + " takes one step at a time and remembers the states of recurrent layers, but the network has a mean"
                    + " or maximum over all steps, which is not one of them. Run the layers before it, and take the mean or"
                    + " maximum of what they give.");
        }
        if (writes()) {
            throw new IllegalArgumentException(who
                    + " takes one step at a time, but the network reads a whole input before it writes (EncoderDecoder)."
                    + " Give it whole pairs, or write with an EncoderDecoderTape.");
        }
        if (makesSteps()) {
            throw new IllegalArgumentException(who
                    + " takes one step at a time, but the network repeats or cuts the steps of whole sequences (Repeat,"
                    + " Reshape). Run it on whole sequences.");
        }
    }

    /** Whether it writes a sequence for a sequence. */
    private boolean writes() {
        return layers.get(0) instanceof EncoderDecoder;
    }

    /** Whether steps are repeated or cut, which is for whole sequences alone. */
    private boolean makesSteps() {
        return layers.stream().anyMatch(layer -> layer instanceof Parameterless.Repeat || layer instanceof Reshape);
    }

    /** Whether the network can take one step at a time: see {@link #requireStepwise}. */
    public boolean stepwise() {
        return !readsAhead() && !pools() && !makesSteps() && !writes();
    }

    /** Says that this network does not read an event that is a vector of this many numbers. */
    public IllegalArgumentException wrongEvent(int numbers) {
        return new IllegalArgumentException("The event has " + numbers + " numbers but the network reads "
                + (readsIds() ? "ids" : inputSize() + " numbers a step")
                + ". Was this model trained with other features?");
    }

    /** New parameters of this network, all zero. */
    public Parameters zeroParameters() {
        Parameters.Layout layout = new Parameters.Layout();
        layers.forEach(layer -> layer.addTo(layout));
        return layout.zeros();
    }

    /**
     * SHA-256 of this description and of parameters, in hexadecimal digits: two networks that have the same compute the same.
     *
     * @param parameters of this network
     */
    public String fingerprint(Parameters parameters) {
        Objects.requireNonNull(parameters, "NetworkSpec: parameters are null");
        return parameters.fingerprint(SpecJson.toJson(this));
    }
}
