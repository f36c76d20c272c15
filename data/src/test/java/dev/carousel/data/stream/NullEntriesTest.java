package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.classification.ClassScores;
import dev.carousel.data.text.TextData;
import dev.carousel.data.text.TextUnits;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.StateStore;
import dev.carousel.train.Seeds;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user calls first says which argument is null: "Type: what is null", never the words of the JVM. */
class NullEntriesTest {

    private static final TextData TEXT = TextData.of("rhyme", "one two three four five ".repeat(4));

    /** Null, where the compiler would not take it. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <V> V nothing() {
        @Nullable V none = null;
        return none;
    }

    private static Model model() {
        int V = TEXT.units().size();
        NetworkSpec spec =
                NetworkSpec.of(new LayerSpec.OneHot(V), LayerSpec.Recurrent.gru(V, 3), LayerSpec.Dense.head(3, V));
        return TEXT.model(Network.initialised(spec, new Seeds(1).initialisation()));
    }

    private static Map<String, ThrowingCallable> calls() {
        StreamModel model = StreamModel.of(model());
        TaskStream stream = model.open();
        Event event = Event.text("o");
        PoolOptions options = PoolOptions.defaults().withThreads(1);
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("Event: name", () -> Event.of(nothing(), 1));
        calls.put("Event: text", () -> Event.text(nothing()));
        calls.put("Event: values, doubles", () -> Event.ordered(NullEntriesTest.<double[]>nothing()));
        calls.put("Event: values, floats", () -> Event.ordered(NullEntriesTest.<float[]>nothing()));
        calls.put("Event: date", () -> event.at(NullEntriesTest.<LocalDateTime>nothing()));
        calls.put("Event: numbers", () -> new Event(Optional.empty(), nothing(), Map.of(), false, Optional.empty()));
        calls.put("StreamModel: model", () -> StreamModel.of(nothing()));
        calls.put("StreamModel: model to carry", () -> StreamModel.carrying(nothing()));
        calls.put("StreamModel: file", () -> StreamModel.load(nothing()));
        calls.put("StreamModel: series", () -> model.open(nothing()));
        calls.put("StreamModel: input", () -> model.id(nothing(), "o"));
        calls.put("StreamModel: value", () -> model.id(StreamModel.TEXT, nothing()));
        calls.put("TaskStream: event", () -> stream.add(nothing()));
        calls.put("TaskStream: event after a gap", () -> stream.addAfterGap(nothing()));
        calls.put("TaskStream: gap before", () -> stream.gapBefore(nothing()));
        calls.put("TaskStream: saved", () -> stream.restore(nothing()));
        calls.put("StreamPool: model", () -> StreamPool.of(nothing(), options));
        calls.put("StreamPool: options", () -> StreamPool.of(model, nothing()));
        calls.put("StreamPool: store", () -> StreamPool.of(model, options, NullEntriesTest.<StateStore>nothing()));
        calls.put("StreamPool: events", () -> submit(model, options, nothing()));
        calls.put("StreamPool: an event", () -> submit(model, options, Collections.singletonList(nothing())));
        calls.put("StreamPool: key", () -> step(model, options, nothing(), event));
        calls.put("StreamPool: step", () -> step(model, options, "key", nothing()));
        calls.put("ClassScores: truth", () -> ClassScores.of(nothing(), new double[][] {{1}}));
        calls.put("ClassScores: probabilities", () -> ClassScores.of(new int[] {0}, nothing()));
        calls.put("ClassScores: a row", () -> ClassScores.of(new int[] {0}, new double[][] {nothing()}));
        calls.put("ClassScores: likeliest", () -> ClassScores.likeliest(nothing()));
        calls.put("TextData: file", () -> TextData.read(NullEntriesTest.<Path>nothing()));
        calls.put("TextData: units", () -> TextData.read(Path.of("book.txt"), NullEntriesTest.<TextUnits>nothing()));
        calls.put("TextData: text", () -> TextData.of("rhyme", nothing()));
        calls.put("TextData: network", () -> TEXT.model(nothing()));
        return calls;
    }

    private static void submit(StreamModel model, PoolOptions options, List<Event> events) {
        try (StreamPool pool = StreamPool.of(model, options)) {
            pool.submit("key", OptionalLong.empty(), events, nothing());
        }
    }

    private static void step(StreamModel model, PoolOptions options, String key, Event event) {
        try (StreamPool pool = StreamPool.of(model, options)) {
            pool.step(key, event);
        }
    }

    static List<String> names() {
        return List.copyOf(calls().keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void nullIsNamed(String name) {
        String type = name.substring(0, name.indexOf(':'));
        assertThatThrownBy(calls().get(name))
                .isInstanceOf(NullPointerException.class)
                .hasMessageMatching(type + ": .* (is|are) null.*");
    }

    @Test
    void aModelOfATaskOfYourOwnPointsToSessions() {
        Model own = Model.of(model().network(), Task.of("mine"));
        assertThatThrownBy(() -> StreamModel.of(own))
                .hasMessageContaining("\"mine\" follows no streams")
                .hasMessageContaining("Session.of(model.network().pack())");
    }
}
