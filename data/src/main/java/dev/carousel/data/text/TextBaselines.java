package dev.carousel.data.text;

import dev.carousel.data.DataException;
import java.util.HashMap;
import java.util.Map;

/**
 * The naive baselines that a network has to beat: how well a text is predicted from how often each unit occurs, and
 * from how often each follows the one before. Counted on the training part, measured on the held-out part in nats per
 * unit.
 *
 * <pre>{@code
 * p(w) = (n(w) + 1) / (n + V)                                      unigram
 * p(w | v) = (n(v w) + t(v) p(w)) / (n(v) + t(v))                  bigram; t(v) is how many different units follow v
 * loss = -1/m Σ ln p
 * }</pre>
 *
 * <p>Source: Witten, Bell, The zero-frequency problem, IEEE Transactions on Information Theory 37, 1991 (method C).
 *
 * @param unigram the loss that knows the frequencies
 * @param bigram the loss that knows the unit before too
 */
public record TextBaselines(double unigram, double bigram) {

    /**
     * Counts and judges.
     *
     * @param training what is counted
     * @param heldOut what is predicted, but for its first unit
     * @throws DataException if one of them is too short
     */
    public static TextBaselines of(TextData.Part training, TextData.Part heldOut) {
        int[] seen = training.ids();
        int[] asked = heldOut.ids();
        if (seen.length < 1 || asked.length < 2) {
            throw new DataException(training.text().source() + ": expected at least 1 "
                    + training.text().units().name() + " to count and 2 to predict but found " + seen.length + " and "
                    + asked.length + ".");
        }
        int V = training.text().units().size();
        long[] count = new long[V];
        long[] before = new long[V];
        int[] different = new int[V];
        Map<Long, Integer> pairs = new HashMap<>();
        for (int i = 0; i < seen.length; i++) {
            count[seen[i]]++;
            if (i > 0) {
                before[seen[i - 1]]++;
                if (pairs.merge(pair(seen[i - 1], seen[i], V), 1, Integer::sum) == 1) {
                    different[seen[i - 1]]++;
                }
            }
        }
        double unigram = 0;
        double bigram = 0;
        for (int i = 1; i < asked.length; i++) {
            int v = asked[i - 1];
            int w = asked[i];
            double p = (count[w] + 1.0) / (seen.length + (double) V);
            int t = different[v];
            double q = t == 0 ? p : (pairs.getOrDefault(pair(v, w, V), 0) + t * p) / (before[v] + (double) t);
            unigram -= Math.log(p);
            bigram -= Math.log(q);
        }
        return new TextBaselines(unigram / (asked.length - 1), bigram / (asked.length - 1));
    }

    private static long pair(int v, int w, int V) {
        return (long) v * V + w;
    }
}
