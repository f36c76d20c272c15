package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.RunnableGraph;
import dev.carousel.kernel.Activation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A function of each number that an exporter wrote as branches which meet again. It is known by its values, not only at the few
 * numbers of a trial but from -40 to 40, so that a threshold which no trial reaches is seen, too.
 *
 * @param kind which function
 * @param factor with which it is multiplied, 1 or 2
 */
record JoinedFunction(Activation.Kind kind, int factor) {

    private static final List<Activation.Kind> KINDS = List.of(
            Activation.Kind.SILU,
            Activation.Kind.GELU,
            Activation.Kind.GELU_TANH,
            Activation.Kind.HARD_SILU,
            Activation.Kind.MISH,
            Activation.Kind.TANH_SHRINK,
            Activation.Kind.SOFTSIGN,
            Activation.Kind.SOFTPLUS,
            Activation.Kind.SQUAREPLUS);

    /**
     * Rounding of single precision over some operators, of the result or of 1, and less than any two of these functions differ.
     * Branches that differ by less, such as softplus and x above 10.8 (2e-5 of 10.8), are taken for the function.
     */
    private static final double CLOSE = 2e-6;

    private static final int PROBES = 801;

    /** The function that branches compute, if it is one of these. */
    static Optional<JoinedFunction> of(Join join, ChainState at, Tensor from, Tensor to) {
        for (Activation.Kind kind : KINDS) {
            for (int factor = 1; factor <= 2; factor++) {
                JoinedFunction function = new JoinedFunction(kind, factor);
                if (function.fits(from, to) && function.fitsEverywhere(join, at)) {
                    return Optional.of(function);
                }
            }
        }
        return Optional.empty();
    }

    private boolean fits(Tensor from, Tensor to) {
        Activation function = Activation.of(kind);
        for (int i = 0; i < from.size(); i++) {
            double expected = factor * function.value((float) from.real(i));
            double scale = Math.max(1, Math.abs(expected));
            if (kind == Activation.Kind.SQUAREPLUS) {
                // Below zero it is the small difference of x and a root that is as large, with the rounding of those.
                scale = Math.max(scale, Math.abs(from.real(i)));
            }
            if (!(Math.abs(expected - to.real(i)) <= CLOSE * scale)) {
                return false;
            }
        }
        return true;
    }

    private boolean fitsEverywhere(Join join, ChainState at) {
        int size = at.features();
        float[] numbers = new float[PROBES * size];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (i / size - PROBES / 2) * 80f / (PROBES - 1) + 0.01f * (i % size) / size;
        }
        Tensor probes = Tensor.of(numbers, PROBES, size);
        try {
            return fits(probes, branches(join, at, probes));
        } catch (InteropException e) {
            return false;
        }
    }

    /** What the branches make of other numbers. */
    private static Tensor branches(Join join, ChainState at, Tensor probes) {
        List<Node> nodes = new ArrayList<>(join.nodes());
        Collections.reverse(nodes);
        Map<String, Tensor> fixed = new HashMap<>();
        for (Node node : nodes) {
            for (String input : node.inputs()) {
                if (!input.isEmpty() && at.isSide(input)) {
                    fixed.put(input, at.value(input));
                }
            }
        }
        String end = join.nodes().get(0).outputs().get(0);
        OnnxDocument alone = new OnnxDocument(
                at.model().producer(),
                at.model().opset(),
                nodes,
                fixed,
                List.of(new ValueInfo(join.source(), OnnxElementType.FLOAT.code(), List.of())),
                List.of(new ValueInfo(end, OnnxElementType.FLOAT.code(), List.of())));
        Tensor result =
                RunnableGraph.of(alone).tryOut(Map.of(join.source(), probes)).getOrDefault(end, probes);
        if (result.size() != probes.size() || !result.type().isReal()) {
            throw new InteropException("The branches mix numbers of several steps.");
        }
        return result;
    }
}
