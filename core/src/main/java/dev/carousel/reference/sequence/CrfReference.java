package dev.carousel.reference.sequence;

import dev.carousel.reference.LossReference.Loss;
import dev.carousel.reference.Seq;
import java.util.Arrays;

/**
 * A linear-chain conditional random field in double precision, in logarithms throughout.
 *
 * <pre>{@code
 * score(k) = start_k_0 + Σ_t e_t,k_t + Σ_(t ≥ 1) A_k_t-1,k_t + end_k_T-1
 * α_0(j) = start_j + e_0,j                  α_t(j) = e_t,j + ln Σ_i exp(α_t-1(i) + A_ij)
 * β_T-1(i) = end_i                          β_t(i) = ln Σ_j exp(A_ij + e_t+1,j + β_t+1(j))
 * ln Z = ln Σ_j exp(α_T-1(j) + end_j)       loss = ln Z - score(tags)
 * p_t(j) = exp(α_t(j) + β_t(j) - ln Z)      de_t,j = p_t(j) - [j = tag_t]
 * p_t(i, j) = exp(α_t-1(i) + A_ij + e_t,j + β_t(j) - ln Z)
 * dA_ij = Σ_(t ≥ 1) p_t(i, j) - [i = tag_t-1, j = tag_t]
 * dstart_j = p_0(j) - [j = tag_0]           dend_j = p_T-1(j) - [j = tag_T-1]
 * }</pre>
 *
 * <p>Transitions are the same at every step and of every sequence here. Shapes: e [T, N, K], A [K, K] row by row, start and end
 * [K]. The derivation is in {@code docs/math/crf.md}. No state.
 *
 * @param transitions A, from row to column
 * @param start by tag
 * @param end by tag
 */
@SuppressWarnings("ArrayRecordComponent") // The live arrays, which a check of gradients changes.
public record CrfReference(double[] transitions, double[] start, double[] end) {

    /** A loss and its gradients, sums over the sequences. */
    public record Gradients(Loss loss, double[] dTransitions, double[] dStart, double[] dEnd) {}

    /** Checks the sizes. */
    public CrfReference {
        int K = start.length;
        if (end.length != K || transitions.length != K * K) {
            throw new IllegalArgumentException("CrfReference: of " + K + " tags there must be " + K * K
                    + " transitions and " + K + " ends, but there are " + transitions.length + " and " + end.length
                    + ".");
        }
    }

    private int tags() {
        return start.length;
    }

    /**
     * The sum over all sequences that have a step.
     *
     * @param e scores of tags [T, N, K]
     * @param tags [N][steps of this sequence]
     */
    public Gradients loss(Seq e, int[][] tags) {
        Gradients all = new Gradients(
                new Loss(0, 0, Seq.zerosLike(e, tags())),
                new double[transitions.length],
                new double[tags()],
                new double[tags()]);
        double sum = 0;
        int count = 0;
        for (int n = 0; n < e.batchSize(); n++) {
            if (e.length(n) > 0) {
                sum += sequence(e.alone(n), tags[n], n, all);
                count++;
            }
        }
        return new Gradients(new Loss(sum, count, all.loss.dY()), all.dTransitions, all.dStart, all.dEnd);
    }

    private double sequence(Seq e, int[] tags, int n, Gradients d) {
        int T = e.steps();
        int K = tags();
        double[][] alpha = alpha(e);
        double[][] beta = beta(e);
        double logZ = logZ(alpha);
        double[] dE = d.loss.dY().values();
        int N = d.loss.dY().batchSize();
        for (int t = 0; t < T; t++) {
            for (int j = 0; j < K; j++) {
                double p = Math.exp(alpha[t][j] + beta[t][j] - logZ) - (j == tags[t] ? 1 : 0);
                dE[(t * N + n) * K + j] = p;
                d.dStart[j] += t == 0 ? p : 0;
                d.dEnd[j] += t == T - 1 ? p : 0;
                for (int i = 0; i < K && t > 0; i++) {
                    double pair = alpha[t - 1][i] + transitions[i * K + j] + e.get(t, 0, j) + beta[t][j];
                    d.dTransitions[i * K + j] += Math.exp(pair - logZ) - (i == tags[t - 1] && j == tags[t] ? 1 : 0);
                }
            }
        }
        return logZ - score(e, tags);
    }

    private double[][] alpha(Seq e) {
        double[][] alpha = new double[e.steps()][tags()];
        for (int t = 0; t < e.steps(); t++) {
            for (int j = 0; j < tags(); j++) {
                double[] from = new double[tags()];
                for (int i = 0; i < tags() && t > 0; i++) {
                    from[i] = alpha[t - 1][i] + transitions[i * tags() + j];
                }
                alpha[t][j] = e.get(t, 0, j) + (t == 0 ? start[j] : logSum(from));
            }
        }
        return alpha;
    }

    private double[][] beta(Seq e) {
        double[][] beta = new double[e.steps()][];
        for (int t = e.steps() - 1; t >= 0; t--) {
            beta[t] = end.clone();
            for (int i = 0; i < tags() && t < e.steps() - 1; i++) {
                double[] to = new double[tags()];
                for (int j = 0; j < tags(); j++) {
                    to[j] = transitions[i * tags() + j] + e.get(t + 1, 0, j) + beta[t + 1][j];
                }
                beta[t][i] = logSum(to);
            }
        }
        return beta;
    }

    private double logZ(double[][] alpha) {
        double[] ends = alpha[alpha.length - 1].clone();
        Arrays.setAll(ends, j -> ends[j] + end[j]);
        return logSum(ends);
    }

    /** The score of the tags of one sequence [T, 1, K]. */
    public double score(Seq e, int[] tags) {
        double score = start[tags[0]] + end[tags[tags.length - 1]];
        for (int t = 0; t < tags.length; t++) {
            score += e.get(t, 0, tags[t]) + (t == 0 ? 0 : transitions[tags[t - 1] * tags() + tags[t]]);
        }
        return score;
    }

    private static double logSum(double[] terms) {
        double max = Arrays.stream(terms).max().orElseThrow();
        return max + Math.log(Arrays.stream(terms).map(v -> Math.exp(v - max)).sum());
    }
}
