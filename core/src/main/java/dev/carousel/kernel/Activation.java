package dev.carousel.kernel;

import java.util.Locale;

/**
 * A function φ of one number, as gates, candidates and layers use it: a kind, and the numbers α and β of the kinds that have
 * them.
 *
 * <pre>{@code
 * Activation.TANH                              tanh(a)
 * Activation.leakyRelu(0.1f)                   a where a >= 0, else 0.1 a
 * Activation.hardSigmoid(1 / 6f, 0.5f)         Keras 3's hard_sigmoid
 * Activation.parse("HARD_SIGMOID(0.2, 0.5)")   the way back from text()
 * }</pre>
 *
 * <p>An immutable value. Computed in double and rounded once. The formulas are ONNX's (operators RNN, GRU and LSTM) and
 * Keras'; they stand at the {@link Kind}s.
 *
 * @param kind which function
 * @param alpha α, 0 for a kind without one
 * @param beta β, 0 for a kind without one
 */
public record Activation(Kind kind, float alpha, float beta) {

    private static final double SELU_SCALE = 1.0507009873554804934193349852946;
    private static final double SELU_ALPHA = 1.6732632423543772848170429916717;

    /** φ(a) = a. */
    public static final Activation LINEAR = of(Kind.LINEAR);

    /** φ(a) = tanh(a). */
    public static final Activation TANH = of(Kind.TANH);

    /** φ(a) = σ(a) = 1 / (1 + e⁻ᵃ). */
    public static final Activation LOGISTIC = of(Kind.LOGISTIC);

    /** φ(a) = max(a, 0). */
    public static final Activation RELU = of(Kind.RELU);

    /**
     * Checks α and β.
     *
     * @throws IllegalArgumentException if one is not finite, or not 0 for a kind that has none
     */
    public Activation {
        if (!Float.isFinite(alpha) || !Float.isFinite(beta)) {
            throw new IllegalArgumentException(
                    "Activation " + kind + ": alpha is " + alpha + " and beta " + beta + ", but both must be finite.");
        }
        if ((kind.parameters < 1 && alpha != 0) || (kind.parameters < 2 && beta != 0)) {
            throw new IllegalArgumentException("Activation " + kind + ": alpha is " + alpha + " and beta " + beta
                    + ", but the kind has " + (kind.parameters == 0 ? "neither" : "only alpha") + "; leave it 0.");
        }
        alpha += 0f; // -0 becomes 0, so that equal functions are equal values
        beta += 0f;
    }

    /** The activation of a kind, with ONNX' defaults of α and β. */
    public static Activation of(Kind kind) {
        return new Activation(kind, kind.defaultAlpha, kind.defaultBeta);
    }

    /** φ(a) = a where a &gt;= 0, else α a. */
    public static Activation leakyRelu(float alpha) {
        return new Activation(Kind.LEAKY_RELU, alpha, 0);
    }

    /** φ(a) = min(max(α a + β, 0), 1). */
    public static Activation hardSigmoid(float alpha, float beta) {
        return new Activation(Kind.HARD_SIGMOID, alpha, beta);
    }

    /** φ(a) = a where a &gt;= 0, else α (eᵃ - 1). */
    public static Activation elu(float alpha) {
        return new Activation(Kind.ELU, alpha, 0);
    }

    /** Whether it is of a kind. */
    public boolean is(Kind other) {
        return kind == other;
    }

    /** φ(a). */
    public float value(float a) {
        return (float) kind.value(a, alpha, beta);
    }

    /** φ'(a); at a kink that of the flatter side. */
    public float slope(float a) {
        return (float) kind.slope(a, alpha, beta);
    }

    /** The text that files hold: {@code TANH}, {@code ELU(1.0)}, {@code HARD_SIGMOID(0.2, 0.5)}. */
    public String text() {
        return switch (kind.parameters) {
            case 0 -> kind.name();
            case 1 -> kind.name() + "(" + alpha + ")";
            default -> kind.name() + "(" + alpha + ", " + beta + ")";
        };
    }

    /**
     * The activation that a text describes: the way back from {@link #text}. A kind alone has ONNX' defaults.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Activation parse(String text) {
        try {
            int open = text.indexOf('(');
            if (open < 0) {
                return of(Kind.valueOf(text.toUpperCase(Locale.ROOT)));
            }
            Kind kind = Kind.valueOf(text.substring(0, open).toUpperCase(Locale.ROOT));
            String[] numbers = text.substring(open + 1, text.length() - 1).split(",", -1);
            if (!text.endsWith(")") || numbers.length != kind.parameters) {
                throw new IllegalArgumentException(kind + " has " + kind.parameters + " numbers");
            }
            float beta = numbers.length > 1 ? Float.parseFloat(numbers[1]) : 0;
            return new Activation(kind, Float.parseFloat(numbers[0]), beta);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "No activation is written '" + text + "'; examples are TANH, ELU(1.0) and HARD_SIGMOID(0.2, 0.5).",
                    e);
        }
    }

    @Override
    public String toString() {
        return text();
    }

    /** The functions there are. Each line: φ(a), and who has it under which name; then φ and φ' of a, α and β. */
    @SuppressWarnings("ImmutableEnumChecker") // a formula is a function of its arguments and keeps nothing
    public enum Kind {
        /** a. Keras: linear. */
        LINEAR(0, 0, 0, (a, alpha, beta) -> a, (a, alpha, beta) -> 1),

        /** tanh(a). */
        TANH(0, 0, 0, (a, alpha, beta) -> Math.tanh(a), (a, alpha, beta) -> {
            double y = Math.tanh(a);
            return 1 - y * y;
        }),

        /** σ(a) = 1 / (1 + e⁻ᵃ). ONNX: Sigmoid. Keras: sigmoid. */
        LOGISTIC(0, 0, 0, (a, alpha, beta) -> 1 / (1 + Math.exp(-a)), (a, alpha, beta) -> {
            double y = 1 / (1 + Math.exp(-a));
            return y * (1 - y);
        }),

        /** max(a, 0). */
        RELU(0, 0, 0, (a, alpha, beta) -> Math.max(a, 0), (a, alpha, beta) -> a > 0 ? 1 : 0),

        /** α a + β. ONNX: Affine. */
        AFFINE(2, 1, 0, (a, alpha, beta) -> alpha * a + beta, (a, alpha, beta) -> alpha),

        /** a where a &gt;= 0, else α a. ONNX: LeakyRelu. Keras: leaky_relu, with α = 0.2. */
        LEAKY_RELU(1, 0.01f, 0, (a, alpha, beta) -> a >= 0 ? a : alpha * a, (a, alpha, beta) -> a > 0 ? 1 : alpha),

        /** a where a &gt; α, else 0. ONNX: ThresholdedRelu. */
        THRESHOLDED_RELU(1, 1, 0, (a, alpha, beta) -> a > alpha ? a : 0, (a, alpha, beta) -> a > alpha ? 1 : 0),

        /** α tanh(β a). ONNX: ScaledTanh. */
        SCALED_TANH(2, 1, 1, (a, alpha, beta) -> alpha * Math.tanh(beta * a), (a, alpha, beta) -> {
            double y = Math.tanh(beta * a);
            return alpha * beta * (1 - y * y);
        }),

        /** min(max(α a + β, 0), 1). ONNX: HardSigmoid, with α = 0.2. Keras 3 and PyTorch: hard_sigmoid, with α = 1/6; β = 0.5. */
        HARD_SIGMOID(
                2, 0.2f, 0.5f, (a, alpha, beta) -> Math.min(Math.max(alpha * a + beta, 0), 1), (a, alpha, beta) -> {
                    double y = alpha * a + beta;
                    return y > 0 && y < 1 ? alpha : 0;
                }),

        /** a where a &gt;= 0, else α (eᵃ - 1). ONNX: Elu. Keras: elu. */
        ELU(
                1,
                1,
                0,
                (a, alpha, beta) -> a >= 0 ? a : alpha * Math.expm1(a),
                (a, alpha, beta) -> a > 0 ? 1 : alpha * Math.exp(a)),

        /** a / (1 + |a|). ONNX: Softsign. Keras: softsign. */
        SOFTSIGN(0, 0, 0, (a, alpha, beta) -> a / (1 + Math.abs(a)), (a, alpha, beta) -> {
            double d = 1 + Math.abs(a);
            return 1 / (d * d);
        }),

        /** log(1 + eᵃ). ONNX: Softplus. Keras: softplus. */
        SOFTPLUS(0, 0, 0, (a, alpha, beta) -> ScalarMath.softplus(a), (a, alpha, beta) -> 1 / (1 + Math.exp(-a))),

        /** min(max(a, 0), 6). Keras: relu6. */
        RELU6(0, 0, 0, (a, alpha, beta) -> Math.min(Math.max(a, 0), 6), (a, alpha, beta) -> a > 0 && a < 6 ? 1 : 0),

        /** a σ(a). Keras: silu, swish. */
        SILU(0, 0, 0, (a, alpha, beta) -> a / (1 + Math.exp(-a)), (a, alpha, beta) -> {
            double s = 1 / (1 + Math.exp(-a));
            return s * (1 + a * (1 - s));
        }),

        /** a Φ(a) = a (1 + erf(a / √2)) / 2. PyTorch: gelu. Keras: gelu with approximate=False. */
        GELU(
                0,
                0,
                0,
                (a, alpha, beta) -> a * ScalarMath.normalShare(a),
                (a, alpha, beta) -> ScalarMath.normalShare(a) + a * Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI)),

        /** a (1 + tanh(√(2/π) (a + 0.044715 a³))) / 2. PyTorch: gelu with approximate='tanh'. Keras: gelu. */
        GELU_TANH(0, 0, 0, (a, alpha, beta) -> a * (1 + Math.tanh(ScalarMath.geluInner(a))) / 2, (a, alpha, beta) -> {
            double t = Math.tanh(ScalarMath.geluInner(a));
            double dInner = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * a * a);
            return (1 + t) / 2 + a * (1 - t * t) * dInner / 2;
        }),

        /** λ a where a &gt;= 0, else λ α (eᵃ - 1), with λ = 1.0507... and α = 1.6732.... Keras: selu. */
        SELU(
                0,
                0,
                0,
                (a, alpha, beta) -> SELU_SCALE * (a >= 0 ? a : SELU_ALPHA * Math.expm1(a)),
                (a, alpha, beta) -> SELU_SCALE * (a > 0 ? 1 : SELU_ALPHA * Math.exp(a))),

        /** eᵃ. Keras: exponential. */
        EXPONENTIAL(0, 0, 0, (a, alpha, beta) -> Math.exp(a), (a, alpha, beta) -> Math.exp(a)),

        /** a min(max(a / 6 + 1/2, 0), 1). ONNX: HardSwish. PyTorch: hardswish. Keras: hard_silu, hard_swish. */
        HARD_SILU(
                0,
                0,
                0,
                (a, alpha, beta) -> a * Math.min(Math.max(a / 6 + 0.5, 0), 1),
                (a, alpha, beta) -> a <= -3 ? 0 : a < 3 ? a / 3 + 0.5 : 1),

        /** a tanh(log(1 + eᵃ)). ONNX: Mish. Keras: mish. */
        MISH(0, 0, 0, (a, alpha, beta) -> a * Math.tanh(ScalarMath.softplus(a)), (a, alpha, beta) -> {
            double y = Math.tanh(ScalarMath.softplus(a));
            return y + a * (1 - y * y) / (1 + Math.exp(-a));
        }),

        /** min(max(a, -1), 1). PyTorch: hardtanh. Keras: hard_tanh. */
        HARD_TANH(
                0, 0, 0, (a, alpha, beta) -> Math.min(Math.max(a, -1), 1), (a, alpha, beta) -> a > -1 && a < 1 ? 1 : 0),

        /** a where |a| &gt; α, else 0. PyTorch: hardshrink. Keras: hard_shrink, with α = 0.5. */
        HARD_SHRINK(
                1,
                0.5f,
                0,
                (a, alpha, beta) -> Math.abs(a) > alpha ? a : 0,
                (a, alpha, beta) -> Math.abs(a) > alpha ? 1 : 0),

        /** a - α where a &gt; α, a + α where a &lt; -α, else 0. PyTorch: softshrink. Keras: soft_shrink, with α = 0.5. */
        SOFT_SHRINK(
                1,
                0.5f,
                0,
                (a, alpha, beta) -> a > alpha ? a - alpha : Math.min(a + alpha, 0),
                (a, alpha, beta) -> Math.abs(a) > alpha ? 1 : 0),

        /** a - tanh(a). PyTorch: tanhshrink. Keras: tanh_shrink. */
        TANH_SHRINK(0, 0, 0, (a, alpha, beta) -> a - Math.tanh(a), (a, alpha, beta) -> {
            double y = Math.tanh(a);
            return y * y;
        }),

        /** log σ(a). PyTorch: logsigmoid. Keras: log_sigmoid. */
        LOG_SIGMOID(0, 0, 0, (a, alpha, beta) -> -ScalarMath.softplus(-a), (a, alpha, beta) -> 1 / (1 + Math.exp(a))),

        /** (a + √(a² + α)) / 2. Keras: squareplus, with α = 4. */
        SQUAREPLUS(
                1,
                4,
                0,
                (a, alpha, beta) -> (a + Math.sqrt(a * a + alpha)) / 2,
                (a, alpha, beta) -> (1 + a / Math.sqrt(a * a + alpha)) / 2),

        /** 0 where a &lt;= -1, a where a &gt;= 1, else (a + 1)² / 4. Keras: sparse_plus. */
        SPARSE_PLUS(
                0,
                0,
                0,
                (a, alpha, beta) -> a <= -1 ? 0 : a < 1 ? (a + 1) * (a + 1) / 4 : a,
                (a, alpha, beta) -> Math.min(Math.max((a + 1) / 2, 0), 1)),

        /** min(max(a, α), β). ONNX: Clip. Keras: ReLU with max_value. PyTorch: Hardtanh with limits. */
        CLIP(
                2,
                0,
                1,
                (a, alpha, beta) -> Math.min(Math.max(a, alpha), beta),
                (a, alpha, beta) -> a > alpha && a < beta ? 1 : 0);

        private final int parameters;
        private final float defaultAlpha;
        private final float defaultBeta;
        private final Formula value;
        private final Formula slope;

        Kind(int parameters, float defaultAlpha, float defaultBeta, Formula value, Formula slope) {
            this.parameters = parameters;
            this.defaultAlpha = defaultAlpha;
            this.defaultBeta = defaultBeta;
            this.value = value;
            this.slope = slope;
        }

        /** How many of α and β it has: 0, 1 (α) or 2. */
        public int parameters() {
            return parameters;
        }

        double value(double a, double alpha, double beta) {
            return value.of(a, alpha, beta);
        }

        double slope(double a, double alpha, double beta) {
            return slope.of(a, alpha, beta);
        }
    }

    /** A function of a, α and β. */
    @FunctionalInterface
    private interface Formula {
        double of(double a, double alpha, double beta);
    }
}
