package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.series.Observation;
import dev.carousel.data.series.SeriesBuilder;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream forecasts what a table of the rows so far gives, and can be saved and reset. */
class StreamForecasterTest {

    /** The series as it was when so many rows had come, with all that is known ahead. */
    private static TimeSeries until(TimeSeries series, int rows) {
        SeriesBuilder builder = TimeSeries.builder(series.source()).withId(series.id());
        series.targetColumns().forEach(column -> builder.withTarget(column.rows(0, rows)));
        series.featureColumns().forEach(column -> builder.withFeature(column.rows(0, rows)));
        series.knownColumns().forEach(builder::withKnown);
        for (int c = 0; c < series.categories().size(); c++) {
            builder.withCategory(
                    series.categories().get(c), series.categoryColumns().get(c));
        }
        boolean ahead = !series.known().isEmpty() || !series.categories().isEmpty();
        if (series.hasDates()) {
            builder.withDates(IntStream.range(0, ahead ? series.knownLength() : rows)
                    .mapToObj(series::date)
                    .toList());
        }
        return builder.build();
    }

    @ParameterizedTest
    @CsvSource({
        "MEAN, AT_ONCE, 0",
        "MEAN, AT_ONCE, 24",
        "LAST, AT_ONCE, 24",
        "NONE, AT_ONCE, 24",
        "MEAN, STEP_BY_STEP, 3",
        "LAST, STEP_BY_STEP, 0",
        "NONE, STEP_BY_STEP, 24",
        "PREVIOUS, STEP_BY_STEP, 0",
        "PREVIOUS, STEP_BY_STEP, 3",
    })
    void afterEachRowItForecastsWhatATableOfThoseRowsGives(Relative relative, Stepping stepping, int season) {
        TimeSeries series = Streams.hours();
        ForecastSpec spec = Streams.spec(series, relative, stepping, season);
        Network network = Formulations.network(spec, 3);
        Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
        StreamForecaster stream = StreamForecaster.of(network.pack(), spec);
        for (int row = 0; row < Streams.ROWS; row++) {
            Streams.feed(stream, series, row);
            assertThat(stream.ready()).as("row %s", row).isEqualTo(row + 1 >= spec.rowsBefore());
            if (stream.ready()) {
                double[] table = forecaster.next(ForecastWindows.of(until(series, row + 1), spec));
                // The mean of a window is summed in another order.
                double tolerance = relative == Relative.MEAN ? 1e-5 : 0;
                assertThat(stream.forecast()).as("row %s", row).containsExactly(table, within(tolerance));
                assertThat(stream.date(0)).contains(series.date(row + 1));
                assertThat(stream.date(Streams.HORIZON + 30)).contains(series.date(row + 1 + Streams.HORIZON + 30));
            }
        }
        assertThat(stream.rows()).isEqualTo(Streams.ROWS);
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, AT_ONCE, 0",
        "NONE, AT_ONCE, 24",
        "NONE, STEP_BY_STEP, 3",
        "PREVIOUS, STEP_BY_STEP, 0",
        "PREVIOUS, STEP_BY_STEP, 24"
    })
    void aCarriedStateForecastsWhatAContextOfAllRowsGives(Relative relative, Stepping stepping, int season) {
        TimeSeries series = Streams.hours();
        ForecastSpec spec = Streams.spec(series, relative, stepping, season);
        Network network = Formulations.network(spec, 3);
        Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
        StreamForecaster stream = StreamForecaster.carrying(network.pack(), spec);
        StreamForecaster window = StreamForecaster.of(network.pack(), spec);
        double distance = 0;
        for (int row = 0; row < Streams.ROWS; row++) {
            Streams.feed(stream, series, row);
            Streams.feed(window, series, row);
            int before = row + 1 - (spec.rowsBefore() - spec.context());
            assertThat(stream.ready()).isEqualTo(before >= spec.context());
            if (stream.ready()) {
                ForecastSpec whole = new ForecastSpec(
                        before,
                        Streams.HORIZON,
                        spec.season(),
                        spec.spacing(),
                        spec.calendar(),
                        spec.columns(),
                        relative,
                        stepping,
                        spec.quantiles());
                double[] table = forecaster.next(ForecastWindows.of(until(series, row + 1), whole));
                assertThat(stream.forecast()).as("row %s", row).containsExactly(table, within(1e-4));
                assertThat(stream.forecast()).as("asked again").containsExactly(stream.forecast());
                distance = Math.max(distance, Math.abs(stream.forecast()[0] - window.forecast()[0]));
            }
        }
        assertThat(distance).as("what it remembers beyond a context shows").isGreaterThan(1e-3);
    }

    /** The step that forecasts the next row and the one that it takes when it comes are one; asked again, none is taken. */
    @ParameterizedTest
    @CsvSource({"PREVIOUS, STEP_BY_STEP, 0", "NONE, STEP_BY_STEP, 24"})
    void noStepIsTakenTwiceForARow(Relative relative, Stepping stepping, int season) {
        TimeSeries series = Streams.hours();
        ForecastSpec spec = Streams.spec(series, relative, stepping, season);
        Network network = Formulations.network(spec, 3);
        StreamForecaster stream = StreamForecaster.carrying(network.pack(), spec);
        StreamForecaster silent = StreamForecaster.carrying(network.pack(), spec);
        for (int row = 0; row < Streams.ROWS; row++) {
            long before = stream.steps();
            boolean asked = stream.ready();
            Streams.feed(stream, series, row);
            Streams.feed(silent, series, row);
            assertThat(stream.steps() - before).isLessThanOrEqualTo(asked ? 0 : 1);
            if (stream.ready()) {
                before = stream.steps();
                double[] forecast = stream.forecast();
                assertThat(stream.steps() - before).isEqualTo(Streams.HORIZON);
                forecast[0]++;
                assertThat(stream.forecast()[0]).isNotEqualTo(forecast[0]);
                assertThat(stream.steps() - before).as("asked again").isEqualTo(Streams.HORIZON);
            }
        }
        assertThat(stream.save()).isEqualTo(silent.save());
        assertThat(stream.forecast()).containsExactly(silent.forecast());
    }

    @Test
    void aRowThatIsNotAsItWasToldTakesItsOwnStep() {
        TimeSeries series = Streams.hours();
        ForecastSpec spec = Streams.spec(series, Relative.PREVIOUS, Stepping.STEP_BY_STEP, 0);
        Network network = Formulations.network(spec, 3);
        StreamForecaster asked = StreamForecaster.carrying(network.pack(), spec);
        StreamForecaster silent = StreamForecaster.carrying(network.pack(), spec);
        for (int row = 0; row < 40; row++) {
            Streams.feed(asked, series, row);
            Streams.feed(silent, series, row);
        }
        asked.forecast();
        Observation other = Observation.of(series, 40).withKnown(17);
        long before = asked.steps();
        asked.add(other);
        silent.add(other);
        assertThat(asked.steps() - before).isEqualTo(1);
        assertThat(asked.save()).isEqualTo(silent.save());
        // A forecast is of the rows that came, not of those before a restore or reset.
        byte[] saved = asked.save();
        asked.restore(saved);
        asked.addAhead(new Observation(
                Optional.of(series.date(46)), new double[0], new double[0], new double[] {3}, List.of("day")));
        double[] forecast = asked.forecast();
        asked.add(Observation.of(series, 41));
        asked.restore(saved);
        asked.addAhead(new Observation(
                Optional.of(series.date(46)), new double[0], new double[0], new double[] {3}, List.of("day")));
        assertThat(asked.forecast()).containsExactly(forecast);
    }

    @Test
    void categoriesThatAreLearnedVectorsAreReadAsInATable() {
        TimeSeries series = Streams.hours();
        ForecastSpec spec = ForecastFit.of(series, new Split(100, 110, Streams.ROWS))
                .withSeason(0)
                .withRelative(Relative.NONE)
                .withEmbedding(EmbeddingSize.of(3))
                .fit(12, Streams.HORIZON);
        Network network = Formulations.network(spec, 3);
        StreamForecaster window = StreamForecaster.of(network.pack(), spec);
        StreamForecaster carrying = StreamForecaster.carrying(network.pack(), spec);
        for (int row = 0; row < 12; row++) {
            Streams.feed(window, series, row);
            Streams.feed(carrying, series, row);
        }
        double[] table = Forecaster.of(network.pack(), Team.single()).next(ForecastWindows.of(until(series, 12), spec));
        assertThat(window.forecast()).containsExactly(table);
        assertThat(carrying.forecast()).containsExactly(table, within(1e-4));
    }

    @Test
    void featuresAndNumbersOfItsOwnAreReadAsInATable() {
        TimeSeries a = featured("a", 1);
        TimeSeries b = featured("b", 50);
        Split split = new Split(60, 70, 80);
        ForecastSpec spec = ForecastFit.of(List.of(a, b), List.of(split, split))
                .withSeason(0)
                .fit(9, 4);
        Network network = Formulations.network(spec, 2);
        Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
        StreamForecaster ofA = StreamForecaster.of(forecaster, spec, "a");
        StreamForecaster ofB = StreamForecaster.of(forecaster, spec, "b");
        for (int row = 0; row < 80; row++) {
            ofA.add(a, row);
            ofB.add(b, row);
        }
        assertThat(ofA.forecast()).containsExactly(forecaster.next(ForecastWindows.of(a, spec)), within(1e-5));
        assertThat(ofB.forecast()).containsExactly(forecaster.next(ForecastWindows.of(b, spec)), within(1e-3));
        assertThatThrownBy(() -> StreamForecaster.of(forecaster, spec, "c"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("The series 'c' is not among the 2");
    }

    private static TimeSeries featured(String id, double scale) {
        return TimeSeries.builder("shops.csv")
                .withId(id)
                .withTarget(
                        "sold",
                        IntStream.range(0, 80)
                                .mapToDouble(i -> scale * (9 + i * 7 % 5))
                                .toArray())
                .withFeature(
                        "rain",
                        IntStream.range(0, 80).mapToDouble(i -> i * 3 % 4).toArray())
                .build();
    }

    @ParameterizedTest
    @CsvSource({"MEAN, AT_ONCE, false", "NONE, AT_ONCE, true", "PREVIOUS, STEP_BY_STEP, true"})
    void aStreamThatWasSavedGoesOnWhereItWas(Relative relative, Stepping stepping, boolean carrying) {
        TimeSeries series = Streams.hours();
        ForecastSpec spec = Streams.spec(series, relative, stepping, 24);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 3).pack(), Team.single());
        StreamForecaster stream = Streams.of(forecaster, spec, carrying);
        for (int row = 0; row < 50; row++) {
            Streams.feed(stream, series, row);
        }
        byte[] saved = stream.save();
        StreamForecaster other = Streams.of(forecaster, spec, carrying);
        Streams.feed(other, series, 0);
        other.restore(saved);
        assertThat(other.rows()).isEqualTo(50);
        assertThat(other.rowsAhead()).isEqualTo(Streams.HORIZON);
        for (int row = 50; row < 60; row++) {
            assertThat(other.forecast()).containsExactly(stream.forecast());
            Streams.feed(stream, series, row);
            Streams.feed(other, series, row);
        }
        assertThat(other.forecast()).containsExactly(stream.forecast());
        assertThat(other.lastDate()).isEqualTo(stream.lastDate());
    }

    @Test
    void savedStreamsThatAreDamagedOrOfAnotherKindAreRefusedAndChangeNothing() {
        TimeSeries series = Streams.hours();
        ForecastSpec spec = Streams.spec(series, Relative.NONE, Stepping.AT_ONCE, 0);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 3).pack(), Team.single());
        StreamForecaster stream = Streams.of(forecaster, spec, false);
        StreamForecaster carrying = Streams.of(forecaster, spec, true);
        for (int row = 0; row < 20; row++) {
            Streams.feed(stream, series, row);
            Streams.feed(carrying, series, row);
        }
        double[] before = stream.forecast();
        byte[] saved = stream.save();
        for (int length = 0; length < saved.length; length += 97) {
            byte[] part = Arrays.copyOf(saved, length);
            assertThatThrownBy(() -> stream.restore(part))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("Was it cut off");
        }
        for (int at = 0; at < saved.length; at += 41) {
            byte[] other = saved.clone();
            other[at] ^= 8;
            assertThatThrownBy(() -> stream.restore(other)).isInstanceOf(DataException.class);
        }
        assertThatThrownBy(() -> stream.restore(carrying.save()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Is it of another model, or was its state carried");
        assertThat(stream.forecast()).containsExactly(before);
    }

    @Test
    void aResetStreamIsAsNew() {
        TimeSeries series = Streams.hours();
        ForecastSpec spec = Streams.spec(series, Relative.PREVIOUS, Stepping.STEP_BY_STEP, 0);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 3).pack(), Team.single());
        for (boolean carrying : new boolean[] {false, true}) {
            StreamForecaster used = Streams.of(forecaster, spec, carrying);
            StreamForecaster fresh = Streams.of(forecaster, spec, carrying);
            IntStream.range(0, 30).forEach(row -> Streams.feed(used, series, row));
            used.reset();
            assertThat(used.ready()).isFalse();
            IntStream.range(0, 20).forEach(row -> {
                Streams.feed(used, series, row);
                Streams.feed(fresh, series, row);
            });
            assertThat(used.forecast()).containsExactly(fresh.forecast());
        }
    }
}
