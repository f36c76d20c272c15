package dev.carousel.interop.onnx.network;

import static dev.carousel.interop.onnx.network.ChainPath.noChain;

import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.TensorRole.Axis;
import dev.carousel.interop.onnx.run.Call;
import dev.carousel.interop.onnx.run.RunnableGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Where a {@link ChainReader} is on its way: the layers so far, and what each axis of the value that flows stands for. */
final class ChainState {

    private final RunnableGraph graph;
    private final Optional<Boolean> linearBeforeReset;
    private final Map<String, Tensor> values;
    private final Set<String> constants;
    private final Set<String> sides;
    private final List<ChainPart> parts = new ArrayList<>();
    private List<Axis> axes = List.of();

    /**
     * The beginning of the way.
     *
     * @param values of a trial, by name
     */
    ChainState(RunnableGraph graph, Optional<Boolean> linearBeforeReset, Map<String, Tensor> values) {
        this.graph = graph;
        this.linearBeforeReset = linearBeforeReset;
        this.values = values;
        this.constants = ChainPath.constants(graph.model());
        this.sides = ChainPath.sides(graph.model());
    }

    /** The graph's content. */
    OnnxDocument model() {
        return graph.model();
    }

    /** The layers so far; more are added to it. */
    List<ChainPart> parts() {
        return parts;
    }

    /** What the axes of the value that flows stand for. */
    List<Axis> axes() {
        return axes;
    }

    void become(List<Axis> other) {
        axes = List.copyOf(other);
    }

    /** How many features there are. */
    int features() {
        return axes.get(axes.size() - 1).size();
    }

    /** Whether a value is the same whatever is fed. */
    boolean isConstant(String name) {
        return constants.contains(name);
    }

    /** Whether a value does not depend on the numbers of the input. */
    boolean isSide(String name) {
        return sides.contains(name);
    }

    /** A value of the trial. */
    Tensor value(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    /** A node with what it read in the trial. */
    Call call(Node node) {
        List<Tensor> inputs = node.inputs().stream()
                .map(name -> name.isEmpty() ? Call.LEFT_OUT : value(name))
                .toList();
        return new Call(
                node,
                graph.model().opset(),
                inputs,
                new Call.Limit(Long.MAX_VALUE, Long.MAX_VALUE),
                new Call.Setting(linearBeforeReset));
    }

    /** Refuses a node that works on features where they are not the last axis. */
    void requireFeaturesLast(Node node) {
        if (axes.isEmpty() || axes.get(axes.size() - 1).role() != TensorRole.FEATURES) {
            throw noChain(
                    node, "works on the last of the axes " + TensorRole.text(axes) + ", which are not the features");
        }
    }
}
