package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.ModelWriter;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes products with weights, and the layer that is made of several.
 *
 * @param to the graph
 * @param parameters the weights
 */
record MatrixWriter(ModelWriter to, Parameters parameters) {

    private static final int LAST_AXIS = 2;

    /** Rows times the transpose of a weight, which the graph holds transposed. */
    String product(String rows, String name) {
        float[] numbers = parameters.get(name);
        int O = parameters.slice(name).rows();
        int D = numbers.length / O;
        float[] columns = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            columns[i % D * O + i / D] = numbers[i];
        }
        return to.node("MatMul", Map.of(), rows, to.initializer(name, Tensor.of(columns, D, O)));
    }

    /** The logarithms of the probabilities of all classes. */
    String adaptiveSoftmax(String x, AdaptiveSoftmax layer) {
        String head = to.node("LogSoftmax", Map.of("axis", -1), product(x, layer.head()));
        List<String> all = new ArrayList<>();
        all.add(columns(head, 0, layer.shortList()));
        for (int i = 0; i < layer.clusters(); i++) {
            String scores = product(product(x, layer.projection(i)), layer.output(i));
            String within = to.node("LogSoftmax", Map.of("axis", -1), scores);
            int at = layer.shortList() + i;
            all.add(to.node("Add", Map.of(), columns(head, at, at + 1), within));
        }
        return to.node("Concat", Map.of("axis", -1), all.toArray(String[]::new));
    }

    private String columns(String of, int from, int end) {
        return to.node("Slice", Map.of(), of, to.constant(from), to.constant(end), to.constant(LAST_AXIS));
    }
}
