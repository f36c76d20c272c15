package dev.carousel.train.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SearchTest {

    private static final SearchSpace SPACE =
            SearchSpace.empty().withWhole("hidden", 1, 64, 1, false).withReal("rate", 1e-3, 1e-1, true);

    /** Best in the middle of both, and better for longer. */
    private static TrialOutcome valley(Trial trial) {
        double distance = Math.abs(trial.whole("hidden") - 32) / 32.0 + Math.abs(Math.log10(trial.real("rate")) + 2);
        return TrialOutcome.of(distance + 1.0 / trial.epochs());
    }

    @Test
    void theLeastLossWinsAndTheThreadsAreNoMatter() {
        Search search = Search.of(SPACE, 4).withTrials(30).withSeed(3);
        SearchResult one = search.run(SearchTest::valley);
        assertThat(search.withThreads(5).run(SearchTest::valley)).isEqualTo(one);
        FinishedTrial best = one.best().orElseThrow();
        assertThat(one.trials()).hasSize(30).allSatisfy(trial -> {
            assertThat(trial.outcome().loss())
                    .isGreaterThanOrEqualTo(best.outcome().loss());
            assertThat(trial.epochs()).isEqualTo(4);
        });
        assertThat(one.setting(best)).isEqualTo(search.settings().get(best.number() - 1));
        assertThat(search.withSeed(4).run(SearchTest::valley)).isNotEqualTo(one);
    }

    @Test
    void halvingTrainsTheBetterOnesForLonger() {
        List<Integer> epochs = new ArrayList<>();
        SearchResult result = Search.of(SPACE, 9).withTrials(27).withHalving(3).run(trial -> {
            epochs.add(trial.epochs());
            return valley(trial);
        });
        assertThat(epochs).hasSize(27 + 9 + 3).endsWith(3, 3, 9, 9, 9);
        FinishedTrial best = result.best().orElseThrow();
        assertThat(best.epochs()).isEqualTo(9);
        // The valley is the same for all epochs, so the best of all is among those that stayed.
        assertThat(result.setting(best))
                .isEqualTo(Search.of(SPACE, 9)
                        .withTrials(27)
                        .run(SearchTest::valley)
                        .settings()
                        .get(best.number() - 1));
        assertThat(Search.of(SPACE, 9)
                        .withTrials(27)
                        .run(SearchTest::valley)
                        .best()
                        .orElseThrow()
                        .number())
                .isEqualTo(best.number());
    }

    @Test
    void aStoppedSearchGoesOnFromLinesAndTrainsNothingTwice() {
        Search search = Search.of(SPACE, 4).withTrials(8).withHalving(2);
        List<String> lines = new ArrayList<>();
        List<SearchRound> rounds = new ArrayList<>();
        SearchResult whole = search.run(SearchTest::valley, List.of(), rounds::add, trial -> lines.add(trial.toLine()));
        assertThat(rounds)
                .containsExactly(
                        new SearchRound(1, 3, 8, 1, 8), new SearchRound(2, 3, 4, 2, 4), new SearchRound(3, 3, 2, 4, 2));
        assertThat(lines).hasSize(14);
        rounds.clear();
        List<FinishedTrial> half =
                lines.subList(0, 10).stream().map(FinishedTrial::ofLine).toList();
        lines.clear();
        assertThat(search.run(SearchTest::valley, half, rounds::add, trial -> lines.add(trial.toLine())))
                .isEqualTo(whole);
        assertThat(rounds).extracting(SearchRound::missing).containsExactly(0, 2, 2);
        assertThat(lines).hasSize(4);
    }

    @Test
    void aLineSaysWhatATrialGave() {
        for (FinishedTrial trial : List.of(
                new FinishedTrial(3, 9, TrialOutcome.of(0.1).withFigures(Map.of("right", 5L, "name", "ü"))),
                new FinishedTrial(1, 1, TrialOutcome.failed("diverged")),
                new FinishedTrial(2, 1, TrialOutcome.of(Double.NaN)))) {
            assertThat(FinishedTrial.ofLine(trial.toLine())).isEqualTo(trial);
        }
        for (String line :
                List.of("", "{", "[]", "{\"trial\": 1}", "{\"trial\": 1, \"for_epochs\": 1e9, \"figures\": {}}")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FinishedTrial.ofLine(line))
                    .withMessageContaining("Expected a trial as a line of JSON");
        }
    }

    @Test
    void whatFailsIsLastAndAnotherErrorEndsTheSearch() {
        Search search = Search.of(SPACE, 2).withTrials(6).withHalving(2).withThreads(2);
        SearchResult result =
                search.run(trial -> trial.number() % 2 == 0 ? TrialOutcome.failed("no memory") : valley(trial));
        assertThat(result.best().orElseThrow().number() % 2).isOne();
        assertThat(result.trials().subList(3, 6))
                .allSatisfy(trial -> assertThat(trial.outcome().problem()).isEqualTo("no memory"));
        assertThat(search.run(trial -> TrialOutcome.failed("no")).best()).isEmpty();
        assertThatThrownBy(() -> search.run(trial -> {
                    throw new IllegalStateException("mine");
                }))
                .hasMessage("mine");
    }

    @Test
    void threadsAreSharedAmongTrials() {
        Search search = Search.of(SPACE, 1).withTrials(2).withThreads(6);
        search.run(trial -> {
            assertThat(trial.threads()).isEqualTo(3);
            return valley(trial);
        });
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Search.of(SPACE, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Search.of(SPACE, 1).withThreads(0));
        Trial trial = new Trial(1, Map.of("hidden", 3L), 1, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trial.real("hidden"))
                .withMessageContaining("no Double named 'hidden'");
    }
}
