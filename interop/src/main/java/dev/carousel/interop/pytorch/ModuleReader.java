package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.spec.LayerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Recognises the modules of a state_dict by the names and shapes of their weights. */
final class ModuleReader {

    private static final Pattern OF_STACK =
            Pattern.compile("(weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)_l(0|[1-9]\\d{0,3})(_reverse)?");

    private static final List<String> OF_CELL = List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh");

    private final StateDict dict;
    private final Nonlinearity nonlinearity;

    private ModuleReader(StateDict dict, Nonlinearity nonlinearity) {
        this.dict = dict;
        this.nonlinearity = nonlinearity;
    }

    /**
     * The modules, in the order of the file.
     *
     * @param nonlinearity of plain recurrent layers, which the weights do not tell
     * @throws InteropException if a weight belongs to no module that Carousel has, or does not fit the others of its
     *     module; the message names it
     */
    static List<TorchModule> modules(StateDict dict, Nonlinearity nonlinearity) {
        return new ModuleReader(dict, nonlinearity).modules();
    }

    private List<TorchModule> modules() {
        Map<String, Map<String, Weight>> groups = new LinkedHashMap<>();
        dict.weights().forEach((name, weight) -> {
            int dot = name.lastIndexOf('.');
            groups.computeIfAbsent(dot < 0 ? "" : name.substring(0, dot), prefix -> new LinkedHashMap<>())
                    .put(name.substring(dot + 1), weight);
        });
        List<TorchModule> modules = new ArrayList<>();
        groups.forEach((prefix, weights) -> modules.add(module(prefix, weights)));
        return modules;
    }

    static String full(String prefix, String leaf) {
        return prefix.isEmpty() ? leaf : prefix + "." + leaf;
    }

    private InteropException refused(String tensor, Weight weight, String what) {
        return new InteropException(
                dict.file() + ": tensor " + quoted(tensor) + " " + weight.shape() + " " + what + ".");
    }

    private TorchModule module(String prefix, Map<String, Weight> weights) {
        weights.forEach((leaf, weight) -> {
            if (!weight.isFloat()) {
                throw refused(
                        full(prefix, leaf),
                        weight,
                        "is of the type " + weight.type() + ", but weights are float32, float64, float16 or bfloat16."
                                + " Is it a counter or a quantised weight? Convert it, or leave it out of the file");
            }
        });
        if (weights.keySet().stream().allMatch(leaf -> OF_STACK.matcher(leaf).matches())) {
            return StackReader.module(dict.file(), prefix, weights, nonlinearity);
        }
        if (OF_CELL.containsAll(weights.keySet())) {
            Map<String, Weight> ofStack = new LinkedHashMap<>();
            weights.forEach((leaf, weight) -> ofStack.put(leaf + "_l0", weight));
            return StackReader.cell(dict.file(), prefix, ofStack, nonlinearity);
        }
        return linearOrTable(prefix, weights);
    }

    private TorchModule linearOrTable(String prefix, Map<String, Weight> weights) {
        weights.forEach((leaf, weight) -> {
            boolean known = leaf.equals("weight") || leaf.equals("bias");
            if (!known) {
                throw refused(
                        full(prefix, leaf),
                        weight,
                        "belongs to no module that can be read: there are RNN, LSTM and GRU (weight_ih_l0, ...), Linear"
                                + " (weight, bias) and Embedding (weight)");
            }
        });
        Weight bias = weights.get("bias");
        Weight weight = weights.get("weight");
        if (weight == null) {
            throw new InteropException(dict.file() + ": tensor " + quoted(full(prefix, "bias"))
                    + " is a bias without a weight next to it.");
        }
        List<Long> shape = weight.shape();
        if (shape.size() != 2) {
            throw refused(
                    full(prefix, "weight"),
                    weight,
                    "has " + shape.size() + " dimensions, but Linear and Embedding have 2. "
                            + (shape.size() == 1
                                    ? "Is it a normalisation? A file of weights tells neither its kind nor its epsilon"
                                    : "Is it a convolution? There is no layer for that"));
        }
        int rows = size(full(prefix, "weight"), weight, 0);
        int cols = size(full(prefix, "weight"), weight, 1);
        if (bias != null && !bias.shape().equals(List.of((long) rows))) {
            throw refused(full(prefix, "bias"), bias, "should be [" + rows + "], as its weight has " + rows + " rows");
        }
        String name = prefix.isEmpty() ? "linear" : prefix;
        Map<String, String> sources = new LinkedHashMap<>();
        weights.keySet().forEach(leaf -> sources.put(name + "." + leaf, full(prefix, leaf)));
        return bias == null
                ? new TorchModule(prefix, TorchModule.Kind.TABLE, new LayerSpec.Embedding(name, rows, cols), sources)
                : new TorchModule(prefix, TorchModule.Kind.LINEAR, new LayerSpec.Dense(name, cols, rows), sources);
    }

    private int size(String name, Weight weight, int axis) {
        return size(dict.file(), name, weight, axis);
    }

    /** A dimension that a layer can have. */
    static int size(String file, String name, Weight weight, int axis) {
        long size = weight.shape().get(axis);
        if (size < 1 || size > Integer.MAX_VALUE) {
            throw new InteropException(file + ": tensor " + quoted(name) + " " + weight.shape() + " has a dimension of "
                    + size + "; each must be from 1 to 2147483647.");
        }
        return (int) size;
    }
}
