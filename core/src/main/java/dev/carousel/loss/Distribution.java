package dev.carousel.loss;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A family of distributions whose parameters a network gives: how surprising a value is, and values drawn at random. An
 * immutable value.
 *
 * <pre>{@code
 * family              what the network gives   s(a) = ln(1 + exp a), ε = 0.001, f the spread, 1 in training
 * gaussian            μ, a                     σ = f (s(a) + ε)
 * student-t           μ, a, b                  σ = f (s(a) + ε), ν = 2 + s(b) degrees of freedom
 * negative-binomial   a, b                     mean m = v (s(a) + 10⁻⁶), variance m + α m², α = f² (s(b) + ε) / √v
 * bernoulli           a                        P(1) = 1 / (1 + exp(-a / f))
 * mixture:K           K times l, μ, a          Gaussians of weight exp(l_k) / Σ exp(l_j), σ = f (s(a) + ε)
 * }</pre>
 *
 * <p>Counts are as they are, 0, 1, 2 and so on; of a Bernoulli distribution 0 or 1. v above 0 is their scale, such as 1 + the mean
 * count of a series, which is given with each value, so that one network serves series of all sizes.
 *
 * <p>A network is surer of what it has learned from than of what it has not seen, so that its distributions are too narrow for the
 * latter. The spread f widens them; {@link SpreadFit} finds it on held-out data.
 *
 * <p>Salinas, Flunkert, Gasthaus and Januschowski, DeepAR: probabilistic forecasting with autoregressive recurrent networks,
 * International Journal of Forecasting 36, 2020; mixtures: Bishop, Mixture density networks, 1994.
 *
 * @param kind the family
 * @param components K of a mixture, 2 to {@value #MOST_COMPONENTS}; of others 1
 * @param spread f, above 0
 */
public record Distribution(Kind kind, int components, double spread) {

    /** How many Gaussians a mixture has at most. */
    public static final int MOST_COMPONENTS = 100;

    /** How many it has where nothing else is said. */
    public static final int USUAL_COMPONENTS = 3;

    /** The least deviation, so that equal values in a row do not make it 0. */
    static final double LEAST = 1e-3;

    static final double LEAST_MEAN = 1e-6;

    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    /** The families. */
    public enum Kind {
        /** A normal distribution. */
        GAUSSIAN(2),
        /** Student's t, with heavier tails. */
        STUDENT_T(3),
        /** Counts that vary more than their mean. */
        NEGATIVE_BINOMIAL(2),
        /** 0 or 1. */
        BERNOULLI(1),
        /** Several Gaussians. */
        MIXTURE(3);

        private final int numbers;

        Kind(int numbers) {
            this.numbers = numbers;
        }

        /** Its name: {@code gaussian}, {@code student-t}, {@code negative-binomial}, {@code bernoulli}, {@code mixture}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Checks the number of components and the spread. */
    public Distribution {
        if (kind == Kind.MIXTURE ? components < 2 || components > MOST_COMPONENTS : components != 1) {
            throw new IllegalArgumentException("Distribution: " + kind.text() + " has " + components
                    + " components but must have " + (kind == Kind.MIXTURE ? "2 to " + MOST_COMPONENTS : "1") + ".");
        }
        if (!(spread > 0 && spread < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Distribution: the spread is " + spread
                    + " but must be above 0 and finite; 1 leaves the distribution as the network gives it.");
        }
    }

    /** As the network gives it, with a spread of 1. */
    public Distribution(Kind kind, int components) {
        this(kind, components, 1);
    }

    /**
     * The same family with another spread.
     *
     * @param f above 0; 1 leaves distributions as the network gives them, 2 makes them twice as wide
     */
    public Distribution withSpread(double f) {
        return new Distribution(kind, components, f);
    }

    /** A family that is no mixture, or a mixture of the usual number. */
    public static Distribution of(Kind kind) {
        return new Distribution(kind, kind == Kind.MIXTURE ? USUAL_COMPONENTS : 1);
    }

    /**
     * The family of a text, as {@link #text} writes it; {@code mixture} alone is {@code mixture:3}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Distribution of(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String components = colon < 0 ? "" : text.substring(colon + 1);
        List<Kind> kinds = Arrays.stream(Kind.values())
                .filter(kind -> kind.text().equals(name))
                .toList();
        boolean counted = colon < 0 || (name.equals(Kind.MIXTURE.text()) && components.matches("[0-9]{1,3}"));
        if (kinds.isEmpty() || !counted) {
            throw new IllegalArgumentException("There is no distribution '" + text + "'; there are "
                    + String.join(
                            ", ", Arrays.stream(Kind.values()).map(Kind::text).toList())
                    + " (or mixture:K, of K Gaussians).");
        }
        return colon < 0 ? of(kinds.get(0)) : new Distribution(kinds.get(0), Integer.parseInt(components));
    }

    /** Its name, of a mixture with the number of its components: {@code mixture:3}. */
    public String text() {
        return kind.text() + (kind == Kind.MIXTURE ? ":" + components : "");
    }

    /** How many numbers the network gives for a value. */
    public int parameters() {
        return kind.numbers * components;
    }

    /** Whether its values are counts, given with a scale. */
    public boolean counts() {
        return kind == Kind.NEGATIVE_BINOMIAL || kind == Kind.BERNOULLI;
    }

    /** How many numbers a value has in a target: 1, or of counts 2, the count and its scale. */
    public int numbersOfValue() {
        return counts() ? 2 : 1;
    }

    /** Whether a number can be a value of it: any but of counts. */
    public boolean has(double value) {
        return switch (kind) {
            case NEGATIVE_BINOMIAL -> value >= 0 && value == Math.rint(value) && value < 1 << 24;
            case BERNOULLI -> value == 0 || value == 1;
            default -> !Double.isNaN(value) && !Double.isInfinite(value);
        };
    }

    /**
     * How surprising a value is, -ln p(x), in nats, and the gradient.
     *
     * @param y holds what the network gives
     * @param at where it begins
     * @param x the value
     * @param scale v, of counts
     * @param factor what the gradient is multiplied by
     * @param dY receives it at the same places from {@code dAt} on
     */
    double loss(float[] y, int at, double x, double scale, float factor, float[] dY, int dAt) {
        return switch (kind) {
            case GAUSSIAN -> {
                double sigma = sigma(y[at + 1]);
                double z = (x - y[at]) / sigma;
                dY[dAt] = (float) (-factor * z / sigma);
                dY[dAt + 1] = (float) (factor * (1 - z * z) / sigma * spread * logistic(y[at + 1]));
                yield gaussian(z, sigma);
            }
            case STUDENT_T -> studentT(y, at, x, factor, dY, dAt);
            case NEGATIVE_BINOMIAL -> negativeBinomial(y, at, x, scale, factor, dY, dAt);
            case BERNOULLI -> {
                double a = y[at] / spread;
                dY[dAt] = (float) (factor * (logistic(a) - x) / spread);
                yield softplus(a) - x * a;
            }
            case MIXTURE -> mixture(y, at, x, factor, dY, dAt);
        };
    }

    private static double gaussian(double z, double sigma) {
        return 0.5 * z * z + Math.log(sigma) + HALF_LOG_TWO_PI;
    }

    /** σ of a. */
    private double sigma(float a) {
        return spread * (softplus(a) + LEAST);
    }

    private double studentT(float[] y, int at, double x, float factor, float[] dY, int dAt) {
        double sigma = sigma(y[at + 1]);
        double nu = softplus(y[at + 2]) + 2;
        double z = (x - y[at]) / sigma;
        double z2 = z * z;
        double log = Math.log1p(z2 / nu);
        dY[dAt] = (float) (-factor * (nu + 1) * z / (nu + z2) / sigma);
        dY[dAt + 1] = (float) (factor * (1 - (nu + 1) * z2 / (nu + z2)) / sigma * spread * logistic(y[at + 1]));
        double dNu = 0.5
                * (Gammas.digamma(nu / 2)
                        - Gammas.digamma((nu + 1) / 2)
                        + 1 / nu
                        + log
                        - (nu + 1) * z2 / (nu * (nu + z2)));
        dY[dAt + 2] = (float) (factor * dNu * logistic(y[at + 2]));
        return Gammas.log(nu / 2)
                - Gammas.log((nu + 1) / 2)
                + 0.5 * Math.log(nu * Math.PI)
                + Math.log(sigma)
                + 0.5 * (nu + 1) * log;
    }

    /** α of b. */
    private double alpha(float b, double scale) {
        return spread * spread * (softplus(b) + LEAST) / Math.sqrt(scale);
    }

    private double negativeBinomial(float[] y, int at, double x, double scale, float factor, float[] dY, int dAt) {
        double m = scale * (softplus(y[at]) + LEAST_MEAN);
        double root = Math.sqrt(scale);
        double alpha = alpha(y[at + 1], scale);
        double r = 1 / alpha;
        double log = Math.log1p(alpha * m);
        double dM = (1 + alpha * x) / (1 + alpha * m) - x / m;
        double dAlpha =
                -r * r * (Gammas.digamma(r) - Gammas.digamma(x + r) + log) + m * (r + x) / (1 + alpha * m) - x * r;
        dY[dAt] = (float) (factor * dM * scale * logistic(y[at]));
        dY[dAt + 1] = (float) (factor * dAlpha / root * (spread * spread) * logistic(y[at + 1]));
        return Gammas.log(x + 1) + Gammas.log(r) - Gammas.log(x + r) + (r + x) * log - x * Math.log(alpha * m);
    }

    private double mixture(float[] y, int at, double x, float factor, float[] dY, int dAt) {
        double most = Double.NEGATIVE_INFINITY;
        double mostWeight = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < components; k++) {
            most = Math.max(most, term(y, at + 3 * k, x));
            mostWeight = Math.max(mostWeight, y[at + 3 * k]);
        }
        double sum = 0;
        double weights = 0;
        for (int k = 0; k < components; k++) {
            sum += Math.exp(term(y, at + 3 * k, x) - most);
            weights += Math.exp(y[at + 3 * k] - mostWeight);
        }
        for (int k = 0; k < components; k++) {
            int from = at + 3 * k;
            int to = dAt + 3 * k;
            double part = Math.exp(term(y, from, x) - most) / sum;
            double sigma = sigma(y[from + 2]);
            double z = (x - y[from + 1]) / sigma;
            dY[to] = (float) (factor * (Math.exp(y[from] - mostWeight) / weights - part));
            dY[to + 1] = (float) (-factor * part * z / sigma);
            dY[to + 2] = (float) (factor * part * (1 - z * z) / sigma * spread * logistic(y[from + 2]));
        }
        return Math.log(weights) + mostWeight - Math.log(sum) - most;
    }

    /** l_k + ln N(x; μ_k, σ_k). */
    private double term(float[] y, int at, double x) {
        double sigma = sigma(y[at + 2]);
        return y[at] - gaussian((x - y[at + 1]) / sigma, sigma);
    }

    /**
     * A value drawn at random.
     *
     * @param y holds what the network gives
     * @param at where it begins
     * @param scale v, of counts
     * @throws IllegalArgumentException if a parameter or the scale is NaN or infinite
     */
    public double sample(float[] y, int at, double scale, RandomGenerator random) {
        requireFinite(y, at, scale);
        return switch (kind) {
            case GAUSSIAN -> y[at] + sigma(y[at + 1]) * random.nextGaussian();
            case STUDENT_T -> {
                double nu = softplus(y[at + 2]) + 2;
                double chi = 2 * Draw.gamma(nu / 2, random);
                yield y[at] + sigma(y[at + 1]) * random.nextGaussian() / Math.sqrt(chi / nu);
            }
            case NEGATIVE_BINOMIAL -> {
                double m = scale * (softplus(y[at]) + LEAST_MEAN);
                double alpha = alpha(y[at + 1], scale);
                yield Draw.poisson(alpha * m * Draw.gamma(1 / alpha, random), random);
            }
            case BERNOULLI -> random.nextDouble() < logistic(y[at] / spread) ? 1 : 0;
            case MIXTURE -> {
                int k = component(y, at, random);
                yield y[at + 3 * k + 1] + sigma(y[at + 3 * k + 2]) * random.nextGaussian();
            }
        };
    }

    private void requireFinite(float[] y, int at, double scale) {
        for (int i = 0; i < parameters(); i++) {
            if (!Float.isFinite(y[at + i])) {
                throw new IllegalArgumentException("Parameter " + i + " of the distribution " + text() + " is "
                        + y[at + i] + " but must be finite.");
            }
        }
        if (counts() && !(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The scale of the distribution " + text() + " is " + scale + " but must be above 0 and finite.");
        }
    }

    private int component(float[] y, int at, RandomGenerator random) {
        double most = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < components; k++) {
            most = Math.max(most, y[at + 3 * k]);
        }
        double weights = 0;
        for (int k = 0; k < components; k++) {
            weights += Math.exp(y[at + 3 * k] - most);
        }
        double place = random.nextDouble() * weights;
        for (int k = 0; k < components - 1; k++) {
            place -= Math.exp(y[at + 3 * k] - most);
            if (place < 0) {
                return k;
            }
        }
        return components - 1;
    }

    private static double softplus(double a) {
        return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
    }

    private static double logistic(double a) {
        double e = Math.exp(-Math.abs(a));
        return a >= 0 ? 1 / (1 + e) : e / (1 + e);
    }
}
