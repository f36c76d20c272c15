package dev.carousel.data.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.anomaly.AlarmThreshold.Fit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlarmThresholdTest {

    /** Scores whose survival function is the inverse of this, one at each of evenly spaced ranks. */
    private static double[] scores(int count, DoubleUnaryOperator ofSurvival) {
        double[] scores = new double[count];
        for (int i = 0; i < count; i++) {
            scores[(i * 7919) % count] = ofSurvival.applyAsDouble((i + 0.5) / count);
        }
        return scores;
    }

    @Test
    void anExponentialTailIsContinuedBeyondTheScores() {
        double[] exponential = scores(2000, p -> -Math.log(p));
        AlarmThreshold threshold = AlarmThreshold.fitted(exponential, 1e-5, Fit.EXTREME);
        assertThat(threshold.value()).isCloseTo(-Math.log(1e-5), within(0.5));
        assertThat(threshold.value())
                .isGreaterThan(Arrays.stream(exponential).max().getAsDouble());
    }

    @Test
    void aHeavyTailIsContinuedAsOne() {
        double[] pareto = scores(5000, p -> Math.pow(p, -0.25));
        double truth = Math.pow(1e-5, -0.25);
        assertThat(AlarmThreshold.fitted(pareto, 1e-5, Fit.EXTREME).value()).isCloseTo(truth, within(0.15 * truth));
    }

    @Test
    void aTailWithAnEndStaysNearIt() {
        double[] uniform = scores(5000, p -> 1 - p);
        assertThat(AlarmThreshold.fitted(uniform, 1e-5, Fit.EXTREME).value()).isBetween(0.995, 1.05);
    }

    @Test
    void aQuantileLiesBetweenItsNeighbours() {
        double[] scores = {5, 1, 4, 2, 3};
        AlarmThreshold threshold = AlarmThreshold.fitted(scores, 0.125, Fit.QUANTILE);
        assertThat(threshold.value()).isEqualTo(4.5);
        assertThat(threshold.alarms(4.5)).isFalse();
        assertThat(threshold.alarms(4.6)).isTrue();
        assertThat(threshold.alarms(Double.NaN)).isFalse();
        assertThat(scores).containsExactly(5, 1, 4, 2, 3);
    }

    @Test
    void fewScoresOrCommonAlarmsAreTheQuantile() {
        double[] few = scores(100, p -> -Math.log(p));
        double[] many = scores(1000, p -> -Math.log(p));
        assertThat(AlarmThreshold.fitted(few, 0.01, Fit.EXTREME).value())
                .isEqualTo(AlarmThreshold.fitted(few, 0.01, Fit.QUANTILE).value());
        assertThat(AlarmThreshold.fitted(many, 0.2, Fit.EXTREME).value())
                .isEqualTo(AlarmThreshold.fitted(many, 0.2, Fit.QUANTILE).value());
        assertThat(AlarmThreshold.fitted(new double[500], 0.001, Fit.EXTREME).value())
                .isZero();
    }

    @Test
    void theShareIsKeptOnNewScores() {
        SplittableRandom random = new SplittableRandom(3);
        double[] seen = random.doubles(4000).map(u -> Math.abs(Math.log(u))).toArray();
        double[] fresh = random.doubles(100_000).map(u -> Math.abs(Math.log(u))).toArray();
        AlarmThreshold threshold = AlarmThreshold.fitted(seen, 0.001, Fit.EXTREME);
        long alarms = Arrays.stream(fresh).filter(threshold::alarms).count();
        assertThat(alarms).isBetween(50L, 200L);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.1, 2, Double.NaN})
    void whatIsNoShareIsRefused(double share) {
        assertThatThrownBy(() -> AlarmThreshold.fitted(new double[] {1, 2}, share, Fit.QUANTILE))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("above 0 and below 1");
    }

    @Test
    void noScoresAreRefused() {
        assertThatThrownBy(() -> AlarmThreshold.fitted(new double[0], 0.1, Fit.QUANTILE))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Hold out more");
        assertThatThrownBy(() -> AlarmThreshold.fitted(new double[] {1, Double.NaN}, 0.1, Fit.QUANTILE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void plainValuesLeadBackAndDamagedOnesAreNamed() {
        AlarmThreshold threshold = new AlarmThreshold(3.5, 0.01, Fit.EXTREME);
        assertThat(AlarmThreshold.fromMap(threshold.toMap())).isEqualTo(threshold);
        Map<String, Object> map = new LinkedHashMap<>(threshold.toMap());
        map.put("threshold_fit", "guess");
        assertThatThrownBy(() -> AlarmThreshold.fromMap(map)).hasMessageContaining("'threshold_fit'");
        map.put("threshold_fit", "quantile");
        map.put("alarm_share", 2);
        assertThatThrownBy(() -> AlarmThreshold.fromMap(map)).isInstanceOf(DataException.class);
        map.remove("threshold");
        assertThatThrownBy(() -> AlarmThreshold.fromMap(map)).hasMessageContaining("has no 'threshold'");
    }
}
