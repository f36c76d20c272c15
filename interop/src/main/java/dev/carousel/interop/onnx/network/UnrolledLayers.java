package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.StepReader.Take;
import dev.carousel.interop.onnx.network.UnrolledChain.Found;
import dev.carousel.interop.onnx.run.RunnableGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts recurrent nodes in place of layers whose steps stand in a graph one after the other, as PyTorch's newer exporter writes
 * nn.RNN, and any exporter a loop over cells. The numbers of a trial say which values of the graph a node computes; whether the
 * whole is the same is for another trial to prove.
 */
final class UnrolledLayers {

    /** Operators that put states together, and compute nothing. */
    private static final Set<String> ASSEMBLING = Set.of(
            "Concat",
            "Squeeze",
            "Unsqueeze",
            "Reshape",
            "Flatten",
            "Transpose",
            "Slice",
            "Gather",
            "Split",
            "Identity",
            "Dropout",
            "Cast");

    private final GraphValues graph;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> weights = new HashMap<>();
    private final Set<String> replaced = new HashSet<>();
    private final Set<String> assembled = new TreeSet<>();

    private UnrolledLayers(GraphValues graph) {
        this.graph = graph;
    }

    /** The model with its layers rolled up; none if it has none that is unrolled. */
    static Optional<OnnxDocument> rolled(RunnableGraph graph) {
        OnnxDocument model = graph.model();
        for (String input : mayHave(model) ? graph.inputs() : List.<String>of()) {
            Map<String, Tensor> values;
            try {
                int N = unlikeSizes(model, input);
                values = new ChainTrial(graph, input, new int[] {N, N}, N, ids(model)).values();
            } catch (InteropException e) {
                continue;
            }
            try {
                return new UnrolledLayers(new GraphValues(graph, values)).rolled(input);
            } catch (InteropException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Whether there are as many products as an unrolled layer has at least. */
    private static boolean mayHave(OnnxDocument model) {
        return model.nodes().stream()
                        .filter(node -> node.operator().equals("MatMul")
                                || node.operator().equals("Gemm"))
                        .count()
                >= 3;
    }

    /** A size for open axes that no axis of the input has. */
    private static int unlikeSizes(OnnxDocument model, String input) {
        int size = 3;
        for (ValueInfo info : model.inputs()) {
            while (info.name().equals(input) && info.dimensions().contains(Integer.toString(size))) {
                size++;
            }
        }
        return size;
    }

    /** As many ids as the smallest table has rows. */
    private static int ids(OnnxDocument model) {
        int ids = Integer.MAX_VALUE;
        for (Node node : model.nodes()) {
            Tensor table = node.operator().equals("Gather") && node.hasInput(0)
                    ? model.initializers().get(node.inputs().get(0))
                    : null;
            if (table != null && table.rank() == 2 && table.type().isReal()) {
                ids = Math.min(ids, table.dimension(0));
            }
        }
        return ids == Integer.MAX_VALUE ? 2 : ids;
    }

    private Optional<OnnxDocument> rolled(String input) {
        List<UnrolledChain> chains = new ArrayList<>(UnrolledChain.all(graph));
        List<Found> found = new ArrayList<>();
        Set<String> steps = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (UnrolledChain chain : List.copyOf(chains)) {
                Optional<Found> layer =
                        chain.isIn(steps) ? Optional.empty() : chain.layer("rolled" + found.size(), input);
                layer.ifPresent(one -> {
                    found.add(one);
                    steps.addAll(one.nodes());
                    chains.remove(chain);
                });
                more |= layer.isPresent();
            }
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        place(found);
        return Optional.of(rewritten());
    }

    /** From the last layer to the first: what two of them could compute, such as zeros, belongs to the later one. */
    private void place(List<Found> found) {
        assembled.addAll(assembled(found));
        Map<Found, Found> backwards = new HashMap<>();
        Set<Found> placed = new HashSet<>();
        for (Found one : found) {
            for (Found other : found) {
                if (!one.layer().reverse()
                        && !backwards.containsKey(one)
                        && !placed.contains(other)
                        && one.layer().isOtherDirection(other.layer())
                        && isReadByNone(one.layer(), found)
                        && isReadByNone(other.layer(), found)) {
                    placed.add(other);
                    backwards.put(one, other);
                }
            }
        }
        for (int i = found.size() - 1; i >= 0; i--) {
            Found one = found.get(i);
            Optional<Found> backward = Optional.ofNullable(backwards.get(one));
            if (backward.isPresent()) {
                both(one, backward.get());
            } else if (!placed.contains(one)) {
                single(one);
            }
        }
    }

    /** Whether no layer reads the steps of one alone, which two directions in one node have not. */
    private static boolean isReadByNone(UnrolledLayer layer, List<Found> found) {
        return found.stream().noneMatch(other -> other.layer().sequence().equals(layer.steps()));
    }

    /** The values that are states of layers and nothing else, in whatever shape and order. */
    private Set<String> assembled(List<Found> layers) {
        Set<String> states = new HashSet<>();
        layers.forEach(layer -> states.addAll(layer.states()));
        for (Node node : graph.model().nodes()) {
            if (ASSEMBLING.contains(node.operator())
                    && node.inputs().stream()
                            .allMatch(name -> name.isEmpty() || states.contains(name) || graph.isFixed(name))
                    && node.inputs().stream().anyMatch(states::contains)) {
                states.addAll(node.outputs());
            }
        }
        states.remove("");
        return states;
    }

    /** Those of them that the last step of a layer has a part in. */
    private List<String> assembled(Found layer) {
        return assembled.stream()
                .filter(name -> layer.ofLast().contains(name) && !replaced.contains(name))
                .toList();
    }

    private void single(Found one) {
        UnrolledLayer layer = one.layer();
        layer.write(Optional.empty(), nodes, weights);
        for (String name : assembled(one)) {
            Tensor value = graph.value(name);
            String own = layer.name();
            if (GraphValues.isSame(value, one.outcome().h())) {
                state(name, value, own + ".h");
            } else if (one.outcome().c().isPresent()
                    && GraphValues.isSame(value, one.outcome().c().get())) {
                state(name, value, own + ".c");
            } else {
                steps(name, value, one.outcome().y(), layer);
            }
        }
    }

    /** A value that is all steps comes from the node, in the order of axes that it has. */
    private void steps(String name, Tensor value, Tensor y, UnrolledLayer... layers) {
        if (value.rank() != 3 || value.size() != y.size() || !(hasUnlikeSteps(y) || isInOrder(name, layers))) {
            return;
        }
        String steps = layers[0].steps();
        if (GraphValues.isSame(value, y) && Arrays.equals(value.shape(), y.shape())) {
            replaced.add(name);
            nodes.add(UnrolledLayer.node("Identity", List.of(steps), name, Map.of()));
        } else if (GraphValues.isSame(value, turned(y)) && value.dimension(0) == y.dimension(1)) {
            replaced.add(name);
            nodes.add(UnrolledLayer.node(
                    "Transpose", List.of(steps), name, Map.of("perm", UnrolledLayer.wholes(1, 0, 2))));
        }
    }

    /** Whether no two steps are the same, so that the numbers tell their order. */
    private static boolean hasUnlikeSteps(Tensor y) {
        int T = y.dimension(0);
        int size = y.size() / T;
        List<Tensor> steps = new ArrayList<>();
        for (int t = 0; t < T; t++) {
            steps.add(Tensor.of(Arrays.copyOfRange(y.floats(), t * size, (t + 1) * size), 1, size));
        }
        for (int t = 0; t < T; t++) {
            for (Tensor other : steps.subList(t + 1, T)) {
                if (GraphValues.isSame(steps.get(t), other)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a value puts together the steps of a layer, or of two side by side, one after the other. */
    private boolean isInOrder(String name, UnrolledLayer... layers) {
        String at = name;
        Optional<Node> node = graph.producer(at);
        while (node.isPresent()
                && ASSEMBLING.contains(node.get().operator())
                && node.get().inputs().size() <= 2
                && !List.of("Concat", "Slice", "Gather", "Split")
                        .contains(node.get().operator())) {
            at = node.get().inputs().get(0);
            node = graph.producer(at);
        }
        if (node.isEmpty() || !node.get().operator().equals("Concat")) {
            return false;
        }
        List<String> parts = node.get().inputs();
        if (layers.length == 2 && parts.size() == 2) {
            return isInOrder(parts.get(0), layers[0]) && isInOrder(parts.get(1), layers[1]);
        }
        boolean inOrder = layers.length == 1;
        for (int t = 0; t < parts.size(); t++) {
            inOrder &= graph.step(graph.unshaped(parts.get(t))).equals(Optional.of(new Take(layers[0].steps(), 0, t)));
        }
        return inOrder;
    }

    private void state(String name, Tensor value, String from) {
        long[] shape = new long[value.rank()];
        Arrays.fill(shape, 1);
        int H = value.dimension(value.rank() - 1);
        shape[shape.length - 1] = H;
        for (int axis = 0; axis + 1 < shape.length; axis++) {
            if (value.dimension(axis) != 1 || axis + 2 == shape.length) {
                shape[axis] = -1;
                break;
            }
        }
        replaced.add(name);
        UnrolledLayer.shaped(nodes, weights, from, name, shape);
    }

    private void both(Found forward, Found backward) {
        UnrolledLayer layer = forward.layer();
        layer.write(Optional.of(backward.layer()), nodes, weights);
        Tensor y = joined(forward.outcome().y(), backward.outcome().y());
        Tensor h = joined(forward.outcome().h(), backward.outcome().h());
        for (String name : assembled(forward)) {
            Tensor value = graph.value(name);
            if (value.rank() == 2 && GraphValues.isSame(value, h)) {
                replaced.add(name);
                nodes.add(UnrolledLayer.node(
                        "Transpose",
                        List.of(layer.name() + ".h"),
                        name + ".turned",
                        Map.of("perm", UnrolledLayer.wholes(1, 0, 2))));
                UnrolledLayer.shaped(nodes, weights, name + ".turned", name, 0, -1);
            } else {
                steps(name, value, y, layer, backward.layer());
            }
        }
        direction(forward, layer.name(), 0);
        direction(backward, layer.name(), 1);
    }

    /** The state of one direction after its last step. */
    private void direction(Found one, String layer, int way) {
        for (String name : assembled(one)) {
            Tensor value = graph.value(name);
            if (GraphValues.isSame(value, one.outcome().h()) && !replaced.contains(name)) {
                weights.put(name + ".way", Tensor.of(new long[] {way}, 1));
                nodes.add(UnrolledLayer.node("Gather", List.of(layer + ".h", name + ".way"), name + ".part", Map.of()));
                state(name, value, name + ".part");
            }
        }
    }

    /** [T, N, H] with the first two axes exchanged. */
    private static Tensor turned(Tensor y) {
        int T = y.dimension(0);
        int N = y.dimension(1);
        int H = y.dimension(2);
        float[] numbers = new float[y.size()];
        for (int i = 0; i < numbers.length; i++) {
            int t = i / (N * H);
            int n = i / H % N;
            numbers[(n * T + t) * H + i % H] = (float) y.real(i);
        }
        return Tensor.of(numbers, N, T, H);
    }

    /** Two tensors side by side along the last axis. */
    private static Tensor joined(Tensor one, Tensor two) {
        int[] shape = one.shape();
        int H = shape[shape.length - 1];
        shape[shape.length - 1] = 2 * H;
        float[] numbers = new float[2 * one.size()];
        for (int i = 0; i < one.size(); i++) {
            numbers[i / H * 2 * H + i % H] = (float) one.real(i);
            numbers[i / H * 2 * H + H + i % H] = (float) two.real(i);
        }
        return Tensor.of(numbers, shape);
    }

    /** The model with what the new nodes compute, and without what nobody needs any more, in an order that can be computed. */
    private OnnxDocument rewritten() {
        OnnxDocument model = graph.model();
        for (Node node : model.nodes()) {
            List<String> outputs = node.outputs().stream()
                    .map(name -> replaced.contains(name) ? "" : name)
                    .toList();
            nodes.add(new Node(node.name(), node.operator(), node.domain(), node.inputs(), outputs, node.attributes()));
        }
        Map<String, Node> producers = new HashMap<>();
        nodes.forEach(node -> node.outputs().forEach(output -> producers.put(output, node)));
        producers.remove("");
        List<Node> ordered = new ArrayList<>();
        Set<Node> done = new HashSet<>();
        Set<Node> open = new HashSet<>();
        List<Node> stack = new ArrayList<>();
        for (ValueInfo output : model.outputs()) {
            Optional.ofNullable(producers.get(output.name())).ifPresent(stack::add);
            while (!stack.isEmpty()) {
                Node node = stack.get(stack.size() - 1);
                if (done.contains(node)) {
                    stack.remove(stack.size() - 1);
                } else if (open.add(node)) {
                    node.inputs().stream()
                            .map(producers::get)
                            .filter(below -> below != null && !done.contains(below))
                            .forEach(stack::add);
                } else {
                    stack.remove(stack.size() - 1);
                    done.add(node);
                    ordered.add(node);
                }
            }
        }
        Map<String, Tensor> all = new HashMap<>(model.initializers());
        all.putAll(weights);
        return new OnnxDocument(model.producer(), model.opset(), ordered, all, model.inputs(), model.outputs());
    }
}
