package dev.carousel.decoding;

import dev.carousel.loss.CrfLoss;
import dev.carousel.tensor.Sequence;

/**
 * The most probable tags of whole sequences, of a network that was trained with {@link CrfLoss}: the path of the highest score
 * (Viterbi, IEEE Transactions on Information Theory 13, 1967). An immutable value, which many threads may share.
 *
 * <pre>{@code
 * CrfDecoder decoder = new CrfDecoder(new CrfLoss(5));
 * int[] tags = decoder.best(y, 0);
 * }</pre>
 *
 * <p>{@link CrfLoss#marginals} says how probable each tag is by itself; the most probable tag of each step need not be on the
 * best path, and together they may be tags that never stand next to each other.
 *
 * @param loss says where in the outputs which score stands
 */
public record CrfDecoder(CrfLoss loss) {

    /**
     * The tags of the highest score; of paths with equal scores, that with the first tags, compared from the end.
     *
     * @param y scores [T, N, K (K + 3)]
     * @param n which sequence
     * @return a tag for each of its steps
     * @throws IllegalArgumentException if the size differs or a score is not a number
     */
    public int[] best(Sequence y, int n) {
        int K = loss.tags();
        if (y.size() != CrfLoss.outputSize(K)) {
            throw new IllegalArgumentException("CrfDecoder: " + K + " tags need " + CrfLoss.outputSize(K)
                    + " scores a step, but the output has " + y.size() + ".");
        }
        int T = y.length(n);
        int[] tags = new int[T];
        if (T == 0) {
            return tags;
        }
        double[][] score = new double[T][K];
        int[][] before = new int[T][K];
        for (int t = 0; t < T; t++) {
            int at = (t * y.batchSize() + n) * y.size();
            for (int j = 0; j < K; j++) {
                double into = t == 0 ? y.data()[at + loss.start(j)] : Double.NEGATIVE_INFINITY;
                for (int i = 0; i < K && t > 0; i++) {
                    double from = score[t - 1][i] + y.data()[at + loss.transition(i, j)];
                    requireNumber(from, t, n);
                    if (from > into) {
                        into = from;
                        before[t][j] = i;
                    }
                }
                score[t][j] = into + y.data()[at + j];
                requireNumber(score[t][j], t, n);
            }
        }
        int end = ((T - 1) * y.batchSize() + n) * y.size();
        for (int j = 0; j < K; j++) {
            score[T - 1][j] += y.data()[end + loss.end(j)];
            requireNumber(score[T - 1][j], T - 1, n);
            tags[T - 1] = score[T - 1][j] > score[T - 1][tags[T - 1]] ? j : tags[T - 1];
        }
        for (int t = T - 1; t > 0; t--) {
            tags[t - 1] = before[t][tags[t]];
        }
        return tags;
    }

    private static void requireNumber(double score, int t, int n) {
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("CrfDecoder: a score of step " + t + " of sequence " + n
                    + " is not a number. Has the network diverged, or was its input not finite?");
        }
    }
}
