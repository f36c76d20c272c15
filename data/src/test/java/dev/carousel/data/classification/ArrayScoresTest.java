package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Scores of plain arrays. */
class ArrayScoresTest {

    @Test
    void confusionAndScoresOfPlainArrays() {
        double[][] said = {{0.7, 0.2, 0.1}, {0.1, 0.8, 0.1}, {0.5, 0.3, 0.2}, {0, 0, 1}};
        ClassScores scores = ClassScores.of(new int[] {0, 1, 1, 2}, said);
        assertThat(scores.classes()).containsExactly("0", "1", "2");
        assertThat(scores.accuracy()).isEqualTo(0.75);
        assertThat(scores.confusion(1, 0)).isEqualTo(1);
        assertThat(scores.precision(0)).isEqualTo(0.5);
        assertThat(scores.recall(1)).isEqualTo(0.5);
        assertThat(scores.majority()).isEqualTo(1);
        double logLoss = -(Math.log(0.7) + Math.log(0.8) + Math.log(0.3) + Math.log(1)) / 4;
        assertThat(scores.logLoss()).isEqualTo(logLoss, Assertions.within(1e-12));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassScores.of(new int[] {3}, new double[][] {{0.5, 0.5}}))
                .withMessageContaining("classes go from 0 to 1");
        assertThatIllegalArgumentException().isThrownBy(() -> ClassScores.of(new int[0], new double[0][]));
    }
}
