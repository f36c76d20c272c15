package dev.carousel.data.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DetectionScoresTest {

    private static final AlarmThreshold ABOVE_TWO = new AlarmThreshold(2, 0.1, AlarmThreshold.Fit.QUANTILE);

    @Test
    void theFiguresAreThoseCountedByHand() {
        double[] scores = {1, 3, 0.5, 4, 2, 5, Double.NaN};
        boolean[] labels = {false, true, false, false, true, true, true};
        DetectionScores judged = DetectionScores.of(scores, labels, ABOVE_TWO);
        assertThat(judged.rows()).isEqualTo(6);
        assertThat(judged.labelled()).isEqualTo(3);
        assertThat(judged.alarms()).isEqualTo(3);
        assertThat(judged.found()).isEqualTo(2);
        assertThat(judged.precision()).isEqualTo(2.0 / 3, within(1e-15));
        assertThat(judged.recall()).isEqualTo(2.0 / 3, within(1e-15));
        assertThat(judged.f1()).isEqualTo(2.0 / 3, within(1e-15));
        // Of the nine pairs, 3 < 4 and 2 < 4 are the wrong way round.
        assertThat(judged.area()).isEqualTo(7.0 / 9, within(1e-15));
    }

    @Test
    void equalScoresCountHalf() {
        double[] scores = {1, 1, 1, 2};
        boolean[] labels = {true, false, false, true};
        assertThat(DetectionScores.of(scores, labels, ABOVE_TWO).area()).isEqualTo((0.5 + 0.5 + 1 + 1) / 4);
    }

    @Test
    void theAreaIsTheShareOfPairsInOrder() {
        SplittableRandom random = new SplittableRandom(5);
        double[] scores = random.doubles(200).map(u -> Math.floor(10 * u)).toArray();
        boolean[] labels = new boolean[200];
        for (int i = 0; i < 200; i++) {
            labels[i] = random.nextInt(4) == 0;
        }
        double pairs = 0;
        double inOrder = 0;
        for (int i = 0; i < 200; i++) {
            for (int j = 0; j < 200; j++) {
                if (labels[i] && !labels[j]) {
                    pairs++;
                    inOrder += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        assertThat(DetectionScores.of(scores, labels, ABOVE_TWO).area()).isEqualTo(inOrder / pairs, within(1e-12));
    }

    @Test
    void nothingFoundIsZeroAndNothingToFindIsNoNumber() {
        DetectionScores missed = DetectionScores.of(new double[] {1, 1}, new boolean[] {true, false}, ABOVE_TWO);
        assertThat(missed.precision()).isZero();
        assertThat(missed.recall()).isZero();
        assertThat(missed.f1()).isZero();
        DetectionScores none = DetectionScores.of(new double[] {1, 1}, new boolean[2], ABOVE_TWO);
        assertThat(none.recall()).isNaN();
        assertThat(none.area()).isNaN();
        assertThatThrownBy(() -> DetectionScores.of(new double[1], new boolean[2], ABOVE_TWO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
