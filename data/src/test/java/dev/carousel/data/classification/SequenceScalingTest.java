package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.SequenceScaling.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceScalingTest {

    private static LabelledSequences of(float[]... values) {
        int[][] labels = new int[values.length][1];
        return LabelledSequences.of("test", values, 1, labels, List.of("a"));
    }

    private static float[] written(SequenceScaling scaling, float... values) {
        float[] to = new float[values.length];
        scaling.write(values, to, 0, scaling.size());
        return to;
    }

    @Test
    void standardIsMeanAndDeviationOfTheTrainingPart() {
        SequenceScaling scaling = SequenceScaling.fit(Kind.STANDARD, of(new float[] {1, 3}, new float[] {5, 7}));
        assertThat(written(scaling, 4, 4 + (float) Math.sqrt(5))).containsExactly(new float[] {0, 1}, within(1e-6f));
    }

    @Test
    void robustIsNotMovedByFewLargeNumbers() {
        SequenceScaling scaling = SequenceScaling.fit(Kind.ROBUST, of(new float[] {1, 2, 3, 4, 1e6f}));
        // Median 3, distances 2 1 0 1 and a large one: their median is 1.
        double z = 1 / 1.4826;
        assertThat(written(scaling, 3, 4))
                .containsExactly(new float[] {0, (float) Math.log(z + Math.sqrt(z * z + 1))}, within(1e-6f));
        assertThat(written(scaling, 3 - 1e6f)[0]).isBetween(-15f, -13f);
    }

    @Test
    void robustFallsBackToTheDeviationWhereMostNumbersAreEqual() {
        SequenceScaling scaling = SequenceScaling.fit(Kind.ROBUST, of(new float[] {0, 0, 0, 0, 5}));
        assertThat(scaling.columns().get(0).deviation()).isEqualTo(2);
    }

    @Test
    void aConstantDimensionIsZero() {
        for (Kind kind : List.of(Kind.STANDARD, Kind.ROBUST, Kind.SEQUENCE)) {
            SequenceScaling scaling = SequenceScaling.fit(kind, of(new float[] {0.1f, 0.1f, 0.1f}));
            assertThat(written(scaling, 0.1f, 0.1f)).containsExactly(new float[] {0, 0}, within(1e-6f));
        }
    }

    @Test
    void eachSequenceMayBeScaledByItself() {
        SequenceScaling scaling = SequenceScaling.fit(Kind.SEQUENCE, of(new float[] {1, 3}));
        assertThat(written(scaling, 100, 300)).containsExactly(new float[] {-1, 1}, within(1e-6f));
    }

    @Test
    void aMissingNumberIsTakenAsTheOneBefore() {
        SequenceScaling scaling = SequenceScaling.fit(Kind.STANDARD, of(new float[] {Float.NaN, 1, Float.NaN, 3}));
        assertThat(written(scaling, Float.NaN, 3, Float.NaN, 1, Float.NaN)).containsExactly(0, 1, 1, -1, -1);
    }

    @Test
    void aDimensionThatIsAllMissingIsAnError() {
        assertThatThrownBy(() -> SequenceScaling.fit(Kind.ROBUST, of(new float[] {Float.NaN})))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("dimension 1", "missing");
    }
}
