package dev.carousel.train.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A search for better settings: at random, or by successive halving, side by side on several threads. Immutable.
 *
 * <pre>{@code
 * Search search = Search.of(space, 9).withTrials(27).withHalving(3).withThreads(4);
 * SearchResult found = search.run(trial -> TrialOutcome.of(heldOutLoss(trial.whole("hidden"), trial.epochs())));
 * Map<String, Object> best = found.setting(found.best().orElseThrow());
 * }</pre>
 *
 * <p>What a trial does is a function of the caller's, which several threads call at once: for each setting it trains a
 * new network from scratch. The seed alone decides what is drawn, and if the function gives the same for the same
 * trial, the result is the same on any number of threads. All losses must be comparable, otherwise the lowest of them
 * means nothing.
 *
 * <p>A trial that diverges ({@link dev.carousel.train.TrainingException}) is a failed one and not the end; any other
 * exception ends the search. A search that was stopped goes on where it was if the trials that had ended, which it reported,
 * are given back to it.
 *
 * <p>With successive halving (Jamieson, Talwalkar, Non-stochastic best arm identification and hyperparameter optimization,
 * 2016) many settings are tried for a few epochs, the better ones for more, the best for all:
 *
 * <pre>{@code
 * round k of K + 1:  n / f^k settings, each for E / f^(K - k) epochs;  K = the most for which neither falls below 1
 * 27 trials, 9 epochs, factor 3:   27 settings for 1 epoch, 9 for 3, 3 for 9
 * }</pre>
 *
 * <p>Every round costs about the same. Each training begins anew, so that a schedule runs its whole course within the epochs of
 * its round.
 *
 * @param space what may be chosen
 * @param trials how many settings are drawn; fewer where there are no more
 * @param epochs for how many epochs the best are trained
 * @param factor f of successive halving; 1 to train all of them for all epochs
 * @param seed decides what is drawn
 * @param threads how many work in all; at most this many trials run at once
 */
public record Search(SearchSpace space, int trials, int epochs, int factor, long seed, int threads) {

    /** Checks the numbers. */
    public Search {
        if (trials < 1 || epochs < 1 || factor < 1 || threads < 1) {
            throw new IllegalArgumentException("Search: " + trials + " trials, " + epochs + " epochs, the factor "
                    + factor + " and " + threads + " threads must all be at least 1.");
        }
        space.requireDimension();
    }

    /** 20 trials for all epochs from seed 1, one after the other. */
    public static Search of(SearchSpace space, int epochs) {
        return new Search(space, 20, epochs, 1, 1, 1);
    }

    /** With this many trials. */
    public Search withTrials(int other) {
        return new Search(space, other, epochs, factor, seed, threads);
    }

    /** With successive halving: of each round the best part of 1 in {@code other} goes on, for that many times the epochs. */
    public Search withHalving(int other) {
        return new Search(space, trials, epochs, other, seed, threads);
    }

    /** With another seed. */
    public Search withSeed(long other) {
        return new Search(space, trials, epochs, factor, other, threads);
    }

    /** On this many threads. */
    public Search withThreads(int other) {
        return new Search(space, trials, epochs, factor, seed, other);
    }

    /** The settings that are tried, in the order of their numbers. */
    public List<Map<String, Object>> settings() {
        return space.draw(trials, seed);
    }

    /** The rounds for this many settings. */
    private Halving halving(int count) {
        return factor == 1 ? Halving.none(count, epochs) : Halving.of(count, epochs, factor);
    }

    /** Tries all settings, then the better ones for longer. */
    public SearchResult run(Function<Trial, TrialOutcome> training) {
        return run(training, List.of(), round -> {}, trial -> {});
    }

    /**
     * Goes on with a search.
     *
     * @param training gives what a trial comes to
     * @param finished the trials of the same search that have ended before, which are not trained again
     * @param begins told of every round before its trainings
     * @param ended told of every trial that ends now, one at a time, by whichever thread trained; to be kept by whoever wants to
     *     go on with the search later
     */
    public SearchResult run(
            Function<Trial, TrialOutcome> training,
            List<FinishedTrial> finished,
            Consumer<SearchRound> begins,
            Consumer<FinishedTrial> ended) {
        Map<Round, FinishedTrial> known = new HashMap<>();
        finished.forEach(trial -> known.put(new Round(trial.number(), trial.epochs()), trial));
        List<Map<String, Object>> settings = settings();
        Map<Integer, FinishedTrial> furthest = new LinkedHashMap<>();
        List<Integer> numbers =
                IntStream.rangeClosed(1, settings.size()).boxed().toList();
        List<Halving.Rung> rungs = halving(settings.size()).rungs();
        for (int k = 0; k < rungs.size(); k++) {
            Halving.Rung rung = rungs.get(k);
            List<Integer> chosen = numbers.stream().limit(rung.trials()).toList();
            List<Integer> missing = chosen.stream()
                    .filter(number -> !known.containsKey(new Round(number, rung.epochs())))
                    .toList();
            begins.accept(new SearchRound(k + 1, rungs.size(), chosen.size(), rung.epochs(), missing.size()));
            int each = SideBySide.threadsOfEach(missing.size(), threads);
            SideBySide.run(
                            missing,
                            threads,
                            number -> new FinishedTrial(
                                    number,
                                    rung.epochs(),
                                    SideBySide.outcome(() -> training.apply(
                                            new Trial(number, settings.get(number - 1), rung.epochs(), each)))),
                            ended)
                    .forEach(trial -> known.put(new Round(trial.number(), trial.epochs()), trial));
            List<FinishedTrial> round = new ArrayList<>();
            Set<Integer> tried = new HashSet<>(chosen);
            known.values().stream()
                    .filter(trial -> trial.epochs() == rung.epochs() && tried.contains(trial.number()))
                    .sorted(FinishedTrial.BEST_FIRST)
                    .forEach(round::add);
            round.forEach(trial -> furthest.put(trial.number(), trial));
            numbers = round.stream()
                    .filter(trial -> trial.outcome().isGood())
                    .map(FinishedTrial::number)
                    .toList();
        }
        return new SearchResult(
                settings,
                furthest.values().stream().sorted(FinishedTrial.BEST_FIRST).toList());
    }

    /** One setting for this many epochs. */
    private record Round(int number, int epochs) {}
}
