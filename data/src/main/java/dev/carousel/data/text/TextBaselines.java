package dev.carousel.data.text;

import dev.carousel.data.DataException;
import java.util.function.LongConsumer;

/**
 * The naive baselines that a network has to beat: how well a text is predicted from how often each unit occurs, from how often
 * each follows the one before, and from how often each follows several before it. Counted on the training part, measured on
 * the held-out part in nats per unit.
 *
 * <pre>{@code
 * p_1(w) = (n(w) + 1) / (n + V)                                                unigram
 * p_k(w | v) = (n(v w) + t(v) p_{k-1}(w | v')) / (n(v) + t(v))                 bigram: k = 2; n-gram: k = order
 * loss = -1/m Σ ln p
 * }</pre>
 *
 * <p>v are the k - 1 units before w, v' those without the first, n(v) is how often v was followed, t(v) by how many different
 * units. The order is the one that predicts the last tenth of the training part best from the rest of it: at most 8
 * characters or bytes, or 5 words, and less where a large text has more such runs than 134 MB hold.
 *
 * <p>Source: Witten, Bell, The zero-frequency problem, IEEE Transactions on Information Theory 37, 1991 (method C).
 *
 * @param unigram the loss that knows the frequencies
 * @param bigram the loss that knows the unit before too
 * @param ngram the loss that knows {@code order - 1} units before
 * @param order n of the n-grams, at least 2
 */
public record TextBaselines(double unigram, double bigram, double ngram, int order) {

    private static final int LONGEST = 8;
    private static final int MOST_WORDS = 5;

    /** The last of so many parts of the training part chooses the order. */
    private static final int PARTS = 10;

    /**
     * Counts and judges.
     *
     * @param training what is counted
     * @param heldOut what is predicted, but for its first unit
     * @throws DataException if one of them is too short
     */
    public static TextBaselines of(TextData.Part training, TextData.Part heldOut) {
        return of(training, heldOut, counted -> {});
    }

    /**
     * Counts and judges; some seconds for each million of units.
     *
     * @param progress is told how many units of the training part have been counted
     */
    public static TextBaselines of(TextData.Part training, TextData.Part heldOut, LongConsumer progress) {
        return of(training, heldOut, NGrams.MOST_SLOTS, progress);
    }

    static TextBaselines of(TextData.Part training, TextData.Part heldOut, int mostSlots, LongConsumer progress) {
        if (training.length() < 1 || heldOut.length() < 2) {
            throw new DataException(training.text().source() + ": expected at least 1 "
                    + training.text().units().name() + " to count and 2 to predict but found " + training.length()
                    + " and " + heldOut.length() + ".");
        }
        TextUnits units = training.text().units();
        NGrams grams = new NGrams(units.size(), units instanceof WordVocabulary ? MOST_WORDS : LONGEST, mostSlots);
        int[] seen = training.text().ids();
        int from = training.from();
        int choosing = training.to() - training.length() / PARTS;
        grams.count(seen, from, choosing, progress);
        double[] chosenBy = choosing < training.to()
                ? grams.losses(seen, from, choosing, training.to(), seen)
                : new double[grams.longest()];
        grams.count(seen, choosing, training.to(), counted -> progress.accept(choosing - from + counted));
        int order = 2;
        for (int k = 3; k <= grams.longest(); k++) {
            order = chosenBy[k - 1] < chosenBy[order - 1] ? k : order;
        }
        int[] asked = heldOut.text().ids();
        double[] losses = grams.losses(asked, heldOut.from(), heldOut.from() + 1, heldOut.to(), seen);
        return new TextBaselines(losses[0], losses[1], losses[order - 1], order);
    }
}
