package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The way through a graph from one input to its first output: at each node, one input is what flows, and the others are
 * weights, shapes and states.
 *
 * @param input the name of the graph's input
 * @param hops from the input to the output
 */
record ChainPath(String input, List<Hop> hops) {

    /**
     * A node on the way.
     *
     * @param flow which of its inputs flows
     * @param output which of its outputs goes on
     * @param join the branches that meet in it, if some do
     */
    record Hop(Node node, int flow, int output, Optional<Join> join) {

        String input() {
            return join.map(Join::source).orElseGet(() -> node.inputs().get(flow));
        }

        String value() {
            return node.outputs().get(output);
        }
    }

    ChainPath {
        hops = List.copyOf(hops);
    }

    static ChainPath of(OnnxDocument model) {
        Map<String, Hop> producers = new HashMap<>();
        Map<String, Join.Placed> placed = new HashMap<>();
        for (int index = 0; index < model.nodes().size(); index++) {
            Node node = model.nodes().get(index);
            for (int i = 0; i < node.outputs().size(); i++) {
                if (node.hasOutput(i)) {
                    producers.put(node.outputs().get(i), new Hop(node, 0, i, Optional.empty()));
                    placed.put(node.outputs().get(i), new Join.Placed(node, index));
                }
            }
        }
        Set<String> constants = constants(model);
        Set<String> sides = sides(model);
        Deque<Hop> hops = new ArrayDeque<>();
        if (model.outputs().isEmpty()) {
            throw new InteropException("The ONNX model has no output.");
        }
        String value = model.outputs().get(0).name();
        while (producers.containsKey(value)) {
            Hop producer = producers.get(value);
            Optional<Join> join =
                    joins(producer.node, sides) ? Join.at(producer.node, placed, sides) : Optional.empty();
            int flow = join.isPresent() ? 0 : flow(producer.node, constants, sides);
            Hop hop = new Hop(producer.node, flow, producer.output, join);
            hops.addFirst(hop);
            value = hop.input();
            if (value.isEmpty()) {
                throw noChain(hop.node, "lacks its last input");
            }
        }
        if (constants.contains(value)) {
            throw new InteropException(
                    "The ONNX model's output " + model.outputs().get(0).name()
                            + " depends on no input, so it is no chain of layers. Run it as a graph instead.");
        }
        return new ChainPath(value, List.copyOf(hops));
    }

    /** The names of values that are the same whatever is fed. */
    static Set<String> constants(OnnxDocument model) {
        Set<String> constants = new HashSet<>(model.initializers().keySet());
        for (Node node : model.nodes()) {
            if (node.inputs().stream().allMatch(name -> name.isEmpty() || constants.contains(name))) {
                constants.addAll(node.outputs());
            }
        }
        return constants;
    }

    /**
     * The names of values that do not depend on the numbers of the input: constants, shapes, lengths (whole numbers, one for
     * each sequence), and what is computed of them alone.
     */
    static Set<String> sides(OnnxDocument model) {
        Set<String> sides = new HashSet<>(model.initializers().keySet());
        for (ValueInfo input : model.inputs()) {
            boolean whole =
                    input.type() == OnnxElementType.INT64.code() || input.type() == OnnxElementType.INT32.code();
            if (whole && input.dimensions().size() == 1) {
                sides.add(input.name());
            }
        }
        for (Node node : model.nodes()) {
            boolean shape = node.operator().equals("Shape") || node.operator().equals("Size");
            if (shape || node.inputs().stream().allMatch(name -> name.isEmpty() || sides.contains(name))) {
                sides.addAll(node.outputs());
            }
        }
        return sides;
    }

    /** Whether two inputs of a node depend on the numbers of the input. */
    private static boolean joins(Node node, Set<String> sides) {
        return switch (node.operator()) {
            case "Add", "Sub", "Mul", "Div" ->
                node.hasInput(0)
                        && node.hasInput(1)
                        && !sides.contains(node.inputs().get(0))
                        && !sides.contains(node.inputs().get(1));
            case "Where" -> node.hasInput(2) && node.inputs().stream().noneMatch(sides::contains);
            default -> false;
        };
    }

    private static int flow(Node node, Set<String> constants, Set<String> sides) {
        int needed = switch (node.operator()) {
            case "Gather", "Add", "Sub", "Mul", "Div", "MatMul" -> 2;
            case "Where" -> 3;
            default -> 1;
        };
        for (int i = 0; i < needed; i++) {
            if (!node.hasInput(i)) {
                throw noChain(node, "lacks input " + i);
            }
        }
        return switch (node.operator()) {
            case "Gather" -> constants.contains(node.inputs().get(0)) ? 1 : 0;
            case "Where" -> constants.contains(node.inputs().get(1)) ? 2 : 1;
            case "Add", "Sub", "Mul", "Div", "MatMul" -> {
                boolean first = sides.contains(node.inputs().get(0));
                if (!first && !sides.contains(node.inputs().get(1))) {
                    throw noChain(node, "joins two branches");
                }
                yield first ? 1 : 0;
            }
            // Of the final states of several layers, the last is what goes on; a trial confirms it.
            case "Concat" -> node.inputs().size() - 1;
            default -> 0;
        };
    }

    /** The error for a node that does not fit. */
    static InteropException noChain(Node node, String why) {
        return new InteropException("ONNX " + node.title() + " " + why
                + ", so the graph is no chain of layers that a Carousel network can hold. Run it as a graph instead"
                + " (OnnxGraph; the command predict with an .npz of its inputs).");
    }
}
