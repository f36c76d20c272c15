package dev.carousel.interop.onnx.network;

import static dev.carousel.interop.onnx.network.ChainPath.noChain;

import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.ChainPart.AffinePart;
import dev.carousel.interop.onnx.network.ChainPart.DensePart;
import dev.carousel.interop.onnx.network.ChainPart.NormPart;
import dev.carousel.interop.onnx.network.ChainPart.OneHotPart;
import dev.carousel.interop.onnx.network.ChainPart.PlainPart;
import dev.carousel.interop.onnx.network.ChainPath.Hop;
import dev.carousel.interop.onnx.network.TensorRole.Axis;
import dev.carousel.interop.onnx.run.Call;
import dev.carousel.kernel.Activation;
import dev.carousel.spec.Parameterless;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Recognises the layers that work on the features of each step by themselves: affine maps, normalisations and functions. */
final class FeatureLayers {

    /** Rounding. */
    private static final double CLOSE = 2e-6;

    private final ChainState at;

    FeatureLayers(ChainState at) {
        this.at = at;
    }

    void dense(Hop hop) {
        Node node = hop.node();
        Call call = at.call(node);
        at.requireFeaturesLast(node);
        int D = at.features();
        boolean gemm = node.operator().equals("Gemm");
        boolean rows = gemm && call.flag("transB", false);
        Tensor w = call.in(1);
        if (hop.flow() != 0
                || !at.isConstant(node.inputs().get(1))
                || w.rank() != 2
                || w.type() != OnnxElementType.FLOAT
                || call.flag("transA", false)
                || w.dimension(rows ? 1 : 0) != D) {
            throw noChain(node, "is no product of the features with a matrix of weights");
        }
        int O = w.dimension(rows ? 0 : 1);
        float alpha = gemm ? call.real("alpha", 1) : 1;
        float[] weight = new float[O * D];
        for (int o = 0; o < O; o++) {
            for (int d = 0; d < D; d++) {
                weight[o * D + d] = alpha * w.floats()[rows ? o * D + d : d * O + o];
            }
        }
        float[] none = {};
        at.parts().add(new DensePart(D, O, weight, none));
        List<Axis> after = new ArrayList<>(at.axes());
        after.set(at.axes().size() - 1, new Axis(TensorRole.FEATURES, O));
        at.become(after);
        if (gemm && call.has(2)) {
            addBias(node, call.in(2), node.inputs().get(2), call.real("beta", 1));
        }
    }

    void bias(Hop hop) {
        Call call = at.call(hop.node());
        at.requireFeaturesLast(hop.node());
        int other = 1 - hop.flow();
        ChainPart before = at.parts().isEmpty()
                ? new OneHotPart(1)
                : at.parts().get(at.parts().size() - 1);
        if (!(before instanceof DensePart dense && dense.bias().length == 0)) {
            affine(hop.node(), "Add", row(hop, other));
            return;
        }
        addBias(hop.node(), call.in(other), hop.node().inputs().get(other), 1);
    }

    private void addBias(Node node, Tensor bias, String name, float factor) {
        ChainPart before = at.parts().isEmpty()
                ? new OneHotPart(1)
                : at.parts().get(at.parts().size() - 1);
        if (!(before instanceof DensePart dense)
                || dense.bias().length > 0
                || !at.isConstant(name)
                || bias.size() != (bias.rank() == 0 ? 1 : bias.dimension(bias.rank() - 1))
                || (bias.size() != dense.outputSize() && bias.size() != 1)) {
            throw noChain(node, "adds what is no bias of a dense layer before it");
        }
        float[] numbers = new float[dense.outputSize()];
        for (int o = 0; o < numbers.length; o++) {
            numbers[o] = factor * (float) bias.real(bias.size() == 1 ? 0 : o);
        }
        at.parts()
                .set(
                        at.parts().size() - 1,
                        new DensePart(dense.inputSize(), dense.outputSize(), dense.weight(), numbers));
    }

    /** The numbers that are added to or multiplied with each step's, [D]. */
    private float[] row(Hop hop, int input) {
        Node node = hop.node();
        Tensor c = at.call(node).in(input);
        int size = at.features();
        boolean oneRow = c.rank() == 0 || c.size() == c.dimension(c.rank() - 1);
        if (!at.isConstant(node.inputs().get(input))
                || !c.type().isReal()
                || !oneRow
                || (c.size() != 1 && c.size() != size)) {
            throw noChain(node, "computes with " + c + ", which is not one number for each feature");
        }
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) c.real(c.size() == 1 ? 0 : i);
        }
        return numbers;
    }

    private void affine(Node node, String operator, float[] numbers) {
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                throw noChain(node, "computes with " + number);
            }
        }
        int last = at.parts().size() - 1;
        AffinePart next = AffinePart.of(operator, numbers);
        if (last >= 0 && at.parts().get(last) instanceof NormPart norm && foldsInto(norm, operator)) {
            at.parts()
                    .set(
                            last,
                            operator.equals("Mul")
                                    ? new NormPart(numbers, norm.bias(), norm.epsilon())
                                    : new NormPart(norm.gain(), numbers, norm.epsilon()));
            return;
        }
        Optional<AffinePart> joined =
                last >= 0 && at.parts().get(last) instanceof AffinePart before ? before.then(next) : Optional.empty();
        joined.ifPresentOrElse(
                both -> at.parts().set(last, both), () -> at.parts().add(next));
    }

    /** A normalisation without gain or bias, as one of single operators begins. */
    private static boolean foldsInto(NormPart norm, String operator) {
        boolean plainBias = Arrays.equals(norm.bias(), new float[norm.outputSize()]);
        float[] ones = new float[norm.outputSize()];
        Arrays.fill(ones, 1);
        return plainBias && (operator.equals("Add") || (operator.equals("Mul") && Arrays.equals(norm.gain(), ones)));
    }

    void scale(Hop hop) {
        Node node = hop.node();
        at.requireFeaturesLast(node);
        float[] c = row(hop, 1 - hop.flow());
        boolean turned = hop.flow() == 1 && !node.operator().equals("Mul");
        if (turned && node.operator().equals("Div")) {
            throw noChain(node, "divides by the features");
        }
        if (turned) {
            float[] minus = new float[c.length];
            Arrays.fill(minus, -1);
            affine(node, "Mul", minus);
            affine(node, "Add", c);
            return;
        }
        if (node.operator().equals("Div")) {
            for (int i = 0; i < c.length; i++) {
                c[i] = 1 / c[i];
            }
            affine(node, "Mul", c);
            return;
        }
        affine(node, node.operator(), c);
    }

    /** An affine map outside training; its channels must be the features. */
    void batchNorm(Node node) {
        Call call = at.call(node);
        if (at.axes().size() < 2 || at.axes().get(1).role() != TensorRole.FEATURES) {
            throw noChain(
                    node,
                    "normalises the axis "
                            + (at.axes().size() < 2
                                    ? "1 of " + TensorRole.text(at.axes())
                                    : at.axes().get(1).role())
                            + ", which is not the features");
        }
        int D = at.axes().get(1).size();
        float[] gain = new float[D];
        for (int i = 0; i < D; i++) {
            gain[i] = (float) (call.in(1).real(i) / Math.sqrt(call.in(4).real(i) + call.real("epsilon", 1e-5f)));
        }
        at.parts().add(new AffinePart(gain, call.in(3).toFloats(), call.in(2).toFloats()));
    }

    void layerNorm(Node node) {
        Call call = at.call(node);
        at.requireFeaturesLast(node);
        if (call.axis(call.whole("axis", -1), at.axes().size()) != at.axes().size() - 1) {
            throw noChain(node, "normalises more than the features");
        }
        float[] gain = call.in(1).toFloats();
        float[] bias = call.has(2) ? call.in(2).toFloats() : new float[gain.length];
        at.parts().add(new NormPart(gain, bias, call.real("epsilon", 1e-5f)));
    }

    void softmax(Node node) {
        Call call = at.call(node);
        at.requireFeaturesLast(node);
        if (call.axis(call.whole("axis", call.since(13) ? -1 : 1), at.axes().size())
                != at.axes().size() - 1) {
            throw noChain(node, "is taken over another axis than the features");
        }
        int size = at.features();
        at.parts()
                .add(new PlainPart(
                        node.operator().equals("Softmax")
                                ? new Parameterless.Softmax(size)
                                : new Parameterless.LogSoftmax(size)));
    }

    void function(Node node) {
        at.requireFeaturesLast(node);
        int size = at.features();
        ActivationOperators.activationOf(at.call(node))
                .ifPresentOrElse(
                        activation -> at.parts().add(new PlainPart(new Parameterless.Elementwise(size, activation))),
                        () -> {
                            throw noChain(node, "is no layer");
                        });
    }

    /** What branches that meet again compute: a known function of each number, or layer normalisation, by their values. */
    void joined(Hop hop, Join join) {
        at.requireFeaturesLast(hop.node());
        Tensor from = at.value(join.source());
        Tensor to = at.value(hop.value());
        if (from.size() != to.size() || !from.type().isReal()) {
            throw noChain(hop.node(), "joins two branches");
        }
        if (join.centres()) {
            // The first half of a normalisation, whose second half is not changed by it; a trial confirms that it
            // follows.
            return;
        }
        if (join.normalises()) {
            norm(join, from, to).ifPresentOrElse(at.parts()::add, () -> {
                throw noChain(hop.node(), "joins two branches");
            });
            return;
        }
        JoinedFunction function =
                JoinedFunction.of(join, at, from, to).orElseThrow(() -> noChain(hop.node(), "joins two branches"));
        int size = at.features();
        at.parts().add(new PlainPart(new Parameterless.Elementwise(size, Activation.of(function.kind()))));
        if (function.factor() == 2) {
            float[] twos = new float[size];
            Arrays.fill(twos, 2);
            affine(hop.node(), "Mul", twos);
        }
    }

    /** Layer normalisation without gain and bias, with an epsilon that one of the operators adds. */
    private Optional<ChainPart> norm(Join join, Tensor from, Tensor to) {
        int D = at.features();
        float[] ones = new float[D];
        Arrays.fill(ones, 1);
        for (Node node : join.nodes()) {
            for (String input : node.operator().equals("Add") ? node.inputs() : List.<String>of()) {
                if (at.isConstant(input)
                        && at.value(input).size() == 1
                        && at.value(input).real(0) > 0) {
                    float epsilon = (float) at.value(input).real(0);
                    if (isNorm(epsilon, D, from, to)) {
                        return Optional.of(new NormPart(ones, new float[D], epsilon));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isNorm(double epsilon, int D, Tensor from, Tensor to) {
        for (int row = 0; row < from.size(); row += D) {
            double mean = 0;
            double variance = 0;
            for (int d = 0; d < D; d++) {
                mean += from.real(row + d) / D;
            }
            for (int d = 0; d < D; d++) {
                variance += (from.real(row + d) - mean) * (from.real(row + d) - mean) / D;
            }
            for (int d = 0; d < D; d++) {
                double expected = (from.real(row + d) - mean) / Math.sqrt(variance + epsilon);
                if (!(Math.abs(expected - to.real(row + d)) <= 100 * CLOSE * Math.max(1, Math.abs(expected)))) {
                    return false;
                }
            }
        }
        return true;
    }
}
