package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.cell.WeightPart;
import dev.carousel.interop.InteropException;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Recognises an {@code nn.RNN}, {@code nn.LSTM} or {@code nn.GRU} by the names and shapes of its weights. */
final class StackReader {

    private final String file;
    private final String prefix;
    private final Map<String, Weight> weights;
    private final Optional<Cell> given;
    private final Nonlinearity nonlinearity;

    /** What the names here have at their end and those of the file have not: {@code _l0} for a cell. */
    private final String added;

    private StackReader(
            String file,
            String prefix,
            Map<String, Weight> weights,
            Optional<Cell> given,
            Nonlinearity nonlinearity,
            String added) {
        this.file = file;
        this.prefix = prefix;
        this.weights = weights;
        this.given = given;
        this.nonlinearity = nonlinearity;
        this.added = added;
    }

    /**
     * The module of these weights.
     *
     * @param weights by their names behind the prefix, such as {@code weight_ih_l0}
     * @throws InteropException if one is missing or does not fit the others
     */
    static TorchModule module(String file, String prefix, Map<String, Weight> weights, Nonlinearity nonlinearity) {
        return new StackReader(file, prefix, weights, Optional.empty(), nonlinearity, "").module();
    }

    /** The module of an {@code nn.RNNCell}, {@code nn.LSTMCell} or {@code nn.GRUCell}, as a stack of one layer. */
    static TorchModule cell(
            String file, String prefix, Map<String, Weight> weights, Optional<Cell> given, Nonlinearity nonlinearity) {
        return new StackReader(file, prefix, weights, given, nonlinearity, "_l0").module();
    }

    /**
     * The module of a cell that its user names, of these weights; a plain one or {@link dev.carousel.cell.IndRnn} has its own
     * nonlinearity.
     *
     * @throws InteropException if one is missing or does not fit the others
     */
    static TorchModule module(String file, String prefix, Map<String, Weight> weights, Cell cell) {
        return new StackReader(file, prefix, weights, Optional.of(cell), Nonlinearity.TANH, "").module();
    }

    /** Whether weights of these names, such as {@code norm_ih_l0}, can be those of a cell. */
    static boolean isOf(Cell cell, Set<String> names) {
        Set<String> of = cell.weights(1, 1, 1).stream().map(WeightPart::name).collect(Collectors.toSet());
        return names.stream().allMatch(name -> of.contains(name.replaceAll("_l(0|[1-9]\\d{0,3})(_reverse)?$", "")))
                && names.stream().noneMatch(of::contains);
    }

    private TorchModule module() {
        if (given.isPresent() && !matches(given.get())) {
            return ofCell(given.get());
        }
        String first = matrix("weight_ih_l0");
        String recurrent = matrix("weight_hh_l0");
        boolean projects = weights.containsKey("weight_hr_l0");
        int rows = size(recurrent, 0);
        int hidden = size(projects ? matrix("weight_hr_l0") : recurrent, 1);
        Recurrent stack = Recurrent.of(cell(rows, hidden, projects), size(first, 1), hidden)
                .withName(prefix)
                .withLayers(layers())
                .withBidirectional(weights.containsKey("weight_ih_l0_reverse"))
                .withBias(weights.containsKey("bias_ih_l0"));
        if (projects) {
            int projection = size("weight_hr_l0", 0);
            if (projection >= hidden) {
                throw bad(
                        "weight_hr_l0",
                        "projects " + hidden + " numbers to " + projection + ", which is no projection");
            }
            stack = stack.withProjectionSize(projection);
        }
        return module(stack);
    }

    /** Whether what the shapes tell is enough for it: those of PyTorch's own modules. */
    private static boolean matches(Cell cell) {
        return cell.equals(Lstm.STANDARD) || cell.equals(Gru.STANDARD) || cell instanceof Rnn;
    }

    /**
     * H of W [kH, D], or of W [(k - 1) H, H] where the last gate is the input itself; where a matrix could be either, the other
     * weights decide.
     */
    private TorchModule ofCell(Cell cell) {
        String first = matrix("weight_ih_l0");
        int rows = size(first, 0);
        int D = size(first, 1);
        boolean copies = cell.copiesInput()
                && rows == (cell.gates() - 1L) * D
                && (rows % cell.gates() != 0 || firstLayerFits(cell, D, D));
        int gates = copies ? cell.gates() - 1 : cell.gates();
        if (rows % gates != 0) {
            throw bad(
                    first,
                    "has " + rows + " rows, but those of the cell " + cell.kind() + " are " + gates
                            + " times as many as there are units. Is --cell right?");
        }
        boolean ownBias = cell.weights(1, 1, 1).stream()
                .anyMatch(part ->
                        part.role() == WeightPart.Role.OWN && part.name().startsWith("bias"));
        return module(Recurrent.of(cell, D, rows / gates)
                .withName(prefix)
                .withLayers(layers())
                .withBidirectional(weights.containsKey("weight_ih_l0_reverse"))
                .withBias(ownBias || weights.containsKey("bias_ih_l0")));
    }

    /** Whether the weights of the first layer, as far as they are there, are those of H units that read D numbers. */
    private boolean firstLayerFits(Cell cell, int D, int H) {
        return cell.weights(D, H, H).stream().allMatch(part -> {
            Weight weight = weights.get(part.name() + "_l0");
            return weight == null
                    || weight.shape()
                            .equals(part.shape().stream()
                                    .map(Integer::longValue)
                                    .toList());
        });
    }

    private TorchModule module(Recurrent stack) {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Slice slice : slices(stack)) {
            String leaf = prefix.isEmpty() ? slice.name() : slice.name().substring(prefix.length() + 1);
            requireShape(leaf, slice.shape());
            sources.put(slice.name(), inFile(leaf));
        }
        requireNoOther(sources);
        return new TorchModule(prefix, TorchModule.Kind.RECURRENT, stack, sources);
    }

    /** The whole name of a weight in the file. */
    private String inFile(String leaf) {
        return ModuleReader.full(prefix, leaf.substring(0, leaf.length() - added.length()));
    }

    private static List<Slice> slices(Recurrent stack) {
        Parameters.Layout layout = new Parameters.Layout();
        stack.addTo(layout);
        return layout.slices();
    }

    /**
     * Layers are numbered from 0 without a gap; one that is missing is found when its weights are asked for. More than there
     * are weights cannot all be there, and only the first of them need be missed.
     */
    private int layers() {
        int last = weights.keySet().stream()
                .map(leaf -> leaf.replaceAll("^.*_l|_reverse$", ""))
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0);
        return Math.min(last, weights.size()) + 1;
    }

    private Cell cell(int rows, int hidden, boolean projects) {
        if (rows == 4L * hidden) {
            return Lstm.STANDARD;
        }
        if (rows == 3L * hidden && !projects) {
            return Gru.STANDARD;
        }
        if (rows == hidden && !projects) {
            return given.filter(Rnn.class::isInstance).orElseGet(() -> new Rnn(nonlinearity));
        }
        throw bad(
                "weight_hh_l0",
                "has " + rows + " rows for " + hidden + " units"
                        + (projects ? " and a projection, which only an LSTM has" : "")
                        + ", but an LSTM has 4 times, a GRU 3 times and an RNN once as many rows as units; if it is of"
                        + " another cell, say --cell mgu, for example");
    }

    private String matrix(String leaf) {
        Weight weight = require(leaf);
        if (weight.shape().size() != 2) {
            throw bad(
                    leaf,
                    "has " + weight.shape().size() + " dimensions instead of 2"
                            + (leaf.equals("weight_hh_l0") && given.isEmpty()
                                    ? "; if each unit reads itself alone, say --cell indrnn"
                                    : ""));
        }
        return leaf;
    }

    private int size(String leaf, int axis) {
        return ModuleReader.size(file, inFile(leaf), require(leaf), axis);
    }

    private Weight require(String leaf) {
        Weight weight = weights.get(leaf);
        if (weight == null) {
            throw new InteropException(file + ": tensor " + quoted(inFile(leaf))
                    + " is missing next to "
                    + quoted(inFile(weights.keySet().iterator().next()))
                    + ". Are the weights those of one RNN, LSTM or GRU, with all layers and both directions alike?"
                    + " If they are of another cell, say --cell mingru, for example.");
        }
        return weight;
    }

    private void requireShape(String leaf, List<Integer> expected) {
        List<Long> found = require(leaf).shape();
        if (!found.equals(expected.stream().map(Integer::longValue).toList())) {
            throw bad(leaf, "should be " + expected + " as the other weights of its module say");
        }
    }

    private void requireNoOther(Map<String, String> sources) {
        for (String leaf : weights.keySet()) {
            if (!sources.containsValue(inFile(leaf))) {
                throw bad(
                        leaf,
                        "does not fit the other weights of its module: all layers and directions have biases"
                                + " and projections, or none");
            }
        }
    }

    private InteropException bad(String leaf, String what) {
        return new InteropException(
                file + ": tensor " + quoted(inFile(leaf)) + " " + require(leaf).shape() + " " + what + ".");
    }
}
