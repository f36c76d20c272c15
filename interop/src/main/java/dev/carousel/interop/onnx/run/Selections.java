package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that order elements and put them where an index says. */
final class Selections {

    private Selections() {}

    /** The k largest or smallest elements along an axis, in order, and where they are; of equal ones the first come first. */
    static List<Tensor> topK(Call call) {
        Tensor x = call.in(0);
        int axis = call.axis(call.whole("axis", -1), x.rank());
        long[] asked = call.since(10) ? call.longs(1) : new long[] {call.whole("k", -1)};
        if (asked.length != 1 || asked[0] < 0 || asked[0] > x.dimension(axis)) {
            throw call.fail("asks for " + Arrays.toString(asked) + " of the " + x.dimension(axis)
                    + " elements along axis " + axis);
        }
        int k = (int) asked[0];
        int[] shape = x.shape();
        shape[axis] = k;
        Tensor values = call.room(x.type(), shape);
        Tensor indices = call.room(OnnxElementType.INT64, shape);
        call.work(x.size(), 32);
        boolean largest = call.flag("largest", true);
        int length = x.dimension(axis);
        int inner = (int) Tensor.sizeOf(Arrays.copyOfRange(x.shape(), axis + 1, x.rank()));
        for (int line = 0; line < (length == 0 ? 0 : x.size() / length); line++) {
            int from = line / inner * length * inner + line % inner;
            int to = line / inner * k * inner + line % inner;
            Comparator<Integer> order = Comparator.comparingDouble(i -> number(x, from + i * inner));
            int[] places = IntStream.range(0, length)
                    .boxed()
                    .sorted(largest ? order.reversed() : order)
                    .limit(k)
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int i = 0; i < k; i++) {
                System.arraycopy(x.data(), from + places[i] * inner, values.data(), to + i * inner, 1);
                indices.longs()[to + i * inner] = places[i];
            }
        }
        return List.of(values, indices);
    }

    private static double number(Tensor x, int at) {
        return x.type().isReal() ? x.real(at) : x.whole(at);
    }

    /** {@code y = x, but y[index[i, j], j] = updates[i, j]}, along any axis. */
    static Tensor scatterElements(Call call) {
        Tensor x = call.in(0);
        Tensor indices = Lookups.indices(call, 1);
        Tensor updates = call.in(2);
        int axis = call.axis(call.whole("axis", 0), x.rank());
        boolean fits = indices.rank() == x.rank()
                && Arrays.equals(indices.shape(), updates.shape())
                && updates.type() == x.type();
        if (!fits || !call.text("reduction", "none").equals("none")) {
            throw call.fail("puts " + updates + " at " + indices + " of " + x
                    + "; it is known for updates of the indices' shape and without a reduction");
        }
        Tensor y = call.room(x.type(), x.shape());
        System.arraycopy(x.data(), 0, y.data(), 0, x.size());
        int[] strides = Tensor.strides(x.shape());
        int[] steps = Tensor.strides(indices.shape());
        for (int i = 0; i < indices.size(); i++) {
            int at = 0;
            for (int d = 0; d < x.rank(); d++) {
                long place = d == axis ? indices.whole(i) : i / steps[d] % indices.dimension(d);
                at += Lookups.index(call, place, x.dimension(d)) * strides[d];
            }
            System.arraycopy(updates.data(), i, y.data(), at, 1);
        }
        return y;
    }
}
