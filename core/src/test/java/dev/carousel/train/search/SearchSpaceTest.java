package dev.carousel.train.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.train.search.SearchSpace.Choice;
import dev.carousel.train.search.SearchSpace.Dimension;
import dev.carousel.train.search.SearchSpace.Real;
import dev.carousel.train.search.SearchSpace.Whole;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {

    private static final SearchSpace SPACE = new SearchSpace(List.of(
            new Whole("hidden", 32, 256, 16, true),
            new Real("rate", 1e-4, 1e-2, true),
            new Choice("cell", List.of("lstm", "gru"))));

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
    private static double below(Dimension dimension, double point) {
        SplittableRandom random = new SplittableRandom(9);
        int draws = 20_000;
        int below = 0;
        for (int i = 0; i < draws; i++) {
            below += ((Number) dimension.draw(random)).doubleValue() < point ? 1 : 0;
        }
        return below / (double) draws;
    }

    @Test
    void logarithmicRangesGiveEveryFactorTheSameChance() {
        assertThat(below(new Real("x", 1e-4, 1e-2, true), 1e-3)).isBetween(0.48, 0.52);
        assertThat(below(new Real("x", 0, 1, false), 0.25)).isBetween(0.23, 0.27);
        assertThat(below(new Whole("x", 1, 1024, 1, true), 32)).isBetween(0.44, 0.56);
        assertThat(below(new Whole("x", 0, 9, 1, false), 5)).isBetween(0.48, 0.52);
    }

    @Test
    void whereThereAreNoMoreSettingsNoneIsTriedTwice() {
        SearchSpace few = new SearchSpace(List.of(new Choice("a", List.of("x", "y")), new Whole("b", 1, 3, 1, false)));
        assertThat(few.draw(100, 1)).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void rangesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Whole("n", 5, 5, 1, false)).hasMessageContaining("range of n is from 5.0 to 5.0");
        assertThatThrownBy(() -> new Real("n", 2, 1, false)).hasMessageContaining("to a larger one");
        assertThatThrownBy(() -> new Real("n", Double.NaN, 1, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Real("n", 0, 1, true)).hasMessageContaining("above 0 to be logarithmic");
        assertThatThrownBy(() -> new Whole("n", 1, 5, 9, false)).hasMessageContaining("step of n is 9");
        assertThatThrownBy(() -> new Choice("n", List.of("a"))).hasMessageContaining("two at least");
        assertThatThrownBy(() -> new Choice("n", List.of("a", "a"))).hasMessageContaining("each another");
        assertThatThrownBy(() -> new SearchSpace(List.of())).isInstanceOf(IllegalArgumentException.class);
        Dimension one = new Real("n", 0, 1, false);
        assertThatThrownBy(() -> new SearchSpace(List.of(one, one))).hasMessageContaining("n twice");
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
