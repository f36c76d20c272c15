package dev.carousel.reference.sequence;

import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import java.util.Arrays;

/**
 * Attention in double precision, sequence by sequence; H and E stand for the rows of one sequence, a row for each step.
 *
 * <pre>{@code
 * dot        q = H            k = E            score = q kᵀ
 * general    q = H            k = E Kᵀ         score = q kᵀ
 * additive   q = H Qᵀ         k = E Kᵀ         score_ts = v · tanh(q_t + k_s)
 * α = softmax of each row of the scores        c = α E
 *
 * dα = dc Eᵀ        dscore = α ⊙ (dα - (α ⊙ dα) 1 1ᵀ)        dE = αᵀ dc + dk K
 * dot, general      dq = dscore k                 dk = dscoreᵀ q
 * additive          d_ts = dscore_ts v ⊙ (1 - u_ts²), u_ts = tanh(q_t + k_s)
 *                   dq_t = Σ_s d_ts               dk_s = Σ_t d_ts        dv = Σ_ts dscore_ts u_ts
 * dQ = dqᵀ H        dK = dkᵀ E                    dH = dq Q
 * }</pre>
 *
 * <p>Shapes: h [T, N, H], e [S, N, E], c [T, N, E]; query [A, H], key [A, E], score [1, A] under the names of {@link #weights}, those
 * that there are. The sequences of h and e belong to each other by number, and have lengths of their own. Of an empty e the context
 * is 0. The derivation is in {@code docs/math/attention.md}. No state.
 */
public final class AttentionReference {

    private final Mats weights;

    private AttentionReference(Mats weights) {
        this.weights = weights;
    }

    /** Scores that are products of both. */
    public static AttentionReference dot() {
        return new AttentionReference(Mats.empty());
    }

    /**
     * Scores that are products of h and a map of e.
     *
     * @param key K [H, E], shared
     */
    public static AttentionReference general(Mat key) {
        return new AttentionReference(Mats.of("key.weight", key));
    }

    /**
     * Scores of tanh units; all shared.
     *
     * @param query Q [A, H]
     * @param key K [A, E]
     * @param score v [1, A]
     */
    public static AttentionReference additive(Mat query, Mat key, Mat score) {
        return new AttentionReference(
                Mats.of("query.weight", query).with("key.weight", key).with("score.weight", score));
    }

    /** The live weights: of {@code query.weight}, {@code key.weight} and {@code score.weight} those that there are. */
    public Mats weights() {
        return weights;
    }

    /** Contexts, the shares of the steps of e, and what they were made of. */
    public final class Run {

        private final Seq h;
        private final Seq e;
        private final Seq c;
        private final Mat[] alpha;

        private Run(Seq h, Seq e) {
            this.h = h;
            this.e = e;
            this.c = Seq.zerosLike(h, e.size());
            this.alpha = new Mat[h.batchSize()];
            for (int n = 0; n < alpha.length; n++) {
                alpha[n] = softmax(scores(q(rows(h, n)), k(rows(e, n))));
                add(alpha[n].product(rows(e, n)), n, c);
            }
        }

        /** c [T, N, E]. */
        public Seq c() {
            return c;
        }

        /** α of sequence n [its steps of h, its steps of e]. */
        public Mat alpha(int n) {
            return alpha[n];
        }

        /** All gradients, for that of c. */
        public Gradients backward(Seq dC) {
            Seq dH = Seq.zerosLike(h, h.size());
            Seq dE = Seq.zerosLike(e, e.size());
            Mats dWeights = weights.zerosLike();
            for (int n = 0; n < alpha.length; n++) {
                backward(n, rows(dC, n), dH, dE, dWeights);
            }
            return new Gradients(dH, dE, dWeights);
        }

        private void backward(int n, Mat dc, Seq dH, Seq dE, Mats dWeights) {
            Mat H = rows(h, n);
            Mat E = rows(e, n);
            Mat dAlpha = dc.product(E.transposed());
            Mat weighted = alpha[n].times(dAlpha);
            Mat dScore = weighted.minus(alpha[n].times(sumOfEachRow(weighted)));
            add(alpha[n].transposed().product(dc), n, dE);
            Mat q = q(H);
            Mat k = k(E);
            Mat dq = Mat.zeros(q.rows(), q.columns());
            Mat dk = Mat.zeros(k.rows(), k.columns());
            if (weights.names().contains("score.weight")) {
                additiveBackward(q, k, dScore, dq, dk, dWeights.get("score.weight"));
            } else {
                dq = dScore.product(k);
                dk = dScore.transposed().product(q);
            }
            boolean maps = weights.names().contains("query.weight");
            add(maps ? dq.product(weights.get("query.weight")) : dq, n, dH);
            boolean mapsKeys = weights.names().contains("key.weight");
            add(mapsKeys ? dk.product(weights.get("key.weight")) : dk, n, dE);
            if (maps) {
                add(dq.transposed().product(H), dWeights.get("query.weight"));
            }
            if (mapsKeys) {
                add(dk.transposed().product(E), dWeights.get("key.weight"));
            }
        }

        private void additiveBackward(Mat q, Mat k, Mat dScore, Mat dq, Mat dk, Mat dv) {
            Mat v = weights.get("score.weight");
            int A = v.columns();
            for (int t = 0; t < q.rows(); t++) {
                for (int s = 0; s < k.rows(); s++) {
                    for (int j = 0; j < A; j++) {
                        double u = Math.tanh(q.get(t, j) + k.get(s, j));
                        double d = dScore.get(t, s) * v.get(0, j) * (1 - u * u);
                        dq.values()[t * A + j] += d;
                        dk.values()[s * A + j] += d;
                        dv.values()[j] += dScore.get(t, s) * u;
                    }
                }
            }
        }
    }

    /** The gradients of a run: in h, in e, and in the weights under their names. */
    public record Gradients(Seq dH, Seq dE, Mats dWeights) {}

    /**
     * Contexts for all steps of h.
     *
     * @throws IllegalArgumentException if there are not as many sequences of both, or a size does not fit
     */
    public Run attend(Seq h, Seq e) {
        if (h.batchSize() != e.batchSize()) {
            throw new IllegalArgumentException(
                    "AttentionReference: h is " + h + " but e is " + e + "; they must have as many sequences.");
        }
        return new Run(h, e);
    }

    private Mat q(Mat h) {
        return weights.names().contains("query.weight")
                ? h.product(weights.get("query.weight").transposed())
                : h;
    }

    private Mat k(Mat e) {
        return weights.names().contains("key.weight")
                ? e.product(weights.get("key.weight").transposed())
                : e;
    }

    private Mat scores(Mat q, Mat k) {
        if (!weights.names().contains("score.weight")) {
            return q.product(k.transposed());
        }
        Mat v = weights.get("score.weight");
        Mat scores = Mat.zeros(q.rows(), k.rows());
        for (int t = 0; t < q.rows(); t++) {
            for (int s = 0; s < k.rows(); s++) {
                for (int j = 0; j < v.columns(); j++) {
                    scores.values()[t * k.rows() + s] += v.get(0, j) * Math.tanh(q.get(t, j) + k.get(s, j));
                }
            }
        }
        return scores;
    }

    private static Mat softmax(Mat scores) {
        Mat alpha = scores.copy();
        int S = scores.columns();
        for (int t = 0; t < scores.rows() && S > 0; t++) {
            double[] row = Arrays.copyOfRange(scores.values(), t * S, (t + 1) * S);
            double max = Arrays.stream(row).max().orElseThrow();
            double sum = Arrays.stream(row).map(score -> Math.exp(score - max)).sum();
            for (int s = 0; s < S; s++) {
                alpha.values()[t * S + s] = Math.exp(row[s] - max) / sum;
            }
        }
        return alpha;
    }

    /** The sum of each row, in each of its places. */
    private static Mat sumOfEachRow(Mat a) {
        Mat ones = Mat.zeros(a.columns(), a.columns()).map(zero -> 1);
        return a.product(ones);
    }

    /** The steps of one sequence, a row each. */
    private static Mat rows(Seq x, int n) {
        return Mat.over(x.length(n), x.size(), x.alone(n).values());
    }

    private static void add(Mat rows, int n, Seq to) {
        for (int t = 0; t < rows.rows(); t++) {
            for (int d = 0; d < to.size(); d++) {
                to.values()[(t * to.batchSize() + n) * to.size() + d] += rows.get(t, d);
            }
        }
    }

    private static void add(Mat from, Mat to) {
        for (int i = 0; i < from.values().length; i++) {
            to.values()[i] += from.values()[i];
        }
    }
}
