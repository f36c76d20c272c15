package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The graph of a functional model: each layer says which layers it reads. It is followed from the output back to the input,
 * and refused if it is more than one chain.
 *
 * <p>The masks that Keras 3 draws into the graph (operations {@code NotEqual} and {@code Any}, which only the argument
 * {@code mask} reads) belong to the layers Embedding and Masking and are checked, then left out.
 */
final class FunctionalGraph {

    private static final Set<String> MODELS = Set.of("Sequential", "Functional", "Model");

    private static final Set<String> WITH_STATE = Set.of("SimpleRNN", "LSTM", "GRU", "RNN", "CuDNNLSTM", "CuDNNGRU");

    private static final Set<String> MASK_OPERATIONS = Set.of("NotEqual", "Any");

    private final String file;
    private final Consumer<String> notes;

    /** Of each layer that another reads, which of its outputs. */
    private final Map<String, Integer> outputs = new HashMap<>();

    private final Map<?, ?> config;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<MaskUse> masks = new ArrayList<>();

    /** A layer or operation: its JSON, its class, and its calls. */
    private record Node(Map<?, ?> json, String kind, List<?> calls) {}

    /** A layer that is called with a mask, and the operation that computes it. */
    private record MaskUse(LayerConfig layer, String operation) {}

    /**
     * The graph that a configuration describes.
     *
     * @param notes is told what the model does and we do not
     */
    FunctionalGraph(String file, Object config, Consumer<String> notes) {
        this.file = file;
        this.notes = notes;
        if (!(config instanceof Map<?, ?> map && map.get("layers") instanceof List<?> layers)) {
            throw new InteropException(
                    file + ": the functional model has no list of layers. Was the file written by Keras?");
        }
        this.config = map;
        for (Object layer : layers) {
            if (!(layer instanceof Map<?, ?> node
                    && node.get("name") instanceof String name
                    && node.get("inbound_nodes") instanceof List<?> calls)) {
                throw new InteropException(file + ": a layer of the functional model lacks name or inbound_nodes: "
                        + quoted(String.valueOf(layer)) + ".");
            }
            if (nodes.put(name, new Node(node, String.valueOf(node.get("class_name")), calls)) != null) {
                throw new InteropException(file + ": two layers are named " + quoted(name) + ".");
            }
        }
    }

    /** The layers from input to output. */
    List<LayerConfig> chain() {
        String input = only("input_layers");
        List<LayerConfig> chain = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        String at = only("output_layers");
        while (true) {
            if (!seen.add(at)) {
                throw new InteropException(file + ": layer " + quoted(at) + " reads its own output.");
            }
            LayerConfig layer = LayerConfig.of(file, node(at).json()).withOutput(outputs.getOrDefault(at, 0));
            chain.add(layer);
            if (at.equals(input)) {
                break;
            }
            at = source(layer, at);
        }
        Collections.reverse(chain);
        masks.forEach(mask -> requireOwnMask(mask, chain));
        nodes.forEach((name, node) -> {
            if (!seen.contains(name) && !MASK_OPERATIONS.contains(node.kind())) {
                throw new InteropException(file + ": layer " + quoted(name) + " ("
                        + node.kind()
                        + ") does not lie on the one way from the input to the output; only models in which each layer"
                        + " reads the one before it are read.");
            }
        });
        return chain;
    }

    private Node node(String name) {
        Node node = nodes.get(name);
        if (node == null) {
            throw new InteropException(
                    file + ": the model has no layer " + quoted(name) + ", which another one reads.");
        }
        return node;
    }

    /** The one input or output: ["name", 0, 0] or [["name", 0, 0]]. */
    private String only(String end) {
        Object given = config.get(end);
        Object only = given instanceof List<?> list && list.size() == 1 ? list.get(0) : given;
        if (only instanceof List<?> tensor && tensor.size() >= 2 && tensor.get(0) instanceof String name) {
            requireFirst(name, tensor);
            return name;
        }
        throw new InteropException(file + ": the model's " + end + " are " + quoted(String.valueOf(config.get(end)))
                + "; only models with one input and one output are read.");
    }

    /** The first output of the first call, or the state of a layer that returns it; which one is remembered. */
    private void requireFirst(String layer, List<?> tensor) {
        Object call = tensor.get(1);
        Object output = tensor.size() > 2 ? tensor.get(2) : 0;
        // Until Keras 2.3 a model inside a model counted its own making as the first call.
        boolean model =
                nodes.containsKey(layer) && MODELS.contains(nodes.get(layer).kind());
        boolean first =
                Integer.valueOf(0).equals(call) || (model && Integer.valueOf(1).equals(call));
        boolean state = Integer.valueOf(1).equals(output) && nodes.containsKey(layer) && returnsState(nodes.get(layer));
        if (!first || !(state || Integer.valueOf(0).equals(output))) {
            throw new InteropException(file + ": " + quoted(String.valueOf(tensor))
                    + " is not the first output of the first call of layer " + quoted(layer)
                    + ", nor the state h of an RNN, LSTM or GRU; shared layers and further outputs are not read.");
        }
        outputs.put(layer, state ? 1 : 0);
    }

    private static boolean returnsState(Node node) {
        return WITH_STATE.contains(node.kind())
                && node.json().get("config") instanceof Map<?, ?> config
                && Boolean.TRUE.equals(config.get("return_state"));
    }

    /** The layer whose output this one reads. */
    private String source(LayerConfig layer, String name) {
        List<?> calls = node(name).calls();
        if (calls.size() != 1) {
            throw layer.error("it is called " + calls.size() + " times; shared layers are not read.");
        }
        return calls.get(0) instanceof Map<?, ?> call ? newCall(layer, call) : oldCall(layer, calls.get(0));
    }

    /** Keras 3: {"args": [tensor], "kwargs": {...}}. */
    private String newCall(LayerConfig layer, Map<?, ?> call) {
        if (call.get("kwargs") instanceof Map<?, ?> arguments) {
            arguments.forEach((name, value) -> requireNoArgument(layer, String.valueOf(name), value));
        }
        if (call.get("args") instanceof List<?> args && args.size() == 1) {
            return tensor(layer, args.get(0));
        }
        throw layer.error("it should be called with one tensor but is called with "
                + quoted(String.valueOf(call.get("args"))) + ".");
    }

    /** Keras 2: [["name", 0, 0, {...}]]. */
    private String oldCall(LayerConfig layer, Object call) {
        if (call instanceof List<?> tensors
                && tensors.size() == 1
                && tensors.get(0) instanceof List<?> tensor
                && tensor.size() >= 3
                && tensor.get(0) instanceof String name) {
            requireFirst(name, tensor);
            if (tensor.size() > 3 && tensor.get(3) instanceof Map<?, ?> arguments) {
                arguments.forEach((key, value) -> requireNoArgument(layer, String.valueOf(key), value));
            }
            return name;
        }
        throw layer.error("it should read one layer but reads " + quoted(String.valueOf(call)) + ".");
    }

    /** {"class_name": "__keras_tensor__", "config": {..., "keras_history": ["name", 0, 0]}}. */
    private String tensor(LayerConfig layer, Object json) {
        if (json instanceof Map<?, ?> tensor
                && tensor.get("config") instanceof Map<?, ?> of
                && of.get("keras_history") instanceof List<?> history
                && history.size() == 3
                && history.get(0) instanceof String name) {
            requireFirst(name, history);
            return name;
        }
        throw layer.error("it should read one layer but reads " + quoted(String.valueOf(json)) + ".");
    }

    private void requireNoArgument(LayerConfig layer, String name, Object value) {
        if (value == KerasJson.Null.NULL || Boolean.FALSE.equals(value)) {
            return;
        }
        if (name.equals("training")) {
            training(layer);
            return;
        }
        if (!name.equals("mask")) {
            throw layer.error("it is called with " + quoted(name) + " = " + quoted(String.valueOf(value))
                    + ", which is not read.");
        }
        masks.add(new MaskUse(layer, tensor(layer, value)));
    }

    /** Called with training=True, a layer that draws does so in Keras' predictions, too; one that normalises would differ. */
    private void training(LayerConfig layer) {
        if (layer.kind().equals("BatchNormalization")) {
            throw layer.error(
                    "it is called with training=True, so it normalises by the mean of each batch outside training,"
                            + " too; here it would use the moving mean. Save the model without that argument.");
        }
        notes.accept(file + ": layer " + quoted(layer.name()) + " (" + layer.kind()
                + ") is called with training=True, so what it draws in training, such as dropout, changes Keras' predictions,"
                + " too. Here it draws in training alone, and predictions are those without it.");
    }

    /**
     * A mask must be the one that Keras makes for an Embedding, NotEqual(ids, 0), or for a Masking layer,
     * Any(NotEqual(x, mask_value)).
     */
    private void requireOwnMask(MaskUse use, List<LayerConfig> chain) {
        String operation = use.operation();
        if (node(operation).kind().equals("Any")) {
            operation = String.valueOf(arguments(use, operation).get(0));
        }
        List<Object> compared = node(operation).kind().equals("NotEqual") ? arguments(use, operation) : List.of();
        boolean own = false;
        for (int i = 1; i < chain.size() && compared.size() == 2; i++) {
            if (chain.get(i - 1).name().equals(compared.get(0)) && compared.get(1) instanceof Number value) {
                own |= makesMask(chain.get(i), value.floatValue());
            }
        }
        if (!own) {
            throw use.layer()
                    .error("its mask is computed by " + quoted(use.operation()) + " ("
                            + node(use.operation()).kind()
                            + "); only the masks of Embedding and Masking layers are read.");
        }
    }

    private static boolean makesMask(LayerConfig layer, float value) {
        return switch (layer.kind()) {
            case "Embedding" -> value == 0 && layer.flag("mask_zero", false);
            case "Masking" -> value == layer.number("mask_value");
            default -> false;
        };
    }

    /** What an operation is called with: names of layers, and constants. */
    private List<Object> arguments(MaskUse use, String operation) {
        List<?> calls = node(operation).calls();
        if (calls.size() == 1
                && calls.get(0) instanceof Map<?, ?> call
                && call.get("args") instanceof List<?> args
                && !args.isEmpty()) {
            List<Object> found = new ArrayList<>();
            args.forEach(arg -> found.add(arg instanceof Map<?, ?> ? tensor(use.layer(), arg) : arg));
            return found;
        }
        throw use.layer().error("its mask is computed by " + quoted(operation) + " from nothing.");
    }
}
