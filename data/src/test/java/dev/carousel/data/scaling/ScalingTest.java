package dev.carousel.data.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Column;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalingTest {

    /** Held-out rows of 1e6 and -1e6 around 1, 2, 3, 4, 100. */
    private static final Column NUMBERS = Column.of("a", 1e6, 3, 1, 100, 4, 2, -1e6);

    @Test
    void leastAndGreatestOfTheTrainingRowsBecomeZeroAndOne() {
        Normaliser.Column column = Scaling.MIN_MAX.fit(NUMBERS, 1, 6, false);
        assertThat(column.normalise(1)).isZero();
        assertThat(column.normalise(100)).isEqualTo(1);
        assertThat(column.restore(0.5)).isEqualTo(50.5);
    }

    @Test
    void medianAndQuartilesDoNotSeeAnOutlier() {
        Normaliser.Column column = Scaling.ROBUST.fit(NUMBERS, 1, 6, false);
        assertThat(column.mean()).isEqualTo(3);
        assertThat(column.deviation()).isEqualTo(2);
    }

    @Test
    void aRobustScalingOfMostlyEqualNumbersHasTheirDeviation() {
        Column mostly = Column.of("a", 5, 5, 5, 5, 5, 5, 5, 9);
        Normaliser.Column column = Scaling.ROBUST.fit(mostly, 0, 8, false);
        assertThat(column.mean()).isEqualTo(5);
        assertThat(column.deviation()).isEqualTo(Math.sqrt(1.75), within(1e-12));
    }

    @Test
    void noneLeavesNumbersAsTheyAre() {
        Normaliser.Column column = Scaling.NONE.fit(NUMBERS, 1, 6, false);
        assertThat(column.normalise(42)).isEqualTo(42);
        assertThat(column.restore(42)).isEqualTo(42);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNormalisedIsRestoredAndConstantsAreNoTrouble(Scaling scaling) {
        for (boolean log : new boolean[] {false, true}) {
            Normaliser.Column column = scaling.fit(NUMBERS, 1, 6, log);
            for (double value : new double[] {0, 0.5, 3, 1234}) {
                assertThat(column.restore(column.normalise(value))).isEqualTo(value, within(1e-9));
            }
            assertThat(scaling.fit(Column.of("c", 7, 7, 7), 0, 3, log).normalise(8))
                    .isFinite();
        }
        assertThat(Scaling.ofLabel(scaling.label())).isEqualTo(scaling);
    }

    @Test
    void logarithmsAreThoseOfOneMore() {
        Normaliser.Column column = Scaling.NONE.fit(NUMBERS, 1, 6, true);
        assertThat(column.normalise(Math.E - 1)).isEqualTo(1, within(1e-12));
        assertThat(column.normalise(-5)).as("numbers below 0 count as 0").isZero();
        assertThatThrownBy(() -> Scaling.STANDARD.fit(Column.of("a", 1, -2), 0, 2, true))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column 'a': expected numbers of at least 0")
                .hasMessageContaining("found -2.0");
    }

    @Test
    void aLogarithmIsOfTheTargetsAloneAndStaysInTheModel() {
        TimeSeries series = TimeSeries.builder("x")
                .withTarget("a", 0, 1, 2)
                .withFeature("b", -1, 0, 1)
                .build();
        Normaliser normaliser = Normaliser.fit(series, 0, 3, Scaling.ROBUST, true);
        assertThat(normaliser.columns()).extracting(Normaliser.Column::log).containsExactly(true, false);
        assertThat(Normaliser.fromList(normaliser.toList())).isEqualTo(normaliser);
        assertThat(normaliser.toList().get(1)).doesNotContainKey("log");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100, 1001})
    void quantilesByCountingEqualThoseBySorting(int length) {
        SplittableRandom random = new SplittableRandom(length);
        double[] values = new double[length];
        Arrays.setAll(
                values,
                i -> random.nextInt(5) == 0
                        ? random.nextInt(3) - 1
                        : (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-20, 20)));
        Column column = Column.of("a", values);
        for (double q : List.of(0.0, 0.1, 0.25, 0.5, 0.75, 0.999, 1.0)) {
            assertThat(OrderStatistics.quantile(column, q, 0))
                    .as("length %d, quantile %s", length, q)
                    .isEqualTo(OrderStatistics.quantile(column, q, length));
        }
    }

    @Test
    void anUnknownNameListsTheKnown() {
        assertThatThrownBy(() -> Scaling.ofLabel("z-score"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("[standard, min-max, robust, none]");
    }
}
