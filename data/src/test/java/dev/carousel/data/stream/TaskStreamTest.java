package dev.carousel.data.stream;

import static dev.carousel.data.stream.BadEvents.bad;
import static dev.carousel.data.stream.StreamCases.START;
import static dev.carousel.data.stream.StreamCases.event;
import static dev.carousel.data.stream.StreamCases.events;
import static dev.carousel.data.stream.StreamCases.model;
import static dev.carousel.data.stream.StreamCases.ordered;
import static dev.carousel.data.stream.StreamCases.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.carousel.data.DataException;
import dev.carousel.data.stream.BadEvents.Bad;
import dev.carousel.data.stream.StreamCases.Form;
import dev.carousel.data.stream.StreamCases.Kind;
import dev.carousel.kernel.OneThread;
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

    static List<Arguments> all() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(Form.values()).map(form -> arguments(kind, form)))
                .toList();
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
                keys::keys,
                () -> keys.find("a"),
                () -> keys.save("a"),
                () -> keys.reset("a"),
                () -> keys.restore("a", before),
                () -> keys.restoreAll(before),
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
