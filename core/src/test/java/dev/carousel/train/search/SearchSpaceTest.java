package dev.carousel.train.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {

    private static final SearchSpace SPACE = SearchSpace.empty()
            .withWhole("hidden", 32, 256, 16, true)
            .withReal("rate", 1e-4, 1e-2, true)
            .withChoice("cell", "lstm", "gru");

    private static final SearchSpace EMPTY = SearchSpace.empty();

    /** Written down from the draws of an earlier build: a search that was stopped must draw the same when it goes on. */
    @Test
    void theDrawsOfASeedStayWhatTheyAre() {
        assertThat(SPACE.draw(3, 7))
                .hasToString(
                        "[{hidden=64, rate=1.08E-4, cell=gru}, {hidden=96, rate=8.03E-4, cell=gru}, {hidden=80, rate=4.53E-4, cell=lstm}]");
        assertThat(SPACE.names()).containsExactly("hidden", "rate", "cell");
        assertThat(SPACE.choices()).isEqualTo(Map.of("cell", List.of("lstm", "gru")));
    }

    @Test
    void theSeedAloneDecidesAndMoreTrialsGoOnFromFewer() {
        List<Map<String, Object>> five = SPACE.draw(5, 3);
        assertThat(SPACE.draw(20, 3).subList(0, 5)).isEqualTo(five);
        assertThat(SPACE.draw(5, 4)).isNotEqualTo(five);
    }

    @Test
    void valuesLieInTheirRangesOnTheirSteps() {
        List<Map<String, Object>> all = SPACE.draw(500, 1);
        assertThat(all).hasSize(500).doesNotHaveDuplicates();
        assertThat(all).allSatisfy(setting -> {
            long hidden = (Long) setting.get("hidden");
            assertThat(hidden).isBetween(32L, 256L);
            assertThat(hidden % 16).isZero();
            assertThat((Double) setting.get("rate")).isBetween(1e-4, 1e-2);
        });
        assertThat(all).extracting(setting -> setting.get("cell")).contains("lstm", "gru");
        assertThat(all).extracting(setting -> setting.get("hidden")).contains(32L, 256L);
    }

    /** The share of draws below a point. */
    private static double below(SearchSpace space, double point) {
        int draws = 20_000;
        int below = 0;
        for (int i = 0; i < draws; i++) {
            below += ((Number) space.draw(1, i).get(0).get("x")).doubleValue() < point ? 1 : 0;
        }
        return below / (double) draws;
    }

    @Test
    void logarithmicRangesGiveEveryFactorTheSameChance() {
        assertThat(below(EMPTY.withReal("x", 1e-4, 1e-2, true), 1e-3)).isBetween(0.48, 0.52);
        assertThat(below(EMPTY.withReal("x", 0, 1, false), 0.25)).isBetween(0.23, 0.27);
        assertThat(below(EMPTY.withWhole("x", 1, 1024, 1, true), 32)).isBetween(0.44, 0.56);
        assertThat(below(EMPTY.withWhole("x", 0, 9, 1, false), 5)).isBetween(0.48, 0.52);
    }

    @Test
    void whereThereAreNoMoreSettingsNoneIsTriedTwice() {
        SearchSpace few = SearchSpace.empty().withChoice("a", "x", "y").withWhole("b", 1, 3, 1, false);
        assertThat(few.draw(100, 1)).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void rangesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> EMPTY.withWhole("n", 5, 5, 1, false))
                .hasMessageContaining("range of n is from 5.0 to 5.0");
        assertThatThrownBy(() -> EMPTY.withReal("n", 2, 1, false)).hasMessageContaining("to a larger one");
        assertThatThrownBy(() -> EMPTY.withReal("n", Double.NaN, 1, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EMPTY.withReal("n", 0, 1, true)).hasMessageContaining("above 0 to be logarithmic");
        assertThatThrownBy(() -> EMPTY.withWhole("n", 1, 5, 9, false)).hasMessageContaining("step of n is 9");
        assertThatThrownBy(() -> EMPTY.withChoice("n", "a")).hasMessageContaining("two at least");
        assertThatThrownBy(() -> EMPTY.withChoice("n", "a", "a")).hasMessageContaining("each another");
        assertThatThrownBy(() -> EMPTY.draw(1, 1)).hasMessageContaining("needs a setting");
        assertThatThrownBy(() -> Search.of(EMPTY, 1)).hasMessageContaining("needs a setting");
        SearchSpace one = EMPTY.withReal("n", 0, 1, false);
        assertThatThrownBy(() -> one.withChoice("n", "a", "b")).hasMessageContaining("n twice");
    }

    @Test
    void halvingTriesManyForLittleAndFewForAll() {
        assertThat(Halving.of(27, 9, 3).rungs())
                .containsExactly(new Halving.Rung(27, 1), new Halving.Rung(9, 3), new Halving.Rung(3, 9));
        assertThat(Halving.of(20, 10, 3).rungs())
                .containsExactly(new Halving.Rung(20, 1), new Halving.Rung(6, 3), new Halving.Rung(2, 10));
        assertThat(Halving.of(2, 10, 3).rungs()).containsExactly(new Halving.Rung(2, 10));
        assertThat(Halving.none(5, 4).rungs()).containsExactly(new Halving.Rung(5, 4));
        assertThatThrownBy(() -> Halving.of(2, 2, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSpreadIsThatOfASample() {
        Spread spread = Spread.of(2, 4, 4, 4, 5, 5, 7, 9);
        assertThat(spread.mean()).isEqualTo(5);
        assertThat(spread.deviation()).isEqualTo(Math.sqrt(32 / 7.0));
        assertThat(spread.median()).isEqualTo(4.5);
        assertThat(spread.min()).isEqualTo(2);
        assertThat(spread.max()).isEqualTo(9);
        assertThat(Spread.of(3, 1, 2).median()).isEqualTo(2);
        assertThat(Spread.of(3).deviation()).isZero();
        assertThatThrownBy(Spread::of).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Spread.of(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
