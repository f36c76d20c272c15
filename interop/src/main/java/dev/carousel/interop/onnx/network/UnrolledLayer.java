package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.Attribute;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.RunnableGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A recurrent node in place of the nodes of its steps, in one direction.
 *
 * @param name with which its own values begin
 * @param cell with W of the sequence below
 * @param sequence the value that it reads, [T, N, D] or [N, T, D]
 * @param batchFirst whether N comes first
 * @param reverse whether it reads from the end
 * @param h0 the value that is the first state, if it is not zero
 * @param c0 the value that is the first second state, if it is not zero
 */
record UnrolledLayer(
        String name,
        UnrolledCell cell,
        float[] w,
        float[] inputBias,
        String sequence,
        boolean batchFirst,
        boolean reverse,
        Optional<String> h0,
        Optional<String> c0) {

    /** What a layer computes: all steps [T, N, H], and the states after the last [N, H]. */
    record Outcome(Tensor y, Tensor h, Optional<Tensor> c) {}

    int hiddenSize() {
        return cell.recurrent().get(0).width();
    }

    /** The value that has all steps, [T, N, directions H]. */
    String steps() {
        return name + ".steps";
    }

    private boolean hasBias() {
        for (float[] bias : List.of(inputBias, cell.recurrentBias())) {
            for (float number : bias) {
                if (number != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether another reads the same sequence from the other end with the same equations. */
    boolean isOtherDirection(UnrolledLayer other) {
        return sequence.equals(other.sequence)
                && batchFirst == other.batchFirst
                && reverse != other.reverse
                && cell.isLike(other.cell)
                && hiddenSize() == other.hiddenSize()
                && h0.isEmpty()
                && c0.isEmpty()
                && other.h0.isEmpty()
                && other.c0.isEmpty();
    }

    /** The nodes of a layer of one direction, or of two with the backward one. */
    void write(Optional<UnrolledLayer> backward, List<Node> nodes, Map<String, Tensor> weights) {
        int H = hiddenSize();
        int gates = cell.input().size();
        int D = w.length / (gates * H);
        List<UnrolledLayer> ways = new ArrayList<>(List.of(this));
        backward.ifPresent(ways::add);
        List<float[]> w = new ArrayList<>();
        List<float[]> r = new ArrayList<>();
        List<float[]> b = new ArrayList<>();
        boolean bias = false;
        for (UnrolledLayer way : ways) {
            w.add(way.w);
            r.add(way.cell.r());
            b.add(way.inputBias);
            b.add(way.cell.recurrentBias());
            bias |= way.hasBias();
        }
        weights.put(name + ".w", Tensor.of(Formula.concatenated(w), ways.size(), gates * H, D));
        weights.put(name + ".r", Tensor.of(Formula.concatenated(r), ways.size(), gates * H, H));
        String x = sequence;
        if (batchFirst) {
            x = name + ".x";
            nodes.add(node("Transpose", List.of(sequence), x, Map.of("perm", wholes(1, 0, 2))));
        }
        List<String> in = new ArrayList<>(List.of(x, name + ".w", name + ".r", "", ""));
        if (bias) {
            weights.put(name + ".b", Tensor.of(Formula.concatenated(b), ways.size(), 2 * gates * H));
            in.set(3, name + ".b");
        }
        h0.ifPresent(value -> in.add(shaped(nodes, weights, value, name + ".h0", 1, -1, H)));
        c0.ifPresent(value -> {
            if (h0.isEmpty()) {
                in.add("");
            }
            in.add(shaped(nodes, weights, value, name + ".c0", 1, -1, H));
        });
        Map<String, Attribute> attributes = cell.attributes(H);
        attributes.put(
                "direction",
                new Attribute.Text(backward.isPresent() ? "bidirectional" : reverse ? "reverse" : "forward"));
        if (backward.isPresent() && cell.relu()) {
            attributes.put("activations", new Attribute.Texts(List.of("Relu", "Relu")));
        }
        List<String> out = new ArrayList<>(List.of(name + ".y", name + ".h"));
        if (cell.operator().equals("LSTM")) {
            out.add(name + ".c");
        }
        nodes.add(new Node(name, cell.operator(), "", in, out, attributes));
        String side = name + ".y";
        if (backward.isPresent()) {
            side = name + ".turned";
            nodes.add(node("Transpose", List.of(name + ".y"), side, Map.of("perm", wholes(0, 2, 1, 3))));
            shaped(nodes, weights, side, steps(), 0, 0, -1);
        } else {
            shaped(nodes, weights, side, steps(), 0, -1, H);
        }
    }

    static Attribute wholes(long... numbers) {
        List<Long> all = new ArrayList<>();
        for (long number : numbers) {
            all.add(number);
        }
        return new Attribute.Wholes(all);
    }

    static Node node(String operator, List<String> in, String out, Map<String, Attribute> attributes) {
        return new Node("", operator, "", in, List.of(out), attributes);
    }

    /** Adds a node that gives a value another shape; returns its name. */
    static String shaped(List<Node> nodes, Map<String, Tensor> weights, String value, String name, long... shape) {
        weights.put(name + ".shape", Tensor.of(shape, shape.length));
        nodes.add(node("Reshape", List.of(value, name + ".shape"), name, Map.of()));
        return name;
    }

    /** What the layer computes of the values of a trial. */
    Outcome run(GraphValues graph) {
        List<Node> nodes = new ArrayList<>();
        Map<String, Tensor> weights = new HashMap<>();
        write(Optional.empty(), nodes, weights);
        Map<String, Tensor> given = new LinkedHashMap<>();
        given.put(sequence, graph.value(sequence));
        h0.ifPresent(value -> given.put(value, graph.value(value)));
        c0.ifPresent(value -> given.put(value, graph.value(value)));
        List<ValueInfo> inputs = given.keySet().stream()
                .map(value -> new ValueInfo(value, OnnxElementType.FLOAT.code(), List.of()))
                .toList();
        OnnxDocument alone = new OnnxDocument(
                graph.model().producer(),
                graph.model().opset(),
                nodes,
                weights,
                inputs,
                List.of(new ValueInfo(steps(), OnnxElementType.FLOAT.code(), List.of())));
        Map<String, Tensor> values = RunnableGraph.of(alone).tryOut(given);
        Tensor y = Objects.requireNonNull(values.get(steps()));
        Tensor h = Objects.requireNonNull(values.get(name + ".h"));
        return new Outcome(
                y,
                h.reshaped(h.dimension(1), h.dimension(2)),
                Optional.ofNullable(values.get(name + ".c")).map(c -> c.reshaped(c.dimension(1), c.dimension(2))));
    }
}
