package dev.carousel.loss;

import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;

/**
 * A linear-chain conditional random field: how surprised the network is by the tags of a whole sequence, where each tag may
 * depend on the one before it. In nats, the mean over sequences.
 *
 * <pre>{@code
 * score(k) = start_k_0 + Σ_t e_t,k_t + Σ_(t ≥ 1) A_t,k_t-1,k_t + end_k_T-1          for tags k_0 ... k_T-1
 * loss = ln Σ_k exp score(k) - score(tags)
 * y_t = [e_t (K) | A_t (K x K, from row to column) | start (K) | end (K)]           K (K + 3) numbers
 * }</pre>
 *
 * <p>The network gives all scores at each step, so that transitions may depend on the input as tags do; of {@code A} those of
 * the first step, of {@code start} those of all others and of {@code end} those of all but the last are not read, and their
 * gradient is 0. {@code Dense.head(H, CrfLoss.outputSize(K))} makes them.
 *
 * <p>The target is {@link Tokens} [T, N]. A step whose tag is {@link Tokens#IGNORED}, masked or beyond the target's length has
 * an unknown tag: the loss is then minus the logarithm of the probability of the tags that are known, whatever the others are.
 * A sequence of which no tag is known does not count.
 *
 * <p>Sums are computed in logarithms and in double. See {@code docs/math/crf.md}.
 *
 * <p>Lafferty, McCallum and Pereira, Conditional random fields: probabilistic models for segmenting and labeling sequence data,
 * ICML 2001; on top of a recurrent network: Huang, Xu and Yu, Bidirectional LSTM-CRF models for sequence tagging, 2015.
 *
 * @param tags K, at least 1
 */
public record CrfLoss(int tags) implements SequenceLoss {

    private static final int MOST_TAGS = 10_000;

    /** Checks the number. */
    public CrfLoss {
        if (tags < 1 || tags > MOST_TAGS) {
            throw new IllegalArgumentException(
                    "CrfLoss: there are " + tags + " tags but must be 1 to " + MOST_TAGS + ".");
        }
    }

    /** How many numbers a step of the network's output has: K (K + 3). */
    public static int outputSize(int tags) {
        return tags * (tags + 3);
    }

    /** Where in a step the score of going from one tag to another stands; the score of tag k itself stands at k. */
    public int transition(int from, int to) {
        return tags + from * tags + to;
    }

    /** Where in a step the score of beginning with a tag stands. */
    public int start(int tag) {
        return tags + tags * tags + tag;
    }

    /** Where in a step the score of ending with a tag stands. */
    public int end(int tag) {
        return 2 * tags + tags * tags + tag;
    }

    @Override
    public void requireFits(NetworkSpec spec) {
        Scores.requireBeforeSoftmax("CrfLoss", spec);
        if (spec.outputSize() != outputSize(tags)) {
            throw new IllegalArgumentException("CrfLoss: " + tags + " tags need " + outputSize(tags)
                    + " scores a step (K tags, K x K transitions, K starts, K ends), but the network gives "
                    + spec.outputSize() + ".");
        }
    }

    @Override
    public void requireFits(Sequence y, Target target) {
        Tokens classes = target.classes();
        if (classes.steps() != y.steps() || classes.batchSize() != y.batchSize()) {
            throw new IllegalArgumentException("CrfLoss: the output is " + y + " but the target " + classes
                    + "; they must have equal steps and batch size.");
        }
        requireScores(y);
        for (int n = 0; n < y.batchSize(); n++) {
            for (int t = 0; t < y.length(n); t++) {
                int k = classes.get(t, n);
                if ((k < 0 || k >= tags) && target.counts(t, n)) {
                    throw new IllegalArgumentException("CrfLoss: the target of step " + t + " of sequence " + n
                            + " is tag " + k + " but there are " + tags + ", 0 to " + (tags - 1)
                            + ". Was the target made with other tags?");
                }
            }
        }
    }

    private void requireScores(Sequence y) {
        if (y.size() != outputSize(tags)) {
            throw new IllegalArgumentException("CrfLoss: " + tags + " tags need " + outputSize(tags)
                    + " scores a step (K tags, K x K transitions, K starts, K ends), but the output has " + y.size()
                    + ".");
        }
    }

    @Override
    public boolean counts(Sequence y, Target target, int n) {
        for (int t = 0; t < y.length(n); t++) {
            if (target.counts(t, n)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The probability of each tag at each step, over all tags of the other steps.
     *
     * @param y scores [T, N, K (K + 3)]
     * @param n which sequence
     * @return of each of its steps and each tag; those of a step sum to 1
     * @throws IllegalArgumentException if the size differs
     */
    public double[][] marginals(Sequence y, int n) {
        requireScores(y);
        return new CrfPass(this).marginals(y, n);
    }
}
