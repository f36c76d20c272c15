package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.cell.Cell;
import dev.carousel.interop.InteropException;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.spec.LayerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Recognises the modules of a state_dict by the names and shapes of their weights. */
final class ModuleReader {

    private static final Pattern OF_STACK =
            Pattern.compile("(weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)_l(0|[1-9]\\d{0,3})(_reverse)?");

    private static final int MOST_SHOWN = 12;

    private static final List<String> OF_CELL = List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh");

    private final StateDict dict;
    private final Nonlinearity nonlinearity;
    private final Optional<Cell> cell;

    private ModuleReader(StateDict dict, Nonlinearity nonlinearity, Optional<Cell> cell) {
        this.dict = dict;
        this.nonlinearity = nonlinearity;
        this.cell = cell;
    }

    /**
     * The modules, in the order of the file.
     *
     * @param nonlinearity of plain recurrent layers, which the weights do not tell
     * @param cell of recurrent layers, where names and shapes do not tell
     * @param wanted the prefixes of the modules that are asked for; all if there are none
     * @throws InteropException if a weight belongs to no module that Carousel has, or does not fit the others of its
     *     module; the message names it
     */
    static List<TorchModule> modules(
            StateDict dict, Nonlinearity nonlinearity, Optional<Cell> cell, Set<String> wanted) {
        return new ModuleReader(dict, nonlinearity, cell).modules(wanted);
    }

    /** The names of the tensors that belong to none of some modules. */
    static List<String> others(StateDict dict, Set<String> wanted) {
        return dict.weights().keySet().stream()
                .filter(name -> !wanted.contains(prefix(name)))
                .toList();
    }

    /** All modules of a file with their sizes where they can be read, or only their names. */
    static String modulesShown(StateDict dict) {
        Set<String> prefixes = new LinkedHashSet<>();
        dict.weights().keySet().forEach(name -> prefixes.add(prefix(name)));
        return prefixes.stream()
                .limit(MOST_SHOWN)
                .map(prefix -> shown(dict, prefix))
                .collect(Collectors.joining(", "));
    }

    private static String shown(StateDict dict, String prefix) {
        try {
            return modules(dict, Nonlinearity.TANH, Optional.empty(), Set.of(prefix))
                    .get(0)
                    .withSizes();
        } catch (InteropException e) {
            return prefix.isEmpty() ? "tensors without a module" : prefix;
        }
    }

    private static String prefix(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(0, dot);
    }

    private List<TorchModule> modules(Set<String> wanted) {
        requireOrdinary(wanted);
        Map<String, Map<String, Weight>> groups = new LinkedHashMap<>();
        dict.weights().forEach((name, weight) -> {
            if (wanted.isEmpty() || wanted.contains(prefix(name))) {
                groups.computeIfAbsent(prefix(name), prefix -> new LinkedHashMap<>())
                        .put(name.substring(name.lastIndexOf('.') + 1), weight);
            }
        });
        List<TorchModule> modules = new ArrayList<>();
        groups.forEach((prefix, weights) -> modules.add(module(prefix, weights)));
        return modules;
    }

    /** Refuses a weight that is kept in another form first: its neighbours would be blamed in its place. */
    private void requireOrdinary(Set<String> wanted) {
        dict.weights().forEach((name, weight) -> {
            String inside = prefix(name).replaceFirst("(^|\\.)parametrizations\\..*", "");
            boolean ordinary =
                    isKnown(name.substring(name.lastIndexOf('.') + 1)) && !name.contains("parametrizations.");
            if (!ordinary && !cause(name).isEmpty() && (wanted.isEmpty() || wanted.contains(inside))) {
                throw refused(name, weight, noModule(name));
            }
        });
    }

    /** Whether a weight of this name is one of a module, or of the cell that is named. */
    private boolean isKnown(String leaf) {
        return cell.filter(one -> StackReader.isOf(one, Set.of(leaf))).isPresent()
                || leaf.equals("weight")
                || leaf.equals("bias")
                || OF_CELL.contains(leaf)
                || OF_STACK.matcher(leaf).matches();
    }

    private static String noModule(String name) {
        return "belongs to no module that can be read: there are RNN, LSTM and GRU (weight_ih_l0, ...), Linear"
                + " (weight, bias), Embedding (weight) and BatchNorm1d and LayerNorm (vectors)"
                + cause(name)
                + ". Where it has no part in the predictions, name the modules that have: --modules "
                + "lstm,fc, for example; all others are left out";
    }

    static String full(String prefix, String leaf) {
        return prefix.isEmpty() ? leaf : prefix + "." + leaf;
    }

    private InteropException refused(String tensor, Weight weight, String what) {
        return new InteropException(
                dict.file() + ": tensor " + quoted(tensor) + " " + weight.shape() + " " + what + ".");
    }

    private TorchModule module(String prefix, Map<String, Weight> weights) {
        Optional<Normalisation> norm = prefix.isEmpty() ? Optional.empty() : Normalisation.of(dict, prefix, weights);
        if (norm.isPresent()) {
            return norm.get().module();
        }
        weights.forEach((leaf, weight) -> {
            if (!weight.isFloat()) {
                throw refused(
                        full(prefix, leaf),
                        weight,
                        "is of the type " + weight.type() + ", but weights are float32, float64, float16 or bfloat16."
                                + " Is it a counter or a quantised weight? Convert it, or leave it out of the file");
            }
        });
        if (cell.isPresent() && StackReader.isOf(cell.get(), weights.keySet())) {
            return StackReader.module(dict.file(), prefix, weights, cell.get());
        }
        if (weights.keySet().stream().allMatch(leaf -> OF_STACK.matcher(leaf).matches())) {
            return StackReader.module(dict.file(), prefix, weights, nonlinearity);
        }
        if (OF_CELL.containsAll(weights.keySet())) {
            Map<String, Weight> ofStack = new LinkedHashMap<>();
            weights.forEach((leaf, weight) -> ofStack.put(leaf + "_l0", weight));
            Optional<Cell> given = cell.filter(one -> StackReader.isOf(one, ofStack.keySet()));
            return StackReader.cell(dict.file(), prefix, ofStack, given, nonlinearity);
        }
        return linearOrTable(prefix, weights);
    }

    private TorchModule linearOrTable(String prefix, Map<String, Weight> weights) {
        weights.forEach((leaf, weight) -> {
            boolean known = leaf.equals("weight") || leaf.equals("bias");
            if (!known) {
                throw refused(full(prefix, leaf), weight, noModule(full(prefix, leaf)));
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
                                    ? "Is it the weight of a loss? Name the modules that make the predictions with --modules,"
                                            + " such as lstm,fc; all others are left out"
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

    /** Why a tensor of this name may be there. */
    private static String cause(String name) {
        String leaf = name.substring(name.lastIndexOf('.') + 1);
        if (name.contains("parametrizations.")) {
            return ". Is it a parametrised weight? Undo it before saving:"
                    + " torch.nn.utils.parametrize.remove_parametrizations(module, name)";
        }
        if (leaf.endsWith("_g") || leaf.endsWith("_v")) {
            return ". Is it weight-normed? Undo it before saving: torch.nn.utils.remove_weight_norm(module, name)";
        }
        if (leaf.endsWith("_raw")) {
            return ". Is it an AWD-LSTM, whose weights are dropped in training? Copy each ..._raw to the weight of its name"
                    + " without _raw, and save that module";
        }
        if (leaf.matches(
                "(weight_ih|weight_hh|bias_ih|weight_ch|weight_a|norm_ih|norm_hh|norm_c|norm_bias_c)_l\\d+(_reverse)?")) {
            return ". It may be of another cell than these: say --cell lnlstm, for example";
        }
        if (leaf.startsWith("in_proj") || name.contains("attn") || name.contains("attention")) {
            return ". Is it attention? There is no layer for that";
        }
        boolean quantised = leaf.equals("scale") || leaf.equals("zero_point") || leaf.contains("packed_params");
        return quantised ? ". Is the network quantised? Save it before it is" : "";
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
