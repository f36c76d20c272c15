package dev.carousel.train.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeveralSeedsTest {

    private static TrialOutcome loss(long seed, int threads) {
        return seed == 6 ? TrialOutcome.failed("diverged") : TrialOutcome.of(Math.abs(seed - 7));
    }

    @Test
    void givesTheBestAndTheSpreadOfThoseThatCameOutWell() {
        SeveralSeeds.Result one = SeveralSeeds.from(5, 4).run(SeveralSeedsTest::loss);
        assertThat(one.outcomes().keySet()).containsExactly(5L, 6L, 7L, 8L);
        assertThat(one.best()).contains(7L);
        assertThat(one.spread()).contains(Spread.of(2, 0, 1));
        assertThat(SeveralSeeds.from(5, 4).withThreads(3).run(SeveralSeedsTest::loss))
                .isEqualTo(one);
    }

    @Test
    void theFirstOfEqualsIsTheBestAndOfFailuresNoneIs() {
        assertThat(new SeveralSeeds(List.of(8L, 6L), 1)
                        .run(SeveralSeedsTest::loss)
                        .best())
                .contains(8L);
        SeveralSeeds.Result none = SeveralSeeds.from(6, 1).run(SeveralSeedsTest::loss);
        assertThat(none.best()).isEmpty();
        assertThat(none.spread()).isEmpty();
    }

    @Test
    void seedsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SeveralSeeds.from(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new SeveralSeeds(List.of(1L, 1L), 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeveralSeeds.from(1, 2).withThreads(0));
    }
}
