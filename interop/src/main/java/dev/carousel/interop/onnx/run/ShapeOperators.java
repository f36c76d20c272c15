package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxDocument.Attribute;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.TensorCopies.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Operators that make and shape tensors without looking at their numbers. */
final class ShapeOperators {

    private ShapeOperators() {}

    static Tensor constant(Call call) {
        if (call.attribute("value").orElse(null) instanceof Attribute.TensorValue tensor) {
            return tensor.value();
        }
        if (call.attribute("value_float").isPresent()) {
            return Tensor.of(new float[] {call.real("value_float", 0)});
        }
        if (call.attribute("value_int").isPresent()) {
            return Tensor.of(new long[] {call.whole("value_int", 0)});
        }
        if (call.attribute("value_ints").isPresent()) {
            long[] values = call.wholes("value_ints").orElseThrow();
            return Tensor.of(values, values.length);
        }
        if (call.attribute("value_floats").isPresent()) {
            List<Float> values = call.reals("value_floats");
            Tensor y = call.room(OnnxElementType.FLOAT, values.size());
            for (int i = 0; i < y.size(); i++) {
                y.floats()[i] = values.get(i);
            }
            return y;
        }
        throw call.fail("has no value that Carousel knows");
    }

    static Tensor constantOfShape(Call call) {
        int[] shape = call.shape(call.longs(0));
        Tensor value = call.attribute("value").orElse(null) instanceof Attribute.TensorValue tensor
                ? tensor.value()
                : Tensor.of(new float[1], 1);
        if (value.size() != 1) {
            throw call.fail("needs one number as value, but it is " + value);
        }
        return TensorCopies.gather(call, value, new View(0, new int[shape.length]), shape);
    }

    static Tensor shape(Call call) {
        int[] shape = call.in(0).shape();
        int start = clamp(call.whole("start", 0), shape.length);
        int end = clamp(call.whole("end", shape.length), shape.length);
        long[] part = IntStream.range(start, Math.max(start, end))
                .mapToLong(axis -> shape[axis])
                .toArray();
        return Tensor.of(part, part.length);
    }

    private static int clamp(long index, int length) {
        return (int) Math.min(Math.max(index < 0 ? index + length : index, 0), length);
    }

    static Tensor size(Call call) {
        return Tensor.of(new long[] {call.in(0).size()});
    }

    static Tensor transpose(Call call) {
        Tensor x = call.in(0);
        int rank = x.rank();
        long[] order = call.wholes("perm")
                .orElseGet(() ->
                        IntStream.range(0, rank).mapToLong(i -> rank - 1 - i).toArray());
        int[] strides = Tensor.strides(x.shape());
        int[] shape = new int[rank];
        int[] read = new int[rank];
        boolean[] used = new boolean[rank];
        if (order.length != rank) {
            throw call.fail("has perm " + Arrays.toString(order) + " for " + x);
        }
        for (int i = 0; i < rank; i++) {
            int axis = call.axis(order[i], rank);
            if (used[axis]) {
                throw call.fail("has perm " + Arrays.toString(order) + ", which names an axis twice");
            }
            used[axis] = true;
            shape[i] = x.dimension(axis);
            read[i] = strides[axis];
        }
        return TensorCopies.gather(call, x, new View(0, read), shape);
    }

    static Tensor squeeze(Call call) {
        Tensor x = call.in(0);
        Optional<long[]> axes = call.wholesOrInput("axes", 1);
        boolean[] drop = axes.isPresent() ? call.axes(axes.get(), x.rank()) : new boolean[x.rank()];
        List<Integer> kept = new ArrayList<>();
        for (int axis = 0; axis < x.rank(); axis++) {
            if (axes.isEmpty() ? x.dimension(axis) != 1 : !drop[axis]) {
                kept.add(x.dimension(axis));
            } else if (x.dimension(axis) != 1) {
                throw call.fail("cannot drop axis " + axis + " of " + x + ", which is not of size 1");
            }
        }
        return x.reshaped(kept.stream().mapToInt(Integer::intValue).toArray());
    }

    static Tensor unsqueeze(Call call) {
        Tensor x = call.in(0);
        long[] axes = call.wholesOrInput("axes", 1).orElseThrow(() -> call.fail("has no axes"));
        boolean[] added = call.axes(axes, x.rank() + axes.length);
        int[] shape = new int[added.length];
        int from = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            if (!added[axis] && from == x.rank()) {
                throw call.fail("has axes " + Arrays.toString(axes) + ", which names one twice");
            }
            shape[axis] = added[axis] ? 1 : x.dimension(from++);
        }
        return x.reshaped(shape);
    }

    static Tensor reshape(Call call) {
        Tensor x = call.in(0);
        long[] wanted = call.longs(1);
        boolean zeroIsSize = call.flag("allowzero", false);
        int open = -1;
        long known = 1;
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] == 0 && !zeroIsSize && i < x.rank()) {
                wanted[i] = x.dimension(i);
            }
            if (wanted[i] == -1 && open < 0) {
                open = i;
            } else {
                known = wanted[i] < 0 || known < 0 || known > Integer.MAX_VALUE ? -1 : known * wanted[i];
            }
        }
        if (open >= 0 && known > 0) {
            wanted[open] = x.size() / known;
            known *= wanted[open];
        }
        if (known != x.size() || (open >= 0 && wanted[open] < 0)) {
            throw call.fail("cannot bring " + x + " into the shape " + Arrays.toString(call.longs(1)));
        }
        return x.reshaped(call.shape(wanted));
    }

    static Tensor flatten(Call call) {
        Tensor x = call.in(0);
        long axis = call.whole("axis", 1);
        int cut = axis == x.rank() ? x.rank() : call.axis(axis, x.rank());
        int[] shape = x.shape();
        int rows = (int) Tensor.sizeOf(Arrays.copyOf(shape, cut));
        int cols = (int) Tensor.sizeOf(Arrays.copyOfRange(shape, cut, shape.length));
        return x.reshaped(rows, cols);
    }

    static Tensor expand(Call call) {
        Tensor x = call.in(0);
        int[] shape = TensorCopies.common(call, x.shape(), call.shape(call.longs(1)));
        return TensorCopies.gather(call, x, new View(0, TensorCopies.broadcast(x.shape(), shape)), shape);
    }

    static Tensor tile(Call call) {
        Tensor x = call.in(0);
        int[] repeats = call.shape(call.longs(1));
        int rank = x.rank();
        if (repeats.length != rank) {
            throw call.fail("has " + repeats.length + " repeats for " + x);
        }
        int[] shape = new int[rank];
        int[] split = new int[2 * rank];
        int[] read = new int[2 * rank];
        int[] strides = Tensor.strides(x.shape());
        for (int axis = 0; axis < rank; axis++) {
            long size = (long) repeats[axis] * x.dimension(axis);
            shape[axis] = (int) Math.min(size, Integer.MAX_VALUE);
            split[2 * axis] = repeats[axis];
            split[2 * axis + 1] = x.dimension(axis);
            read[2 * axis + 1] = strides[axis];
        }
        call.room(x.type(), shape); // The check of the shape, whose dimensions may have been cut.
        return TensorCopies.gather(call, x, new View(0, read), split).reshaped(shape);
    }

    static Tensor concat(Call call) {
        Tensor first = call.in(0);
        int axis = call.axis(call.whole("axis", 0), first.rank());
        int[] shape = first.shape();
        long total = 0;
        for (int i = 0; i < call.inputs(); i++) {
            Tensor x = call.in(i, first.rank());
            for (int k = 0; k < shape.length; k++) {
                if (x.type() != first.type() || (k != axis && x.dimension(k) != shape[k])) {
                    throw call.fail("cannot put " + first + " and " + x + " together along axis " + axis);
                }
            }
            total += x.dimension(axis);
        }
        shape[axis] = (int) Math.min(total, Integer.MAX_VALUE);
        Tensor y = call.room(first.type(), shape);
        int[] strides = Tensor.strides(shape);
        int at = 0;
        for (int i = 0; i < call.inputs(); i++) {
            Tensor x = call.in(i);
            TensorCopies.copy(x, View.of(x), y, new View(at, strides), x.shape());
            at += x.dimension(axis) * strides[axis];
        }
        return y;
    }

    /** Pieces of sizes that an attribute (before version 13), an input or the number of outputs says. */
    static List<Tensor> split(Call call) {
        Tensor x = call.in(0);
        int axis = call.axis(call.whole("axis", 0), x.rank());
        int pieces = call.node().outputs().size();
        Optional<long[]> asked = call.wholesOrInput("split", 1);
        long even = (x.dimension(axis) + (long) pieces - 1) / pieces;
        List<Tensor> parts = new ArrayList<>();
        long from = 0;
        for (int i = 0; i < pieces; i++) {
            long size = asked.isPresent()
                    ? (i < asked.get().length ? asked.get()[i] : -1)
                    : Math.min(even, x.dimension(axis) - from);
            if (size < 0 || size > x.dimension(axis) - from) {
                throw call.fail("cannot cut " + x + " into " + pieces + " pieces along axis " + axis
                        + asked.map(a -> " of sizes " + Arrays.toString(a)).orElse(""));
            }
            parts.add(part(call, x, axis, (int) from, (int) size));
            from += size;
        }
        if (from != x.dimension(axis)) {
            throw call.fail("leaves a part of " + x + " over, cut along axis " + axis);
        }
        return parts;
    }

    private static Tensor part(Call call, Tensor x, int axis, int from, int size) {
        int[] shape = x.shape();
        int[] strides = Tensor.strides(shape);
        shape[axis] = size;
        return TensorCopies.gather(call, x, new View(from * strides[axis], strides), shape);
    }

    /** Cuts; starts, ends, axes are attributes before version 10, inputs since, with steps. */
    static Tensor slice(Call call) {
        Tensor x = call.in(0);
        long[] starts = call.wholesOrInput("starts", 1).orElseThrow(() -> call.fail("has no starts"));
        long[] ends = call.wholesOrInput("ends", 2).orElseThrow(() -> call.fail("has no ends"));
        long[] axes = call.wholesOrInput("axes", 3)
                .orElseGet(
                        () -> IntStream.range(0, starts.length).asLongStream().toArray());
        long[] steps = call.has(4) ? call.longs(4) : new long[starts.length];
        if (ends.length != starts.length || axes.length != starts.length || steps.length != starts.length) {
            throw call.fail("has " + starts.length + " starts, but other numbers of ends, axes or steps");
        }
        int[] shape = x.shape();
        int[] strides = Tensor.strides(shape);
        int at = 0;
        for (int i = 0; i < starts.length; i++) {
            int axis = call.axis(axes[i], x.rank());
            // No tensor is longer, so a longer step does the same.
            long step = call.has(4) ? Math.max(-Integer.MAX_VALUE, Math.min(steps[i], Integer.MAX_VALUE)) : 1;
            int size = x.dimension(axis);
            if (step == 0) {
                throw call.fail("has a step of 0");
            }
            long start = bound(starts[i], size, step < 0 ? -1 : 0, step < 0);
            long end = bound(ends[i], size, step < 0 ? -1 : 0, step < 0);
            long count = Math.max(0, step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step);
            shape[axis] = (int) Math.min(count, size);
            at += shape[axis] == 0 ? 0 : (int) start * strides[axis];
            strides[axis] = shape[axis] <= 1 ? 0 : (int) step * strides[axis];
        }
        return TensorCopies.gather(call, x, new View(at, strides), shape);
    }

    /** A start or end, counted from the end if negative, and brought into the range that a direction can reach. */
    private static long bound(long index, int size, int lowest, boolean backward) {
        long counted = index < 0 ? index + size : index;
        return Math.min(Math.max(counted, lowest), backward ? size - 1 : size);
    }

    static Tensor pad(Call call) {
        Tensor x = call.in(0);
        if (!call.text("mode", "constant").equals("constant")) {
            throw call.fail("has mode " + call.text("mode", "") + ", but only constant is known");
        }
        long[] pads = call.wholesOrInput("pads", 1).orElseThrow(() -> call.fail("has no pads"));
        int rank = x.rank();
        long[] axes = call.has(3)
                ? call.longs(3)
                : IntStream.range(0, rank).asLongStream().toArray();
        if (pads.length != 2 * axes.length) {
            throw call.fail("has " + pads.length + " pads for " + axes.length + " axes");
        }
        double value = call.has(2) ? call.in(2).real(0) : call.real("value", 0);
        int[] shape = x.shape();
        long[] before = new long[rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = call.axis(axes[i], rank);
            before[axis] = pads[i];
            long size = shape[axis] + pads[i] + pads[axes.length + i];
            if (pads[i] < 0 || pads[axes.length + i] < 0 || pads[i] > Integer.MAX_VALUE || size > Integer.MAX_VALUE) {
                throw call.fail("has pads " + Arrays.toString(pads) + ", of which one is negative or too large");
            }
            shape[axis] = (int) size;
        }
        Tensor y = call.room(x.type(), shape);
        for (int i = 0; i < y.size() && value != 0; i++) {
            y.set(i, value);
        }
        int[] strides = Tensor.strides(shape);
        int at = 0;
        for (int axis = 0; axis < rank; axis++) {
            at += (int) before[axis] * strides[axis];
        }
        TensorCopies.copy(x, View.of(x), y, new View(at, strides), x.shape());
        return y;
    }

    static Tensor range(Call call) {
        double start = call.in(0).real(0);
        double step = call.in(2).real(0);
        double count = Math.ceil((call.in(1).real(0) - start) / step);
        if (!(count <= Integer.MAX_VALUE)) {
            throw call.fail("would count from " + start + " to " + call.in(1).real(0) + " in steps of " + step);
        }
        Tensor y = call.room(call.in(0).type(), (int) Math.max(0, count));
        for (int i = 0; i < y.size(); i++) {
            y.set(i, start + i * step);
        }
        return y;
    }
}
