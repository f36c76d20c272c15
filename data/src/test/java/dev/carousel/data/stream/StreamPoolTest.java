package dev.carousel.data.stream;

import static dev.carousel.data.stream.StreamCases.events;
import static dev.carousel.data.stream.StreamCases.model;
import static dev.carousel.data.stream.StreamCases.shops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.stream.StreamCases.Form;
import dev.carousel.data.stream.StreamCases.Kind;
import dev.carousel.stream.PoolException;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.StateStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The streams of a pool answer as each would alone, whatever their task, and are kept with all that they remember. */
@Timeout(120)
class StreamPoolTest {

    private static final PoolOptions TWO = PoolOptions.defaults().withThreads(2);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void answersAreThoseOfStreamsAlone(Kind kind) {
        StreamModel model = model(kind, 3);
        SplittableRandom random = new SplittableRandom(kind.name().hashCode());
        Map<String, TaskStream> alone = new HashMap<>();
        Map<String, Integer> rows = new HashMap<>();
        // Six streams, of which two fit into memory: they come and go.
        try (StateStore store = StateStore.onHeap();
                StreamPool pool = StreamPool.of(model, TWO.withMaxInMemory(2), store)) {
            List<CompletableFuture<List<Answer>>> found = new ArrayList<>();
            List<List<Answer>> expected = new ArrayList<>();
            for (int i = 0; i < 240; i++) {
                String key = "k" + random.nextInt(6);
                int row = rows.merge(key, 1, Integer::sum) - 1;
                List<Event> events = events(model, kind, random.nextBoolean() ? Form.NAMED : Form.ORDERED, row, random);
                TaskStream one = alone.computeIfAbsent(key, model::open);
                List<Answer> answers = new ArrayList<>();
                events.forEach(event -> answers.add(one.add(event)));
                found.add(pool.submit(key, events));
                expected.add(answers);
                if (i % 40 == 39) {
                    found.forEach(CompletableFuture::join);
                }
            }
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i).join()).isEqualTo(expected.get(i));
            }
            alone.forEach(
                    (key, stream) -> assertThat(pool.state(key).orElseThrow()).isEqualTo(stream.save()));
            assertThat(pool.figures().loaded()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aRepeatedNumberGetsTheSameAnswerAlsoAfterARestart(Kind kind) {
        StreamModel model = model(kind, 3);
        SplittableRandom random = new SplittableRandom(1);
        try (StateStore store = StateStore.onHeap()) {
            List<Event> last = List.of();
            List<Answer> answers = List.of();
            long number = 0;
            byte[] state;
            try (StreamPool pool = StreamPool.of(model, TWO, store)) {
                for (int row = 0; row < 40; row++) {
                    last = events(model, kind, Form.NAMED, row, random);
                    answers = pool.submit("a", number, last).join();
                    number += last.size();
                }
                state = pool.state("a").orElseThrow();
            }
            try (StreamPool pool = StreamPool.of(model, TWO, store)) {
                assertThat(pool.applied("a")).hasValue(number - 1);
                assertThat(pool.submit("a", number - last.size(), last).join()).isEqualTo(answers);
                assertThat(pool.state("a").orElseThrow()).isEqualTo(state);
                TaskStream alone = model.open("a");
                alone.restore(state);
                List<Event> next = events(model, kind, Form.NAMED, 40, random);
                List<Answer> expected = new ArrayList<>();
                next.forEach(event -> expected.add(alone.add(event)));
                assertThat(pool.submit("a", number, next).join()).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void ofSeveralEventsAllAreTakenOrNone(Kind kind) {
        StreamModel model = model(kind, 3);
        SplittableRandom random = new SplittableRandom(1);
        try (StreamPool pool = StreamPool.of(model, TWO)) {
            Event bad = Event.of("nonsense", 1);
            List<Event> events = new ArrayList<>(events(model, kind, Form.NAMED, 0, random));
            List<Event> spoilt = new ArrayList<>(events);
            spoilt.add(bad);
            assertRefused(pool.submit("a", 0, spoilt));
            assertThat(pool.has("a")).isFalse();
            pool.submit("a", 0, events).join();
            byte[] state = pool.state("a").orElseThrow();
            List<Event> next = new ArrayList<>(events(model, kind, Form.NAMED, 1, random));
            next.add(bad);
            assertRefused(pool.submit("a", events.size(), next));
            assertRefused(pool.submit("a", List.of(bad)));
            assertThat(pool.state("a").orElseThrow()).isEqualTo(state);
            assertThat(pool.applied("a")).hasValue(events.size() - 1);
            pool.submit("a", events.size(), next.subList(0, next.size() - 1)).join();
        }
    }

    private static void assertRefused(CompletableFuture<?> future) {
        assertThatThrownBy(future::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(DataException.class);
    }

    @Test
    void aStateOfAnotherModelIsRefused() {
        try (StateStore store = StateStore.onHeap()) {
            byte[] snapshot;
            byte[] state;
            try (StreamPool pool = StreamPool.of(model(Kind.TEXT, 1), TWO.withName("m"), store)) {
                pool.step("a", Event.text("a"));
                snapshot = pool.snapshot("a").orElseThrow();
                state = pool.state("a").orElseThrow();
            }
            try (StreamPool pool = StreamPool.of(model(Kind.TEXT, 2), TWO.withName("m"), store)) {
                assertThatThrownBy(() -> pool.step("a", Event.text("a")))
                        .isInstanceOfSatisfying(
                                PoolException.class,
                                e -> assertThat(e.kind()).isEqualTo(PoolException.Kind.STORE_DAMAGED))
                        .hasMessageContaining("weights");
                for (byte[] saved : List.of(snapshot, state)) {
                    assertThatThrownBy(() -> pool.restore("b", saved))
                            .isInstanceOfSatisfying(
                                    DataException.class,
                                    e -> assertThat(e.kind()).isEqualTo(DataException.Kind.STATE_OF_ANOTHER_MODEL));
                }
                assertThat(pool.has("b")).isFalse();
                assertThat(pool.leave("a")).isTrue();
                pool.step("a", Event.text("a"));
            }
        }
    }

    @Test
    void aKeyWithoutStatisticsOfItsOwnIsRefused() {
        StreamModel model = shops();
        try (StreamPool pool = StreamPool.of(model, TWO)) {
            Event event = StreamCases.event(Kind.FORECAST, 0, new SplittableRandom(1));
            assertThat(pool.step("small", event)).isEqualTo(model.open("small").add(event));
            assertThatThrownBy(() -> pool.step("unknown", event)).isInstanceOf(DataException.class);
            assertThat(pool.has("small")).isTrue();
        }
    }
}
