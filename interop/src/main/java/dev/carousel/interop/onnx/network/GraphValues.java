package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.Join.Placed;
import dev.carousel.interop.onnx.network.StepReader.Take;
import dev.carousel.interop.onnx.run.Call;
import dev.carousel.interop.onnx.run.RunnableGraph;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A graph with every value of a trial: which node computes it, of what, and what it was. */
final class GraphValues {

    private static final double CLOSE = 1e-4;

    private final OnnxDocument model;
    private final ChainState state;
    private final Map<String, Placed> producers = new HashMap<>();
    private final Map<String, Tensor> values;
    private final Map<String, Take> steps = new HashMap<>();

    /**
     * Of a graph.
     *
     * @param values of a trial, by name
     */
    GraphValues(RunnableGraph graph, Map<String, Tensor> values) {
        this.model = graph.model();
        this.values = new HashMap<>(values);
        this.state = new ChainState(graph, Optional.empty(), this.values);
        for (int index = 0; index < model.nodes().size(); index++) {
            Node node = model.nodes().get(index);
            for (String output : node.outputs()) {
                if (!output.isEmpty()) {
                    producers.put(output, new Placed(node, index));
                }
            }
        }
    }

    OnnxDocument model() {
        return model;
    }

    Tensor value(String name) {
        return state.value(name);
    }

    /** The names of all values. */
    Set<String> names() {
        return values.keySet();
    }

    /** A value that a layer in place of nodes computes. */
    void add(String name, Tensor value) {
        values.put(name, value);
    }

    /** Says of a value, in whatever shape, that it is one step of a sequence. */
    void addStep(String name, Take take) {
        steps.put(name, take);
    }

    /** The step of a sequence that a value is known to be. */
    Optional<Take> step(String name) {
        return Optional.ofNullable(steps.get(name));
    }

    Call call(Node node) {
        return state.call(node);
    }

    /** The node that computes a value; none computes an input or a weight. */
    Optional<Node> producer(String name) {
        return Optional.ofNullable(producers.get(name)).map(Placed::node);
    }

    /** Whether a value is the same whatever the numbers of the input are. */
    boolean isFixed(String name) {
        return state.isSide(name);
    }

    /** The values that are computed of one, with itself. */
    Set<String> from(String name) {
        Set<String> all = new HashSet<>(Set.of(name));
        for (Node node : model.nodes()) {
            if (node.inputs().stream().anyMatch(all::contains)) {
                all.addAll(node.outputs());
            }
        }
        all.remove("");
        return all;
    }

    /** The value that another has only got another shape of: the same rows of as many numbers. */
    String unshaped(String name) {
        String at = name;
        while (true) {
            Optional<Node> node = producer(at);
            if (node.isEmpty() || !isReshape(node.get(), at)) {
                return at;
            }
            at = node.get().inputs().get(0);
        }
    }

    private boolean isReshape(Node node, String output) {
        return switch (node.operator()) {
            case "Identity", "Dropout" -> true;
            case "Cast", "Squeeze", "Unsqueeze", "Reshape", "Flatten" -> {
                Tensor before = value(node.inputs().get(0));
                Tensor after = value(output);
                yield before.type() == after.type()
                        && before.rank() > 0
                        && after.rank() > 0
                        && before.dimension(before.rank() - 1) == after.dimension(after.rank() - 1);
            }
            default -> false;
        };
    }

    /** Whether the numbers are the same, whatever the shape but for the last axis. */
    static boolean isSame(Tensor value, Tensor expected) {
        if (!value.type().isReal()
                || value.size() != expected.size()
                || value.rank() < 2
                || value.dimension(value.rank() - 1) != expected.dimension(expected.rank() - 1)) {
            return false;
        }
        for (int i = 0; i < value.size(); i++) {
            double number = expected.real(i);
            if (!(Math.abs(value.real(i) - number) <= CLOSE * Math.max(1, Math.abs(number)))) {
                return false;
            }
        }
        return true;
    }
}
