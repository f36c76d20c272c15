package dev.carousel.interop.onnx.run;

import java.util.Locale;

/**
 * An activation of a recurrent operator: its function, and the alpha and beta of those that have them. The equations are ONNX'.
 */
public record GateActivation(Kind kind, float alpha, float beta) {

    /** Takes the next number of a list, or its default where the list has ended. */
    @FunctionalInterface
    interface Parameter {

        float or(float missing);
    }

    /** The functions; NaN where ONNX states no default. */
    public enum Kind {
        RELU("Relu", 0, 0, 0),
        TANH("Tanh", 0, 0, 0),
        SIGMOID("Sigmoid", 0, 0, 0),
        AFFINE("Affine", 2, Float.NaN, Float.NaN),
        LEAKY_RELU("LeakyRelu", 1, 0.01f, 0),
        THRESHOLDED_RELU("ThresholdedRelu", 1, 1, 0),
        SCALED_TANH("ScaledTanh", 2, Float.NaN, Float.NaN),
        HARD_SIGMOID("HardSigmoid", 2, 0.2f, 0.5f),
        ELU("Elu", 1, 1, 0),
        SOFTSIGN("Softsign", 0, 0, 0),
        SOFTPLUS("Softplus", 0, 0, 0);

        private final String onnxName;
        private final int parameters;
        private final float alpha;
        private final float beta;

        Kind(String onnxName, int parameters, float alpha, float beta) {
            this.onnxName = onnxName;
            this.parameters = parameters;
            this.alpha = alpha;
            this.beta = beta;
        }

        public String onnxName() {
            return onnxName;
        }

        public int parameters() {
            return parameters;
        }
    }

    /** The activation of a name in any case. */
    static GateActivation of(Call call, String name, Parameter alphas, Parameter betas) {
        for (Kind kind : Kind.values()) {
            if (kind.onnxName.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                float alpha = kind.parameters > 0 ? alphas.or(kind.alpha) : 0;
                float beta = kind.parameters > 1 ? betas.or(kind.beta) : 0;
                if (Float.isNaN(alpha) || Float.isNaN(beta)) {
                    throw call.fail("has the activation " + name
                            + " without activation_alpha and activation_beta, for which ONNX states no values");
                }
                return new GateActivation(kind, alpha, beta);
            }
        }
        throw call.fail("has the activation '" + name + "', which is none of ONNX'");
    }

    double value(double a) {
        return switch (kind) {
            case RELU -> Math.max(a, 0);
            case TANH -> Math.tanh(a);
            case SIGMOID -> 1 / (1 + Math.exp(-a));
            case AFFINE -> alpha * a + beta;
            case LEAKY_RELU -> a >= 0 ? a : alpha * a;
            case THRESHOLDED_RELU -> a > alpha ? a : 0;
            case SCALED_TANH -> alpha * Math.tanh(beta * a);
            case HARD_SIGMOID -> Math.max(0, Math.min(1, alpha * a + beta));
            case ELU -> a >= 0 ? a : alpha * Math.expm1(a);
            case SOFTSIGN -> a / (1 + Math.abs(a));
            case SOFTPLUS -> Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
        };
    }
}
