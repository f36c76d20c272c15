package dev.carousel.interop.onnx.network;

import static dev.carousel.interop.onnx.network.ChainPath.noChain;

import dev.carousel.cell.Cell;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.ChainPart.DensePart;
import dev.carousel.interop.onnx.network.ChainPart.EmbeddingPart;
import dev.carousel.interop.onnx.network.ChainPart.OneHotPart;
import dev.carousel.interop.onnx.network.ChainPart.PlainPart;
import dev.carousel.interop.onnx.network.ChainPart.RecurrentPart;
import dev.carousel.interop.onnx.network.ChainPath.Hop;
import dev.carousel.interop.onnx.network.TensorRole.Axis;
import dev.carousel.interop.onnx.run.Call;
import dev.carousel.interop.onnx.run.GateOrder;
import dev.carousel.interop.onnx.run.RecurrentForm;
import dev.carousel.interop.onnx.run.RecurrentInputs;
import dev.carousel.interop.onnx.run.RecurrentWeightTensors;
import dev.carousel.interop.onnx.run.RunnableGraph;
import dev.carousel.spec.Direction;
import dev.carousel.spec.Parameterless;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Follows a chain of layers through a graph: what each axis stands for at each node, and which layer the node is. It may guess,
 * since {@link ChainTrial} compares the network with the graph afterwards.
 */
final class ChainReader {

    private final RunnableGraph graph;
    private final Optional<Boolean> linearBeforeReset;
    private final Map<String, Tensor> values;
    private final Set<String> constants;
    private final List<ChainPart> parts = new ArrayList<>();

    private List<Axis> axes;
    private Optional<TensorRole> time = Optional.empty();

    /**
     * A reader.
     *
     * @param values of a trial, by name
     */
    ChainReader(RunnableGraph graph, ChainPath path, Optional<Boolean> linearBeforeReset, Map<String, Tensor> values) {
        this.graph = graph;
        this.linearBeforeReset = linearBeforeReset;
        this.values = values;
        this.constants = ChainPath.constants(graph.model());
        Tensor input = value(path.input());
        this.axes = TensorRole.sized(
                input.rank() == 2
                        ? List.of(TensorRole.FIRST, TensorRole.SECOND)
                        : List.of(TensorRole.FIRST, TensorRole.SECOND, TensorRole.FEATURES),
                input);
        path.hops().forEach(this::follow);
    }

    /** The layers, from input to output. */
    List<ChainPart> parts() {
        return List.copyOf(parts);
    }

    /** Which axis of the input is time; none if there is no recurrent node. */
    Optional<TensorRole> time() {
        return time;
    }

    /** What the axes of the output stand for. */
    List<Axis> axes() {
        return List.copyOf(axes);
    }

    private Tensor value(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private Call call(Node node) {
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

    private void follow(Hop hop) {
        Node node = hop.node();
        switch (node.operator()) {
            case "RNN", "LSTM", "GRU" -> recurrent(hop);
            case "Identity", "Dropout", "Cast", "Where" -> {
                // The same numbers; where a mask changes padding, the network's padding is 0 as well.
            }
            case "Transpose" -> transpose(node);
            case "Squeeze", "Unsqueeze", "Reshape", "Flatten" -> reshape(hop);
            case "Gather" -> gather(hop);
            case "Slice", "Split" -> cut(hop);
            case "Concat" -> concat(hop);
            case "OneHot" -> oneHot(node);
            case "MatMul", "Gemm" -> dense(hop);
            case "Add" -> bias(hop);
            case "Softmax", "LogSoftmax" -> softmax(node);
            default -> function(node);
        }
        if (axes.size() != value(hop.value()).rank()) {
            throw noChain(node, "does something unexpected with the axes " + TensorRole.text(axes));
        }
    }

    private void recurrent(Hop hop) {
        Node node = hop.node();
        Call call = call(node);
        RecurrentForm form = RecurrentForm.of(call);
        int t = form.batchFirst() ? 1 : 0;
        if (axes.size() != 3 || axes.get(2).role() != TensorRole.FEATURES) {
            throw noChain(
                    node, "reads axes that stand for " + TensorRole.text(axes) + ", not time, batch and features");
        }
        Axis timeAxis = axes.get(t);
        Axis batchAxis = axes.get(1 - t);
        if (!isFirstOrSecond(timeAxis) || !isFirstOrSecond(batchAxis)) {
            throw noChain(
                    node, "reads axes that stand for " + TensorRole.text(axes) + ", not time, batch and features");
        }
        if (time.isPresent() && time.get() != timeAxis.role()) {
            throw noChain(node, "takes another axis for time than the recurrent nodes before it");
        }
        time = Optional.of(timeAxis.role());
        for (int d = 1; d < form.directions(); d++) {
            if (!form.activations().get(d).equals(form.activations().get(0))) {
                throw noChain(node, "has other activations in its backward direction");
            }
        }
        int inputSize = axes.get(2).size();
        RecurrentWeightTensors weights = RecurrentInputs.weights(call, form, OnnxElementType.FLOAT, inputSize);
        Cell cell = GateOrder.cell(form, 0, weights.hasPeepholes());
        Direction direction =
                form.directions() == 2 ? Direction.BOTH : form.firstReversed() ? Direction.BACKWARD : Direction.FORWARD;
        boolean lastOnly = hop.output() == 1;
        if (hop.output() == 2) {
            throw noChain(node, "gives its cell state on");
        }
        parts.add(new RecurrentPart(cell, inputSize, form.hiddenSize(), direction, lastOnly, weights));
        Axis directions = new Axis(TensorRole.DIRECTION, form.directions());
        Axis features = new Axis(TensorRole.FEATURES, form.hiddenSize());
        if (form.batchFirst()) {
            axes = lastOnly
                    ? List.of(batchAxis, directions, features)
                    : List.of(batchAxis, timeAxis, directions, features);
        } else {
            axes = lastOnly
                    ? List.of(directions, batchAxis, features)
                    : List.of(timeAxis, directions, batchAxis, features);
        }
    }

    private static boolean isFirstOrSecond(Axis axis) {
        return axis.role() == TensorRole.FIRST || axis.role() == TensorRole.SECOND;
    }

    private void transpose(Node node) {
        Call call = call(node);
        long[] order = call.wholes("perm").orElse(new long[0]);
        List<Axis> turned = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            turned.add(axes.get(order.length == 0 ? axes.size() - 1 - i : call.axis(order[i], axes.size())));
        }
        axes = turned;
    }

    private void reshape(Hop hop) {
        List<Axis> before = axes;
        axes = TensorRole.reshaped(axes, value(hop.value()).shape())
                .orElseThrow(() -> noChain(hop.node(), "mixes the axes " + TensorRole.text(before)));
    }

    private void gather(Hop hop) {
        Node node = hop.node();
        Call call = call(node);
        if (hop.flow() == 1) {
            Tensor weight = call.in(0);
            if (weight.rank() != 2
                    || weight.type() != OnnxElementType.FLOAT
                    || call.whole("axis", 0) != 0
                    || !parts.isEmpty()) {
                throw noChain(node, "looks up " + weight + ", which is no table of vectors for the input's ids");
            }
            parts.add(new EmbeddingPart(weight));
            axes = with(axes, new Axis(TensorRole.FEATURES, weight.dimension(1)));
            return;
        }
        int axis = call.axis(call.whole("axis", 0), axes.size());
        if (call.in(1).size() != 1) {
            throw noChain(
                    node, "takes several parts of the axis " + axes.get(axis).role());
        }
        take(node, axis, call.in(1).rank() == 0);
    }

    private void cut(Hop hop) {
        int[] shape = value(hop.value()).shape();
        for (int axis = 0; axis < axes.size(); axis++) {
            if (shape[axis] == 1 && axes.get(axis).size() > 1) {
                take(hop.node(), axis, false);
            } else if (shape[axis] != axes.get(axis).size()) {
                throw noChain(hop.node(), "cuts the axis " + axes.get(axis).role());
            }
        }
    }

    /** One place of an axis: of time it is taken for the last step, which the trial confirms. */
    private void take(Node node, int axis, boolean drop) {
        Axis taken = axes.get(axis);
        if (time.isPresent() && time.get() == taken.role()) {
            int last = lastRecurrent();
            RecurrentPart part = (RecurrentPart) parts.get(last);
            if (part.direction() == Direction.BOTH) {
                throw noChain(node, "takes one step of a layer that reads in both directions");
            }
            parts.set(last, part.onlyLast());
        } else if (taken.role() != TensorRole.DIRECTION && taken.size() != 1) {
            throw noChain(node, "takes a part of the axis " + taken.role());
        }
        List<Axis> left = new ArrayList<>(axes);
        left.remove(axis);
        if (!drop) {
            left.add(axis, new Axis(TensorRole.UNIT, 1));
        }
        axes = left;
    }

    private int lastRecurrent() {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof RecurrentPart) {
                return i;
            }
        }
        throw new IllegalStateException("Time is known, so a recurrent node has been there.");
    }

    /** Final states of several layers or of both directions, put together again; the trial confirms which. */
    private void concat(Hop hop) {
        int[] shape = value(hop.value()).shape();
        List<Axis> joined = new ArrayList<>();
        for (int axis = 0; axis < axes.size(); axis++) {
            TensorRole role = axes.get(axis).role();
            if (shape[axis] != axes.get(axis).size() && role != TensorRole.DIRECTION && role != TensorRole.FEATURES) {
                throw noChain(hop.node(), "puts values together along the axis " + role);
            }
            joined.add(new Axis(role, shape[axis]));
        }
        axes = joined;
    }

    private void oneHot(Node node) {
        Call call = call(node);
        Tensor numbers = call.in(2, 1);
        long depth = call.in(1).whole(0);
        boolean usual = numbers.size() == 2 && numbers.real(0) == 0 && numbers.real(1) == 1;
        if (!usual || !parts.isEmpty() || call.axis(call.whole("axis", -1), axes.size() + 1) != axes.size()) {
            throw noChain(node, "makes vectors of other numbers than 0 and 1, or along another axis than the last");
        }
        parts.add(new OneHotPart((int) depth));
        axes = with(axes, new Axis(TensorRole.FEATURES, (int) depth));
    }

    private static List<Axis> with(List<Axis> axes, Axis added) {
        List<Axis> all = new ArrayList<>(axes);
        all.add(added);
        return all;
    }

    private void requireFeaturesLast(Node node) {
        if (axes.isEmpty() || axes.get(axes.size() - 1).role() != TensorRole.FEATURES) {
            throw noChain(
                    node, "works on the last of the axes " + TensorRole.text(axes) + ", which are not the features");
        }
    }

    private void dense(Hop hop) {
        Node node = hop.node();
        Call call = call(node);
        requireFeaturesLast(node);
        int D = axes.get(axes.size() - 1).size();
        boolean gemm = node.operator().equals("Gemm");
        boolean rows = gemm && call.flag("transB", false);
        Tensor w = call.in(1);
        if (hop.flow() != 0
                || !constants.contains(node.inputs().get(1))
                || w.rank() != 2
                || w.type() != OnnxElementType.FLOAT
                || call.flag("transA", false)
                || w.dimension(rows ? 1 : 0) != D) {
            throw noChain(node, "is no product of the features with a matrix of weights");
        }
        int O = w.dimension(rows ? 0 : 1);
        float alpha = gemm ? call.real("alpha", 1) : 1;
        float[] weight = new float[O * D];
        for (int o = 0; o < O; o++) {
            for (int d = 0; d < D; d++) {
                weight[o * D + d] = alpha * w.floats()[rows ? o * D + d : d * O + o];
            }
        }
        float[] none = {};
        parts.add(new DensePart(D, O, weight, none));
        List<Axis> after = new ArrayList<>(axes);
        after.set(axes.size() - 1, new Axis(TensorRole.FEATURES, O));
        axes = after;
        if (gemm && call.has(2)) {
            addBias(node, call.in(2), node.inputs().get(2), call.real("beta", 1));
        }
    }

    private void bias(Hop hop) {
        Call call = call(hop.node());
        requireFeaturesLast(hop.node());
        int other = 1 - hop.flow();
        addBias(hop.node(), call.in(other), hop.node().inputs().get(other), 1);
    }

    private void addBias(Node node, Tensor bias, String name, float factor) {
        ChainPart before = parts.isEmpty() ? new OneHotPart(1) : parts.get(parts.size() - 1);
        if (!(before instanceof DensePart dense)
                || dense.bias().length > 0
                || !constants.contains(name)
                || bias.size() != (bias.rank() == 0 ? 1 : bias.dimension(bias.rank() - 1))
                || (bias.size() != dense.outputSize() && bias.size() != 1)) {
            throw noChain(node, "adds what is no bias of a dense layer before it");
        }
        float[] numbers = new float[dense.outputSize()];
        for (int o = 0; o < numbers.length; o++) {
            numbers[o] = factor * (float) bias.real(bias.size() == 1 ? 0 : o);
        }
        parts.set(parts.size() - 1, new DensePart(dense.inputSize(), dense.outputSize(), dense.weight(), numbers));
    }

    private void softmax(Node node) {
        Call call = call(node);
        requireFeaturesLast(node);
        if (call.axis(call.whole("axis", call.since(13) ? -1 : 1), axes.size()) != axes.size() - 1) {
            throw noChain(node, "is taken over another axis than the features");
        }
        int size = axes.get(axes.size() - 1).size();
        parts.add(new PlainPart(
                node.operator().equals("Softmax")
                        ? new Parameterless.Softmax(size)
                        : new Parameterless.LogSoftmax(size)));
    }

    private void function(Node node) {
        requireFeaturesLast(node);
        int size = axes.get(axes.size() - 1).size();
        ActivationOperators.activationOf(call(node))
                .ifPresentOrElse(
                        activation -> parts.add(new PlainPart(new Parameterless.Elementwise(size, activation))), () -> {
                            throw noChain(node, "is no layer");
                        });
    }
}
