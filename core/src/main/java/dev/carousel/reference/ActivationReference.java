package dev.carousel.reference;

/**
 * A function φ of one number and its derivative, for the cells and layers that may have any.
 *
 * <p>The derivative is computed from a, not from φ(a), because not every φ allows that. At a kink it is that of the
 * flatter side. Immutable.
 *
 * <p>Source of the formulas: ONNX, operators RNN, GRU and LSTM; Keras, module {@code keras.activations}.
 *
 * @param kind which function
 * @param alpha α, of a kind that has it
 * @param beta β, of a kind that has it
 */
public record ActivationReference(Kind kind, double alpha, double beta) {

    /** tanh(a). */
    public static final ActivationReference TANH = new ActivationReference(Kind.TANH, 0, 0);

    /** 1 / (1 + exp(-a)). */
    public static final ActivationReference LOGISTIC = new ActivationReference(Kind.LOGISTIC, 0, 0);

    private static final double SELU_SCALE = 1.0507009873554804934193349852946;
    private static final double SELU_ALPHA = 1.6732632423543772848170429916717;
    private static final double GELU_CUBE = 0.044715;

    /** The functions there are. */
    public enum Kind {
        /** a. */
        LINEAR,
        /** tanh(a). */
        TANH,
        /** 1 / (1 + exp(-a)). */
        LOGISTIC,
        /** max(a, 0). */
        RELU,
        /** α a + β. */
        AFFINE,
        /** a or, below 0, α a. */
        LEAKY_RELU,
        /** a above α, else 0. */
        THRESHOLDED_RELU,
        /** α tanh(β a). */
        SCALED_TANH,
        /** α a + β, at least 0 and at most 1. */
        HARD_SIGMOID,
        /** a or, below 0, α (exp(a) - 1). */
        ELU,
        /** a / (1 + |a|). */
        SOFTSIGN,
        /** log(1 + exp(a)). */
        SOFTPLUS,
        /** max(a, 0), at most 6. */
        RELU6,
        /** a / (1 + exp(-a)). */
        SILU,
        /** a Φ(a), where Φ(a) is the share of a normal distribution below a. */
        GELU,
        /** a (1 + tanh(√(2/π) (a + 0.044715 a³))) / 2. */
        GELU_TANH,
        /** λ a or, below 0, λ α (exp(a) - 1), with fixed λ and α. */
        SELU,
        /** exp(a). */
        EXPONENTIAL,
        /** a or, below -3, 0; between -3 and 3 a (a + 3) / 6. */
        HARD_SILU,
        /** a tanh(log(1 + exp(a))). */
        MISH,
        /** a, at least -1 and at most 1. */
        HARD_TANH,
        /** a, and 0 from -α to α. */
        HARD_SHRINK,
        /** a moved towards 0 by α, and 0 from -α to α. */
        SOFT_SHRINK,
        /** a - tanh(a). */
        TANH_SHRINK,
        /** log(1 / (1 + exp(-a))). */
        LOG_SIGMOID,
        /** (a + √(a² + α)) / 2. */
        SQUAREPLUS,
        /** a above 1, 0 below -1, and (a + 1)² / 4 between. */
        SPARSE_PLUS,
        /** a, at least α and at most β. */
        CLIP
    }

    /** φ of each number, limited to ±clip. */
    public Mat of(Mat a, double clip) {
        return a.map(v -> value(Math.min(Math.max(v, -clip), clip)));
    }

    /** The derivative of {@link #of} at each number. */
    public Mat slope(Mat a, double clip) {
        return a.map(v -> Math.abs(v) > clip ? 0 : slope(v));
    }

    /** φ(a). */
    public double value(double a) {
        return switch (kind) {
            case LINEAR -> a;
            case TANH -> Math.tanh(a);
            case LOGISTIC -> logistic(a);
            case RELU -> Math.max(a, 0);
            case AFFINE -> alpha * a + beta;
            case LEAKY_RELU -> a < 0 ? alpha * a : a;
            case THRESHOLDED_RELU -> a > alpha ? a : 0;
            case SCALED_TANH -> alpha * Math.tanh(beta * a);
            case HARD_SIGMOID -> Math.max(0, Math.min(1, alpha * a + beta));
            case ELU -> a < 0 ? alpha * (Math.exp(a) - 1) : a;
            case SOFTSIGN -> a / (1 + Math.abs(a));
            case SOFTPLUS -> a > 30 ? a : Math.log(1 + Math.exp(a));
            case RELU6 -> Math.min(6, Math.max(a, 0));
            case SILU -> a * logistic(a);
            case GELU -> a * normalShare(a);
            case GELU_TANH -> 0.5 * a * (1 + Math.tanh(geluInner(a)));
            case SELU -> SELU_SCALE * (a < 0 ? SELU_ALPHA * (Math.exp(a) - 1) : a);
            case EXPONENTIAL -> Math.exp(a);
            case HARD_SILU -> a < -3 ? 0 : a > 3 ? a : a * (a + 3) / 6;
            case MISH -> a * Math.tanh(Math.log(1 + Math.exp(a)));
            case HARD_TANH -> Math.max(-1, Math.min(1, a));
            case HARD_SHRINK -> a > alpha || a < -alpha ? a : 0;
            case SOFT_SHRINK -> Math.signum(a) * Math.max(Math.abs(a) - alpha, 0);
            case TANH_SHRINK -> a - Math.tanh(a);
            case LOG_SIGMOID -> Math.log(logistic(a));
            case SQUAREPLUS -> 0.5 * (a + Math.sqrt(a * a + alpha));
            case CLIP -> a < alpha ? alpha : a > beta ? beta : a;
            case SPARSE_PLUS -> a > 1 ? a : Math.pow(Math.max(a + 1, 0) / 2, 2);
        };
    }

    /** φ'(a). */
    public double slope(double a) {
        return switch (kind) {
            case LINEAR -> 1;
            case TANH -> 1 - Math.tanh(a) * Math.tanh(a);
            case LOGISTIC -> logistic(a) * (1 - logistic(a));
            case SOFTPLUS -> logistic(a);
            case RELU -> a > 0 ? 1 : 0;
            case AFFINE -> alpha;
            case LEAKY_RELU -> a > 0 ? 1 : alpha;
            case THRESHOLDED_RELU -> a > alpha ? 1 : 0;
            case SCALED_TANH -> alpha * beta * (1 - Math.tanh(beta * a) * Math.tanh(beta * a));
            case HARD_SIGMOID -> alpha * a + beta > 0 && alpha * a + beta < 1 ? alpha : 0;
            case ELU -> a > 0 ? 1 : alpha * Math.exp(a);
            case SOFTSIGN -> 1 / ((1 + Math.abs(a)) * (1 + Math.abs(a)));
            case RELU6 -> a > 0 && a < 6 ? 1 : 0;
            case SILU -> logistic(a) + a * logistic(a) * (1 - logistic(a));
            case GELU -> normalShare(a) + a * Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI);
            case GELU_TANH -> geluTanhSlope(a);
            case SELU -> SELU_SCALE * (a > 0 ? 1 : SELU_ALPHA * Math.exp(a));
            case EXPONENTIAL -> Math.exp(a);
            case HARD_SILU -> a <= -3 ? 0 : a < 3 ? (2 * a + 3) / 6 : 1;
            case MISH -> mishSlope(a);
            case HARD_TANH -> Math.abs(a) < 1 ? 1 : 0;
            case HARD_SHRINK, SOFT_SHRINK -> Math.abs(a) > alpha ? 1 : 0;
            case TANH_SHRINK -> Math.tanh(a) * Math.tanh(a);
            case LOG_SIGMOID -> 1 - logistic(a);
            case SQUAREPLUS -> 0.5 + 0.5 * a / Math.sqrt(a * a + alpha);
            case CLIP -> a > alpha && a < beta ? 1 : 0;
            case SPARSE_PLUS -> a > 1 ? 1 : Math.max(a + 1, 0) / 2;
        };
    }

    private static double mishSlope(double a) {
        double t = Math.tanh(Math.log(1 + Math.exp(a)));
        return t + a * (1 - t * t) * logistic(a);
    }

    private static double logistic(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    private static double geluInner(double a) {
        return Math.sqrt(2 / Math.PI) * (a + GELU_CUBE * a * a * a);
    }

    private static double geluTanhSlope(double a) {
        double t = Math.tanh(geluInner(a));
        return 0.5 * (1 + t) + 0.5 * a * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * GELU_CUBE * a * a);
    }

    /**
     * Φ(a) = (1 + erf(a / √2)) / 2, with erf(x) = 2/√π exp(-x²) Σ_n 2ⁿ x²ⁿ⁺¹ / (1 · 3 · 5 ... (2n + 1)).
     *
     * <p>Source: M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions", 7.1.6.
     */
    private static double normalShare(double a) {
        double x = a / Math.sqrt(2);
        if (Math.abs(x) > 6) {
            return x > 0 ? 1 : 0;
        }
        double sum = 0;
        double term = x;
        for (int n = 1; n < 200; n++) {
            sum += term;
            term *= 2 * x * x / (2 * n + 1);
        }
        return 0.5 * (1 + 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum);
    }

    /** The kind, and α and β where they are not 0. */
    @Override
    public String toString() {
        return kind + (alpha == 0 && beta == 0 ? "" : "(" + alpha + (beta == 0 ? "" : ", " + beta) + ")");
    }
}
