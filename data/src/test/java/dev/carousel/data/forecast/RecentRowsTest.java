package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.series.Categories;
import dev.carousel.data.series.Observation;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Column;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.spec.Direction;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Seeds;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What rows a stream takes, what dates it gives those to come, and what it refuses. */
class RecentRowsTest {

    @Test
    void rowsThatDoNotFitAreRefusedAndLeaveTheStreamWhereItWas() {
        TimeSeries series = Streams.hours();
        ForecastSpec spec = Streams.spec(series, Relative.LAST, Stepping.AT_ONCE, 0);
        StreamForecaster stream =
                StreamForecaster.of(Formulations.network(spec, 3).pack(), spec);
        for (int row = 0; row < 20; row++) {
            Streams.feed(stream, series, row);
        }
        double[] before = stream.forecast();
        Observation good = Observation.of(series, 20);
        refused(stream, Observation.of(1), "A row needs 2 values, one for each of its targets, but has 1.");
        refused(stream, good.withKnown(), "1 value, for its column that is known ahead, but has 0.");
        refused(
                stream,
                good.withFeatures(3),
                "no value, since the model has no columns that are known up to the present, but has 1.");
        refused(stream, good.withCategories("day", "x"), "1 value, for its category, but has 2.");
        refused(stream, good.withKnown(Double.POSITIVE_INFINITY), "must hold finite numbers");
        refused(stream, good.withDate(series.date(19)), "was told to come next");
        refused(
                stream,
                new Observation(
                        good.date(), new double[] {1, Double.NaN}, new double[0], good.known(), good.categories()),
                "must hold finite numbers");
        assertThatThrownBy(() -> stream.addAhead(good))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("which are not known ahead");
        assertThat(stream.forecast()).containsExactly(before);
        assertThat(stream.rows()).isEqualTo(20);
    }

    private static void refused(StreamForecaster stream, Observation row, String clue) {
        assertThatThrownBy(() -> stream.add(row))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(clue);
    }

    @Test
    void aGapInTheDatesIsRefusedWhereTheModelReadsThem() {
        TimeSeries series = days(60, LocalDate.of(2021, 1, 1), "weekday");
        ForecastSpec spec = ForecastFit.of(series, new Split(40, 50, 60))
                .withSeason(7)
                .withCalendar(List.of(Calendar.WEEKDAY))
                .fit(7, 3);
        StreamForecaster stream =
                StreamForecaster.of(Formulations.network(spec, 3).pack(), spec);
        LocalDateTime day = LocalDateTime.of(2021, 5, 1, 0, 0);
        stream.add(day, 1);
        assertThatThrownBy(() -> stream.add(day, 2)).hasMessageContaining("Expected a row after 2021-05-01T00:00");
        assertThatThrownBy(() -> stream.add(day.plusDays(2), 2)).hasMessageContaining("Expected the row that follows");
        assertThatThrownBy(() -> stream.add(2)).hasMessageContaining("without a date");
        assertThat(spec.gap(day, day.plusDays(2))).isTrue();
        assertThat(spec.gap(day, day.plusDays(1))).isFalse();
        stream.add(day.plusDays(1), 2);
        assertThat(stream.rows()).isEqualTo(2);
        assertThatThrownBy(stream::forecast)
                .hasMessageContaining("There is no forecast yet: 2 rows came, but the first forecast needs 14");
        ForecastSpec undated = spec.withSeason(0).withCalendar(List.of());
        StreamForecaster any =
                StreamForecaster.of(Formulations.network(undated, 3).pack(), undated);
        any.add(day, 1);
        any.add(day.plusDays(2), 2);
        assertThat(any.rows()).isEqualTo(2);
    }

    private static TimeSeries days(int rows, LocalDate first, String name) {
        return TimeSeries.builder("days.csv")
                .withTarget(
                        name,
                        IntStream.range(0, rows).mapToDouble(i -> i * i % 17).toArray())
                .withDates(IntStream.range(0, rows)
                        .mapToObj(i -> first.plusDays(i).atStartOfDay())
                        .toList())
                .build();
    }

    @Test
    void monthsThatEndEarlyDoNotWearTheDayDown() {
        List<LocalDateTime> ends = IntStream.range(0, 30)
                .mapToObj(i -> LocalDate.of(2020, 1, 31).plusMonths(i).atStartOfDay())
                .toList();
        TimeSeries series = TimeSeries.builder("months.csv")
                .withTarget("a", IntStream.range(0, 30).mapToDouble(i -> i % 12).toArray())
                .withDates(ends)
                .build();
        ForecastSpec spec =
                ForecastFit.of(series, new Split(20, 25, 30)).withSeason(0).fit(2, 3);
        StreamForecaster stream =
                StreamForecaster.of(Formulations.network(spec, 3).pack(), spec);
        for (int row = 0; row < 14; row++) {
            stream.add(series, row);
        }
        assertThat(ends.get(13)).isEqualTo(LocalDateTime.of(2021, 2, 28, 0, 0));
        assertThat(stream.date(0)).contains(LocalDateTime.of(2021, 3, 31, 0, 0));
        assertThat(stream.date(1)).contains(LocalDateTime.of(2021, 4, 30, 0, 0));
        assertThat(stream.date(2)).contains(LocalDateTime.of(2021, 5, 31, 0, 0));
    }

    @Test
    void aCategoryThatNeverChangesNeedsNotBeToldAheadButOneThatChangesDoes() {
        Categories kinds = Categories.of("kind", List.of("a", "b"));
        TimeSeries series = TimeSeries.builder("x.csv")
                .withTarget("y", IntStream.range(0, 40).mapToDouble(i -> i % 7).toArray())
                .withCategory(
                        kinds,
                        Column.of(
                                "kind",
                                IntStream.range(0, 40)
                                        .mapToDouble(i -> 1 + i % 2)
                                        .toArray()))
                .build();
        ForecastSpec spec = ForecastFit.of(series, new Split(30, 35, 40))
                .withSeason(0)
                .withRelative(Relative.NONE)
                .fit(4, 3);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 3).pack(), Team.single());
        for (boolean carrying : new boolean[] {false, true}) {
            StreamForecaster stream = Streams.of(forecaster, spec, carrying);
            stream.add(Observation.of(1).withCategories("b"));
            IntStream.range(0, 4).forEach(i -> stream.add(Observation.of(i).withCategories("a")));
            assertThat(stream.ready()).isTrue();
            stream.add(Observation.of(3).withCategories("market"));
            assertThatThrownBy(stream::forecast)
                    .hasMessageContaining("the category 'kind' changes from row to row")
                    .hasMessageContaining("of the 3 rows to come that of 0 has been told");
            IntStream.range(0, 3)
                    .forEach(i -> stream.addAhead(Observation.ahead().withCategories("b")));
            assertThat(stream.ready()).isTrue();
        }
    }

    @Test
    void whatCannotBeCarriedIsRefused() {
        TimeSeries series = Formulations.wandering(80, 4);
        ForecastFit fit = ForecastFit.of(series, new Split(60, 70, 80)).withSeason(0);
        ForecastSpec mean = fit.fit(10, 3);
        assertThatThrownBy(() ->
                        StreamForecaster.carrying(Formulations.network(mean, 1).pack(), mean))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("relative to the mean of a window");
        ForecastSpec none = fit.withRelative(Relative.NONE).fit(10, 3);
        NetworkSpec both = NetworkSpec.of(
                Recurrent.gru(none.inputSize(), 5).withDirection(Direction.BOTH), Dense.head(10, none.outputSize()));
        Network network = Network.initialised(both, Initialisation.uniform(), new Seeds(1).initialisation());
        assertThatThrownBy(() -> StreamForecaster.carrying(network.pack(), none))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("reads sequences from their end");
        StreamForecaster window = StreamForecaster.of(network.pack(), none);
        IntStream.range(0, 80).forEach(row -> window.add(series, row));
        assertThat(window.forecast())
                .as("a window can be read from its end")
                .containsExactly(Forecaster.of(network.pack(), Team.single()).next(ForecastWindows.of(series, none)));
        ForecastSpec wider = fit.withQuantiles(List.of(0.1, 0.5, 0.9)).fit(10, 3);
        assertThatThrownBy(() -> StreamForecaster.of(network.pack(), wider))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Are they of one model?");
    }
}
