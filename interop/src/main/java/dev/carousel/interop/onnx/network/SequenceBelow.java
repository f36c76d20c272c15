package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.StepReader.Take;
import dev.carousel.interop.onnx.run.Call;
import java.util.List;
import java.util.Optional;

/**
 * The sequence that an unrolled layer reads: below the product with W, where it was computed for all steps at once, and before
 * it was turned around.
 *
 * @param value its name
 * @param batchFirst whether it is [N, T, D], not [T, N, D]
 * @param flipped whether the steps read it from its end
 * @param w [kH, D]
 * @param bias of the input [kH]
 */
record SequenceBelow(String value, boolean batchFirst, boolean flipped, float[] w, float[] bias) {

    static SequenceBelow of(GraphValues graph, Take take, UnrolledCell cell) {
        SequenceBelow here =
                new SequenceBelow(take.source(), take.axis() == 1, false, cell.w(), cell.inputBias()).unflipped(graph);
        return here.choosesOnly(graph) ? here.belowProduct(graph).unflipped(graph) : here;
    }

    private SequenceBelow unflipped(GraphValues graph) {
        Optional<Node> node = graph.producer(value);
        if (node.isEmpty() || !node.get().operator().equals("Slice")) {
            return this;
        }
        Call call = graph.call(node.get());
        int axis = batchFirst ? 1 : 0;
        boolean flips = call.has(4)
                && call.in(4).size() == 1
                && call.in(4).whole(0) == -1
                && call.has(3)
                && call.in(3).size() == 1
                && call.axis(call.in(3).whole(0), 3) == axis
                && call.in(0).dimension(axis) == graph.value(value).dimension(axis);
        return flips ? new SequenceBelow(node.get().inputs().get(0), batchFirst, !flipped, w, bias) : this;
    }

    /** Whether W only says which number of the sequence goes where, so that another W comes below it. */
    private boolean choosesOnly(GraphValues graph) {
        Tensor tensor = graph.value(value);
        int D = tensor.dimension(tensor.rank() - 1);
        for (int row = 0; row < w.length; row += D) {
            int ones = 0;
            for (int d = 0; d < D; d++) {
                ones += w[row + d] == 1 ? 1 : 0;
                if (w[row + d] != 0 && w[row + d] != 1) {
                    return false;
                }
            }
            if (ones != 1) {
                return false;
            }
        }
        return true;
    }

    private SequenceBelow belowProduct(GraphValues graph) {
        Optional<Node> node = graph.producer(value);
        if (node.isEmpty()) {
            return this;
        }
        int n = w.length / bias.length;
        float[] added = new float[n];
        if (node.get().operator().equals("Add")) {
            List<String> in = node.get().inputs();
            int fixed = graph.isFixed(in.get(1)) ? 1 : 0;
            Tensor row = graph.value(in.get(fixed));
            if (!graph.isFixed(in.get(fixed)) || row.size() != n || !row.type().isReal()) {
                return this;
            }
            added = row.toFloats();
            node = graph.producer(in.get(1 - fixed));
        }
        Optional<ConstantMatrix> matrix = node.flatMap(product -> ConstantMatrix.of(graph, product));
        if (matrix.isEmpty() || matrix.get().rows() != n || node.isEmpty()) {
            return this;
        }
        int rows = bias.length;
        float[] moved = Matrices.product(w, added, rows, n, 1);
        for (int i = 0; i < rows; i++) {
            moved[i] += bias[i];
        }
        float[] product =
                Matrices.product(w, matrix.get().matrix(), rows, n, matrix.get().depth());
        return new SequenceBelow(node.get().inputs().get(0), batchFirst, flipped, product, moved);
    }
}
