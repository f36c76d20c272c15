package dev.carousel.train.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Successive halving: many settings are tried for a few epochs, the better ones for more, the best for all.
 *
 * <pre>{@code
 * rung k of K + 1:  n / f^k settings, each for E / f^(K - k) epochs;  K = the most for which neither falls below 1
 * Halving.of(27, 9, 3).rungs()    // 27 settings for 1 epoch, 9 for 3, 3 for 9
 * }</pre>
 *
 * <p>Every rung costs about the same, so all cost K + 1 times what n / f^K full trainings would. Each training begins anew, so that a
 * schedule runs its whole course within the epochs of its rung.
 *
 * <p>Source: Jamieson, Talwalkar, Non-stochastic best arm identification and hyperparameter optimization, 2016.
 *
 * @param rungs the first with most settings, the last with most epochs
 */
record Halving(List<Rung> rungs) {

    /**
     * One round.
     *
     * @param trials how many settings are tried, the best of the round before
     * @param epochs for how many epochs each
     */
    record Rung(int trials, int epochs) {}

    /** Takes a copy. */
    Halving {
        rungs = List.copyOf(rungs);
    }

    /**
     * The rounds.
     *
     * @param trials n, how many settings there are
     * @param epochs E, of a full training
     * @param factor f; of each round the best 1 / f go on, for f times as many epochs
     * @throws IllegalArgumentException if there is no trial or epoch, or the factor is below 2
     */
    static Halving of(int trials, int epochs, int factor) {
        if (trials < 1 || epochs < 1 || factor < 2) {
            throw new IllegalArgumentException("Halving: " + trials + " trials, " + epochs + " epochs and the factor "
                    + factor + " must be at least 1, 1 and 2.");
        }
        int last = 0;
        long power = factor;
        while (power <= trials && power <= epochs) {
            last++;
            power *= factor;
        }
        List<Rung> rungs = new ArrayList<>();
        for (int k = 0; k <= last; k++) {
            rungs.add(new Rung((int) (trials / Math.pow(factor, k)), (int)
                    Math.max(1, Math.round(epochs / Math.pow(factor, last - k)))));
        }
        return new Halving(rungs);
    }

    /** One round: every setting for all epochs. */
    static Halving none(int trials, int epochs) {
        return new Halving(List.of(new Rung(trials, epochs)));
    }
}
