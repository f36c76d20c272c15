package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.scaling.Normaliser;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClassScoresTest {

    /** True and said of ten answers; the figures were computed by hand from the definitions. */
    private static final int[][] ANSWERS = {
        {0, 0}, {0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 1}, {1, 0}, {2, 2}, {2, 1}, {2, 1}
    };

    private static ClassifierSpec spec(List<String> classes, List<Double> shares) {
        SequenceScaling scaling =
                new SequenceScaling(SequenceScaling.Kind.NONE, List.of(new Normaliser.Column("x", 0, 1)));
        return new ClassifierSpec(false, classes, shares, Optional.of(scaling), Optional.empty());
    }

    private static ClassScores scores() {
        ClassScores scores = new ClassScores(spec(List.of("a", "b", "c", "never"), List.of(0.5, 0.3, 0.2, 0.0)));
        for (int[] answer : ANSWERS) {
            double[] probabilities = {0.1, 0.1, 0.1, 0.1};
            probabilities[answer[1]] = 0.7;
            scores.add(answer[0], probabilities);
        }
        return scores;
    }

    @Test
    void figuresAreThoseOfTheirDefinitions() {
        ClassScores scores = scores();
        assertThat(scores.accuracy()).isEqualTo(0.6);
        assertThat(scores.precision(0)).isEqualTo(0.75);
        assertThat(scores.recall(0)).isEqualTo(0.75);
        assertThat(scores.precision(1)).isEqualTo(0.4);
        assertThat(scores.recall(1)).isEqualTo(2 / 3.0);
        assertThat(scores.f1(1)).isEqualTo(0.5);
        assertThat(scores.f1(2)).isEqualTo(0.5);
        assertThat(scores.macroF1()).as("without the class that is not there").isEqualTo((0.75 + 0.5 + 0.5) / 3);
        assertThat(scores.weightedF1()).isCloseTo(0.4 * 0.75 + 0.3 * 0.5 + 0.3 * 0.5, within(1e-12));
        assertThat(scores.logLoss()).isCloseTo(-(6 * Math.log(0.7) + 4 * Math.log(0.1)) / 10, within(1e-12));
        assertThat(scores.confusion(2, 1)).isEqualTo(2);
    }

    @Test
    void theBaselineGoesByTheTrainingPart() {
        ClassScores scores = scores();
        assertThat(scores.majority()).isZero();
        assertThat(scores.majorityAccuracy()).isEqualTo(0.4);
        assertThat(scores.majorityLogLoss())
                .isCloseTo(-(4 * Math.log(0.5) + 3 * Math.log(0.3) + 3 * Math.log(0.2)) / 10, within(1e-12));
    }

    @Test
    void oneCertainMistakeDoesNotMakeTheLogLossInfinite() {
        ClassScores scores = new ClassScores(spec(List.of("a", "b"), List.of(0.5, 0.5)));
        scores.add(0, new double[] {0, 1});
        assertThat(scores.logLoss()).isFinite().isGreaterThan(30);
    }
}
