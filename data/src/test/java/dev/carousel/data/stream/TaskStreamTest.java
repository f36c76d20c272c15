package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.carousel.data.DataException;
import dev.carousel.data.anomaly.AlarmThreshold;
import dev.carousel.data.anomaly.AnomalySpec;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.anomaly.NaiveAnomaly;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.forecast.Calendar;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Formulations;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.kernel.OneThread;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.Mean;
import dev.carousel.train.Seeds;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every stream promises, whatever its task. */
class TaskStreamTest {

    private static final int EVENTS = 60;
    private static final LocalDateTime START = LocalDateTime.of(2021, 1, 1, 0, 0);

    enum Kind {
        FORECAST,
        CARRIED,
        ANOMALY,
        CLASSIFY,
        TAG,
        TEXT
    }

    /** How events hold their values. */
    enum Form {
        NAMED,
        ORDERED
    }

    static List<Arguments> all() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(Form.values()).map(form -> arguments(kind, form)))
                .toList();
    }

    private static StreamModel model(Kind kind, long seed) {
        if (kind == Kind.CARRIED) {
            return StreamModel.carrying(rows(Kind.FORECAST, seed));
        }
        return StreamModel.of(
                switch (kind) {
                    case FORECAST, CARRIED, ANOMALY -> rows(kind, seed);
                    case CLASSIFY, TAG -> classes(kind == Kind.TAG, seed);
                    case TEXT ->
                        Model.of(
                                Network.initialised(
                                        NetworkSpec.of(new OneHot(4), Recurrent.gru(4, 5), Dense.head(5, 4)),
                                        Initialisation.uniform(),
                                        new Seeds(seed).initialisation()),
                                Vocabulary.of("abc\n").addTo(Task.of("text")));
                });
    }

    private static Model rows(Kind kind, long seed) {
        TimeSeries series = Formulations.hours("", 200, 1);
        Split split = new Split(150, 175, 200);
        ForecastSpec spec = ForecastFit.of(series, split)
                .withSeason(24)
                .withRelative(Relative.PREVIOUS)
                .withStepping(Stepping.STEP_BY_STEP)
                .withCalendar(List.of(Calendar.TIME_OF_DAY))
                .fit(12, 2);
        ForecastTask task = new ForecastTask(
                "load",
                ColumnRoles.of("load", "heat")
                        .withKnown(List.of("price"))
                        .withCategories(List.of("kind"))
                        .withDate("hour"),
                Missing.FORWARD,
                spec,
                Map.of("", split));
        Network network = Formulations.network(spec, seed);
        if (kind == Kind.FORECAST) {
            return Model.of(network, task.toTask());
        }
        AlarmThreshold threshold = new AlarmThreshold(3, 0.01, AlarmThreshold.Fit.QUANTILE);
        return Model.of(
                network,
                new AnomalyTask(
                                task,
                                new AnomalySpec(spec, List.of(0.0, 0.0), List.of(1.0, 1.0), threshold),
                                new NaiveAnomaly(List.of(0.0, 0.0), List.of(1.0, 1.0)),
                                threshold)
                        .toTask());
    }

    /** A forecaster of two series, each normalised by its own statistics. */
    private static StreamModel shops() {
        List<TimeSeries> series = List.of(Formulations.hours("small", 200, 1), Formulations.hours("big", 200, 2));
        Split split = new Split(150, 175, 200);
        ForecastSpec spec = ForecastFit.of(series, List.of(split, split))
                .withSeason(24)
                .withEachScaled(true)
                .fit(12, 2);
        ForecastTask task = new ForecastTask(
                "load",
                ColumnRoles.of("load", "heat")
                        .withKnown(List.of("price"))
                        .withCategories(List.of("kind"))
                        .withDate("hour")
                        .withId("shop"),
                Missing.FORWARD,
                spec,
                Map.of("small", split, "big", split));
        return StreamModel.of(Model.of(Formulations.network(spec, 1), task.toTask()));
    }

    /** Its numbers are of another scale: they would be taken for those of this series without a word. */
    @Test
    void aStreamOfAnotherSeriesIsRefusedWhereEachIsNormalisedByItself() {
        StreamModel model = shops();
        TaskStream small = model.open("small");
        byte[] saved = small.save();
        TaskStream big = model.open("big");
        byte[] before = big.save();
        assertThatThrownBy(() -> big.restore(saved))
                .isInstanceOfSatisfying(
                        DataException.class,
                        e -> assertThat(e.kind()).isEqualTo(DataException.Kind.STATE_OF_ANOTHER_SERIES))
                .hasMessageContaining("of the series 'small' but this one is of 'big'");
        assertThat(big.save()).isEqualTo(before);
        KeyedStreams keys = KeyedStreams.of(model);
        assertThatThrownBy(() -> keys.restore("big", saved)).isInstanceOf(DataException.class);
        keys.restore("small", saved);
        // Where one scale serves all, a stream may go on under another name.
        StreamModel one = model(Kind.FORECAST, 1);
        one.open("a").restore(one.open("b").save());
    }

    /** Forward means the value before it: of a row that came the one of the row before, of an upcoming one the upcoming one. */
    @Test
    void aMissingValueIsNeverFilledFromTheFuture() {
        List<List<Answer.Forecast.Step>> forecasts = new ArrayList<>();
        for (boolean told : new boolean[] {true, false}) {
            StreamModel model = model(Kind.FORECAST, 1);
            TaskStream stream = model.open();
            stream.add(priced(0, 1));
            for (int row = 1; row < 40; row++) {
                for (int ahead = 0; told && ahead < 3 && row == 30; ahead++) {
                    // The last of them says no price, which is that of the one before it.
                    Event upcoming = ahead == 2 ? unpriced(row + ahead) : priced(row + ahead, 3 + ahead);
                    stream.add(without(upcoming).toCome());
                }
                stream.add(row == 30 ? unpriced(row) : priced(row, 1));
            }
            stream.add(without(priced(40, 2)).toCome());
            Answer.Forecast forecast =
                    (Answer.Forecast) stream.add(without(priced(41, 2)).toCome());
            assertThat(forecast.steps()).hasSize(2);
            forecasts.add(forecast.steps());
        }
        assertThat(forecasts.get(0)).isEqualTo(forecasts.get(1));
    }

    private static Event priced(int row, double price) {
        return unpriced(row).with("price", price);
    }

    private static Event unpriced(int row) {
        return Event.of("heat", 100 + row % 7)
                .with("kind", row % 2 == 0 ? "day" : "night")
                .with("load", 50 + row % 5)
                .at(START.plusHours(row));
    }

    /** What is known of it before it comes. */
    private static Event without(Event event) {
        Event known = Event.empty()
                .with("kind", event.texts().get("kind"))
                .at(event.date().orElseThrow());
        return event.numbers().containsKey("price")
                ? known.with("price", event.numbers().get("price"))
                : known;
    }

    private static Model classes(boolean perStep, long seed) {
        int[][] labels = perStep ? new int[][] {{0, 0}, {1, 1}} : new int[][] {{0}, {1}};
        LabelledSequences two = LabelledSequences.of(
                "two", new float[][] {{1, 2, 3, 4}, {4, 3, 2, 2}}, 2, labels, List.of("up", "down"));
        ClassifierSpec spec = ClassifierSpec.fit(two, SequenceScaling.Kind.STANDARD);
        NetworkSpec network = perStep
                ? NetworkSpec.of(Recurrent.lstm(2, 5), Dense.head(5, 2))
                : NetworkSpec.of(Recurrent.gru(2, 5), new Mean(5), Dense.head(5, 2));
        return Model.of(
                Network.initialised(network, Initialisation.uniform(), new Seeds(seed).initialisation()), spec.task());
    }

    private static boolean forecasts(Kind kind) {
        return kind == Kind.FORECAST || kind == Kind.CARRIED;
    }

    /** What comes of a row, and of forecasters what is told of the row two after it. */
    private static List<Event> events(StreamModel model, Kind kind, Form form, int row, SplittableRandom random) {
        List<Event> events = new ArrayList<>();
        events.add(event(kind, row, random));
        for (int ahead = row == 0 ? 1 : 2; forecasts(kind) && ahead <= 2; ahead++) {
            events.add(Event.of("price", (row + ahead) % 5)
                    .with("kind", (row + ahead) % 2 == 0 ? "day" : "night")
                    .at(START.plusHours(row + ahead))
                    .toCome());
        }
        if (form == Form.ORDERED) {
            events.replaceAll(event -> ordered(model, event));
        }
        return events;
    }

    private static Event event(Kind kind, int row, SplittableRandom random) {
        return switch (kind) {
            case FORECAST, CARRIED, ANOMALY -> {
                Event event = Event.of("heat", 100 + random.nextGaussian())
                        .with("kind", row % 2 == 0 ? "day" : "night")
                        .with("price", row % 5)
                        .at(START.plusHours(row));
                yield row == 0 || random.nextInt(4) > 0 ? event.with("load", 50 + random.nextGaussian()) : event;
            }
            case CLASSIFY, TAG -> {
                Event event = Event.of("dimension 1", random.nextGaussian());
                yield random.nextInt(4) > 0 ? event.with("dimension 2", random.nextGaussian()) : event;
            }
            case TEXT -> Event.text(List.of("a", "b", "\n").get(random.nextInt(3)));
        };
    }

    /** The same by the order of the inputs, a missing value as NaN. */
    private static Event ordered(StreamModel model, Event event) {
        double[] values = new double[model.inputs().size()];
        for (int i = 0; i < values.length; i++) {
            String name = model.inputs().get(i).name();
            values[i] = event.texts().containsKey(name)
                    ? model.id(name, event.texts().get(name))
                    : event.numbers().getOrDefault(name, Double.NaN);
        }
        return new Event(event.date(), Map.of(), Map.of(), event.ahead(), Optional.of(values));
    }

    private record Bad(DataException.Kind kind, Event event) {}

    /** Events that no stream of the task takes, after so many rows. */
    private static List<Bad> bad(StreamModel model, Kind kind, Form form, int row) {
        Event good = event(kind, row, new SplittableRandom(row));
        if (kind != Kind.CLASSIFY && kind != Kind.TAG && kind != Kind.TEXT) {
            good = good.with("load", 7777);
        }
        List<Bad> bad = new ArrayList<>();
        boolean ordered = form == Form.ORDERED;
        if (ordered) {
            badOrders(model, good).forEach(bad::add);
        } else {
            bad.add(new Bad(DataException.Kind.UNKNOWN_COLUMN, Event.of("nobody", 1)));
            bad.add(new Bad(DataException.Kind.UNKNOWN_COLUMN, good.with("nobody", "x")));
        }
        if (!forecasts(kind)) {
            bad.add(new Bad(
                    DataException.Kind.NOT_AHEAD, ordered ? ordered(model, good).toCome() : good.toCome()));
        }
        List<Bad> named = switch (kind) {
            case FORECAST, CARRIED, ANOMALY -> badRows(kind, good, row);
            case CLASSIFY, TAG ->
                List.of(
                        new Bad(DataException.Kind.NOT_FINITE, good.with("dimension 2", Double.NEGATIVE_INFINITY)),
                        new Bad(DataException.Kind.NOT_FINITE, good.with("dimension 1", 1e39)));
            case TEXT -> List.of();
        };
        named.forEach(one -> bad.add(ordered ? new Bad(one.kind(), ordered(model, one.event())) : one));
        if (!ordered && kind == Kind.TEXT) {
            bad.add(new Bad(DataException.Kind.UNKNOWN_UNIT, Event.text("abx")));
            bad.add(new Bad(DataException.Kind.MISSING_VALUE, Event.text("")));
            bad.add(new Bad(DataException.Kind.MISSING_VALUE, Event.of(StreamModel.TEXT, 1)));
        }
        if (!ordered && kind == Kind.CLASSIFY) {
            bad.add(new Bad(DataException.Kind.NOT_A_NUMBER, good.with("dimension 1", "x")));
        }
        if (!ordered && kind == Kind.ANOMALY) {
            bad.add(new Bad(DataException.Kind.NOT_A_NUMBER, good.with("load", "x")));
            bad.add(new Bad(DataException.Kind.MISSING_VALUE, good.with("kind", 1)));
        }
        return bad;
    }

    private static List<Bad> badOrders(StreamModel model, Event good) {
        double[] values = ordered(model, good).ordered().orElseThrow();
        List<Bad> bad = new ArrayList<>();
        for (int length : new int[] {0, values.length - 1, values.length + 1}) {
            double[] other = java.util.Arrays.copyOf(values, length);
            bad.add(new Bad(
                    DataException.Kind.WRONG_WIDTH,
                    new Event(good.date(), Map.of(), Map.of(), false, Optional.of(other))));
        }
        for (int i = 0; i < values.length; i++) {
            for (double id : new double[] {-1, 0.5, 99, Double.POSITIVE_INFINITY}) {
                double[] other = values.clone();
                other[i] = id;
                if (model.inputs().get(i).type() != StreamModel.Type.NUMBER) {
                    bad.add(new Bad(
                            DataException.Kind.UNKNOWN_UNIT,
                            new Event(good.date(), Map.of(), Map.of(), false, Optional.of(other))));
                }
            }
        }
        return bad;
    }

    private static List<Bad> badRows(Kind kind, Event good, int row) {
        List<Bad> bad = new ArrayList<>();
        for (String name : List.of("price", "heat", "load")) {
            for (double value : new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e39, 1e38}) {
                bad.add(new Bad(DataException.Kind.NOT_FINITE, good.with(name, value)));
            }
        }
        bad.add(new Bad(
                DataException.Kind.MISSING_DATE,
                new Event(Optional.empty(), good.numbers(), good.texts(), false, Optional.empty())));
        if (row > 0) {
            bad.add(new Bad(DataException.Kind.DATE_ORDER, good.at(START.plusHours(row - 1))));
            // Forecasters were told which row comes next.
            bad.add(new Bad(
                    forecasts(kind) ? DataException.Kind.DATE_ORDER : DataException.Kind.GAP,
                    good.at(START.plusHours(row + 2))));
        } else {
            bad.add(new Bad(DataException.Kind.MISSING_VALUE, good.with("heat", Double.NaN)));
            bad.add(new Bad(
                    DataException.Kind.MISSING_VALUE,
                    Event.of("load", 1).with("heat", 1).with("price", 1)));
        }
        if (forecasts(kind) && row > 0) {
            Event ahead = Event.of("price", 3).with("kind", "day").toCome();
            bad.add(new Bad(DataException.Kind.DATE_ORDER, ahead.at(START.plusHours(row))));
            bad.add(new Bad(DataException.Kind.GAP, ahead.at(START.plusHours(row + 3))));
            bad.add(new Bad(
                    DataException.Kind.NOT_FINITE,
                    ahead.with("price", Double.POSITIVE_INFINITY).at(START.plusHours(row + 2))));
        }
        return bad;
    }

    @ParameterizedTest
    @MethodSource("all")
    void anEventThatIsRefusedLeavesNoTrace(Kind kind, Form form) {
        StreamModel model = model(kind, 1);
        TaskStream stream = model.open();
        TaskStream alone = model.open();
        SplittableRandom random = new SplittableRandom(3);
        SplittableRandom same = new SplittableRandom(3);
        boolean answered = false;
        for (int row = 0; row < EVENTS; row++) {
            byte[] before = stream.save();
            for (Bad bad : bad(model, kind, form, row)) {
                // To begin anew, any date will do.
                boolean anyDate = bad.kind() == DataException.Kind.GAP || bad.kind() == DataException.Kind.DATE_ORDER;
                for (Consumer<Event> taking : anyDate
                        ? List.<Consumer<Event>>of(stream::add)
                        : List.<Consumer<Event>>of(stream::add, stream::addAfterGap)) {
                    assertThatThrownBy(() -> taking.accept(bad.event()))
                            .as("row " + row + " " + bad)
                            .isInstanceOfSatisfying(
                                    DataException.class,
                                    e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(bad.kind()));
                    assertThat(stream.save()).isEqualTo(before);
                }
            }
            List<Event> other = events(model, kind, form, row, same);
            for (Event event : events(model, kind, form, row, random)) {
                Answer answer = stream.add(event);
                assertThat(answer).isEqualTo(alone.add(other.remove(0)));
                answered |= !(answer instanceof Answer.Forecast forecast)
                        || !forecast.steps().isEmpty();
            }
        }
        assertThat(answered).isTrue();
        assertThat(stream.save()).isEqualTo(alone.save());
    }

    @ParameterizedTest
    @EnumSource
    void eventsByOrderAreAnsweredAsByName(Kind kind) {
        StreamModel model = model(kind, 1);
        TaskStream named = model.open();
        TaskStream ordered = model.open();
        SplittableRandom random = new SplittableRandom(11);
        for (int row = 0; row < EVENTS; row++) {
            for (Event event : events(model, kind, Form.NAMED, row, random)) {
                assertThat(ordered.add(ordered(model, event))).isEqualTo(named.add(event));
                assertThat(ordered.save()).isEqualTo(named.save());
            }
        }
        float[] narrow = new float[model.inputs().size()];
        narrow[0] = 1.5f;
        assertThat(Event.ordered(narrow).ordered().orElseThrow()[0]).isEqualTo(1.5);
        assertThatThrownBy(() -> Event.ordered(1).with("load", 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("by name or by order");
    }

    @ParameterizedTest
    @MethodSource("all")
    void itGoesOnWhereItWasSavedAndBeginsAnewWhenReset(Kind kind, Form form) {
        StreamModel model = model(kind, 1);
        SplittableRandom random = new SplittableRandom(5);
        TaskStream whole = model.open();
        TaskStream moved = model.open();
        TaskStream reset = model.open();
        byte[] beginning = reset.save();
        for (int row = 0; row < EVENTS; row++) {
            for (Event event : events(model, kind, form, row, random)) {
                if (random.nextInt(6) == 0) {
                    TaskStream next = model.open();
                    next.restore(moved.save());
                    moved = next;
                }
                assertThat(moved.add(event)).isEqualTo(whole.add(event));
                reset.add(event);
            }
        }
        reset.reset();
        assertThat(reset.save()).isEqualTo(beginning);
        TaskStream fresh = model.open();
        for (int row = 0; row < EVENTS; row++) {
            for (Event event : events(model, kind, form, row, random)) {
                assertThat(reset.add(event)).isEqualTo(fresh.add(event));
            }
        }
    }

    /** After a gap the rows are forgotten, but what stands in for missing values is not. */
    @ParameterizedTest
    @EnumSource(names = {"FORECAST", "CARRIED", "ANOMALY"})
    void afterAGapItBeginsAnew(Kind kind) {
        StreamModel model = model(kind, 1);
        TaskStream stream = model.open();
        TaskStream fresh = model.open();
        for (int row = 0; row < EVENTS; row++) {
            stream.add(event(kind, row, new SplittableRandom(row)));
        }
        Event before = event(kind, EVENTS, new SplittableRandom(EVENTS)).with("load", 51);
        stream.add(before);
        Event late = event(kind, EVENTS + 8, new SplittableRandom(1));
        assertThat(stream.gapBefore(late)).isTrue();
        assertThat(stream.gapBefore(late.at(START.plusHours(EVENTS + 1)))).isFalse();
        assertThat(stream.gapBefore(late.at(START))).isFalse();
        Event missing =
                new Event(late.date(), Map.of("heat", 101.0, "price", 2.0), late.texts(), false, Optional.empty());
        assertThatThrownBy(() -> stream.add(missing))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.GAP));
        Answer answer = stream.addAfterGap(missing);
        assertThat(answer).isEqualTo(fresh.add(missing.with("load", 51)));
        assertThat(stream.lastDate()).isEqualTo(late.date());
        assertThat(stream.save()).isEqualTo(fresh.save());
    }

    @Test
    void aCarriedStateIsNotThatOfAWindow() {
        TaskStream window = model(Kind.FORECAST, 1).open();
        TaskStream carried = model(Kind.CARRIED, 1).open();
        refused(window, carried.save(), DataException.Kind.STATE_OF_ANOTHER_MODEL);
        refused(carried, window.save(), DataException.Kind.STATE_OF_ANOTHER_MODEL);
        assertThatThrownBy(() -> StreamModel.carrying(rows(Kind.ANOMALY, 1)))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.UNSUITABLE_MODEL))
                .hasMessageContaining("is no forecaster");
    }

    /** A stream that waits inside of an event until it is let go. */
    private static TaskStream waiting(TaskStream inner, CountDownLatch inside, CountDownLatch leave) {
        TaskStream.Engine engine = new TaskStream.Engine() {
            @Override
            public Answer add(Event event) {
                inside.countDown();
                try {
                    assertThat(leave.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return inner.add(event);
            }

            @Override
            public void reset() {
                inner.reset();
            }

            @Override
            public byte[] save() {
                return inner.save();
            }

            @Override
            public void restore(byte[] saved) {
                inner.restore(saved);
            }
        };
        return new TaskStream(inner.model(), "", engine, new OneThread("TaskStream"));
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(60)
    void aSecondThreadIsRefused(Kind kind) throws Exception {
        StreamModel model = model(kind, 1);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        TaskStream inner = model.open();
        TaskStream stream = waiting(inner, inside, leave);
        KeyedStreams keys = new KeyedStreams(key -> stream);
        Event event = event(kind, 0, new SplittableRandom(1));
        byte[] before = stream.save();
        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> keys.add("a", event));
        inside.await();
        for (Runnable work : List.<Runnable>of(
                () -> stream.add(event),
                () -> stream.addAfterGap(event),
                () -> stream.gapBefore(event),
                stream::lastDate,
                stream::save,
                stream::reset,
                () -> stream.restore(before),
                () -> keys.add("b", event),
                keys::saveAll,
                () -> keys.remove("a"))) {
            assertThatThrownBy(work::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("serves one thread at a time");
        }
        leave.countDown();
        TaskStream alone = model.open();
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(alone.add(event));
        // One after the other is allowed.
        assertThat(inner.save()).isEqualTo(alone.save());
    }

    @ParameterizedTest
    @EnumSource
    void allKeysAreSavedTogether(Kind kind) {
        StreamModel model = model(kind, 1);
        KeyedStreams streams = KeyedStreams.of(model);
        SplittableRandom random = new SplittableRandom(13);
        for (int row = 0; row < 20; row++) {
            for (String key : List.of("k\u00e9", "", "c")) {
                streams.add(key, event(kind, row, random));
            }
        }
        assertThatThrownBy(() -> streams.add("new", Event.of("nobody", 1))).isInstanceOf(DataException.class);
        assertThat(streams.keys()).containsExactly("k\u00e9", "", "c");
        byte[] saved = streams.saveAll();
        KeyedStreams other = KeyedStreams.of(model);
        other.add("gone", event(kind, 0, random));
        byte[] untouched = other.saveAll();
        for (int at = 0; at < saved.length; at += 11) {
            byte[] altered = saved.clone();
            altered[at] ^= 4;
            assertThatThrownBy(() -> other.restoreAll(altered)).isInstanceOf(DataException.class);
        }
        assertThatThrownBy(() -> other.restoreAll(another(kind).saveAll()))
                .isInstanceOfSatisfying(
                        DataException.class,
                        e -> assertThat(e.kind()).isEqualTo(DataException.Kind.STATE_OF_ANOTHER_MODEL));
        assertThat(other.saveAll()).isEqualTo(untouched);
        other.restoreAll(saved);
        assertThat(other.keys()).containsExactly("k\u00e9", "", "c");
        for (String key : other.keys()) {
            Event event = event(kind, 20, new SplittableRandom(17));
            assertThat(other.add(key, event)).isEqualTo(streams.add(key, event));
        }
    }

    private static KeyedStreams another(Kind kind) {
        KeyedStreams another = KeyedStreams.of(model(kind, 2));
        another.add("a", event(kind, 0, new SplittableRandom(1)));
        return another;
    }

    @ParameterizedTest
    @EnumSource
    void aStateOfAnotherModelOrADamagedOneIsRefused(Kind kind) {
        TaskStream stream = model(kind, 1).open();
        stream.add(event(kind, 0, new SplittableRandom(1)));
        byte[] before = stream.save();
        refused(stream, model(kind, 2).open().save(), DataException.Kind.STATE_OF_ANOTHER_MODEL);
        for (int at = 0; at < before.length; at += 7) {
            byte[] altered = before.clone();
            altered[at] ^= 4;
            refused(stream, altered, DataException.Kind.DAMAGED_STATE);
            refused(stream, java.util.Arrays.copyOf(before, at), DataException.Kind.DAMAGED_STATE);
        }
        assertThat(stream.save()).isEqualTo(before);
    }

    private static void refused(TaskStream stream, byte[] saved, DataException.Kind kind) {
        assertThatThrownBy(() -> stream.restore(saved))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @ParameterizedTest
    @EnumSource
    void keysThatAreMixedAnswerAsAlone(Kind kind) {
        StreamModel model = model(kind, 1);
        KeyedStreams streams = KeyedStreams.of(model);
        List<TaskStream> alone = List.of(model.open(), model.open(), model.open());
        int[] rows = new int[3];
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 3 * EVENTS; i++) {
            int key = random.nextInt(3);
            Event event = event(kind, rows[key]++, random);
            assertThat(streams.add("k" + key, event)).isEqualTo(alone.get(key).add(event));
        }
        assertThat(streams.keys()).containsExactlyInAnyOrder("k0", "k1", "k2");
        byte[] saved = streams.save("k1").orElseThrow();
        streams.remove("k1");
        assertThat(streams.save("k1")).isEmpty();
        streams.restore("k1", saved);
        Event event = event(kind, rows[1], random);
        assertThat(streams.add("k1", event).fields())
                .isEqualTo(alone.get(1).add(event).fields());
    }
}
