package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Activation.Kind;
import java.util.Map;

/**
 * The functions that Keras names.
 *
 * <p>Keras 2 and 3 name two different functions {@code hard_sigmoid}: min(max(0.2 a + 0.5, 0), 1) and
 * min(max(a / 6 + 0.5, 0), 1). The version that wrote the file decides.
 *
 * @param keras2 whether Keras 2 or earlier wrote the file
 */
record KerasActivations(boolean keras2) {

    private static final float LEAKY_SLOPE = 0.2f;

    /** The name of a layer's activation; {@code linear} for none. */
    static String name(LayerConfig layer, String option) {
        Object value = layer.option(option);
        if (value == KerasJson.Null.NULL) {
            return "linear";
        }
        if (value instanceof Map<?, ?> function
                && "function".equals(function.get("class_name"))
                && function.get("config") instanceof String name
                && String.valueOf(function.get("module")).matches("builtins|(tf_)?keras\\.activations")) {
            return name;
        }
        if (value instanceof String name) {
            return name;
        }
        throw layer.error(option + " is " + quoted(String.valueOf(value)) + "; only Keras' own functions are read.");
    }

    /** A function of each number, for a cell or a layer. */
    Activation of(LayerConfig layer, String option) {
        String name = name(layer, option);
        return switch (name) {
            case "linear" -> Activation.LINEAR;
            case "tanh" -> Activation.TANH;
            case "sigmoid" -> Activation.LOGISTIC;
            case "relu" -> Activation.RELU;
            case "hard_sigmoid" -> Activation.hardSigmoid(keras2 ? 0.2f : 1 / 6f, 0.5f);
            case "sparse_sigmoid" -> Activation.hardSigmoid(0.5f, 0.5f);
            case "leaky_relu" -> Activation.leakyRelu(LEAKY_SLOPE);
            case "elu", "celu" -> Activation.elu(1);
            case "relu6" -> Activation.of(Kind.RELU6);
            case "selu" -> Activation.of(Kind.SELU);
            case "softplus" -> Activation.of(Kind.SOFTPLUS);
            case "softsign" -> Activation.of(Kind.SOFTSIGN);
            case "silu", "swish" -> Activation.of(Kind.SILU);
            case "gelu" -> Activation.of(Kind.GELU);
            case "exponential" -> Activation.of(Kind.EXPONENTIAL);
            case "hard_silu", "hard_swish" -> Activation.of(Kind.HARD_SILU);
            case "mish" -> Activation.of(Kind.MISH);
            case "hard_tanh" -> Activation.of(Kind.HARD_TANH);
            case "hard_shrink" -> Activation.of(Kind.HARD_SHRINK);
            case "soft_shrink" -> Activation.of(Kind.SOFT_SHRINK);
            case "tanh_shrink" -> Activation.of(Kind.TANH_SHRINK);
            case "log_sigmoid" -> Activation.of(Kind.LOG_SIGMOID);
            case "squareplus" -> Activation.of(Kind.SQUAREPLUS);
            case "sparse_plus" -> Activation.of(Kind.SPARSE_PLUS);
            case "softmax", "log_softmax", "sparsemax", "glu", "crelu" ->
                throw layer.error(
                        option + " is " + quoted(name) + ", which is no function of one number; it is read"
                                + " only where a layer of its own can do it: softmax and log_softmax after Dense and in Activation.");
            default ->
                throw layer.error(option + " is " + quoted(name) + ", which is no activation that is read here.");
        };
    }
}
