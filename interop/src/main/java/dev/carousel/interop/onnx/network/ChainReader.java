package dev.carousel.interop.onnx.network;

import static dev.carousel.interop.onnx.network.ChainPath.noChain;

import dev.carousel.cell.Cell;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Follows a chain of layers through a graph: what each axis stands for at each node, and which layer the node is. It may guess,
 * since {@link ChainTrial} compares the network with the graph afterwards.
 */
final class ChainReader {

    /** What is done at a node of each operator; any other is a function of each number, or no layer. */
    private static final Map<String, BiConsumer<ChainReader, Hop>> READERS = readers();

    private final ChainState at;
    private final FeatureLayers features;

    /** Of which of the input's first two axes the file says the size. */
    private final Set<TensorRole> fixed;

    /** Whether the graph takes one step of its sequences, [N, D], as a policy does. */
    private final boolean oneStep;

    /** Whether a sum over time waits for its division by the lengths. */
    private boolean summed;

    /** Whether padding was set to minus infinity, so that no maximum sees it. */
    private boolean paddingExcluded;

    /** Whether a recurrent node has lengths. */
    private boolean hasLengths;

    private Optional<TensorRole> time = Optional.empty();

    /**
     * A reader.
     *
     * @param values of a trial, by name
     */
    ChainReader(RunnableGraph graph, ChainPath path, Optional<Boolean> linearBeforeReset, Map<String, Tensor> values) {
        this.at = new ChainState(graph, linearBeforeReset, values);
        this.features = new FeatureLayers(at);
        this.fixed = FixedSteps.fixed(graph.model(), path.input());
        Tensor input = at.value(path.input());
        this.oneStep = ChainTrial.oneStep(input);
        at.become(TensorRole.sized(
                oneStep
                        ? List.of(TensorRole.SECOND, TensorRole.FEATURES)
                        : input.rank() == 2
                                ? List.of(TensorRole.FIRST, TensorRole.SECOND)
                                : List.of(TensorRole.FIRST, TensorRole.SECOND, TensorRole.FEATURES),
                input));
        path.hops().forEach(this::follow);
    }

    private static Map<String, BiConsumer<ChainReader, Hop>> readers() {
        Map<String, BiConsumer<ChainReader, Hop>> all = new TreeMap<>();
        Set.of("RNN", "LSTM", "GRU").forEach(name -> all.put(name, ChainReader::recurrent));
        Set.of("Identity", "Dropout", "Cast")
                .forEach(name -> all.put(name, (reader, hop) -> {
                    // The same numbers.
                }));
        Set.of("Squeeze", "Unsqueeze", "Reshape", "Flatten").forEach(name -> all.put(name, ChainReader::reshape));
        Set.of("Slice", "Split").forEach(name -> all.put(name, ChainReader::cut));
        Set.of("MatMul", "Gemm").forEach(name -> all.put(name, (reader, hop) -> reader.features.dense(hop)));
        Set.of("Sub", "Mul", "Div").forEach(name -> all.put(name, ChainReader::scale));
        Set.of("ReduceMean", "ReduceSum", "ReduceMax").forEach(name -> all.put(name, ChainReader::pool));
        Set.of("Softmax", "LogSoftmax")
                .forEach(name -> all.put(name, (reader, hop) -> reader.features.softmax(hop.node())));
        all.put("Where", ChainReader::where);
        all.put("Transpose", (reader, hop) -> reader.transpose(hop.node()));
        all.put("Gather", ChainReader::gather);
        all.put("Concat", ChainReader::concat);
        all.put("OneHot", (reader, hop) -> reader.oneHot(hop.node()));
        all.put("Add", (reader, hop) -> reader.features.bias(hop));
        all.put("BatchNormalization", (reader, hop) -> reader.features.batchNorm(hop.node()));
        all.put("LayerNormalization", (reader, hop) -> reader.features.layerNorm(hop.node()));
        return all;
    }

    /** The operators that a chain of layers may have on its way. */
    static Set<String> operators() {
        Set<String> all = new TreeSet<>(READERS.keySet());
        all.addAll(ActivationOperators.operators());
        return all;
    }

    /** The layers, from input to output. */
    List<ChainPart> parts() {
        return List.copyOf(at.parts());
    }

    /** Which axis of the input is time; none if there is no recurrent node. */
    Optional<TensorRole> time() {
        return time;
    }

    /** Whether the graph takes one step of its sequences, [N, D]. */
    boolean oneStep() {
        return oneStep;
    }

    /** What the axes of the output stand for. */
    List<Axis> axes() {
        return List.copyOf(at.axes());
    }

    private void follow(Hop hop) {
        Node node = hop.node();
        if (hop.join().isPresent()) {
            features.joined(hop, hop.join().get());
            return;
        }
        Optional.ofNullable(READERS.get(node.operator()))
                .ifPresentOrElse(reader -> reader.accept(this, hop), () -> features.function(node));
        if (at.axes().size() != at.value(hop.value()).rank()) {
            throw noChain(node, "does something unexpected with the axes " + TensorRole.text(at.axes()));
        }
    }

    private void recurrent(Hop hop) {
        Node node = hop.node();
        Call call = at.call(node);
        RecurrentForm form = RecurrentForm.of(call);
        int t = form.batchFirst() ? 1 : 0;
        if (at.axes().size() != 3 || at.axes().get(2).role() != TensorRole.FEATURES) {
            throw noChain(
                    node, "reads axes that stand for " + TensorRole.text(at.axes()) + ", not time, batch and features");
        }
        boolean step = oneStep && at.axes().get(t).size() == 1;
        Axis timeAxis = step ? new Axis(TensorRole.FIRST, 1) : at.axes().get(t);
        Axis batchAxis = step
                ? new Axis(TensorRole.SECOND, at.axes().get(1 - t).size())
                : at.axes().get(1 - t);
        if (!isFirstOrSecond(timeAxis) || !isFirstOrSecond(batchAxis)) {
            throw noChain(
                    node, "reads axes that stand for " + TensorRole.text(at.axes()) + ", not time, batch and features");
        }
        if (time.isPresent() && time.get() != timeAxis.role()) {
            throw noChain(node, "takes another axis for time than the recurrent nodes before it");
        }
        time = Optional.of(timeAxis.role());
        if (step) {
            // One step has no axis of its own.
            timeAxis = new Axis(TensorRole.UNIT, 1);
        }
        for (int d = 1; d < form.directions(); d++) {
            if (!form.activations().get(d).equals(form.activations().get(0))) {
                throw noChain(node, "has other activations in its backward direction");
            }
        }
        int inputSize = at.axes().get(2).size();
        RecurrentWeightTensors weights = RecurrentInputs.weights(call, form, OnnxElementType.FLOAT, inputSize);
        Cell cell = GateOrder.cell(form, 0, weights.hasPeepholes());
        Direction direction =
                form.directions() == 2 ? Direction.BOTH : form.firstReversed() ? Direction.BACKWARD : Direction.FORWARD;
        hasLengths |= call.has(4);
        boolean lastOnly = hop.output() == 1;
        if (hop.output() == 2) {
            throw noChain(node, "gives its cell state on");
        }
        at.parts().add(new RecurrentPart(cell, inputSize, form.hiddenSize(), direction, lastOnly && !oneStep, weights));
        Axis directions = new Axis(TensorRole.DIRECTION, form.directions());
        Axis features = new Axis(TensorRole.FEATURES, form.hiddenSize());
        if (form.batchFirst()) {
            at.become(
                    lastOnly
                            ? List.of(batchAxis, directions, features)
                            : List.of(batchAxis, timeAxis, directions, features));
        } else {
            at.become(
                    lastOnly
                            ? List.of(directions, batchAxis, features)
                            : List.of(timeAxis, directions, batchAxis, features));
        }
    }

    private static boolean isFirstOrSecond(Axis axis) {
        return axis.role() == TensorRole.FIRST || axis.role() == TensorRole.SECOND;
    }

    private void transpose(Node node) {
        Call call = at.call(node);
        long[] order = call.wholes("perm").orElse(new long[0]);
        List<Axis> turned = new ArrayList<>();
        for (int i = 0; i < at.axes().size(); i++) {
            turned.add(at.axes()
                    .get(
                            order.length == 0
                                    ? at.axes().size() - 1 - i
                                    : call.axis(order[i], at.axes().size())));
        }
        at.become(turned);
    }

    private void reshape(Hop hop) {
        List<Axis> before = at.axes();
        int[] shape = at.value(hop.value()).shape();
        Optional<List<Axis>> same = TensorRole.reshaped(before, shape);
        if (same.isPresent()) {
            at.become(same.get());
            return;
        }
        FixedSteps steps = time.flatMap(role -> FixedSteps.of(before, shape, role, fixed.contains(role)))
                .orElseThrow(() -> noChain(hop.node(), "mixes the axes " + TensorRole.text(before)));
        at.parts().add(new PlainPart(steps.layer()));
        at.become(steps.axes());
    }

    private void gather(Hop hop) {
        Node node = hop.node();
        Call call = at.call(node);
        if (hop.flow() == 1) {
            Tensor weight = call.in(0);
            if (weight.rank() != 2
                    || weight.type() != OnnxElementType.FLOAT
                    || call.whole("axis", 0) != 0
                    || !at.parts().isEmpty()) {
                throw noChain(node, "looks up " + weight + ", which is no table of vectors for the input's ids");
            }
            at.parts().add(new EmbeddingPart(weight));
            at.become(with(at.axes(), new Axis(TensorRole.FEATURES, weight.dimension(1))));
            return;
        }
        int axis = call.axis(call.whole("axis", 0), at.axes().size());
        boolean batch = isFirstOrSecond(at.axes().get(axis))
                && time.map(role -> role != at.axes().get(axis).role()).orElse(true);
        if (batch
                && at.isSide(node.inputs().get(1))
                && call.in(1).size() == at.axes().get(axis).size()) {
            // Sequences in the order of their lengths; a trial confirms that they are put back.
            return;
        }
        if (call.in(1).size() != 1) {
            throw noChain(
                    node,
                    "takes several parts of the axis " + at.axes().get(axis).role());
        }
        take(node, axis, call.in(1).rank() == 0);
    }

    private void cut(Hop hop) {
        int[] shape = at.value(hop.value()).shape();
        for (int axis = 0; axis < at.axes().size(); axis++) {
            if (shape[axis] == 1 && at.axes().get(axis).size() > 1) {
                take(hop.node(), axis, false);
            } else if (shape[axis] != at.axes().get(axis).size()) {
                throw noChain(hop.node(), "cuts the axis " + at.axes().get(axis).role());
            }
        }
    }

    /** One place of an axis: of time it is taken for the last step, which the trial confirms. */
    private void take(Node node, int axis, boolean drop) {
        Axis taken = at.axes().get(axis);
        if (time.isPresent() && time.get() == taken.role()) {
            int last = lastRecurrent();
            RecurrentPart part = (RecurrentPart) at.parts().get(last);
            if (part.direction() == Direction.BOTH) {
                throw noChain(node, "takes one step of a layer that reads in both directions");
            }
            at.parts().set(last, part.onlyLast());
        } else if (taken.role() != TensorRole.DIRECTION && taken.size() != 1) {
            throw noChain(node, "takes a part of the axis " + taken.role());
        }
        List<Axis> left = new ArrayList<>(at.axes());
        left.remove(axis);
        if (!drop) {
            left.add(axis, new Axis(TensorRole.UNIT, 1));
        }
        at.become(left);
    }

    private int lastRecurrent() {
        for (int i = at.parts().size() - 1; i >= 0; i--) {
            if (at.parts().get(i) instanceof RecurrentPart) {
                return i;
            }
        }
        throw new IllegalStateException("Time is known, so a recurrent node has been there.");
    }

    /** Final states of several layers or of both directions, put together again; the trial confirms which. */
    private void concat(Hop hop) {
        int[] shape = at.value(hop.value()).shape();
        List<Axis> joined = new ArrayList<>();
        for (int axis = 0; axis < at.axes().size(); axis++) {
            TensorRole role = at.axes().get(axis).role();
            if (shape[axis] != at.axes().get(axis).size()
                    && role != TensorRole.DIRECTION
                    && role != TensorRole.FEATURES) {
                throw noChain(hop.node(), "puts values together along the axis " + role);
            }
            joined.add(new Axis(role, shape[axis]));
        }
        at.become(joined);
    }

    private void oneHot(Node node) {
        Call call = at.call(node);
        Tensor numbers = call.in(2, 1);
        long depth = call.in(1).whole(0);
        boolean usual = numbers.size() == 2 && numbers.real(0) == 0 && numbers.real(1) == 1;
        if (!usual
                || !at.parts().isEmpty()
                || call.axis(call.whole("axis", -1), at.axes().size() + 1)
                        != at.axes().size()) {
            throw noChain(node, "makes vectors of other numbers than 0 and 1, or along another axis than the last");
        }
        at.parts().add(new OneHotPart((int) depth));
        at.become(with(at.axes(), new Axis(TensorRole.FEATURES, (int) depth)));
    }

    private static List<Axis> with(List<Axis> axes, Axis added) {
        List<Axis> all = new ArrayList<>(axes);
        all.add(added);
        return all;
    }

    /** Padding that is set to a number: minus infinity for a maximum, else 0, which the network's padding is. */
    private void where(Hop hop) {
        Tensor other = at.call(hop.node()).in(hop.flow() == 1 ? 2 : 1);
        paddingExcluded = other.type().isReal() && other.size() == 1 && other.real(0) == Double.NEGATIVE_INFINITY;
    }

    /** A division by the lengths makes a mean of a sum over time; any other map is one of the features. */
    private void scale(Hop hop) {
        if (summed && hop.node().operator().equals("Div") && hop.flow() == 0) {
            summed = false;
            at.parts().add(new PlainPart(new Parameterless.Mean(at.features())));
        } else {
            features.scale(hop);
        }
    }

    private void pool(Hop hop) {
        Node node = hop.node();
        int[] shape = at.value(hop.value()).shape();
        Call call = at.call(node);
        long[] asked = call.wholesOrInput("axes", 1).orElse(new long[0]);
        int axis = asked.length == 1 ? call.axis(asked[0], at.axes().size()) : -1;
        if (axis < 0 || time.isEmpty() || at.axes().get(axis).role() != time.get()) {
            throw noChain(
                    node,
                    "reduces "
                            + (axis < 0
                                    ? "several axes"
                                    : "the axis " + at.axes().get(axis).role())
                            + ", and only the mean and the maximum over time are layers");
        }
        at.requireFeaturesLast(node);
        int size = at.features();
        switch (node.operator()) {
            case "ReduceMean" -> at.parts().add(new PlainPart(new Parameterless.Mean(size)));
            case "ReduceMax" ->
                at.parts().add(new PlainPart(new Parameterless.Max(size, hasLengths && !paddingExcluded)));
            default -> summed = true;
        }
        List<Axis> left = new ArrayList<>(at.axes());
        left.remove(axis);
        if (shape.length == at.axes().size()) {
            left.add(axis, new Axis(TensorRole.UNIT, 1));
        }
        at.become(left);
    }
}
