package dev.carousel.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.Formulations;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldoutTest {

    private static final TimeSeries DAYS = Formulations.days(200);

    private static Split split(String validation, String test) {
        return Split.of(DAYS, 200, Holdout.parse(validation), Holdout.parse(test), 5);
    }

    @Test
    void sharesRowsAndDatesAreTold() {
        assertThat(Holdout.parse("0.25")).isEqualTo(new Holdout.Share(0.25));
        assertThat(Holdout.parse("0")).isEqualTo(new Holdout.Share(0));
        assertThat(Holdout.parse(" 2880 ")).isEqualTo(new Holdout.Rows(2880));
        assertThat(Holdout.parse("2018-01-01 06:00")).isEqualTo(new Holdout.From(LocalDateTime.of(2018, 1, 1, 6, 0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.5", "-3", "-0.1", "many", "99999999999", "NaN", "2018-13-01"})
    void whatIsNoneOfTheseIsRefused(String text) {
        assertThatThrownBy(() -> Holdout.parse(text))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected a share from 0 to below 1 such as 0.1, a number of rows");
    }

    @Test
    void eachWayLeadsToTheSameSplit() {
        Split expected = new Split(150, 180, 200);
        assertThat(split("0.15", "0.1")).isEqualTo(expected);
        assertThat(split("30", "20")).isEqualTo(expected);
        assertThat(split("2020-05-30", "2020-06-29")).isEqualTo(expected);
        assertThat(split("30", "2020-06-29")).isEqualTo(expected);
    }

    @Test
    void aShareIsAtLeastAHorizon() {
        assertThat(split("0", "0")).isEqualTo(new Split(190, 195, 200));
    }

    @Test
    void theRestOfTheFileIsNotUsed() {
        assertThat(Split.of(DAYS, 100, new Holdout.Share(0.1), new Holdout.Rows(20), 5))
                .isEqualTo(new Split(70, 80, 100));
        assertThatThrownBy(() -> Split.of(DAYS, 201, new Holdout.Share(0.1), new Holdout.Rows(20), 5))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected 201 rows to use but found 200");
    }

    @Test
    void whatLeavesNothingToLearnFromIsRefused() {
        assertThatThrownBy(() -> split("150", "50"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("left for training");
        assertThatThrownBy(() -> split("2020-06-29", "2020-05-30"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rows from 2020-06-29T00:00 on are to be held out but the rows are of");
        assertThatThrownBy(() -> split("0.1", "2021-01-01"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("2020-01-01T00:00 to 2020-07-18T00:00");
        TimeSeries undated = TimeSeries.of("a", DAYS.values());
        assertThatThrownBy(() -> Split.of(undated, 200, Holdout.parse("2020-05-30"), new Holdout.Rows(9), 5))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("the rows have no dates");
    }

    @Test
    void anEarlierOriginHasTheSameStretchesEarlier() {
        assertThat(new Split(150, 180, 200).earlier(20)).isEqualTo(new Split(130, 160, 180));
    }
}
