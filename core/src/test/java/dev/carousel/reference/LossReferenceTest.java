package dev.carousel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.reference.LossReference.Loss;
import org.junit.jupiter.api.Test;

/** Losses of numbers that can be worked out by hand. */
class LossReferenceTest {

    private static Seq column(double... values) {
        return Seq.over(values.length, 1, 1, values);
    }

    @Test
    void crossEntropyOfEqualScoresIsTheLogarithmOfTheirNumber() {
        Loss loss = LossReference.softmaxCrossEntropy(Seq.over(2, 1, 4, new double[8]), new int[] {0, 3});
        assertThat(loss.value()).isCloseTo(2 * Math.log(4), within(1e-15));
        assertThat(loss.count()).isEqualTo(2);
        assertThat(loss.dY().values())
                .containsExactly(new double[] {-0.75, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, -0.75}, within(1e-15));
    }

    @Test
    void crossEntropyLeavesOutIgnoredTargetsAndPadding() {
        Seq y = Seq.over(2, 2, 2, new double[] {1, 2, 3, 4, 5, 6, 7, 8}, new int[] {2, 1});
        Loss loss = LossReference.softmaxCrossEntropy(y, new int[] {LossReference.IGNORED, 1, 0, 0});
        // Sequence 1 at step 0 chose right by a margin of 1, sequence 0 at step 1 wrong by 1; the rest does not count.
        assertThat(loss.value()).isCloseTo(Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(1)), within(1e-15));
        assertThat(loss.count()).isEqualTo(2);
        assertThat(loss.dY().step(0).rows(new int[] {0}).values()).containsOnly(0);
        assertThat(loss.dY().step(1).rows(new int[] {1}).values()).containsOnly(0);
    }

    @Test
    void crossEntropyOfHugeScoresStaysFinite() {
        Loss loss = LossReference.softmaxCrossEntropy(Seq.over(1, 1, 2, new double[] {2000, -2000}), new int[] {1});
        assertThat(loss.value()).isEqualTo(4000);
        assertThat(loss.dY().values()).containsExactly(1, -1);
        Loss logistic = LossReference.logisticCrossEntropy(column(2000, -2000), column(0, 0));
        assertThat(logistic.value()).isEqualTo(2000);
    }

    @Test
    void classOutsideTheVocabularyIsRefused() {
        assertThatThrownBy(() -> LossReference.softmaxCrossEntropy(Seq.over(1, 1, 2, new double[2]), new int[] {2}))
                .hasMessageContaining("is 2 but classes run from 0 to 1");
    }

    @Test
    void squaredAndAbsoluteErrorsAreSums() {
        Loss squared = LossReference.squaredError(column(1, -2, 3), column(0, 0, 3));
        assertThat(squared.value()).isEqualTo(5);
        assertThat(squared.dY().values()).containsExactly(2, -4, 0);
        Loss absolute = LossReference.absoluteError(column(1, -2, 3), column(0, 0, 3));
        assertThat(absolute.value()).isEqualTo(3);
        assertThat(absolute.dY().values()).containsExactly(1, -1, 0);
    }

    @Test
    void logisticCrossEntropyOfAnEvenScoreIsLogarithmOfTwo() {
        Loss loss = LossReference.logisticCrossEntropy(column(0, Math.log(3)), column(1, 0));
        assertThat(loss.value()).isCloseTo(Math.log(2) + Math.log(4), within(1e-15));
        assertThat(loss.dY().values()).containsExactly(new double[] {-0.5, 0.75}, within(1e-15));
    }

    @Test
    void smoothedTargetsOfEqualScoresCostTheSameAsHardOnes() {
        Seq even = Seq.over(1, 1, 4, new double[4]);
        Loss smoothed = LossReference.softmaxCrossEntropy(even, new int[] {1}, 0.2, new double[] {1, 1, 1, 1});
        assertThat(smoothed.value()).isCloseTo(Math.log(4), within(1e-15));
        assertThat(smoothed.dY().values()).containsExactly(new double[] {0.2, -0.6, 0.2, 0.2}, within(1e-15));
    }

    @Test
    void aWeightMultipliesTheLossOfItsClass() {
        Seq y = Seq.over(2, 1, 2, new double[] {1, 2, 3, 4});
        double first = LossReference.softmaxCrossEntropy(y, new int[] {0, LossReference.IGNORED})
                .value();
        double second = LossReference.softmaxCrossEntropy(y, new int[] {LossReference.IGNORED, 1})
                .value();
        Loss weighted = LossReference.softmaxCrossEntropy(y, new int[] {0, 1}, 0, new double[] {5, 0.5});
        assertThat(weighted.value()).isCloseTo(5 * first + 0.5 * second, within(1e-15));
    }

    @Test
    void pinballWeighsWhatIsAboveByTheQuantileAndWhatIsBelowByTheRest() {
        Loss loss = LossReference.pinball(
                Seq.over(1, 1, 4, new double[] {1, 1, 10, 10}), Seq.over(1, 1, 2, new double[] {3, 6}), 0.25, 0.75);
        assertThat(loss.value()).isEqualTo(0.25 * 2 + 0.75 * 2 + 0.75 * 4 + 0.25 * 4);
        assertThat(loss.dY().values()).containsExactly(-0.25, -0.75, 0.75, 0.25);
        assertThat(loss.count()).isEqualTo(4);
        assertThatThrownBy(() -> LossReference.pinball(column(1), column(1), 0.1, 0.9))
                .hasMessageContaining("2 quantiles");
    }
}
