package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.Arrays;

/** Products of matrices. */
final class MatrixOperators {

    private MatrixOperators() {}

    /** Products of the matrices in the last two axes; those before are brought together as NumPy does. */
    static Tensor matMul(Call call) {
        Tensor a = call.real(0);
        Tensor b = call.real(1);
        if (a.rank() == 0 || b.rank() == 0 || a.type() != b.type()) {
            throw call.fail("cannot multiply " + a + " and " + b);
        }
        int[] as = a.rank() == 1 ? new int[] {1, a.size()} : a.shape();
        int[] bs = b.rank() == 1 ? new int[] {b.size(), 1} : b.shape();
        int rows = as[as.length - 2];
        int depth = as[as.length - 1];
        int cols = bs[bs.length - 1];
        if (depth != bs[bs.length - 2]) {
            throw call.fail("cannot multiply " + a + " and " + b + ": the inner sizes differ");
        }
        int[] aOuter = Arrays.copyOf(as, as.length - 2);
        int[] bOuter = Arrays.copyOf(bs, bs.length - 2);
        int[] outer = TensorCopies.common(call, aOuter, bOuter);
        int[] shape = Arrays.copyOf(outer, outer.length + 2);
        shape[outer.length] = rows;
        shape[outer.length + 1] = cols;
        Tensor y = call.room(a.type(), shape);
        call.work(y.size(), depth);
        int[] aStrides = TensorCopies.broadcast(aOuter, outer);
        int[] bStrides = TensorCopies.broadcast(bOuter, outer);
        long count = y.size() == 0 ? 0 : Tensor.sizeOf(outer);
        int[] index = new int[outer.length];
        for (int i = 0; i < count; i++) {
            int aAt = 0;
            int bAt = 0;
            for (int axis = 0; axis < outer.length; axis++) {
                aAt += index[axis] * aStrides[axis];
                bAt += index[axis] * bStrides[axis];
            }
            product(a, aAt * rows * depth, b, bAt * depth * cols, y, i * rows * cols, rows, depth, cols);
            for (int axis = outer.length - 1; axis >= 0 && ++index[axis] == outer[axis]; axis--) {
                index[axis] = 0;
            }
        }
        return y.reshaped(withoutAdded(shape, a.rank() == 1, b.rank() == 1));
    }

    private static int[] withoutAdded(int[] shape, boolean row, boolean column) {
        int[] kept = new int[shape.length - (row ? 1 : 0) - (column ? 1 : 0)];
        System.arraycopy(shape, 0, kept, 0, shape.length - 2);
        if (!row) {
            kept[shape.length - 2] = shape[shape.length - 2];
        }
        if (!column) {
            kept[kept.length - 1] = shape[shape.length - 1];
        }
        return kept;
    }

    // y += a b. A kernel: three places and three sizes.
    private static void product(
            Tensor a, int aAt, Tensor b, int bAt, Tensor y, int yAt, int rows, int depth, int cols) {
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < depth; k++) {
                int from = bAt + k * cols;
                int to = yAt + r * cols;
                if (a.type() == OnnxElementType.FLOAT) {
                    addRow(a.floats()[aAt + r * depth + k], b.floats(), from, y.floats(), to, cols);
                } else {
                    double factor = a.doubles()[aAt + r * depth + k];
                    for (int c = 0; c < cols; c++) {
                        y.doubles()[to + c] += factor * b.doubles()[from + c];
                    }
                }
            }
        }
    }

    private static void addRow(float factor, float[] b, int from, float[] y, int to, int cols) {
        for (int c = 0; c < cols; c++) {
            y[to + c] += factor * b[from + c];
        }
    }

    /** {@code y = alpha A' B' + beta C}, where A' is A or its transpose. */
    static Tensor gemm(Call call) {
        Tensor a = turned(call, 0, "transA");
        Tensor b = turned(call, 1, "transB");
        if (a.dimension(1) != b.dimension(0) || a.type() != b.type()) {
            throw call.fail("cannot multiply " + call.in(0) + " and " + call.in(1) + ": the inner sizes differ");
        }
        int rows = a.dimension(0);
        int cols = b.dimension(1);
        float alpha = call.real("alpha", 1);
        float beta = call.real("beta", 1);
        Tensor y = call.room(a.type(), rows, cols);
        call.work(rows, cols, a.dimension(1));
        product(a, 0, b, 0, y, 0, rows, a.dimension(1), cols);
        if (alpha != 1) {
            for (int i = 0; i < y.size(); i++) {
                y.set(i, alpha * y.real(i));
            }
        }
        if (call.has(2)) {
            Tensor c = call.real(2);
            if (!Arrays.equals(TensorCopies.common(call, c.shape(), y.shape()), y.shape()) || c.type() != y.type()) {
                throw call.fail("cannot add " + c + " to " + y);
            }
            int[] strides = TensorCopies.broadcast(c.shape(), y.shape());
            for (int i = 0; i < y.size(); i++) {
                y.set(i, y.real(i) + beta * c.real(i / cols * strides[0] + i % cols * strides[1]));
            }
        }
        return y;
    }

    private static Tensor turned(Call call, int input, String attribute) {
        Tensor x = call.real(input);
        call.in(input, 2);
        if (!call.flag(attribute, false)) {
            return x;
        }
        int rows = x.dimension(0);
        int cols = x.dimension(1);
        return TensorCopies.gather(call, x, new TensorCopies.View(0, new int[] {1, cols}), cols, rows);
    }
}
