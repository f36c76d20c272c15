package dev.carousel.reference.sequence;

import dev.carousel.reference.LossReference.Loss;
import dev.carousel.reference.Seq;
import java.util.Arrays;

/**
 * How surprising values are to distributions whose parameters a network gives, in double precision: the sum of -ln p(x) over all valid
 * steps, and its gradient.
 *
 * <pre>{@code
 * s(a) = ln(1 + exp a), ε = 0.001, f the spread                       z = (x - μ) / σ
 * gaussian           y = μ, a       σ = f (s(a) + ε)                   L = z²/2 + ln σ + ½ ln 2π
 *   dμ = -z/σ                       dσ = (1 - z²)/σ
 * student-t          y = μ, a, b    σ = f (s(a) + ε), ν = 2 + s(b)
 *   L  = ln Γ(ν/2) - ln Γ((ν+1)/2) + ½ ln(ν π) + ln σ + (ν+1)/2 ln(1 + z²/ν)
 *   dμ = -(ν+1) z / ((ν + z²) σ)    dσ = (1 - (ν+1) z² / (ν + z²)) / σ
 *   dν = ½ (ψ(ν/2) - ψ((ν+1)/2) + 1/ν + ln(1 + z²/ν) - (ν+1) z² / (ν (ν + z²)))
 * negative-binomial  y = a, b       m = v (s(a) + 10⁻⁶), α = f² (s(b) + ε) / √v, r = 1/α
 *   L  = ln Γ(x+1) + ln Γ(r) - ln Γ(x+r) + (r + x) ln(1 + α m) - x ln(α m)
 *   dm = (1 + α x)/(1 + α m) - x/m
 *   dα = -r² (ψ(r) - ψ(x+r) + ln(1 + α m)) + m (r + x)/(1 + α m) - x r
 * bernoulli          y = a          L = s(a/f) - x a/f,  da = (1/(1 + exp(-a/f)) - x) / f
 * mixture            y = l, μ, a of each, σ = f (s(a) + ε)      L = ln Σ exp l_k - ln Σ exp(l_k) N(x; μ_k, σ_k)
 *   γ_k = the share of k in the second sum     dl_k = softmax(l)_k - γ_k,  dμ_k = -γ_k z_k/σ_k,  dσ_k = γ_k (1 - z_k²)/σ_k
 * }</pre>
 *
 * <p>Shapes: y and dY [T, N, O P], P numbers for each of O values; x [T, N, O], of counts [T, N, 2 O], each with its scale v. No state.
 */
public final class DistributionReference {

    private static final double LEAST = 1e-3;
    private static final double LEAST_MEAN = 1e-6;

    private DistributionReference() {}

    /** One value: writes the gradient of its loss in y. */
    private interface Each {
        double loss(double[] y, double x, double v, double[] dY);
    }

    /** A normal distribution. */
    public static Loss gaussian(Seq y, Seq x) {
        return gaussian(y, x, 1);
    }

    /** The same with a spread f. */
    public static Loss gaussian(Seq y, Seq x, double f) {
        return sum(y, 2, x, 1, (p, value, v, d) -> {
            double sigma = f * (softplus(p[1]) + LEAST);
            double z = (value - p[0]) / sigma;
            d[0] = -z / sigma;
            d[1] = (1 - z * z) / sigma * f * logistic(p[1]);
            return z * z / 2 + Math.log(sigma) + Math.log(2 * Math.PI) / 2;
        });
    }

    /** Student's t. */
    public static Loss studentT(Seq y, Seq x) {
        return studentT(y, x, 1);
    }

    /** The same with a spread f. */
    public static Loss studentT(Seq y, Seq x, double f) {
        return sum(y, 3, x, 1, (p, value, v, d) -> {
            double sigma = f * (softplus(p[1]) + LEAST);
            double nu = 2 + softplus(p[2]);
            double z = (value - p[0]) / sigma;
            double log = Math.log(1 + z * z / nu);
            d[0] = -(nu + 1) * z / ((nu + z * z) * sigma);
            d[1] = (1 - (nu + 1) * z * z / (nu + z * z)) / sigma * f * logistic(p[1]);
            double dNu = (psi(nu / 2) - psi((nu + 1) / 2) + 1 / nu + log - (nu + 1) * z * z / (nu * (nu + z * z))) / 2;
            d[2] = dNu * logistic(p[2]);
            return logGamma(nu / 2)
                    - logGamma((nu + 1) / 2)
                    + Math.log(nu * Math.PI) / 2
                    + Math.log(sigma)
                    + (nu + 1) / 2 * log;
        });
    }

    /** Counts whose variance is more than their mean. */
    public static Loss negativeBinomial(Seq y, Seq x) {
        return negativeBinomial(y, x, 1);
    }

    /** The same with a spread f. */
    public static Loss negativeBinomial(Seq y, Seq x, double f) {
        return sum(y, 2, x, 2, (p, value, v, d) -> {
            double m = v * (softplus(p[0]) + LEAST_MEAN);
            double alpha = f * f * (softplus(p[1]) + LEAST) / Math.sqrt(v);
            double r = 1 / alpha;
            double log = Math.log(1 + alpha * m);
            double dM = (1 + alpha * value) / (1 + alpha * m) - value / m;
            double dAlpha = -r * r * (psi(r) - psi(value + r) + log) + m * (r + value) / (1 + alpha * m) - value * r;
            d[0] = dM * v * logistic(p[0]);
            d[1] = dAlpha * f * f / Math.sqrt(v) * logistic(p[1]);
            return logGamma(value + 1)
                    + logGamma(r)
                    - logGamma(value + r)
                    + (r + value) * log
                    - value * Math.log(alpha * m);
        });
    }

    /** 0 or 1. */
    public static Loss bernoulli(Seq y, Seq x) {
        return bernoulli(y, x, 1);
    }

    /** The same with a spread f. */
    public static Loss bernoulli(Seq y, Seq x, double f) {
        return sum(y, 1, x, 2, (p, value, v, d) -> {
            d[0] = (logistic(p[0] / f) - value) / f;
            return softplus(p[0] / f) - value * p[0] / f;
        });
    }

    /** Several Gaussians. */
    public static Loss mixture(Seq y, Seq x, int components) {
        return mixture(y, x, components, 1);
    }

    /** The same with a spread f. */
    public static Loss mixture(Seq y, Seq x, int components, double f) {
        return sum(y, 3 * components, x, 1, (p, value, v, d) -> {
            double[] weights = new double[components];
            double[] terms = new double[components];
            for (int k = 0; k < components; k++) {
                double sigma = f * (softplus(p[3 * k + 2]) + LEAST);
                double z = (value - p[3 * k + 1]) / sigma;
                weights[k] = p[3 * k];
                terms[k] = p[3 * k] - z * z / 2 - Math.log(sigma) - Math.log(2 * Math.PI) / 2;
            }
            double all = logSum(weights);
            double here = logSum(terms);
            for (int k = 0; k < components; k++) {
                double sigma = f * (softplus(p[3 * k + 2]) + LEAST);
                double z = (value - p[3 * k + 1]) / sigma;
                double part = Math.exp(terms[k] - here);
                d[3 * k] = Math.exp(weights[k] - all) - part;
                d[3 * k + 1] = -part * z / sigma;
                d[3 * k + 2] = part * (1 - z * z) / sigma * f * logistic(p[3 * k + 2]);
            }
            return all - here;
        });
    }

    private static Loss sum(Seq y, int P, Seq x, int numbers, Each each) {
        int O = y.size() / P;
        if (y.steps() != x.steps() || y.batchSize() != x.batchSize() || y.size() != O * P || x.size() != O * numbers) {
            throw new IllegalArgumentException("DistributionReference: outputs are " + y.shape() + " but values "
                    + x.shape() + "; each value of " + numbers + " numbers needs " + P + ".");
        }
        Seq dY = Seq.zerosLike(y, y.size());
        double sum = 0;
        int count = 0;
        for (int t = 0; t < y.steps(); t++) {
            for (int n : y.live(t)) {
                for (int j = 0; j < O; j++) {
                    double[] p = new double[P];
                    double[] d = new double[P];
                    for (int i = 0; i < P; i++) {
                        p[i] = y.get(t, n, j * P + i);
                    }
                    double v = numbers == 2 ? x.get(t, n, 2 * j + 1) : 1;
                    sum += each.loss(p, x.get(t, n, numbers * j), v, d);
                    System.arraycopy(d, 0, dY.values(), ((t * y.batchSize()) + n) * y.size() + j * P, P);
                    count++;
                }
            }
        }
        return new Loss(sum, count, dY);
    }

    private static double logSum(double[] terms) {
        double max = Arrays.stream(terms).max().orElseThrow();
        return max + Math.log(Arrays.stream(terms).map(v -> Math.exp(v - max)).sum());
    }

    private static double softplus(double a) {
        return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
    }

    private static double logistic(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    /** ln Γ(x) by Stirling's series, at x + 10 and more. */
    private static double logGamma(double x) {
        double y = x;
        double below = 0;
        for (int i = 0; i < 10; i++) {
            below += Math.log(y);
            y++;
        }
        double series = 1 / (12 * y)
                - 1 / (360 * Math.pow(y, 3))
                + 1 / (1260 * Math.pow(y, 5))
                - 1 / (1680 * Math.pow(y, 7))
                + 1 / (1188 * Math.pow(y, 9));
        return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - below;
    }

    /** ψ(x), its derivative. */
    private static double psi(double x) {
        double y = x;
        double below = 0;
        for (int i = 0; i < 10; i++) {
            below += 1 / y;
            y++;
        }
        double series = -1 / (2 * y)
                - 1 / (12 * Math.pow(y, 2))
                + 1 / (120 * Math.pow(y, 4))
                - 1 / (252 * Math.pow(y, 6))
                + 1 / (240 * Math.pow(y, 8))
                - 1 / (132 * Math.pow(y, 10));
        return Math.log(y) + series - below;
    }
}
