package dev.carousel.examples;

import dev.carousel.cell.Cells;
import dev.carousel.data.forecast.ForecastBatches;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.Steps;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.search.FinishedTrial;
import dev.carousel.train.search.Search;
import dev.carousel.train.search.SearchResult;
import dev.carousel.train.search.SearchSpace;
import dev.carousel.train.search.SeveralSeeds;
import dev.carousel.train.search.Spread;
import dev.carousel.train.search.Trial;
import dev.carousel.train.search.TrialOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Which settings are good, and is a difference more than chance? A search tries twelve settings for a few epochs, the better
 * ones for longer; then the best is trained from four seeds.
 *
 * <p>What {@code carousel tune --halving 2} and {@code --seeds 4} do. A search that was stopped goes on with the lines that it
 * reported.
 */
public final class SearchSettings {

    private static final int EPOCHS = 8;
    private static final SearchSpace SPACE = SearchSpace.empty()
            .withWhole("hidden", 4, 24, 4, false)
            .withReal("rate", 1e-4, 3e-2, true)
            .withChoice("cell", "gru", "rnn");

    /**
     * What was found.
     *
     * @param found by the search
     * @param again by a search that went on from half of the lines of the first
     * @param trained how many trainings the second one made
     * @param spread of the held-out losses of the best setting from several seeds
     */
    record Outcome(SearchResult found, SearchResult again, int trained, Spread spread) {}

    private final ForecastSpec spec;
    private final ForecastWindows windows;
    private final Split split;

    private SearchSettings(TimeSeries series) {
        split = Split.ofLast(series, 80, 80);
        spec = ForecastSpec.fitted(series, split, 16, 4);
        windows = ForecastWindows.of(series, spec);
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run();
    }

    static Outcome run() {
        SearchSettings settings = new SearchSettings(waves());
        Search search = Search.of(SPACE, EPOCHS).withTrials(12).withHalving(2).withThreads(2);
        List<String> lines = new ArrayList<>();
        SearchResult found = search.run(
                settings::train,
                List.of(),
                round -> System.out.printf(
                        "round %d: settings %d, epochs %d%n", round.number(), round.trials(), round.epochs()),
                trial -> lines.add(trial.toLine()));
        for (FinishedTrial trial : found.trials().subList(0, 3)) {
            System.out.printf("  held out %.4f  %s%n", trial.outcome().loss(), found.setting(trial));
        }

        // As if it had been stopped half-way: the rest alone is trained.
        List<FinishedTrial> half = lines.subList(0, lines.size() / 2).stream()
                .map(FinishedTrial::ofLine)
                .toList();
        List<FinishedTrial> rest = new ArrayList<>();
        SearchResult again = search.run(settings::train, half, round -> {}, rest::add);

        Map<String, Object> best = found.setting(found.best().orElseThrow());
        SeveralSeeds.Result seeds = SeveralSeeds.from(1, 4)
                .withThreads(2)
                .run((seed, threads) -> settings.train(new Trial(1, best, EPOCHS, threads), seed));
        Spread spread = seeds.spread().orElseThrow();
        System.out.printf(
                "the best from %d seeds: %.4f, give or take %.4f%n", spread.count(), spread.mean(), spread.deviation());
        return new Outcome(found, again, rest.size(), spread);
    }

    private TrialOutcome train(Trial trial) {
        return train(trial, 1);
    }

    /** Judged by what is held out to choose; the test, behind it, is never looked at. */
    private TrialOutcome train(Trial trial, long seed) {
        NetworkSpec layers = spec.network(
                RecurrentArchitecture.of(Cells.of(trial.text("cell")), Math.toIntExact(trial.whole("hidden"))));
        Network network = Network.initialised(layers, Initialisation.uniform(), new Seeds(seed).initialisation());
        TrainingPlan plan = TrainingPlan.of(new MeanAbsoluteError(Steps.last(spec.horizon())))
                .withOptimiser(new Adam(trial.real("rate")))
                .withEpochs(trial.epochs())
                .withKeepBest(true)
                .withSeed(seed);
        try (Team team = Team.of(trial.threads())) {
            return TrialOutcome.of(Trainer.of(network, plan, team)
                    .train(
                            ForecastBatches.of(List.of(windows.stretch(0, split.trainingEnd())), 32),
                            ForecastBatches.of(
                                    List.of(windows.stretch(split.trainingEnd(), split.validationEnd())), 32))
                    .kept()
                    .decidingLoss());
        }
    }

    private static TimeSeries waves() {
        SplittableRandom random = new SplittableRandom(1);
        double[] values = new double[600];
        for (int row = 0; row < values.length; row++) {
            values[row] = Math.sin(row / 2.5) + 0.5 * Math.sin(row / 1.1) + 0.1 * random.nextGaussian();
        }
        return TimeSeries.builder("waves").withTarget("wave", values).build();
    }
}
