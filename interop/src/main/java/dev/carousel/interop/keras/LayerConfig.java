package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The description of one Keras layer: its class, its name and its options. It remembers which options were asked for, so
 * that one that nobody understood is an error and not a silent difference.
 */
final class LayerConfig {

    /** Options that every layer may have and that change no number of a forward pass. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "name",
            "trainable",
            "batch_input_shape",
            "batch_shape",
            "input_shape",
            "build_config",
            "kernel_initializer",
            "recurrent_initializer",
            "bias_initializer",
            "embeddings_initializer",
            "kernel_regularizer",
            "recurrent_regularizer",
            "bias_regularizer",
            "embeddings_regularizer",
            "activity_regularizer",
            "kernel_constraint",
            "recurrent_constraint",
            "bias_constraint",
            "embeddings_constraint",
            "gamma_initializer",
            "gamma_regularizer",
            "gamma_constraint",
            "beta_initializer",
            "beta_regularizer",
            "beta_constraint",
            "seed");

    private static final int LARGEST_SIZE = 1 << 28;

    private static final Set<String> PRECISIONS =
            Set.of("float32", "float64", "mixed_float16", "mixed_bfloat16", "float16");

    private final String file;
    private final String kind;
    private final String name;
    private final Map<String, Object> options;
    private final Set<String> understood = new HashSet<>(WITHOUT_EFFECT);

    /** The models that it is in, from the outermost inwards, without the whole. */
    private final List<LayerConfig> models;

    private final int output;

    private LayerConfig(String file, String kind, String name, Map<String, Object> options) {
        this(file, kind, name, options, List.of(), 0);
    }

    private LayerConfig(
            String file, String kind, String name, Map<String, Object> options, List<LayerConfig> models, int output) {
        this.file = file;
        this.kind = kind;
        this.name = name;
        this.options = options;
        this.models = List.copyOf(models);
        this.output = output;
    }

    /** The same layer inside models. */
    LayerConfig in(List<LayerConfig> around) {
        return new LayerConfig(file, kind, name, options, around, output);
    }

    /** The same layer under the name of one around it, and inside the same models. */
    LayerConfig named(LayerConfig outer) {
        return new LayerConfig(file, kind, outer.name, options, outer.models, output);
    }

    /** The same layer, of whose outputs another one goes on: 1 is the state h of a layer with return_state=True. */
    LayerConfig withOutput(int index) {
        return new LayerConfig(file, kind, name, options, models, index);
    }

    /** Which of its outputs goes on. */
    int output() {
        return output;
    }

    /** The models that it is in, from the outermost inwards; none for a layer of the whole model. */
    List<LayerConfig> models() {
        return models;
    }

    /** Whether it is itself a model, Sequential or functional. */
    boolean isModel() {
        return kind.equals("Sequential") || kind.equals("Functional") || kind.equals("Model");
    }

    /** Its options, as a model takes them. */
    Map<String, Object> options() {
        return options;
    }

    /** The cells of an RNN, in the order in which data go through them. */
    List<LayerConfig> cells() {
        LayerConfig cell = inner("cell");
        if (!cell.kind.equals("StackedRNNCells")) {
            return List.of(cell);
        }
        return cell.list("cells").stream().map(json -> of(file, json)).toList();
    }

    /** The file, the name and the class, for errors and notes. */
    String title() {
        return file + ": layer " + quoted(name) + " (" + shortened(kind) + ")";
    }

    /**
     * A layer as Keras writes it: {@code class_name} and {@code config}, and from Keras 3 on {@code module} and
     * {@code registered_name}.
     *
     * @param file for errors
     * @param json the layer
     * @throws InteropException if it is none, or of a class that is not Keras' own
     */
    static LayerConfig of(String file, Object json) {
        if (!(json instanceof Map<?, ?> layer
                && layer.get("class_name") instanceof String kind
                && layer.get("config") instanceof Map<?, ?> config)) {
            throw new InteropException(
                    file + ": the model's configuration should describe a layer by class_name and config"
                            + " but holds " + quoted(String.valueOf(json)) + ". Was the file written by Keras?");
        }
        String name = config.get("name") instanceof String text ? text : "without a name";
        LayerConfig made = new LayerConfig(file, kind, name, typed(config));
        Object registered = layer.get("registered_name");
        boolean own = layer.get("module") instanceof String module
                && !module.equals("keras")
                && !module.startsWith("keras.")
                && !module.startsWith("tf_keras.");
        if (own || (registered instanceof String other && !other.equals(kind))) {
            throw made.error("it is a class of your own (module " + layer.get("module") + ", registered as "
                    + registered + "); only Keras' own layers are read.");
        }
        return made;
    }

    @SuppressWarnings("unchecked") // KerasJson makes no other maps.
    private static Map<String, Object> typed(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    /** The layer that an option describes. */
    LayerConfig inner(String option) {
        return of(file, required(option));
    }

    /** Its class, such as {@code LSTM}. */
    String kind() {
        return kind;
    }

    /** Its name, such as {@code lstm_1}. */
    String name() {
        return name;
    }

    /** An error about this layer. */
    InteropException error(String message) {
        return new InteropException(title() + ": " + message);
    }

    private static String shortened(String text) {
        String quoted = quoted(text);
        return quoted.substring(1, quoted.length() - 1);
    }

    /** Whether an option is given and not null. */
    boolean has(String option) {
        understood.add(option);
        return options.getOrDefault(option, KerasJson.Null.NULL) != KerasJson.Null.NULL;
    }

    private Object required(String option) {
        if (!has(option)) {
            throw error("its configuration has no " + option + ". Was the file written by Keras 2 or 3?");
        }
        return option(option);
    }

    /** An option, or {@link KerasJson.Null}. */
    Object option(String option) {
        understood.add(option);
        return options.getOrDefault(option, KerasJson.Null.NULL);
    }

    private InteropException wrong(String option, String expected) {
        return error(option + " should be " + expected + " but is " + quoted(String.valueOf(option(option))) + ".");
    }

    /** A flag; what is missing is as Keras has it. */
    boolean flag(String option, boolean missing) {
        if (!has(option)) {
            return missing;
        }
        if (option(option) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(option, "true or false");
    }

    /** A size, small enough for four of it to be counted in an int. */
    int size(String option) {
        if (required(option) instanceof Integer size && size > 0 && size <= LARGEST_SIZE) {
            return size;
        }
        throw wrong(option, "a whole number from 1 to " + LARGEST_SIZE);
    }

    /** A number. */
    float number(String option) {
        if (required(option) instanceof Number number && Float.isFinite(number.floatValue())) {
            return number.floatValue();
        }
        throw wrong(option, "a finite number");
    }

    /** A text. */
    String text(String option) {
        if (required(option) instanceof String text) {
            return text;
        }
        throw wrong(option, "a text");
    }

    /** A list. */
    List<?> list(String option) {
        if (required(option) instanceof List<?> list) {
            return list;
        }
        throw wrong(option, "a list");
    }

    /** Options that are understood and change no number of a forward pass. */
    void ignore(String... names) {
        understood.addAll(List.of(names));
    }

    /**
     * Options that change the numbers in a way that we do not have.
     *
     * @throws InteropException if one of them is given and neither null nor false
     */
    void refuse(String why, String... names) {
        for (String option : names) {
            if (has(option) && !Boolean.FALSE.equals(option(option))) {
                throw error(option + " is " + quoted(String.valueOf(option(option))) + "; " + why);
            }
        }
    }

    /**
     * Called when all options that are understood have been asked for.
     *
     * @throws InteropException if there are others, or the layer does not compute in floats
     */
    void requireNothingElse() {
        requireFloats();
        requireNoOtherOption();
    }

    /** As {@link #requireNothingElse}, of a layer that computes nothing. */
    void requireNoOtherOption() {
        understood.add("dtype");
        for (String option : options.keySet()) {
            if (!understood.contains(option)) {
                throw error("the option " + quoted(option) + " = " + quoted(String.valueOf(options.get(option)))
                        + " is not known here, so the numbers might differ.");
            }
        }
    }

    private void requireFloats() {
        Object type = option("dtype");
        if (type instanceof Map<?, ?> policy && policy.get("config") instanceof Map<?, ?> config) {
            type = config.containsKey("name") ? config.get("name") : type;
        }
        boolean floats = type == KerasJson.Null.NULL || (type instanceof String text && PRECISIONS.contains(text));
        if (!floats) {
            throw error("dtype is " + quoted(String.valueOf(type)) + " but must be one of "
                    + PRECISIONS.stream().sorted().toList()
                    + ". Is it quantised? Save the model before quantising it.");
        }
    }
}
