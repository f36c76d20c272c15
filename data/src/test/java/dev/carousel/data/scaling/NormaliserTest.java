package dev.carousel.data.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.scaling.Normaliser.Column;
import dev.carousel.data.series.TimeSeries;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NormaliserTest {

    @Test
    void meanAndDeviationAreThoseOfTheTrainingRows() {
        Column column = Column.fit("a", new double[] {100, 2, 4, 4, 4, 5, 5, 7, 9, 100}, 1, 9);
        assertThat(column.mean()).isEqualTo(5);
        assertThat(column.deviation()).isEqualTo(2);
        assertThat(column.normalise(9)).isEqualTo(2);
        assertThat(column.restore(2)).isEqualTo(9);
    }

    @Test
    void heldOutRowsChangeNothing() {
        TimeSeries one = TimeSeries.of("a", 1, 2, 3, 4);
        TimeSeries other = TimeSeries.of("a", 1, 2, 3, 4000);
        assertThat(Normaliser.fit(one, 0, 3)).isEqualTo(Normaliser.fit(other, 0, 3));
    }

    @Test
    void aConstantColumnBecomesZero() {
        Column column = Column.fit("a", new double[] {0.1, 0.1, 0.1}, 0, 3);
        assertThat(column.deviation()).isEqualTo(1);
        assertThat(column.normalise(0.1)).isZero();
        assertThat(Column.fit("tiny", new double[] {0, 1e-200}, 0, 2).deviation())
                .isEqualTo(1);
    }

    @Test
    void largeOffsetsKeepTheirDeviation() {
        double[] values = {1e9, 1e9 + 2, 1e9 + 4};
        assertThat(Column.fit("a", values, 0, 3).deviation()).isEqualTo(Math.sqrt(8.0 / 3), within(1e-9));
    }

    @Test
    void plainValuesLeadBack() {
        Normaliser normaliser = new Normaliser(List.of(new Column("a", 1.1, 2.2), new Column("b", -1e-9, 1e9)));
        assertThat(Normaliser.fromList(normaliser.toList())).isEqualTo(normaliser);
    }

    @Test
    void damagedValuesAreNamed() {
        assertThatThrownBy(() -> Normaliser.fromList(List.of()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'columns'");
        assertThatThrownBy(() -> Normaliser.fromList(List.of(Map.of("name", "a", "mean", 1))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no 'deviation'");
        assertThatThrownBy(() -> Normaliser.fromList(List.of(Map.of("name", "a", "mean", 1, "deviation", 0))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'deviation' to be above 0 but found '0.0'");
        assertThatThrownBy(() -> Normaliser.fromList(List.of(Map.of("name", 3, "mean", 1, "deviation", 1))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'name' to be a text but found '3'");
        assertThatThrownBy(() -> Normaliser.fromList(List.of("a")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("named values");
    }

    @Test
    void noRowsAreNothingToFitOn() {
        assertThatThrownBy(() -> Column.fit("a", new double[3], 2, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
