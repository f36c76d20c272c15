package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.ModelWriter;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.GateActivation;
import dev.carousel.kernel.Activation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes activations: as nodes of their own, and as attributes of recurrent nodes. */
final class ActivationWriter {

    private ActivationWriter() {}

    /** φ(x) as nodes; returns the name of the result. */
    static String write(ModelWriter to, Activation activation, String x) {
        float alpha = activation.alpha();
        float beta = activation.beta();
        return switch (activation.kind()) {
            case LINEAR -> to.node("Identity", Map.of(), x);
            case TANH -> to.node("Tanh", Map.of(), x);
            case LOGISTIC -> to.node("Sigmoid", Map.of(), x);
            case RELU -> to.node("Relu", Map.of(), x);
            case AFFINE -> to.node("Add", Map.of(), times(to, x, alpha), number(to, beta));
            case LEAKY_RELU -> to.node("LeakyRelu", Map.of("alpha", alpha), x);
            case THRESHOLDED_RELU -> to.node("ThresholdedRelu", Map.of("alpha", alpha), x);
            case SCALED_TANH -> times(to, to.node("Tanh", Map.of(), times(to, x, beta)), alpha);
            case HARD_SIGMOID -> to.node("HardSigmoid", Map.of("alpha", alpha, "beta", beta), x);
            case ELU -> to.node("Elu", Map.of("alpha", alpha), x);
            case SOFTSIGN -> to.node("Softsign", Map.of(), x);
            case SOFTPLUS -> to.node("Softplus", Map.of(), x);
            case RELU6 -> to.node("Clip", Map.of(), x, number(to, 0), number(to, 6));
            case SILU -> to.node("Mul", Map.of(), x, to.node("Sigmoid", Map.of(), x));
            case GELU -> gelu(to, x, to.node("Erf", Map.of(), times(to, x, (float) Math.sqrt(0.5))));
            case GELU_TANH -> {
                String cube = to.node("Mul", Map.of(), x, to.node("Mul", Map.of(), x, x));
                String inner = to.node("Add", Map.of(), x, times(to, cube, 0.044715f));
                yield gelu(to, x, to.node("Tanh", Map.of(), times(to, inner, (float) Math.sqrt(2 / Math.PI))));
            }
            case SELU -> to.node("Selu", Map.of(), x);
            case HARD_SILU -> to.node("HardSwish", Map.of(), x);
            case MISH -> to.node("Mul", Map.of(), x, to.node("Tanh", Map.of(), to.node("Softplus", Map.of(), x)));
            case HARD_TANH -> to.node("Clip", Map.of(), x, number(to, -1), number(to, 1));
            case CLIP -> to.node("Clip", Map.of(), x, number(to, alpha), number(to, beta));
            case HARD_SHRINK -> to.node("Shrink", Map.of("lambd", alpha, "bias", 0f), x);
            case SOFT_SHRINK -> to.node("Shrink", Map.of("lambd", alpha, "bias", alpha), x);
            case TANH_SHRINK -> to.node("Sub", Map.of(), x, to.node("Tanh", Map.of(), x));
            case LOG_SIGMOID -> to.node("Neg", Map.of(), to.node("Softplus", Map.of(), to.node("Neg", Map.of(), x)));
            case SQUAREPLUS -> {
                String square = to.node("Add", Map.of(), to.node("Mul", Map.of(), x, x), number(to, alpha));
                yield times(to, to.node("Add", Map.of(), x, to.node("Sqrt", Map.of(), square)), 0.5f);
            }
            case SPARSE_PLUS -> {
                // ((c + 1) / 2)² + max(x - 1, 0), where c is x limited to ±1.
                String limited = to.node("Clip", Map.of(), x, number(to, -1), number(to, 1));
                String half = times(to, to.node("Add", Map.of(), limited, number(to, 1)), 0.5f);
                String beyond = to.node("Relu", Map.of(), to.node("Sub", Map.of(), x, number(to, 1)));
                yield to.node("Add", Map.of(), to.node("Mul", Map.of(), half, half), beyond);
            }
            case EXPONENTIAL -> to.node("Exp", Map.of(), x);
        };
    }

    /** x (1 + share) / 2. */
    private static String gelu(ModelWriter to, String x, String share) {
        String one = to.node("Add", Map.of(), share, number(to, 1));
        return to.node("Mul", Map.of(), times(to, x, 0.5f), one);
    }

    private static String times(ModelWriter to, String x, float factor) {
        return to.node("Mul", Map.of(), x, number(to, factor));
    }

    private static String number(ModelWriter to, float value) {
        return to.constant(Tensor.of(new float[] {value}));
    }

    /**
     * The attributes of a recurrent node with these functions.
     *
     * @param layer names the layer in errors
     * @throws InteropException if ONNX' recurrent operators lack one
     */
    static Map<String, Object> ofCell(List<Activation> functions, String layer) {
        List<String> names = new ArrayList<>();
        List<Float> alphas = new ArrayList<>();
        List<Float> betas = new ArrayList<>();
        for (Activation function : functions) {
            GateActivation.Kind kind = kind(function, layer);
            boolean linear = function.is(Activation.Kind.LINEAR);
            names.add(kind.onnxName());
            if (kind.parameters() > 0) {
                alphas.add(linear ? 1 : function.alpha());
            }
            if (kind.parameters() > 1) {
                betas.add(linear ? 0 : function.beta());
            }
        }
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("activations", names);
        if (!alphas.isEmpty()) {
            attributes.put("activation_alpha", array(alphas));
        }
        if (!betas.isEmpty()) {
            attributes.put("activation_beta", array(betas));
        }
        return attributes;
    }

    private static GateActivation.Kind kind(Activation function, String layer) {
        return switch (function.kind()) {
            case LINEAR -> GateActivation.Kind.AFFINE;
            case LOGISTIC -> GateActivation.Kind.SIGMOID;
            case RELU6, SILU, GELU, GELU_TANH, SELU, EXPONENTIAL ->
                throw new InteropException(layer
                        + " has the activation " + function
                        + " within its cell, which ONNX' recurrent operators lack. Write a .safetensors file instead.");
            default -> GateActivation.Kind.valueOf(function.kind().name());
        };
    }

    private static float[] array(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }
}
