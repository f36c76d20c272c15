package dev.carousel.loss;

import dev.carousel.tensor.Sequence;
import java.util.Arrays;

/**
 * One sequence of {@link CrfLoss}, forward and backward: once over all tags, once over those that the target allows.
 *
 * <pre>{@code
 * α_0(j) = start_j + e_0(j)                 α_t(j) = e_t(j) + ln Σ_i exp(α_t-1(i) + A_t(i, j))
 * β_T-1(j) = end_j                          β_t(i) = ln Σ_j exp(A_t+1(i, j) + e_t+1(j) + β_t+1(j))
 * ln Z = ln Σ_j exp(α_T-1(j) + end_j)       p_t(j) = exp(α_t(j) + β_t(j) - ln Z)
 * p_t(i, j) = exp(α_t-1(i) + A_t(i, j) + e_t(j) + β_t(j) - ln Z)
 * }</pre>
 */
final class CrfPass implements SequenceLoss.SequencePass {

    private static final double NEVER = Double.NEGATIVE_INFINITY;
    private static final int ANY = -1;

    private final CrfLoss loss;
    private final int K;

    // α [T, K], the β of two steps, and the terms of one sum.
    private double[] alpha = {};
    private double[] beta;
    private double[] next;
    private final double[] terms;
    private int[] allowed = {};

    private int T;
    private int N;
    private int n;
    private float[] y = {};

    CrfPass(CrfLoss loss) {
        this.loss = loss;
        this.K = loss.tags();
        this.beta = new double[K];
        this.next = new double[K];
        this.terms = new double[K];
    }

    @Override
    public double run(Sequence y, Target target, int n, float scale, float[] dY) {
        take(y, n);
        boolean withGradient = dY.length > 0;
        for (int t = 0; t < T && withGradient; t++) {
            Arrays.fill(dY, at(t), at(t) + CrfLoss.outputSize(K), 0);
        }
        Arrays.fill(allowed, 0, T, ANY);
        double all = forward();
        if (withGradient) {
            backward(all, scale, dY);
        }
        for (int t = 0; t < T; t++) {
            allowed[t] = target.counts(t, n) ? target.classes().get(t, n) : ANY;
        }
        double known = forward();
        if (withGradient) {
            backward(known, -scale, dY);
        }
        return all - known;
    }

    double[][] marginals(Sequence y, int n) {
        take(y, n);
        Arrays.fill(allowed, 0, T, ANY);
        double all = forward();
        double[][] p = new double[T][K];
        for (int t = T - 1; t >= 0; t--) {
            back(t);
            for (int j = 0; j < K; j++) {
                p[t][j] = Math.exp(alpha[t * K + j] + beta[j] - all);
            }
        }
        return p;
    }

    private void take(Sequence y, int n) {
        this.T = y.length(n);
        this.N = y.batchSize();
        this.n = n;
        this.y = y.data();
        if (alpha.length < T * K) {
            alpha = new double[T * K];
        }
        if (allowed.length < T) {
            allowed = new int[T];
        }
    }

    private int at(int t) {
        return (t * N + n) * CrfLoss.outputSize(K);
    }

    private boolean may(int t, int tag) {
        return allowed[t] == ANY || allowed[t] == tag;
    }

    /** The logarithm of the sum over all tags that are allowed; 0 of a sequence without steps. */
    private double forward() {
        for (int t = 0; t < T; t++) {
            int at = at(t);
            for (int j = 0; j < K; j++) {
                double into = t == 0 ? y[at + loss.start(j)] : may(t, j) ? into(t, j) : NEVER;
                alpha[t * K + j] = may(t, j) ? into + y[at + j] : NEVER;
            }
        }
        if (T == 0) {
            return 0;
        }
        for (int j = 0; j < K; j++) {
            terms[j] = alpha[(T - 1) * K + j] + y[at(T - 1) + loss.end(j)];
        }
        return logSum();
    }

    private double into(int t, int j) {
        int at = at(t);
        for (int i = 0; i < K; i++) {
            terms[i] = alpha[(t - 1) * K + i] + y[at + loss.transition(i, j)];
        }
        return logSum();
    }

    /** β of step t from that of the step after it. */
    private void back(int t) {
        double[] was = next;
        next = beta;
        beta = was;
        for (int i = 0; i < K; i++) {
            if (t == T - 1) {
                beta[i] = y[at(t) + loss.end(i)];
                continue;
            }
            int after = at(t + 1);
            for (int j = 0; j < K; j++) {
                // The double first: two floats would be added as floats.
                terms[j] = may(t + 1, j) ? next[j] + y[after + loss.transition(i, j)] + y[after + j] : NEVER;
            }
            beta[i] = logSum();
        }
    }

    /** Adds the probabilities times a factor. */
    private void backward(double all, float factor, float[] dY) {
        for (int t = T - 1; t >= 0; t--) {
            back(t);
            int at = at(t);
            for (int j = 0; j < K; j++) {
                if (!may(t, j)) {
                    continue;
                }
                float p = (float) (factor * Math.exp(alpha[t * K + j] + beta[j] - all));
                dY[at + j] += p;
                dY[at + loss.start(j)] += t == 0 ? p : 0;
                dY[at + loss.end(j)] += t == T - 1 ? p : 0;
                for (int i = 0; i < K && t > 0; i++) {
                    double pair = alpha[(t - 1) * K + i] + y[at + loss.transition(i, j)] + y[at + j] + beta[j];
                    dY[at + loss.transition(i, j)] += (float) (factor * Math.exp(pair - all));
                }
            }
        }
    }

    /** {@code ln Σ exp} of the terms. */
    private double logSum() {
        double max = NEVER;
        for (int k = 0; k < K; k++) {
            max = Math.max(max, terms[k]);
        }
        if (max == NEVER) {
            return NEVER;
        }
        double sum = 0;
        for (int k = 0; k < K; k++) {
            sum += Math.exp(terms[k] - max);
        }
        return max + Math.log(sum);
    }
}
