package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Operators along axes: sums, means, extremes, softmax, normalisation. Sums are taken in double. */
final class Reductions {

    private Reductions() {}

    /**
     * A reduction of all elements along some axes: attribute or, since a version, input.
     *
     * @param first what is reduced from
     * @param f takes in the next element
     * @param finish from the sum and the count of elements to the result
     */
    static Operator.One reduce(double first, DoubleBinaryOperator f, DoubleBinaryOperator finish) {
        return call -> {
            Tensor x = call.in(0);
            Optional<long[]> asked = call.wholesOrInput("axes", 1);
            boolean none = asked.map(axes -> axes.length == 0).orElse(true);
            boolean[] reduced = new boolean[x.rank()];
            if (none) {
                // Over no axes, a reduction is still applied to each element alone: of L2, |x| is left.
                Arrays.fill(reduced, !call.flag("noop_with_empty_axes", false));
            } else {
                reduced = call.axes(asked.orElseThrow(), x.rank());
            }
            return reduce(call, x, reduced, new Fold(first, f, finish));
        };
    }

    private record Fold(double first, DoubleBinaryOperator f, DoubleBinaryOperator finish) {}

    private static Tensor reduce(Call call, Tensor x, boolean[] reduced, Fold fold) {
        int[] kept = x.shape();
        int[] strides = new int[x.rank()];
        for (int axis = 0; axis < kept.length; axis++) {
            kept[axis] = reduced[axis] ? 1 : kept[axis];
        }
        int[] own = Tensor.strides(kept);
        for (int axis = 0; axis < kept.length; axis++) {
            strides[axis] = reduced[axis] ? 0 : own[axis];
        }
        Tensor y = call.room(x.type(), kept);
        call.work(x.size());
        double[] sums = new double[y.size()];
        Arrays.fill(sums, fold.first);
        int[] index = new int[x.rank()];
        int at = 0;
        for (int i = 0; i < x.size(); i++) {
            sums[at] = fold.f.applyAsDouble(sums[at], x.real(i));
            for (int axis = x.rank() - 1; axis >= 0; axis--) {
                at += strides[axis];
                if (++index[axis] < x.dimension(axis)) {
                    break;
                }
                at -= x.dimension(axis) * strides[axis];
                index[axis] = 0;
            }
        }
        double count = y.size() == 0 ? 0 : (double) x.size() / y.size();
        for (int i = 0; i < sums.length; i++) {
            y.set(i, fold.finish.applyAsDouble(sums[i], count));
        }
        return call.flag("keepdims", true) ? y : without(y, axis -> reduced[axis]);
    }

    private static Tensor without(Tensor y, IntPredicate dropped) {
        int[] shape = IntStream.range(0, y.rank())
                .filter(axis -> !dropped.test(axis))
                .map(y::dimension)
                .toArray();
        return y.reshaped(shape);
    }

    /** Where along an axis the largest element is, or the smallest. */
    static Operator.One extremeIndex(boolean largest) {
        return call -> {
            Tensor x = call.in(0);
            int axis = call.axis(call.whole("axis", 0), x.rank());
            boolean last = call.flag("select_last_index", false);
            Lines lines = new Lines(x.shape(), axis);
            int[] shape = x.shape();
            shape[axis] = 1;
            Tensor y = call.room(OnnxElementType.INT64, shape);
            call.work(x.size());
            if (lines.length == 0 && y.size() > 0) {
                throw call.fail("has nothing to choose from along axis " + axis + " of " + x);
            }
            for (int line = 0; line < y.size(); line++) {
                int best = 0;
                for (int i = 1; i < lines.length; i++) {
                    int order = Double.compare(x.real(lines.at(line, i)), x.real(lines.at(line, best)));
                    if (largest ? order > 0 : order < 0) {
                        best = i;
                    } else if (order == 0 && last) {
                        best = i;
                    }
                }
                y.longs()[line] = best;
            }
            return call.flag("keepdims", true) ? y : without(y, dropped -> dropped == axis);
        };
    }

    /** The lines of a tensor along one axis: element i of line l. */
    private static final class Lines {

        private final int length;
        private final int inner;

        Lines(int[] shape, int axis) {
            this.length = shape[axis];
            this.inner = (int) Tensor.sizeOf(Arrays.copyOfRange(shape, axis + 1, shape.length));
        }

        int at(int line, int i) {
            return (line / inner * length + i) * inner + line % inner;
        }
    }

    /** Softmax or its logarithm: along one axis since version 13, over all from an axis on before. */
    static Operator.One softmax(boolean logarithm) {
        return call -> {
            Tensor x = call.real(0);
            boolean alongOne = call.since(13);
            if (x.rank() == 0) {
                throw call.fail("needs at least one dimension");
            }
            int axis = call.axis(call.whole("axis", alongOne ? -1 : 1), x.rank());
            int[] shape = x.shape();
            if (!alongOne) {
                int rows = (int) Tensor.sizeOf(Arrays.copyOf(shape, axis));
                shape = new int[] {rows, rows == 0 ? 0 : x.size() / rows};
                axis = 1;
            }
            Tensor y = call.room(x.type(), x.shape());
            Lines lines = new Lines(shape, axis);
            int count = lines.length == 0 ? 0 : x.size() / lines.length;
            for (int line = 0; line < count; line++) {
                softmax(x, y, lines, line, logarithm);
            }
            return y;
        };
    }

    private static void softmax(Tensor x, Tensor y, Lines lines, int line, boolean logarithm) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < lines.length; i++) {
            max = Math.max(max, x.real(lines.at(line, i)));
        }
        double sum = 0;
        for (int i = 0; i < lines.length; i++) {
            sum += Math.exp(x.real(lines.at(line, i)) - max);
        }
        double logSum = Math.log(sum);
        for (int i = 0; i < lines.length; i++) {
            double shifted = x.real(lines.at(line, i)) - max;
            y.set(lines.at(line, i), logarithm ? shifted - logSum : Math.exp(shifted) / sum);
        }
    }

    /** The affine map that batch normalisation is outside training; the channels are on axis 1. */
    static Tensor batchNormalization(Call call) {
        Tensor x = call.real(0);
        if (call.flag("training_mode", false)) {
            throw call.fail("is in training mode, in which it normalises by its batch; export the model for inference");
        }
        if (x.rank() < 2 || call.whole("spatial", 1) != 1) {
            throw call.fail("needs channels on axis 1, but reads " + x);
        }
        int channels = x.dimension(1);
        for (int input = 1; input <= 4; input++) {
            if (call.real(input).size() != channels) {
                throw call.fail("has " + channels + " channels, but input " + input + " is " + call.in(input));
            }
        }
        double epsilon = call.real("epsilon", 1e-5f);
        int inner = (int) Tensor.sizeOf(Arrays.copyOfRange(x.shape(), 2, x.rank()));
        Tensor y = call.room(x.type(), x.shape());
        for (int i = 0; i < x.size(); i++) {
            int c = i / inner % channels;
            double factor = call.in(1).real(c) / Math.sqrt(call.in(4).real(c) + epsilon);
            y.set(i, (x.real(i) - call.in(3).real(c)) * factor + call.in(2).real(c));
        }
        return y;
    }

    /** Mean 0 and variance 1 over all axes from one on, then scale and bias. */
    static Tensor layerNormalization(Call call) {
        Tensor x = call.real(0);
        Tensor scale = call.real(1);
        int axis = call.axis(call.whole("axis", -1), x.rank());
        double epsilon = call.real("epsilon", 1e-5f);
        int length = (int) Tensor.sizeOf(Arrays.copyOfRange(x.shape(), axis, x.rank()));
        if (call.node().hasOutput(1) || call.node().hasOutput(2)) {
            throw call.fail("is known without its outputs Mean and InvStdDev only");
        }
        if (scale.size() != length || (call.has(2) && call.real(2).size() != length)) {
            throw call.fail("needs a scale and bias of " + length + " numbers, but the scale is " + scale);
        }
        Tensor y = call.room(x.type(), x.shape());
        for (int from = 0; from < x.size(); from += length) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < length; i++) {
                sum += x.real(from + i);
            }
            double mean = sum / length;
            for (int i = 0; i < length; i++) {
                squares += (x.real(from + i) - mean) * (x.real(from + i) - mean);
            }
            double factor = 1 / Math.sqrt(squares / length + epsilon);
            for (int i = 0; i < length; i++) {
                double bias = call.has(2) ? call.real(2).real(i) : 0;
                y.set(from + i, (x.real(from + i) - mean) * factor * scale.real(i) + bias);
            }
        }
        return y;
    }
}
