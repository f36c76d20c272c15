package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.Call;
import java.util.Arrays;
import java.util.Optional;

/**
 * The constant matrix with which a node multiplies the numbers of each row. Two are equal if their numbers are.
 *
 * @param rows of how many numbers the product is
 * @param depth of how many numbers a row is
 * @param matrix [rows, depth], row-major
 */
record ConstantMatrix(int rows, int depth, float[] matrix) {

    /** Of a MatMul, or a Gemm without factors. */
    static Optional<ConstantMatrix> of(GraphValues graph, Node node) {
        boolean gemm = node.operator().equals("Gemm");
        if ((!gemm && !node.operator().equals("MatMul"))
                || !node.hasInput(0)
                || !node.hasInput(1)
                || !graph.isFixed(node.inputs().get(1))) {
            return Optional.empty();
        }
        Call call = graph.call(node);
        Tensor w = call.in(1);
        boolean turned = gemm && call.flag("transB", false);
        if (w.rank() != 2
                || w.type() != OnnxElementType.FLOAT
                || w.size() == 0
                || (gemm && (call.flag("transA", false) || call.real("alpha", 1) != 1 || call.real("beta", 1) != 1))) {
            return Optional.empty();
        }
        return Optional.of(
                turned
                        ? new ConstantMatrix(w.dimension(0), w.dimension(1), w.floats())
                        : new ConstantMatrix(
                                w.dimension(1),
                                w.dimension(0),
                                Matrices.transpose(w.floats(), w.dimension(0), w.dimension(1))));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConstantMatrix same
                && rows == same.rows
                && depth == same.depth
                && Arrays.equals(matrix, same.matrix);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(matrix);
    }
}
