package dev.carousel.train.search;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.LongStream;

/**
 * One training from several seeds: how far apart the results are, and the best of them. Immutable.
 *
 * <pre>{@code
 * SeveralSeeds.Result result = SeveralSeeds.from(1, 5).withThreads(4)
 *         .run((seed, threads) -> TrialOutcome.of(heldOutLoss(seed)));
 * result.spread().orElseThrow().deviation();       // a difference below this is none
 * }</pre>
 *
 * <p>What a training does is a function of the caller's, which several threads call at once. All should be judged by the same
 * part of the data: where that is drawn, it is drawn once.
 *
 * @param seeds each another
 * @param threads how many work in all; at most this many trainings run at once
 */
public record SeveralSeeds(List<Long> seeds, int threads) {

    /**
     * The results of the seeds.
     *
     * @param outcomes by their seeds, in the order of those
     */
    public record Result(Map<Long, TrialOutcome> outcomes) {

        /** The seed with the least loss, the first of equals; nothing if none came out well. */
        public Optional<Long> best() {
            return outcomes.entrySet().stream()
                    .filter(one -> one.getValue().isGood())
                    .reduce((a, b) -> b.getValue().loss() < a.getValue().loss() ? b : a)
                    .map(Map.Entry::getKey);
        }

        /** Where the losses lie of those that came out well, if any did. */
        public Optional<Spread> spread() {
            double[] losses = outcomes.values().stream()
                    .filter(TrialOutcome::isGood)
                    .mapToDouble(TrialOutcome::loss)
                    .toArray();
            return losses.length == 0 ? Optional.empty() : Optional.of(Spread.of(losses));
        }
    }

    /** Takes a copy and checks it. */
    public SeveralSeeds {
        seeds = List.copyOf(seeds);
        if (seeds.isEmpty() || new HashSet<>(seeds).size() < seeds.size() || threads < 1) {
            throw new IllegalArgumentException("SeveralSeeds: the seeds " + seeds
                    + " must be one at least, each another, and " + threads + " threads at least 1.");
        }
    }

    /** So many seeds, from this one on, one after the other. */
    public static SeveralSeeds from(long first, int count) {
        return new SeveralSeeds(LongStream.range(first, first + count).boxed().toList(), 1);
    }

    /** On this many threads. */
    public SeveralSeeds withThreads(int other) {
        return new SeveralSeeds(seeds, other);
    }

    /**
     * Trains from each seed. One that diverges is a failed outcome; any other exception ends it.
     *
     * @param training gives what comes of a seed, on this many threads: its share of all
     */
    public Result run(BiFunction<Long, Integer, TrialOutcome> training) {
        return run(training, (seed, outcome) -> {});
    }

    /**
     * Trains from each seed.
     *
     * @param training gives what comes of a seed, on this many threads: its share of all
     * @param ended told of each as it ends, one at a time, in any order
     */
    public Result run(BiFunction<Long, Integer, TrialOutcome> training, BiConsumer<Long, TrialOutcome> ended) {
        int each = SideBySide.threadsOfEach(seeds.size(), threads);
        Map<Long, TrialOutcome> outcomes = new LinkedHashMap<>();
        SideBySide.run(
                        seeds,
                        threads,
                        seed -> Map.entry(seed, SideBySide.outcome(() -> training.apply(seed, each))),
                        one -> ended.accept(one.getKey(), one.getValue()))
                .forEach(one -> outcomes.put(one.getKey(), one.getValue()));
        return new Result(outcomes);
    }
}
