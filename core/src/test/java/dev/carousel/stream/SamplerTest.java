package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SamplerTest {

    private static final float[] SCORES = {1, 3, Float.NEGATIVE_INFINITY, 2, 3};

    @Test
    void theHighestScoreWinsAndOfEqualsTheFirst() {
        assertThat(Sampler.argMax(SCORES)).isEqualTo(1);
        assertThat(Sampler.of(0).choose(SCORES, new SplittableRandom(1))).isEqualTo(1);
        assertThat(Sampler.of(0).probabilitiesToDraw(SCORES)).containsExactly(0, 1, 0, 0, 0);
    }

    @Test
    void probabilitiesAreTheSoftmaxOfTheScores() {
        double sum = Math.exp(1) + Math.exp(3) + Math.exp(2) + Math.exp(3);
        double[] p = Sampler.probabilities(SCORES);
        assertThat(p[0]).isCloseTo(Math.exp(1) / sum, within(1e-12));
        assertThat(p[2]).isZero();
        assertThat(p[4]).isCloseTo(Math.exp(3) / sum, within(1e-12));
        double halved = Math.exp(2) + Math.exp(6) + Math.exp(4) + Math.exp(6);
        assertThat(Sampler.of(0.5).probabilitiesToDraw(SCORES)[3]).isCloseTo(Math.exp(4) / halved, within(1e-12));
    }

    @Test
    void drawsFollowTheProbabilities() {
        Sampler sampler = Sampler.of(0.8);
        double[] p = sampler.probabilitiesToDraw(SCORES);
        int[] counts = new int[SCORES.length];
        SplittableRandom random = new SplittableRandom(7);
        int draws = 100_000;
        for (int i = 0; i < draws; i++) {
            counts[sampler.choose(SCORES, random)]++;
        }
        for (int j = 0; j < counts.length; j++) {
            // Four deviations of a binomial count.
            assertThat(counts[j] / (double) draws)
                    .isCloseTo(p[j], within(1e-9 + 4 * Math.sqrt(p[j] * (1 - p[j]) / draws)));
        }
    }

    @Test
    void onlyTheHighestAreDrawnAndExactlySoMany() {
        assertThat(Sampler.of(1).withTopK(1).probabilitiesToDraw(SCORES)).containsExactly(0, 1, 0, 0, 0);
        assertThat(Sampler.of(1).withTopK(2).probabilitiesToDraw(SCORES)).containsExactly(0, 0.5, 0, 0, 0.5);
        double[] three = Sampler.of(1).withTopK(3).probabilitiesToDraw(SCORES);
        assertThat(three[3]).isPositive();
        assertThat(three[0]).isZero();
        float[] equal = {0, 0, 0, 0};
        assertThat(Sampler.of(1).withTopK(2).probabilitiesToDraw(equal)).containsExactly(0.5, 0.5, 0, 0);
        assertThat(Sampler.of(1).withTopK(9).probabilitiesToDraw(equal)).containsExactly(0.25, 0.25, 0.25, 0.25);
    }

    @Test
    void theSameSeedDrawsTheSame() {
        SplittableRandom one = new SplittableRandom(3);
        SplittableRandom other = new SplittableRandom(3);
        for (int i = 0; i < 50; i++) {
            assertThat(Sampler.of(2).choose(SCORES, one))
                    .isEqualTo(Sampler.of(2).choose(SCORES, other));
        }
    }

    @Test
    void scoresThatAreLargeOrFarApartDoNotOverflow() {
        float[] large = {1e38f, -1e38f};
        assertThat(Sampler.of(1e-6).probabilitiesToDraw(large)).containsExactly(1, 0);
    }

    @Test
    void whatCannotBeChosenFromIsRefused() {
        SplittableRandom random = new SplittableRandom(1);
        assertThatThrownBy(() -> Sampler.of(1).choose(new float[] {0, Float.NaN}, random))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("score 1 of 2 is NaN");
        assertThatThrownBy(() -> Sampler.argMax(new float[] {Float.NEGATIVE_INFINITY}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing to choose from");
        assertThatThrownBy(() -> Sampler.of(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sampler.of(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sampler.of(1).withTopK(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
