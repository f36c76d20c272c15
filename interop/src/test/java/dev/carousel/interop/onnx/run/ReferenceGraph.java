package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.reference.CellLayer;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.GruReference;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LstmReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.RnnReference;
import dev.carousel.reference.Seq;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What Carousel's reference computes for the graph of one usual recurrent node. */
final class ReferenceGraph {

    private ReferenceGraph() {}

    static Map<String, Tensor> run(RandomRecurrentGraph graph, boolean batchFirst) {
        Tensor x = batchFirst ? RandomRecurrentGraph.transposed(graph.inputs.get("X"), 1, 0, 2) : graph.inputs.get("X");
        int[] lengths = new int[graph.N];
        Arrays.fill(lengths, graph.T);
        if (graph.inputs.containsKey("sequence_lens")) {
            lengths = graph.inputs.get("sequence_lens").ints();
        }
        Seq input = Seq.over(graph.T, graph.N, graph.D, x.doubles(), lengths);
        Tensor y = Tensor.zeros(OnnxElementType.DOUBLE, graph.T, graph.directions, graph.N, graph.H);
        Tensor h = Tensor.zeros(OnnxElementType.DOUBLE, graph.directions, graph.N, graph.H);
        Tensor c = Tensor.zeros(OnnxElementType.DOUBLE, graph.directions, graph.N, graph.H);
        boolean lstm = graph.operator.equals("LSTM");
        for (int d = 0; d < graph.directions; d++) {
            boolean reverse = d == 1 || graph.attributes.get("direction").equals("reverse");
            CellLayer layer = new CellLayer(cell(graph), graph.D, graph.H, reverse, weights(graph, d));
            Mats initial = Mats.of("h", state(graph, "initial_h", d, batchFirst));
            initial = lstm ? initial.with("c", state(graph, "initial_c", d, batchFirst)) : initial;
            LayerReference.Run run = layer.forward(input, initial);
            int block = graph.N * graph.H;
            for (int t = 0; t < graph.T; t++) {
                int to = (t * graph.directions + d) * block;
                System.arraycopy(run.y().values(), t * block, y.doubles(), to, block);
            }
            System.arraycopy(run.last().get("h").values(), 0, h.doubles(), d * block, block);
            if (lstm) {
                System.arraycopy(run.last().get("c").values(), 0, c.doubles(), d * block, block);
            }
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("Y", batchFirst ? RandomRecurrentGraph.transposed(y, 2, 0, 1, 3) : y);
        outputs.put("Y_h", batchFirst ? RandomRecurrentGraph.transposed(h, 1, 0, 2) : h);
        if (lstm) {
            outputs.put("Y_c", batchFirst ? RandomRecurrentGraph.transposed(c, 1, 0, 2) : c);
        }
        return outputs;
    }

    private static CellReference cell(RandomRecurrentGraph graph) {
        return switch (graph.operator) {
            case "RNN" -> new RnnReference(RnnReference.Nonlinearity.TANH);
            case "LSTM" -> new LstmReference(true);
            default ->
                new GruReference(
                        graph.attributes.containsKey("linear_before_reset")
                                ? GruReference.Reset.AFTER_PRODUCT
                                : GruReference.Reset.BEFORE_PRODUCT);
        };
    }

    private static Mat state(RandomRecurrentGraph graph, String name, int direction, boolean batchFirst) {
        if (!graph.inputs.containsKey(name)) {
            return Mat.zeros(graph.N, graph.H);
        }
        Tensor given = graph.inputs.get(name);
        Tensor state = batchFirst ? RandomRecurrentGraph.transposed(given, 1, 0, 2) : given;
        int block = graph.N * graph.H;
        return Mat.over(
                graph.N, graph.H, Arrays.copyOfRange(state.doubles(), direction * block, (direction + 1) * block));
    }

    /** The order of the gates, written down once more: ONNX i o f c and z r h, ours i f g o and r z n. */
    private static int[] gates(String operator) {
        return switch (operator) {
            case "LSTM" -> new int[] {0, 2, 3, 1};
            case "GRU" -> new int[] {1, 0, 2};
            default -> new int[] {0};
        };
    }

    private static Mats weights(RandomRecurrentGraph graph, int direction) {
        int k = gates(graph.operator).length;
        int H = graph.H;
        double[] none = new double[2 * k * H * graph.directions];
        double[] b = graph.weights.containsKey("B") ? graph.weights.get("B").doubles() : none;
        return Mats.of(
                        "W",
                        ordered(graph, graph.weights.get("W").doubles(), direction * k * H * graph.D, graph.D, true))
                .with("R", ordered(graph, graph.weights.get("R").doubles(), direction * k * H * H, H, true))
                .with("bW", ordered(graph, b, direction * 2 * k * H, 1, false))
                .with("bR", ordered(graph, b, (direction * 2 + 1) * k * H, 1, false));
    }

    private static Mat ordered(RandomRecurrentGraph graph, double[] from, int at, int columns, boolean rows) {
        int[] gates = gates(graph.operator);
        int size = graph.H * columns;
        double[] ordered = new double[gates.length * size];
        for (int gate = 0; gate < gates.length; gate++) {
            System.arraycopy(from, at + gates[gate] * size, ordered, gate * size, size);
        }
        return rows ? Mat.over(gates.length * graph.H, columns, ordered) : Mat.over(1, ordered.length, ordered);
    }
}
