package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import java.util.HashSet;
import java.util.Set;

/** Which inputs of a graph are states. */
final class StateNames {

    private static final int C0 = 6;

    private StateNames() {}

    /** Whether an input reaches an LSTM as its cell state. */
    static boolean isCell(OnnxDocument model, String input) {
        Set<String> reached = new HashSet<>(Set.of(input));
        for (Node node : model.nodes()) {
            if (node.operator().equals("LSTM")) {
                if (node.hasInput(C0) && reached.contains(node.inputs().get(C0))) {
                    return true;
                }
            } else if (!node.inputs().isEmpty()
                    && reached.contains(node.inputs().get(0))) {
                reached.addAll(node.outputs());
            }
        }
        return false;
    }
}
