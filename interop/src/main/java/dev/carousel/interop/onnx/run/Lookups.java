package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.TensorCopies.View;
import java.util.Arrays;

/** Operators that take elements from where other numbers say. */
final class Lookups {

    private Lookups() {}

    /** Parts of x along an axis, one for each index: the rows of an embedding, the last step of a sequence. */
    static Tensor gather(Call call) {
        Tensor x = call.in(0);
        Tensor indices = indices(call, 1);
        int axis = call.axis(call.whole("axis", 0), x.rank());
        int outer = (int) Tensor.sizeOf(Arrays.copyOf(x.shape(), axis));
        int inner = (int) Tensor.sizeOf(Arrays.copyOfRange(x.shape(), axis + 1, x.rank()));
        int[] shape = new int[x.rank() - 1 + indices.rank()];
        System.arraycopy(x.shape(), 0, shape, 0, axis);
        System.arraycopy(indices.shape(), 0, shape, axis, indices.rank());
        System.arraycopy(x.shape(), axis + 1, shape, axis + indices.rank(), x.rank() - axis - 1);
        Tensor y = call.room(x.type(), shape);
        int size = x.dimension(axis);
        for (int i = 0; i < indices.size(); i++) {
            int index = index(call, indices.whole(i), size);
            for (int o = 0; o < outer && inner > 0; o++) {
                System.arraycopy(
                        x.data(), (o * size + index) * inner, y.data(), (o * indices.size() + i) * inner, inner);
            }
        }
        return y;
    }

    /** An input of whole numbers that say where. */
    static Tensor indices(Call call, int input) {
        Tensor indices = call.in(input);
        if (indices.type() != OnnxElementType.INT64 && indices.type() != OnnxElementType.INT32) {
            throw call.fail("needs whole numbers as indices, but input " + input + " is " + indices);
        }
        return indices;
    }

    /** A place along an axis; negative ones count from its end. */
    static int index(Call call, long index, int size) {
        long counted = index < 0 ? index + size : index;
        if (counted < 0 || counted >= size) {
            throw call.fail("has index " + index + ", but there are " + size + " to choose from");
        }
        return (int) counted;
    }

    /** {@code y[i, j] = x[index[i, j], j]}, along any axis. */
    static Tensor gatherElements(Call call) {
        Tensor x = call.in(0);
        Tensor indices = indices(call, 1);
        int axis = call.axis(call.whole("axis", 0), x.rank());
        if (indices.rank() != x.rank()) {
            throw call.fail("needs indices of as many dimensions as " + x + ", but they are " + indices);
        }
        int[] strides = Tensor.strides(x.shape());
        int[] steps = Tensor.strides(indices.shape());
        Tensor y = call.room(x.type(), indices.shape());
        for (int i = 0; i < y.size(); i++) {
            int at = 0;
            for (int k = 0; k < x.rank(); k++) {
                int place =
                        k == axis ? index(call, indices.whole(i), x.dimension(k)) : i / steps[k] % indices.dimension(k);
                at += index(call, place, x.dimension(k)) * strides[k];
            }
            System.arraycopy(x.data(), at, y.data(), i, 1);
        }
        return y;
    }

    /** Parts of x that whole rows of indices name: the last valid step of each sequence. */
    static Tensor gatherNd(Call call) {
        Tensor x = call.in(0);
        Tensor indices = indices(call, 1);
        if (call.whole("batch_dims", 0) != 0 || indices.rank() == 0) {
            throw call.fail("is known without batch_dims and with indices of at least one dimension only");
        }
        int depth = indices.dimension(indices.rank() - 1);
        if (depth < 1 || depth > x.rank()) {
            throw call.fail("has indices " + indices + " for " + x);
        }
        int[] strides = Tensor.strides(x.shape());
        int[] inner = Arrays.copyOfRange(x.shape(), depth, x.rank());
        int count = indices.size() / depth;
        int[] shape = Arrays.copyOf(indices.shape(), indices.rank() - 1 + inner.length);
        System.arraycopy(inner, 0, shape, indices.rank() - 1, inner.length);
        Tensor y = call.room(x.type(), shape);
        int size = (int) Tensor.sizeOf(inner);
        for (int i = 0; i < count; i++) {
            int at = 0;
            for (int k = 0; k < depth; k++) {
                at += index(call, indices.whole(i * depth + k), x.dimension(k)) * strides[k];
            }
            System.arraycopy(x.data(), at, y.data(), i * size, size);
        }
        return y;
    }

    /** Vectors with one number different from the others, where the index says. */
    static Tensor oneHot(Call call) {
        Tensor indices = call.in(0);
        Tensor values = call.in(2, 1);
        long depth = call.in(1).whole(0);
        if (values.size() != 2 || depth < 1 || depth > Integer.MAX_VALUE) {
            throw call.fail(
                    "has depth " + depth + " and values " + values + "; it needs a positive depth and two values");
        }
        int axis = call.axis(call.whole("axis", -1), indices.rank() + 1);
        int[] shape = new int[indices.rank() + 1];
        for (int k = 0; k < shape.length; k++) {
            shape[k] = k == axis ? (int) depth : indices.dimension(k < axis ? k : k - 1);
        }
        call.room(values.type(), shape);
        Tensor y = TensorCopies.gather(call, values, new View(0, new int[shape.length]), shape);
        int inner = (int) Tensor.sizeOf(Arrays.copyOfRange(shape, axis + 1, shape.length));
        for (int i = 0; i < indices.size(); i++) {
            long index = indices.whole(i) < 0 ? indices.whole(i) + depth : indices.whole(i);
            // ONNX: an index that is out of range has no such number.
            if (index >= 0 && index < depth) {
                int at = (i / inner * (int) depth + (int) index) * inner + i % inner;
                System.arraycopy(values.data(), 1, y.data(), at, 1);
            }
        }
        return y;
    }

    /** Each sequence's first steps in the opposite order, as some exporters write a backward direction. */
    static Tensor reverseSequence(Call call) {
        Tensor x = call.in(0);
        long[] lengths = call.longs(1);
        int batch = call.axis(call.whole("batch_axis", 1), x.rank());
        int time = call.axis(call.whole("time_axis", 0), x.rank());
        if (batch == time || batch > 1 || time > 1 || lengths.length != x.dimension(batch)) {
            throw call.fail("has lengths for " + lengths.length + " sequences of " + x + ", time along axis " + time
                    + ", batch along axis " + batch);
        }
        int[] strides = Tensor.strides(x.shape());
        int inner = (int) Tensor.sizeOf(Arrays.copyOfRange(x.shape(), 2, x.rank()));
        Tensor y = call.room(x.type(), x.shape());
        for (int n = 0; n < lengths.length; n++) {
            if (lengths[n] < 0 || lengths[n] > x.dimension(time)) {
                throw call.fail("has a sequence of length " + lengths[n] + " in " + x.dimension(time) + " steps");
            }
            for (int t = 0; t < x.dimension(time); t++) {
                int from = t < lengths[n] ? (int) lengths[n] - 1 - t : t;
                int at = n * strides[batch];
                System.arraycopy(x.data(), at + from * strides[time], y.data(), at + t * strides[time], inner);
            }
        }
        return y;
    }
}
