package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Two branches that begin at one value and meet again, with operators between them that compute each number or each step by
 * itself: a function such as x σ(x), or a normalisation, that an exporter wrote as single operators.
 *
 * @param source the value at which they begin
 * @param nodes between it and where they meet
 */
record Join(String source, List<Node> nodes) {

    private static final Set<String> INSIDE = Set.of(
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Pow",
            "Sqrt",
            "Abs",
            "Erf",
            "Tanh",
            "Sigmoid",
            "Softplus",
            "HardSigmoid",
            "Clip",
            "Relu",
            "Exp",
            "Log",
            "Neg",
            "Identity",
            "Cast",
            "Where",
            "Greater",
            "GreaterOrEqual",
            "Less",
            "LessOrEqual",
            "ReduceMean");

    private static final int MOST_NODES = 32;

    Join {
        nodes = List.copyOf(nodes);
    }

    /** A node, and its place among all. */
    record Placed(Node node, int index) {}

    /**
     * The join that ends at a node, if it is one.
     *
     * @param producers of each value, the node that computes it
     * @param sides values that do not depend on the numbers of the input
     */
    static Optional<Join> at(Node end, Map<String, Placed> producers, Set<String> sides) {
        TreeMap<Integer, String> open = new TreeMap<>();
        List<Node> nodes = new ArrayList<>(List.of(end));
        if (!add(end, open, producers, sides)) {
            return Optional.empty();
        }
        // The value that is computed last depends on the others, if any does: so the last one left is where they begin.
        while (open.size() > 1) {
            Map.Entry<Integer, String> latest = open.pollLastEntry();
            Placed placed = producers.get(latest.getValue());
            if (placed == null || nodes.size() == MOST_NODES || !add(placed.node(), open, producers, sides)) {
                return Optional.empty();
            }
            nodes.add(placed.node());
        }
        return open.isEmpty()
                ? Optional.empty()
                : Optional.of(new Join(open.firstEntry().getValue(), nodes));
    }

    private static boolean add(
            Node node, TreeMap<Integer, String> open, Map<String, Placed> producers, Set<String> sides) {
        if (!INSIDE.contains(node.operator())) {
            return false;
        }
        for (String input : node.inputs()) {
            if (!input.isEmpty() && !sides.contains(input)) {
                Placed producer = producers.get(input);
                open.put(producer == null ? -1 : producer.index(), input);
            }
        }
        return true;
    }

    /** Whether it is x - mean(x). */
    boolean centres() {
        return nodes.size() == 2
                && nodes.get(0).operator().equals("Sub")
                && nodes.get(1).operator().equals("ReduceMean");
    }

    /** Whether something of all numbers of a step is in it. */
    boolean normalises() {
        return nodes.stream().anyMatch(node -> node.operator().equals("ReduceMean"));
    }
}
