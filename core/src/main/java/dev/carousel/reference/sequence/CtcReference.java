package dev.carousel.reference.sequence;

import dev.carousel.reference.LossReference.Loss;
import dev.carousel.reference.Seq;
import java.util.Arrays;

/**
 * Connectionist temporal classification in double precision, in logarithms throughout.
 *
 * <pre>{@code
 * z = blank, l_1, blank, l_2, ... l_L, blank                         S = 2 L + 1 states
 * α_0(s) = p_0(z_s) for s = 0, 1, else 0
 * α_t(s) = p_t(z_s) (α_t-1(s) + α_t-1(s-1) + [z_s is no blank and not z_s-2] α_t-1(s-2))
 * β_T-1(s) = 1 for s = S-1, S-2, else 0
 * β_t(s) = Σ_r p_t+1(z_r) β_t+1(r)     r = s, s+1, and s+2 if z_r is no blank and not z_s
 * p = Σ_s α_t(s) β_t(s) at any t         loss = -ln p
 * dY_tk = softmax(y_t)_k - 1/p Σ_(s: z_s = k) α_t(s) β_t(s)
 * }</pre>
 *
 * <p>β leaves out the probability of its own step, which Graves and others include. The derivation is in
 * {@code docs/math/ctc.md}. No state.
 */
public final class CtcReference {

    private static final double NEVER = Double.NEGATIVE_INFINITY;

    private CtcReference() {}

    /**
     * The sum over all sequences, and its gradient; {@code count} is the number of sequences.
     *
     * @param y scores [T, N, V]
     * @param labels [N][labels of this sequence], each a class that is not the blank; possibly none
     * @param blank the class that stands for no label
     * @return infinite, with a gradient of 0 for those, where labels do not fit into their steps
     * @throws IllegalArgumentException if there are too few or too many label sequences
     */
    public static Loss loss(Seq y, int[][] labels, int blank) {
        if (labels.length != y.batchSize()) {
            throw new IllegalArgumentException("CtcReference: scores are " + y.shape() + ", so there must be labels of "
                    + y.batchSize() + " sequences, but there are " + labels.length + ".");
        }
        Seq dY = Seq.zerosLike(y, y.size());
        double sum = 0;
        for (int n = 0; n < y.batchSize(); n++) {
            sum += sequence(y, n, states(labels[n], blank), blank, dY);
        }
        return new Loss(sum, y.batchSize(), dY);
    }

    private static int[] states(int[] labels, int blank) {
        int[] z = new int[2 * labels.length + 1];
        Arrays.setAll(z, s -> s % 2 == 0 ? blank : labels[s / 2]);
        return z;
    }

    private static double sequence(Seq y, int n, int[] z, int blank, Seq dY) {
        int T = y.length(n);
        int S = z.length;
        if (T == 0) {
            return S == 1 ? 0 : Double.POSITIVE_INFINITY;
        }
        double[][] logP = new double[T][];
        for (int t = 0; t < T; t++) {
            logP[t] = logSoftmax(y, t, n);
        }
        double[][] alpha = new double[T][S];
        for (int t = 0; t < T; t++) {
            for (int s = 0; s < S; s++) {
                alpha[t][s] = logP[t][z[s]] + into(alpha, t, s, z, blank);
            }
        }
        double logTotal = S == 1 ? alpha[T - 1][0] : add(alpha[T - 1][S - 1], alpha[T - 1][S - 2]);
        if (logTotal == NEVER) {
            return Double.POSITIVE_INFINITY;
        }
        double[] beta = new double[S];
        for (int t = T - 1; t >= 0; t--) {
            beta = t == T - 1 ? atTheEnd(S) : before(beta, logP[t + 1], z, blank);
            for (int k = 0; k < y.size(); k++) {
                double occupancy = 0;
                for (int s = 0; s < S; s++) {
                    occupancy += z[s] == k ? Math.exp(alpha[t][s] + beta[s] - logTotal) : 0;
                }
                dY.values()[(t * y.batchSize() + n) * y.size() + k] = Math.exp(logP[t][k]) - occupancy;
            }
        }
        return -logTotal;
    }

    private static boolean skips(int[] z, int s, int blank) {
        return s >= 2 && z[s] != blank && z[s] != z[s - 2];
    }

    private static double into(double[][] alpha, int t, int s, int[] z, int blank) {
        if (t == 0) {
            return s < 2 ? 0 : NEVER;
        }
        double stayed = alpha[t - 1][s];
        double moved = s >= 1 ? alpha[t - 1][s - 1] : NEVER;
        double skipped = skips(z, s, blank) ? alpha[t - 1][s - 2] : NEVER;
        return add(add(stayed, moved), skipped);
    }

    private static double[] atTheEnd(int S) {
        double[] beta = new double[S];
        Arrays.setAll(beta, s -> s >= S - 2 ? 0 : NEVER);
        return beta;
    }

    private static double[] before(double[] next, double[] logP, int[] z, int blank) {
        int S = z.length;
        double[] beta = new double[S];
        for (int s = 0; s < S; s++) {
            double stays = logP[z[s]] + next[s];
            double moves = s + 1 < S ? logP[z[s + 1]] + next[s + 1] : NEVER;
            double skips = s + 2 < S && skips(z, s + 2, blank) ? logP[z[s + 2]] + next[s + 2] : NEVER;
            beta[s] = add(add(stays, moves), skips);
        }
        return beta;
    }

    private static double[] logSoftmax(Seq y, int t, int n) {
        double[] logP = new double[y.size()];
        Arrays.setAll(logP, k -> y.get(t, n, k));
        double max = Arrays.stream(logP).max().orElseThrow();
        double logSum =
                max + Math.log(Arrays.stream(logP).map(v -> Math.exp(v - max)).sum());
        Arrays.setAll(logP, k -> logP[k] - logSum);
        return logP;
    }

    /** {@code ln(exp a + exp b)}, which is exact where one of them is nothing. */
    private static double add(double a, double b) {
        double more = Math.max(a, b);
        return more == NEVER ? NEVER : more + Math.log1p(Math.exp(Math.min(a, b) - more));
    }
}
