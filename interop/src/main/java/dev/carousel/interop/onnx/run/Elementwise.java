package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Operators that compute each element from those at the same place, with shapes brought together as NumPy does.
 *
 * <p>Floats are computed in double and rounded once, which for sums, products, quotients and roots is the correctly rounded
 * float.
 */
final class Elementwise {

    private Elementwise() {}

    /** An operator on one tensor of reals. */
    static Operator.One unary(DoubleUnaryOperator f) {
        return call -> map(call, call.real(0), f);
    }

    /** An operator on one tensor of any numbers. */
    static Operator.One number(DoubleUnaryOperator real, LongUnaryOperator whole) {
        return call -> {
            Tensor x = call.in(0);
            if (x.type().isReal()) {
                return map(call, x, real);
            }
            Tensor y = call.room(x.type(), x.shape());
            for (int i = 0; i < x.size(); i++) {
                y.setWhole(i, whole.applyAsLong(x.whole(i)));
            }
            return y;
        };
    }

    static Tensor map(Call call, Tensor x, DoubleUnaryOperator f) {
        Tensor y = call.room(x.type(), x.shape());
        for (int i = 0; i < x.size(); i++) {
            y.set(i, f.applyAsDouble(x.real(i)));
        }
        return y;
    }

    /** An operator on one tensor of reals that says yes or no. */
    static Operator.One test(DoublePredicate f) {
        return call -> {
            Tensor x = call.real(0);
            Tensor y = call.room(OnnxElementType.BOOL, x.shape());
            for (int i = 0; i < x.size(); i++) {
                y.booleans()[i] = f.test(x.real(i));
            }
            return y;
        };
    }

    /** An operator on two tensors of one type. */
    static Operator.One binary(DoubleBinaryOperator real, LongBinaryOperator whole) {
        return call -> combine(call, call.in(0), call.in(1), real, whole);
    }

    /** An operator on any number of tensors of one type, from left to right. */
    static Operator.One fold(DoubleBinaryOperator real, LongBinaryOperator whole) {
        return call -> {
            Tensor y = call.in(0);
            for (int i = 1; i < call.inputs(); i++) {
                y = combine(call, y, call.in(i), real, whole);
            }
            return y;
        };
    }

    private static Tensor combine(Call call, Tensor a, Tensor b, DoubleBinaryOperator real, LongBinaryOperator whole) {
        requireSameType(call, a, b);
        int[] shape = TensorCopies.common(call, a.shape(), b.shape());
        Tensor y = call.room(a.type(), shape);
        Pairs pairs = new Pairs(a, b, shape);
        if (a.type().isReal()) {
            for (int i = 0; i < y.size(); i++) {
                y.set(i, real.applyAsDouble(a.real(pairs.a), b.real(pairs.b)));
                pairs.next();
            }
        } else {
            for (int i = 0; i < y.size(); i++) {
                y.setWhole(i, whole.applyAsLong(a.whole(pairs.a), b.whole(pairs.b)));
                pairs.next();
            }
        }
        return y;
    }

    /** Whether two numbers stand in a relation. */
    interface Relation {

        boolean holds(int comparison);
    }

    /** A comparison of two tensors of one type; nothing holds for NaN. */
    static Operator.One compare(Relation relation) {
        return call -> {
            Tensor a = call.in(0);
            Tensor b = call.in(1);
            requireSameType(call, a, b);
            int[] shape = TensorCopies.common(call, a.shape(), b.shape());
            Tensor y = call.room(OnnxElementType.BOOL, shape);
            Pairs pairs = new Pairs(a, b, shape);
            for (int i = 0; i < y.size(); i++) {
                y.booleans()[i] = holds(relation, a, pairs.a, b, pairs.b);
                pairs.next();
            }
            return y;
        };
    }

    private static boolean holds(Relation relation, Tensor a, int i, Tensor b, int j) {
        if (!a.type().isReal()) {
            return relation.holds(Long.compare(a.whole(i), b.whole(j)));
        }
        double x = a.real(i);
        double y = b.real(j);
        return !Double.isNaN(x) && !Double.isNaN(y) && relation.holds(x < y ? -1 : x > y ? 1 : 0);
    }

    /** Truth values. */
    interface Logic {

        boolean of(boolean a, boolean b);
    }

    /** An operator on two tensors of truth values. */
    static Operator.One logic(Logic f) {
        return call -> {
            requireTruth(call, call.in(0));
            requireTruth(call, call.in(1));
            return combine(call, call.in(0), call.in(1), Double::sum, (a, b) -> f.of(a != 0, b != 0) ? 1 : 0);
        };
    }

    static Tensor negation(Call call) {
        requireTruth(call, call.in(0));
        Tensor y = call.room(OnnxElementType.BOOL, call.in(0).shape());
        for (int i = 0; i < y.size(); i++) {
            y.booleans()[i] = !call.in(0).booleans()[i];
        }
        return y;
    }

    private static void requireTruth(Call call, Tensor x) {
        if (x.type() != OnnxElementType.BOOL) {
            throw call.fail("needs inputs of type BOOL, but one is " + x);
        }
    }

    private static void requireSameType(Call call, Tensor a, Tensor b) {
        if (a.type() != b.type()) {
            throw call.fail("needs inputs of one type, but they are " + a + " and " + b);
        }
    }

    /** {@code x where the condition holds, else y}. */
    static Tensor where(Call call) {
        Tensor condition = call.in(0);
        Tensor a = call.in(1);
        Tensor b = call.in(2);
        requireSameType(call, a, b);
        if (condition.type() != OnnxElementType.BOOL) {
            throw call.fail("needs a condition of type BOOL, but it is " + condition);
        }
        int[] shape = TensorCopies.common(call, TensorCopies.common(call, a.shape(), b.shape()), condition.shape());
        Tensor y = call.room(a.type(), shape);
        Pairs values = new Pairs(a, b, shape);
        Pairs conditions = new Pairs(condition, condition, shape);
        for (int i = 0; i < y.size(); i++) {
            boolean first = condition.booleans()[conditions.a];
            Tensor from = first ? a : b;
            int at = first ? values.a : values.b;
            if (a.type().isReal()) {
                y.set(i, from.real(at));
            } else {
                y.setWhole(i, from.whole(at));
            }
            values.next();
            conditions.next();
        }
        return y;
    }

    /** Bounds: attributes before version 11, inputs since. */
    static Tensor clip(Call call) {
        Tensor x = call.in(0);
        IntToDoubleFunction input = i -> {
            if (call.in(i).size() != 1) {
                throw call.fail("needs one number as bound, but input " + i + " is " + call.in(i));
            }
            return call.in(i).real(0);
        };
        double low = call.has(1) ? input.applyAsDouble(1) : call.real("min", Float.NEGATIVE_INFINITY);
        double high = call.has(2) ? input.applyAsDouble(2) : call.real("max", Float.POSITIVE_INFINITY);
        if (x.type().isReal()) {
            return map(call, x, v -> Math.min(Math.max(v, low), high));
        }
        Tensor y = call.room(x.type(), x.shape());
        for (int i = 0; i < x.size(); i++) {
            y.setWhole(i, Math.min(Math.max(x.whole(i), (long) low), (long) high));
        }
        return y;
    }

    /** Another type: reals are cut to their whole part, anything but 0 is true. */
    static Tensor cast(Call call) {
        Tensor x = call.in(0);
        OnnxElementType to = OnnxElementType.of(
                call.whole("to", 0), "The result of ONNX " + call.node().title());
        if (to == x.type()) {
            return x;
        }
        Tensor y = call.room(to, x.shape());
        for (int i = 0; i < x.size(); i++) {
            if (to.isReal() || to == OnnxElementType.BOOL) {
                y.set(i, x.real(i));
            } else {
                y.setWhole(i, x.whole(i));
            }
        }
        return y;
    }

    /** Where the elements of two tensors lie that meet at each place of a common shape, in order. */
    static final class Pairs {

        private final int[] shape;
        private final int[] aStrides;
        private final int[] bStrides;
        private final int[] index;
        private int a;
        private int b;

        Pairs(Tensor a, Tensor b, int[] shape) {
            this.shape = shape;
            this.aStrides = TensorCopies.broadcast(a.shape(), shape);
            this.bStrides = TensorCopies.broadcast(b.shape(), shape);
            this.index = new int[shape.length];
        }

        /** Where the element of the first tensor lies. */
        int first() {
            return a;
        }

        /** Where the element of the second tensor lies. */
        int second() {
            return b;
        }

        void next() {
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                a += aStrides[axis];
                b += bStrides[axis];
                if (++index[axis] < shape[axis]) {
                    return;
                }
                a -= shape[axis] * aStrides[axis];
                b -= shape[axis] * bStrides[axis];
                index[axis] = 0;
            }
        }
    }
}
