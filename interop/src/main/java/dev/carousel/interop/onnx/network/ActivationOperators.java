package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.run.Call;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Activation.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Activations between layers: ONNX' operators and Carousel's functions. */
final class ActivationOperators {

    private static final Map<String, Kind> PLAIN = Map.of(
            "Tanh", Kind.TANH,
            "Sigmoid", Kind.LOGISTIC,
            "Relu", Kind.RELU,
            "Softsign", Kind.SOFTSIGN,
            "Softplus", Kind.SOFTPLUS,
            "Exp", Kind.EXPONENTIAL);

    private static final Map<String, Kind> WITH_NUMBERS = Map.of(
            "LeakyRelu", Kind.LEAKY_RELU,
            "Elu", Kind.ELU,
            "ThresholdedRelu", Kind.THRESHOLDED_RELU,
            "HardSigmoid", Kind.HARD_SIGMOID);

    private static final Set<String> OTHERS = Set.of("Selu", "Gelu", "HardSwish", "Mish", "Neg", "Clip");

    private ActivationOperators() {}

    /** The operators that are functions of each number; some only with some of their attributes. */
    static Set<String> operators() {
        Set<String> all = new TreeSet<>(OTHERS);
        all.addAll(PLAIN.keySet());
        all.addAll(WITH_NUMBERS.keySet());
        return all;
    }

    /** The function that a node is; empty if it is none. */
    static Optional<Activation> activationOf(Call call) {
        String operator = call.node().operator();
        if (PLAIN.containsKey(operator)) {
            return Optional.of(Activation.of(PLAIN.get(operator)));
        }
        if (WITH_NUMBERS.containsKey(operator)) {
            Activation usual = Activation.of(WITH_NUMBERS.get(operator));
            float beta = usual.kind().parameters() > 1 ? call.real("beta", usual.beta()) : 0;
            return Optional.of(new Activation(usual.kind(), call.real("alpha", usual.alpha()), beta));
        }
        return switch (operator) {
            case "Selu" ->
                call.node().attributes().isEmpty() ? Optional.of(Activation.of(Kind.SELU)) : Optional.empty();
            case "Gelu" ->
                Optional.of(
                        Activation.of(call.text("approximate", "none").equals("none") ? Kind.GELU : Kind.GELU_TANH));
            case "HardSwish" -> Optional.of(Activation.of(Kind.HARD_SILU));
            case "Mish" -> Optional.of(Activation.of(Kind.MISH));
            case "Neg" -> Optional.of(new Activation(Kind.AFFINE, -1, 0));
            case "Clip" -> clip(call);
            default -> Optional.empty();
        };
    }

    /** Numbers kept between two limits; from 0 on without an upper one it is ReLU. */
    private static Optional<Activation> clip(Call call) {
        double low = call.has(1) ? call.in(1).real(0) : call.real("min", Float.NEGATIVE_INFINITY);
        double high = call.has(2) ? call.in(2).real(0) : call.real("max", Float.POSITIVE_INFINITY);
        if (low == 0 && high == 6) {
            return Optional.of(Activation.of(Kind.RELU6));
        }
        if (low == 0 && high >= Float.MAX_VALUE) {
            return Optional.of(Activation.RELU);
        }
        boolean finite = Double.isFinite(low) && Double.isFinite(high);
        return finite ? Optional.of(new Activation(Kind.CLIP, (float) low, (float) high)) : Optional.empty();
    }
}
