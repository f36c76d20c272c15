package dev.carousel.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Team;
import dev.carousel.network.Direction;
import dev.carousel.network.Initialisation;
import dev.carousel.network.LayerSpec.Dense;
import dev.carousel.network.LayerSpec.Recurrent;
import dev.carousel.network.Network;
import dev.carousel.network.NetworkSpec;
import dev.carousel.train.Seeds;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamForecasterTest {

    private static final int ROWS = 120;
    private static final int HORIZON = 6;

    /** Hours of two targets with a price and a category that are known a day ahead. */
    private static ForecastSpec spec(TimeSeries series, Relative relative, Stepping stepping, int season) {
        return ForecastFit.of(series, new Split(100, 110, ROWS))
                .withSeason(season)
                .withRelative(relative)
                .withStepping(stepping)
                .withQuantiles(List.of(0.1, 0.5, 0.9))
                .fit(12, HORIZON);
    }

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

    /** What is known ahead is told a horizon before its row comes. */
    private static void feed(StreamForecaster stream, TimeSeries series, int row) {
        stream.add(SeriesRow.of(series, row));
        while (stream.rowsAhead() < HORIZON) {
            int next = (int) stream.rows() + stream.rowsAhead();
            SeriesRow known = SeriesRow.of(series, next);
            stream.addAhead(
                    new SeriesRow(known.date(), new double[0], new double[0], known.known(), known.categories()));
        }
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
        TimeSeries series = Formulations.hours("", ROWS, 1);
        ForecastSpec spec = spec(series, relative, stepping, season);
        Network network = Formulations.network(spec, 3);
        Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
        StreamForecaster stream = StreamForecaster.of(network.pack(), spec);
        for (int row = 0; row < ROWS; row++) {
            feed(stream, series, row);
            assertThat(stream.ready()).as("row %s", row).isEqualTo(row + 1 >= spec.rowsBefore());
            if (stream.ready()) {
                double[] table = forecaster.next(ForecastWindows.of(until(series, row + 1), spec));
                // The mean of a window is summed in another order.
                double tolerance = relative == Relative.MEAN ? 1e-5 : 0;
                assertThat(stream.forecast()).as("row %s", row).containsExactly(table, within(tolerance));
                assertThat(stream.date(0)).contains(series.date(row + 1));
                assertThat(stream.date(HORIZON + 30)).contains(series.date(row + 1 + HORIZON + 30));
            }
        }
        assertThat(stream.rows()).isEqualTo(ROWS);
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
        TimeSeries series = Formulations.hours("", ROWS, 1);
        ForecastSpec spec = spec(series, relative, stepping, season);
        Network network = Formulations.network(spec, 3);
        Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
        StreamForecaster stream = StreamForecaster.carrying(network.pack(), spec);
        StreamForecaster window = StreamForecaster.of(network.pack(), spec);
        double distance = 0;
        for (int row = 0; row < ROWS; row++) {
            feed(stream, series, row);
            feed(window, series, row);
            int before = row + 1 - (spec.rowsBefore() - spec.context());
            assertThat(stream.ready()).isEqualTo(before >= spec.context());
            if (stream.ready()) {
                ForecastSpec whole = new ForecastSpec(
                        before,
                        HORIZON,
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

    @Test
    void categoriesThatAreLearnedVectorsAreReadAsInATable() {
        TimeSeries series = Formulations.hours("", ROWS, 1);
        ForecastSpec spec = ForecastFit.of(series, new Split(100, 110, ROWS))
                .withSeason(0)
                .withRelative(Relative.NONE)
                .withEmbedding(EmbeddingSize.of(3))
                .fit(12, HORIZON);
        Network network = Formulations.network(spec, 3);
        StreamForecaster window = StreamForecaster.of(network.pack(), spec);
        StreamForecaster carrying = StreamForecaster.carrying(network.pack(), spec);
        for (int row = 0; row < 12; row++) {
            feed(window, series, row);
            feed(carrying, series, row);
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
        TimeSeries series = Formulations.hours("", ROWS, 1);
        ForecastSpec spec = spec(series, relative, stepping, 24);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 3).pack(), Team.single());
        StreamForecaster stream = stream(forecaster, spec, carrying);
        for (int row = 0; row < 50; row++) {
            feed(stream, series, row);
        }
        byte[] saved = stream.save();
        StreamForecaster other = stream(forecaster, spec, carrying);
        feed(other, series, 0);
        other.restore(saved);
        assertThat(other.rows()).isEqualTo(50);
        assertThat(other.rowsAhead()).isEqualTo(HORIZON);
        for (int row = 50; row < 60; row++) {
            assertThat(other.forecast()).containsExactly(stream.forecast());
            feed(stream, series, row);
            feed(other, series, row);
        }
        assertThat(other.forecast()).containsExactly(stream.forecast());
        assertThat(other.lastDate()).isEqualTo(stream.lastDate());
    }

    private static StreamForecaster stream(Forecaster forecaster, ForecastSpec spec, boolean carrying) {
        return carrying ? StreamForecaster.carrying(forecaster, spec, "") : StreamForecaster.of(forecaster, spec, "");
    }

    @Test
    void savedStreamsThatAreDamagedOrOfAnotherKindAreRefusedAndChangeNothing() {
        TimeSeries series = Formulations.hours("", ROWS, 1);
        ForecastSpec spec = spec(series, Relative.NONE, Stepping.AT_ONCE, 0);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 3).pack(), Team.single());
        StreamForecaster stream = stream(forecaster, spec, false);
        StreamForecaster carrying = stream(forecaster, spec, true);
        for (int row = 0; row < 20; row++) {
            feed(stream, series, row);
            feed(carrying, series, row);
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
        TimeSeries series = Formulations.hours("", ROWS, 1);
        ForecastSpec spec = spec(series, Relative.PREVIOUS, Stepping.STEP_BY_STEP, 0);
        Forecaster forecaster = Forecaster.of(Formulations.network(spec, 3).pack(), Team.single());
        for (boolean carrying : new boolean[] {false, true}) {
            StreamForecaster used = stream(forecaster, spec, carrying);
            StreamForecaster fresh = stream(forecaster, spec, carrying);
            IntStream.range(0, 30).forEach(row -> feed(used, series, row));
            used.reset();
            assertThat(used.ready()).isFalse();
            IntStream.range(0, 20).forEach(row -> {
                feed(used, series, row);
                feed(fresh, series, row);
            });
            assertThat(used.forecast()).containsExactly(fresh.forecast());
        }
    }

    @Test
    void rowsThatDoNotFitAreRefusedAndLeaveTheStreamWhereItWas() {
        TimeSeries series = Formulations.hours("", ROWS, 1);
        ForecastSpec spec = spec(series, Relative.LAST, Stepping.AT_ONCE, 0);
        StreamForecaster stream =
                StreamForecaster.of(Formulations.network(spec, 3).pack(), spec);
        for (int row = 0; row < 20; row++) {
            feed(stream, series, row);
        }
        double[] before = stream.forecast();
        SeriesRow good = SeriesRow.of(series, 20);
        refused(stream, SeriesRow.of(1), "A row has 1 values for 2 times a target");
        refused(stream, good.withKnown(), "0 values for 1 column that is known ahead");
        refused(stream, good.withFeatures(3), "1 values for 0 times a column that is known up to the present");
        refused(stream, good.withCategories("day", "x"), "2 values for 1 category");
        refused(stream, good.withKnown(Double.POSITIVE_INFINITY), "must hold finite numbers");
        refused(stream, good.withDate(series.date(19)), "was told to come next");
        refused(
                stream,
                new SeriesRow(
                        good.date(), new double[] {1, Double.NaN}, new double[0], good.known(), good.categories()),
                "must hold finite numbers");
        assertThatThrownBy(() -> stream.addAhead(good))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("which are not known ahead");
        assertThat(stream.forecast()).containsExactly(before);
        assertThat(stream.rows()).isEqualTo(20);
    }

    private static void refused(StreamForecaster stream, SeriesRow row, String clue) {
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
            StreamForecaster stream = stream(forecaster, spec, carrying);
            stream.add(SeriesRow.of(1).withCategories("b"));
            IntStream.range(0, 4).forEach(i -> stream.add(SeriesRow.of(i).withCategories("a")));
            assertThat(stream.ready()).isTrue();
            stream.add(SeriesRow.of(3).withCategories("market"));
            assertThatThrownBy(stream::forecast)
                    .hasMessageContaining("the category 'kind' changes from row to row")
                    .hasMessageContaining("of the 3 rows to come that of 0 has been told");
            IntStream.range(0, 3).forEach(i -> stream.addAhead(SeriesRow.ahead().withCategories("b")));
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
