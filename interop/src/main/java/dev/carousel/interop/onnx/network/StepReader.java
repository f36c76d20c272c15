package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.Formula.Kind;
import dev.carousel.interop.onnx.network.Formula.Sizes;
import dev.carousel.interop.onnx.run.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the formula of one step of an unrolled layer out of its nodes. */
final class StepReader {

    /** Deeper than any step is. */
    private static final int MOST_DEPTH = 200;

    private final GraphValues graph;
    private final Optional<String> h;
    private final Set<String> ofState;
    private final Set<String> ofEarlier;
    private final Map<String, Formula> known = new HashMap<>();
    private final Set<String> nodes = new HashSet<>();
    private final Take input;
    private final Sizes sizes;
    private Optional<String> c;
    private int depth;
    private long room;

    /**
     * One step of a sequence.
     *
     * @param source the sequence, a value with an axis for time
     * @param axis which it is
     * @param index which step
     */
    record Take(String source, int axis, int index) {}

    /**
     * A step.
     *
     * @param h the value that is the state before it; none if that is zero
     * @param c the value that is the second state before it, if that is known
     * @param next the value that is the state after it
     * @param ofEarlier the values that an earlier step has a part in
     * @throws InteropException if it does not read one step of one sequence
     */
    StepReader(GraphValues graph, Optional<String> h, Optional<String> c, String next, Set<String> ofEarlier) {
        this.graph = graph;
        this.h = h;
        this.c = c;
        this.ofEarlier = ofEarlier;
        this.ofState = h.map(graph::from).orElse(Set.of());
        this.input = findInput(next);
        Tensor source = graph.value(input.source);
        Tensor state = graph.value(next);
        if (source.size() == 0 || state.size() == 0 || state.rank() == 0) {
            throw noStep();
        }
        this.sizes = new Sizes(source.dimension(source.rank() - 1), state.dimension(state.rank() - 1));
        this.room = (1 << 18)
                + 64
                        * graph.model().initializers().values().stream()
                                .mapToLong(Tensor::size)
                                .sum();
        reserve(sizes.x());
        reserve(sizes.h());
    }

    /** Notes a formula of so many numbers, so that a small file cannot ask for all memory. */
    private void reserve(int width) {
        room -= (long) width * (1L + sizes.x() + sizes.h());
        if (room < 0) {
            throw noStep();
        }
    }

    Sizes sizes() {
        return sizes;
    }

    Take input() {
        return input;
    }

    /** The second state before the step, if it has one. */
    Optional<String> c() {
        return c;
    }

    /** The first outputs of the nodes that the step has. */
    Set<String> nodes() {
        return nodes;
    }

    /** Whether it is the state before the step, in whatever shape. */
    private boolean isState(String name) {
        return h.isPresent() && graph.unshaped(name).equals(h.get());
    }

    /** Whether it is the second state before the step, as far as that is known. */
    private boolean isCellState(String name) {
        return c.isPresent() && graph.unshaped(name).equals(c.get());
    }

    private boolean isEarlier(String name) {
        return isState(name) || isCellState(name) || (ofEarlier.contains(name) && !ofState.contains(name));
    }

    /** The one step of a sequence that the nodes between the states read. */
    private Take findInput(String next) {
        List<String> open = new ArrayList<>(List.of(next));
        Set<String> seen = new HashSet<>();
        Optional<Take> found = Optional.empty();
        while (!open.isEmpty()) {
            String name = open.remove(open.size() - 1);
            if (name.isEmpty() || graph.isFixed(name) || isEarlier(name) || !seen.add(name)) {
                continue;
            }
            Optional<Take> take = ofState.contains(name) ? Optional.empty() : take(graph, name);
            if (take.isPresent()) {
                if (found.isPresent() && !found.equals(take)) {
                    throw noStep();
                }
                found = take;
            } else {
                open.addAll(graph.producer(name).orElseThrow(StepReader::noStep).inputs());
            }
            if (seen.size() > 20 * MOST_DEPTH) {
                throw noStep();
            }
        }
        return found.orElseThrow(StepReader::noStep);
    }

    /** The step that a node takes of a sequence, if it does so. */
    private static Optional<Take> take(GraphValues graph, String output) {
        Optional<Take> ofLayer = graph.step(output);
        Optional<Node> producer = graph.producer(output);
        if (ofLayer.isPresent()
                || producer.isEmpty()
                || !List.of("Slice", "Gather", "Split").contains(producer.get().operator())) {
            return ofLayer;
        }
        Node node = producer.get();
        Call call = graph.call(node);
        Tensor whole = call.in(0);
        Tensor part = graph.value(output);
        if (whole.rank() < 3 || !whole.type().isReal()) {
            return Optional.empty();
        }
        switch (node.operator()) {
            case "Gather" -> {
                int axis = call.axis(call.whole("axis", 0), whole.rank());
                Tensor at = call.in(1);
                if (at.size() != 1 || axis == whole.rank() - 1 || at.type().isReal()) {
                    return Optional.empty();
                }
                long index = at.whole(0);
                int counted = (int) (index < 0 ? index + whole.dimension(axis) : index);
                return Optional.of(new Take(node.inputs().get(0), axis, counted));
            }
            case "Slice" -> {
                long[] axes = call.wholesOrInput("axes", 3).orElse(new long[] {0});
                long[] starts = call.wholesOrInput("starts", 1).orElse(new long[0]);
                if (axes.length != 1 || starts.length != 1) {
                    return Optional.empty();
                }
                int axis = call.axis(axes[0], whole.rank());
                if (axis == whole.rank() - 1 || part.dimension(axis) != 1) {
                    return Optional.empty();
                }
                long index = starts[0] < 0 ? starts[0] + whole.dimension(axis) : starts[0];
                return Optional.of(new Take(node.inputs().get(0), axis, (int) index));
            }
            default -> {
                int axis = call.axis(call.whole("axis", 0), whole.rank());
                if (axis == whole.rank() - 1 || part.dimension(axis) != 1) {
                    return Optional.empty();
                }
                int index = 0;
                for (String one : node.outputs().subList(0, node.outputs().indexOf(output))) {
                    if (one.isEmpty()) {
                        return Optional.empty();
                    }
                    index += graph.value(one).dimension(axis);
                }
                return Optional.of(new Take(node.inputs().get(0), axis, index));
            }
        }
    }

    /**
     * The formula of a value of the step.
     *
     * @throws InteropException if it has none
     */
    Formula of(String name) {
        Formula formula = known.get(name);
        if (formula == null) {
            if (++depth > MOST_DEPTH) {
                throw new InteropException("A step of an unrolled layer has too many nodes.");
            }
            Tensor value = graph.value(name);
            reserve(value.rank() == 0 ? 1 : value.dimension(value.rank() - 1));
            formula = read(name);
            depth--;
            known.put(name, formula);
        }
        return formula;
    }

    private Formula read(String name) {
        if (isState(name)) {
            return Formula.h(sizes);
        }
        if (isCellState(name)) {
            return Formula.c(sizes);
        }
        if (graph.isFixed(name)) {
            return Formula.constant(row(name), sizes);
        }
        if (isEarlier(name)) {
            String other = graph.unshaped(name);
            if (c.isPresent() && !c.get().equals(other)) {
                throw noStep();
            }
            c = Optional.of(other);
            return Formula.c(sizes);
        }
        if (!ofState.contains(name) && take(graph, name).equals(Optional.of(input))) {
            return Formula.x(sizes);
        }
        Node node = graph.producer(name).orElseThrow(StepReader::noStep);
        nodes.add(node.outputs().get(0));
        Call call = graph.call(node);
        List<String> in = node.inputs();
        return switch (node.operator()) {
            case "Identity", "Dropout", "Cast", "Squeeze", "Unsqueeze", "Reshape", "Flatten" -> {
                if (!graph.unshaped(name).equals(graph.unshaped(in.get(0)))) {
                    throw noStep();
                }
                yield of(in.get(0));
            }
            case "Add" -> sum(in, 1);
            case "Sub" -> sum(in, -1);
            case "Neg" -> zeros(name).plus(-1, of(in.get(0)));
            case "Mul" -> {
                List<Formula> both = alike(in);
                yield both.get(0).times(both.get(1), sizes);
            }
            case "Sigmoid" -> of(in.get(0)).applied(Kind.SIGMOID);
            case "Tanh" -> of(in.get(0)).applied(Kind.TANH);
            case "Relu" -> of(in.get(0)).applied(Kind.RELU);
            case "MatMul", "Gemm" -> product(call);
            case "Split", "Slice" -> part(call, name);
            case "Concat" -> concat(call);
            default -> throw noStep();
        };
    }

    private Formula zeros(String name) {
        Tensor value = graph.value(name);
        return Formula.constant(new float[value.dimension(value.rank() - 1)], sizes);
    }

    /** Two formulas of one width: a number is one for each. */
    private List<Formula> alike(List<String> in) {
        Formula one = of(in.get(0));
        Formula two = of(in.get(1));
        int width = Math.max(one.width(), two.width());
        return List.of(wide(one, width), wide(two, width));
    }

    private Formula wide(Formula formula, int width) {
        if (formula.width() == width) {
            return formula;
        }
        if (formula.width() != 1 || !formula.isLinear() || formula.readsInput() || formula.readsState()) {
            throw noStep();
        }
        float[] same = new float[width];
        Arrays.fill(same, formula.b()[0]);
        return Formula.constant(same, sizes);
    }

    private Formula sum(List<String> in, float factor) {
        List<Formula> both = alike(in);
        return both.get(0).plus(factor, both.get(1));
    }

    private Formula product(Call call) {
        Node node = call.node();
        ConstantMatrix weights = ConstantMatrix.of(graph, node).orElseThrow(StepReader::noStep);
        Formula formula = of(node.inputs().get(0));
        if (formula.width() != weights.depth()) {
            throw noStep();
        }
        Formula product = formula.multiplied(weights.matrix(), weights.rows());
        if (node.operator().equals("Gemm") && node.hasInput(2)) {
            return product.plus(1, wide(of(node.inputs().get(2)), weights.rows()));
        }
        return product;
    }

    private Formula part(Call call, String output) {
        Tensor whole = call.in(0);
        Tensor part = graph.value(output);
        int last = whole.rank() - 1;
        int from = 0;
        if (call.node().operator().equals("Split")) {
            if (call.axis(call.whole("axis", 0), whole.rank()) != last) {
                throw noStep();
            }
            for (String one :
                    call.node().outputs().subList(0, call.node().outputs().indexOf(output))) {
                if (one.isEmpty()) {
                    throw noStep();
                }
                from += graph.value(one).dimension(last);
            }
        } else {
            long[] axes = call.wholesOrInput("axes", 3).orElse(new long[] {0});
            long[] starts = call.wholesOrInput("starts", 1).orElse(new long[0]);
            boolean plain = axes.length == 1 && starts.length == 1 && call.axis(axes[0], whole.rank()) == last;
            if (!plain || (call.has(4) && call.in(4).whole(0) != 1)) {
                throw noStep();
            }
            from = (int) Math.max(0, starts[0] < 0 ? starts[0] + whole.dimension(last) : starts[0]);
        }
        return of(call.node().inputs().get(0))
                .rows(from, from + part.dimension(last))
                .orElseThrow(StepReader::noStep);
    }

    private Formula concat(Call call) {
        int rank = call.in(0).rank();
        if (call.axis(call.whole("axis", 0), rank) != rank - 1) {
            throw noStep();
        }
        List<Formula> parts = call.node().inputs().stream().map(this::of).toList();
        if (!parts.stream().allMatch(Formula::isLinear)) {
            throw noStep();
        }
        return Formula.stacked(parts);
    }

    /** The numbers of a fixed value, which are the same for each sequence. */
    private float[] row(String name) {
        Tensor value = graph.value(name);
        if (!value.type().isReal()) {
            throw noStep();
        }
        int width = value.rank() == 0 ? 1 : value.dimension(value.rank() - 1);
        float[] row = new float[width];
        for (int i = 0; i < value.size(); i++) {
            float number = (float) value.real(i) + 0f; // of -0 makes 0, which is equal to it
            if (i >= width && row[i % width] != number) {
                throw noStep();
            }
            row[i % width] = number;
        }
        return row;
    }

    private static InteropException noStep() {
        return new InteropException("Some nodes are no step of a recurrent layer.");
    }
}
