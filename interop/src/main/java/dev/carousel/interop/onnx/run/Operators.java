package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every operator that graphs are computed with, by name, with the attributes that it takes. */
final class Operators {

    private static final String[] RECURRENT = {
        "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "layout"
    };

    private record Entry(Operator operator, Set<String> attributes) {}

    private static final Map<String, Entry> ALL = new TreeMap<>();

    static {
        recurrent();
        shapes();
        arithmetic();
        activations();
        reductions();
    }

    private Operators() {}

    /**
     * The operator of a node.
     *
     * @throws dev.carousel.interop.InteropException if there is none, or it has an attribute that is not known
     */
    static Operator of(Node node, Call forErrors) {
        Entry entry = node.domain().isEmpty() ? ALL.get(node.operator()) : null;
        if (entry == null) {
            throw forErrors.fail("has an operator that Carousel does not know"
                    + (node.domain().isEmpty() ? "" : ", of the domain " + node.domain())
                    + closest(node.operator()));
        }
        for (String attribute : node.attributes().keySet()) {
            if (!entry.attributes.contains(attribute)) {
                throw forErrors.fail(
                        "has the attribute " + attribute + ", which Carousel does not know for this operator");
            }
        }
        return entry.operator;
    }

    /** The known operator of nearly the same name, if there is one. */
    private static String closest(String name) {
        String letters = name.toLowerCase(Locale.ROOT);
        return ALL.keySet().stream()
                .filter(known -> known.toLowerCase(Locale.ROOT).equals(letters))
                .findFirst()
                .map(known -> "; it knows " + known)
                .orElse("");
    }

    private static void add(String name, Operator operator, String... attributes) {
        ALL.put(name, new Entry(operator, Set.of(attributes)));
    }

    private static void one(String name, Operator.One operator, String... attributes) {
        add(name, operator.asOperator(), attributes);
    }

    private static void recurrent() {
        add("RNN", RecurrentOperator::apply, RECURRENT);
        add("LSTM", RecurrentOperator::apply, with("input_forget"));
        add("GRU", RecurrentOperator::apply, with("linear_before_reset"));
    }

    private static String[] with(String attribute) {
        return Stream.concat(Stream.of(RECURRENT), Stream.of(attribute))
                .collect(Collectors.toList())
                .toArray(new String[0]);
    }

    private static void shapes() {
        one("Constant", ShapeOperators::constant, "value", "value_float", "value_int", "value_ints", "value_floats");
        one("ConstantOfShape", ShapeOperators::constantOfShape, "value");
        one("Shape", ShapeOperators::shape, "start", "end");
        one("Size", ShapeOperators::size);
        one("Transpose", ShapeOperators::transpose, "perm");
        one("Squeeze", ShapeOperators::squeeze, "axes");
        one("Unsqueeze", ShapeOperators::unsqueeze, "axes");
        one("Reshape", ShapeOperators::reshape, "allowzero");
        one("Flatten", ShapeOperators::flatten, "axis");
        one("Expand", ShapeOperators::expand);
        one("Tile", ShapeOperators::tile);
        one("Concat", ShapeOperators::concat, "axis");
        add("Split", ShapeOperators::split, "axis", "split", "num_outputs");
        one("Slice", ShapeOperators::slice, "axes", "starts", "ends");
        one("Pad", ShapeOperators::pad, "mode", "pads", "value");
        one("Range", ShapeOperators::range);
        one("Gather", Lookups::gather, "axis");
        one("GatherElements", Lookups::gatherElements, "axis");
        one("GatherND", Lookups::gatherNd, "batch_dims");
        one("ScatterElements", Selections::scatterElements, "axis", "reduction");
        add("TopK", Selections::topK, "axis", "largest", "sorted");
        one("OneHot", Lookups::oneHot, "axis");
        one("ReverseSequence", Lookups::reverseSequence, "batch_axis", "time_axis");
        one("Identity", call -> call.in(0));
        one("Cast", Elementwise::cast, "to", "saturate", "round_mode");
        one("Where", Elementwise::where);
        one("Dropout", Operators::dropout, "ratio", "seed");
    }

    /** Outside training nothing is dropped. */
    private static Tensor dropout(Call call) {
        if (call.has(2) && call.in(2).whole(0) != 0) {
            throw call.fail("is in training mode, in which its result is random; export the model for inference");
        }
        if (call.node().hasOutput(1)) {
            throw call.fail("gives out its mask, which Carousel does not compute");
        }
        return call.in(0);
    }

    private static void arithmetic() {
        one("Add", Elementwise.binary((a, b) -> a + b, (a, b) -> a + b));
        one("Sub", Elementwise.binary((a, b) -> a - b, (a, b) -> a - b));
        one("Mul", Elementwise.binary((a, b) -> a * b, (a, b) -> a * b));
        add("Div", Operators::divide);
        one("Pow", Operators::power);
        one("Mod", Operators::modulo, "fmod");
        one("Min", Elementwise.fold(Math::min, Math::min));
        one("Max", Elementwise.fold(Math::max, Math::max));
        one("Sum", Elementwise.fold((a, b) -> a + b, (a, b) -> a + b));
        one("Clip", Elementwise::clip, "min", "max");
        one("Neg", Elementwise.number(a -> -a, a -> -a));
        one("Abs", Elementwise.number(Math::abs, Math::abs));
        one("Sign", Elementwise.number(Math::signum, Long::signum));
        one("Not", Elementwise::negation);
        one("And", Elementwise.logic((a, b) -> a && b));
        one("Or", Elementwise.logic((a, b) -> a || b));
        one("Xor", Elementwise.logic((a, b) -> a ^ b));
        one("Equal", Elementwise.compare(order -> order == 0));
        one("Less", Elementwise.compare(order -> order < 0));
        one("LessOrEqual", Elementwise.compare(order -> order <= 0));
        one("Greater", Elementwise.compare(order -> order > 0));
        one("GreaterOrEqual", Elementwise.compare(order -> order >= 0));
        one("IsNaN", Elementwise.test(Double::isNaN));
        one("MatMul", MatrixOperators::matMul);
        one("Gemm", MatrixOperators::gemm, "alpha", "beta", "transA", "transB");
    }

    private static List<Tensor> divide(Call call) {
        Tensor divisor = call.in(1);
        if (!divisor.type().isReal()) {
            for (int i = 0; i < divisor.size(); i++) {
                if (divisor.whole(i) == 0) {
                    throw call.fail("divides a whole number by 0");
                }
            }
        }
        return List.of(Elementwise.binary((a, b) -> a / b, (a, b) -> a / b).apply(call));
    }

    private static Tensor modulo(Call call) {
        Tensor divisor = call.in(1);
        boolean likeC = call.flag("fmod", false);
        for (int i = 0; i < divisor.size() && !divisor.type().isReal(); i++) {
            if (divisor.whole(i) == 0) {
                throw call.fail("divides a whole number by 0");
            }
        }
        if (!likeC && divisor.type().isReal()) {
            throw call.fail("needs fmod = 1 for floats");
        }
        return Elementwise.binary((a, b) -> a % b, likeC ? (a, b) -> a % b : Math::floorMod)
                .apply(call);
    }

    /** The exponent may be of another type than the base. */
    private static Tensor power(Call call) {
        Tensor base = call.in(0);
        Tensor exponent = call.in(1);
        int[] shape = TensorCopies.common(call, base.shape(), exponent.shape());
        Tensor y = call.room(base.type(), shape);
        Elementwise.Pairs pairs = new Elementwise.Pairs(base, exponent, shape);
        for (int i = 0; i < y.size(); i++) {
            y.set(i, Math.pow(base.real(pairs.first()), exponent.real(pairs.second())));
            pairs.next();
        }
        return y;
    }

    private static void activations() {
        unary("Sqrt", Math::sqrt);
        unary("Exp", Math::exp);
        unary("Log", Math::log);
        unary("Reciprocal", a -> 1 / a);
        unary("Floor", Math::floor);
        unary("Ceil", Math::ceil);
        unary("Round", Math::rint);
        unary("Sin", Math::sin);
        unary("Cos", Math::cos);
        unary("Tanh", Math::tanh);
        unary("Sigmoid", a -> 1 / (1 + Math.exp(-a)));
        one("Relu", Elementwise.number(a -> Math.max(a, 0), a -> Math.max(a, 0)));
        unary("Softsign", a -> a / (1 + Math.abs(a)));
        unary("Softplus", a -> Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))));
        unary("Erf", Erf::of);
        unary("Mish", a -> a * Math.tanh(Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)))));
        unary("HardSwish", a -> a * Math.max(0, Math.min(1, a / 6 + 0.5)));
        one(
                "Shrink",
                call -> {
                    double lambda = call.real("lambd", 0.5f);
                    double bias = call.real("bias", 0);
                    return Elementwise.map(call, call.real(0), a -> a < -lambda ? a + bias : a > lambda ? a - bias : 0);
                },
                "lambd",
                "bias");
        withAlphaBeta("LeakyRelu", 0.01f, 0, (a, alpha, beta) -> a >= 0 ? a : alpha * a);
        withAlphaBeta("Elu", 1, 0, (a, alpha, beta) -> a >= 0 ? a : alpha * Math.expm1(a));
        withAlphaBeta("ThresholdedRelu", 1, 0, (a, alpha, beta) -> a > alpha ? a : 0);
        withAlphaBeta("HardSigmoid", 0.2f, 0.5f, (a, alpha, beta) -> Math.max(0, Math.min(1, alpha * a + beta)));
        one(
                "Selu",
                call -> {
                    double alpha = call.real("alpha", 1.67326319217681884765625f);
                    double gamma = call.real("gamma", 1.05070102214813232421875f);
                    return Elementwise.map(call, call.real(0), a -> gamma * (a > 0 ? a : alpha * Math.expm1(a)));
                },
                "alpha",
                "gamma");
        one(
                "Gelu",
                call -> {
                    if (!call.text("approximate", "none").equals("none")) {
                        double k = Math.sqrt(2 / Math.PI);
                        return Elementwise.map(
                                call, call.real(0), a -> a / 2 * (1 + Math.tanh(k * (a + 0.044715 * a * a * a))));
                    }
                    return Elementwise.map(call, call.real(0), a -> a / 2 * (1 + Erf.of(a / Math.sqrt(2))));
                },
                "approximate");
    }

    private static void unary(String name, DoubleUnaryOperator f) {
        one(name, Elementwise.unary(f));
    }

    private interface AlphaBeta {

        double of(double a, double alpha, double beta);
    }

    private static void withAlphaBeta(String name, float alpha, float beta, AlphaBeta f) {
        one(
                name,
                call -> {
                    double alphaHere = call.real("alpha", alpha);
                    double betaHere = call.real("beta", beta);
                    return Elementwise.map(call, call.real(0), a -> f.of(a, alphaHere, betaHere));
                },
                "alpha",
                "beta");
    }

    private static void reductions() {
        one("Softmax", Reductions.softmax(false), "axis");
        one("LogSoftmax", Reductions.softmax(true), "axis");
        one("ArgMax", Reductions.extremeIndex(true), "axis", "keepdims", "select_last_index");
        one("ArgMin", Reductions.extremeIndex(false), "axis", "keepdims", "select_last_index");
        one("BatchNormalization", Reductions::batchNormalization, "epsilon", "momentum", "training_mode", "spatial");
        one("LayerNormalization", Reductions::layerNormalization, "axis", "epsilon", "stash_type");
        String[] attributes = {"axes", "keepdims", "noop_with_empty_axes"};
        one("ReduceSum", Reductions.reduce(0, Double::sum, (sum, count) -> sum), attributes);
        one("ReduceMean", Reductions.reduce(0, Double::sum, (sum, count) -> sum / count), attributes);
        one("ReduceMax", Reductions.reduce(Double.NEGATIVE_INFINITY, Math::max, (max, count) -> max), attributes);
        one("ReduceMin", Reductions.reduce(Double.POSITIVE_INFINITY, Math::min, (min, count) -> min), attributes);
        one("ReduceProd", Reductions.reduce(1, (a, b) -> a * b, (product, count) -> product), attributes);
        one("ReduceSumSquare", Reductions.reduce(0, (sum, a) -> sum + a * a, (sum, count) -> sum), attributes);
        one("ReduceL2", Reductions.reduce(0, (sum, a) -> sum + a * a, (sum, count) -> Math.sqrt(sum)), attributes);
    }
}
