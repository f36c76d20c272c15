package dev.carousel.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import org.junit.jupiter.api.Test;

class SplitTest {

    private static final TimeSeries HUNDRED = TimeSeries.of("a", new double[100]);

    @Test
    void theLastRowsAreHeldOut() {
        Split split = Split.ofLast(HUNDRED, 10, 20);
        assertThat(split).isEqualTo(new Split(70, 80, 100));
        assertThat(split.trainingRows()).isEqualTo(70);
        assertThat(split.validationRows()).isEqualTo(10);
        assertThat(split.testRows()).isEqualTo(20);
    }

    @Test
    void sharesAreRoundedAndHoldOneHorizonAtLeast() {
        assertThat(Split.ofShares(HUNDRED, 0.1, 0.2, 5)).isEqualTo(new Split(70, 80, 100));
        assertThat(Split.ofShares(HUNDRED, 0.1, 0.2, 15)).isEqualTo(new Split(65, 80, 100));
        assertThat(Split.ofShares(HUNDRED, 0, 0, 15)).isEqualTo(new Split(70, 85, 100));
    }

    @Test
    void nothingLeftForTrainingIsRefusedWithTheNumbers() {
        assertThatThrownBy(() -> Split.ofLast(HUNDRED, 50, 50))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected more than 100 rows")
                .hasMessageContaining("but found 100");
        assertThatThrownBy(() -> Split.ofLast(HUNDRED, Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Split.ofShares(HUNDRED, 0.5, 0.5, 1)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Split.ofShares(HUNDRED, Double.NaN, 0.5, 1)).isInstanceOf(DataException.class);
    }

    @Test
    void onlyTooFewRowsAreOfTheKindThatALongerSeriesMends() {
        for (String[] parts : new String[][] {{"0.1", "200"}, {"95", "10"}, {"0.1", "100"}}) {
            assertThatThrownBy(() -> Split.of(HUNDRED, 100, Holdout.parse(parts[0]), Holdout.parse(parts[1]), 5))
                    .isInstanceOfSatisfying(
                            DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.NOT_READY))
                    .hasMessageContaining("expected some of 100 rows to be left for training");
        }
        assertThatThrownBy(() -> Split.of(HUNDRED, 100, Holdout.parse("0.1"), Holdout.parse("2020-01-01"), 5))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.OTHER))
                .hasMessageContaining("the rows have no dates");
    }

    @Test
    void stretchesOutOfOrderAreRefused() {
        assertThat(new Split(1, 1, 1).testRows()).isZero();
        assertThat(new Split(0, 0, 1).trainingRows()).isZero();
        assertThatThrownBy(() -> new Split(-1, 1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Split(2, 1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Split(1, 3, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
