package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.Tensor;
import java.util.Arrays;

/** Copies of tensors in another order: transposed, cut, repeated. All are one loop over strides. */
final class TensorCopies {

    private TensorCopies() {}

    /**
     * Copies elements of one tensor to another.
     *
     * <pre>{@code
     * to[toAt + Σ i_k toStrides_k] = from[fromAt + Σ i_k fromStrides_k]     for all i below shape
     * }</pre>
     *
     * @param shape how far each index goes
     */
    static void copy(Tensor from, View read, Tensor to, View write, int[] shape) {
        if (Tensor.sizeOf(shape) == 0) {
            return;
        }
        int last = shape.length - 1;
        int count = last < 0 ? 1 : shape[last];
        int readStep = last < 0 ? 1 : read.strides[last];
        int writeStep = last < 0 ? 1 : write.strides[last];
        int[] index = new int[Math.max(1, shape.length)];
        int readAt = read.at;
        int writeAt = write.at;
        while (true) {
            row(from, readAt, readStep, to, writeAt, writeStep, count);
            int axis = last - 1;
            while (axis >= 0) {
                readAt += read.strides[axis];
                writeAt += write.strides[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                readAt -= shape[axis] * read.strides[axis];
                writeAt -= shape[axis] * write.strides[axis];
                index[axis--] = 0;
            }
            if (axis < 0) {
                return;
            }
        }
    }

    /**
     * Where the elements lie.
     *
     * @param at of the first
     * @param strides the step of each axis; 0 repeats
     */
    record View(int at, int[] strides) {

        /** All of a tensor, as it lies. */
        static View of(Tensor tensor) {
            return new View(0, Tensor.strides(tensor.shape()));
        }
    }

    /** A new tensor, row-major, of a view of another. */
    static Tensor gather(Call call, Tensor from, View read, int... shape) {
        Tensor to = call.room(from.type(), shape);
        copy(from, read, to, View.of(to), shape);
        return to;
    }

    // Seven numbers say where a row lies and where it goes.
    private static void row(Tensor from, int readAt, int readStep, Tensor to, int writeAt, int writeStep, int count) {
        if (readStep == 1 && writeStep == 1) {
            System.arraycopy(from.data(), readAt, to.data(), writeAt, count);
            return;
        }
        switch (from.type()) {
            case FLOAT -> {
                for (int i = 0; i < count; i++) {
                    to.floats()[writeAt + i * writeStep] = from.floats()[readAt + i * readStep];
                }
            }
            case DOUBLE -> {
                for (int i = 0; i < count; i++) {
                    to.doubles()[writeAt + i * writeStep] = from.doubles()[readAt + i * readStep];
                }
            }
            case INT32 -> {
                for (int i = 0; i < count; i++) {
                    to.ints()[writeAt + i * writeStep] = from.ints()[readAt + i * readStep];
                }
            }
            case INT64 -> {
                for (int i = 0; i < count; i++) {
                    to.longs()[writeAt + i * writeStep] = from.longs()[readAt + i * readStep];
                }
            }
            case BOOL -> {
                for (int i = 0; i < count; i++) {
                    to.booleans()[writeAt + i * writeStep] = from.booleans()[readAt + i * readStep];
                }
            }
        }
    }

    /** The strides with which a shape is read where a larger one is wanted: 0 where it repeats. */
    static int[] broadcast(int[] from, int[] to) {
        int[] strides = new int[to.length];
        int[] own = Tensor.strides(from);
        int missing = to.length - from.length;
        for (int axis = 0; axis < from.length; axis++) {
            strides[missing + axis] = from[axis] == 1 ? 0 : own[axis];
        }
        return strides;
    }

    /** The shape that two shapes broadcast to. */
    static int[] common(Call call, int[] a, int[] b) {
        int[] shape = new int[Math.max(a.length, b.length)];
        for (int back = 1; back <= shape.length; back++) {
            int da = back <= a.length ? a[a.length - back] : 1;
            int db = back <= b.length ? b[b.length - back] : 1;
            if (da != db && da != 1 && db != 1) {
                throw call.fail("cannot bring the shapes " + Arrays.toString(a) + " and " + Arrays.toString(b)
                        + " together: a dimension must be equal or 1");
            }
            shape[shape.length - back] = da == 1 ? db : da;
        }
        return shape;
    }
}
