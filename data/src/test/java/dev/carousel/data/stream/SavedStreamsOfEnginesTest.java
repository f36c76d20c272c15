package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.stream.StreamCases.Form;
import dev.carousel.data.stream.StreamCases.Kind;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.SavedSessions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams of every task whose states a stream engine keeps as bytes. */
class SavedStreamsOfEnginesTest {

    @ParameterizedTest
    @EnumSource
    void answersAndStatesAreThoseOfAStreamInProcess(Kind kind) {
        StreamModel model = StreamCases.model(kind, 1);
        SavedSessions<Event, Answer> sessions = model.savedSessions(4);
        TaskStream alone = model.open();
        Optional<byte[]> kept = Optional.empty();
        SplittableRandom random = new SplittableRandom(3);
        for (int row = 0; row < 30; row++) {
            SavedSessions.Turn<Event, Answer> turn = sessions.turn("", kept);
            List<Event> events = StreamCases.events(model, kind, Form.NAMED, row, random);
            events.forEach(turn::add);
            sessions.step(List.of(turn));
            for (int i = 0; i < events.size(); i++) {
                assertThat(turn.answer(i)).contains(alone.add(events.get(i)));
            }
            kept = turn.saved();
            assertThat(SavedSessions.state(kept.orElseThrow())).isEqualTo(alone.save());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamGoesOnWithOtherWeightsOfTheSameTask(Kind kind) {
        SavedSessions<Event, Answer> before = StreamCases.model(kind, 1).savedSessions(4);
        StreamModel next = StreamCases.model(kind, 2);
        SavedSessions<Event, Answer> after = next.savedSessions(4);
        assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
        assertThat(after.layout()).isEqualTo(before.layout());
        Optional<byte[]> kept = Optional.empty();
        SplittableRandom random = new SplittableRandom(3);
        for (int row = 0; row < 30; row++) {
            SavedSessions<Event, Answer> sessions = row < 28 ? before : after;
            SavedSessions.Turn<Event, Answer> turn = sessions.turn("", kept);
            StreamCases.events(next, kind, Form.NAMED, row, random).forEach(turn::add);
            sessions.step(List.of(turn));
            assertThat(turn.answer(0)).isPresent();
            kept = turn.saved();
        }
        TaskStream stream = next.open();
        stream.restore(SavedSessions.state(kept.orElseThrow()));
        assertThat(stream.add(StreamCases.event(kind, 30, random))).isNotNull();
    }

    /** A step may do more than add an event: here it begins anew after a gap, and says so. */
    @Test
    void aStepOfYourOwnLeavesTheSameBytes() {
        StreamModel model = StreamCases.model(Kind.FORECAST, 1);
        SavedSessions<Event, Map.Entry<Boolean, Answer>> sessions = model.savedSessions(1, (stream, event) -> {
            boolean gap = stream.gapBefore(event);
            return Map.entry(gap, gap ? stream.addAfterGap(event) : stream.add(event));
        });
        assertThat(sessions.layout()).isEqualTo(model.savedSessions(1).layout());
        assertThat(sessions.fingerprint()).isEqualTo(model.fingerprint());
        TaskStream alone = model.open();
        Optional<byte[]> kept = Optional.empty();
        SplittableRandom random = new SplittableRandom(3);
        for (int row : new int[] {0, 1, 2, 3, 4, 9, 10, 10, 11}) {
            Event event = StreamCases.event(Kind.FORECAST, row, random);
            SavedSessions.Turn<Event, Map.Entry<Boolean, Answer>> turn =
                    sessions.turn("", kept).add(event);
            sessions.step(List.of(turn));
            if (turn.answer(0).isPresent()) {
                assertThat(turn.answer(0).get().getKey()).isEqualTo(row == 9);
                assertThat(turn.answer(0).get().getValue())
                        .isEqualTo(row == 9 ? alone.addAfterGap(event) : alone.add(event));
            } else {
                assertThat(row).isEqualTo(10);
                assertThat(turn.refusal(0)).isPresent();
                assertThatThrownBy(() -> alone.add(event)).isInstanceOf(DataException.class);
            }
            kept = turn.saved();
            assertThat(SavedSessions.state(kept.orElseThrow())).isEqualTo(alone.save());
        }
        String refusal = "A step of your own gives answers that cannot be kept with a session:"
                + " use StreamModel.savedSessions(maxBatch) where they must be.";
        assertThatThrownBy(() -> new OwnSteps<>(model, TaskStream::add).write(new Answer.Tag(1, "a", Map.of("a", 1.0))))
                .hasMessage(refusal);
        assertThatThrownBy(() -> new OwnSteps<>(model, TaskStream::add).read(new byte[0]))
                .hasMessage(refusal);
    }

    private static LabelledSequences sequences() {
        return LabelledSequences.of(
                "two", new float[][] {{1, 2, 3, 4}, {4, 3, 2, 2}}, 2, new int[][] {{0}, {1}}, List.of("a", "b"));
    }

    private static String layout(List<String> classes, List<Double> shares, SequenceScaling scaling, String seed) {
        ClassifierSpec spec = new ClassifierSpec(false, classes, shares, Optional.of(scaling), Optional.empty());
        Model model = Model.of(
                Network.initialised(NetworkSpec.of(Recurrent.gru(2, 5), Dense.head(5, 2)), new SplittableRandom(1)),
                spec.task().with("validation_seed", seed));
        return StreamModel.of(model).savedSessions(1).layout();
    }

    @Test
    void howOftenClassesWereAndWhatWasHeldOutDoNotMatter() {
        SequenceScaling scaling = SequenceScaling.fit(SequenceScaling.Kind.NONE, sequences());
        String layout = layout(List.of("a", "b"), List.of(0.5, 0.5), scaling, "1");
        assertThat(layout(List.of("a", "b"), List.of(0.25, 0.75), scaling, "2")).isEqualTo(layout);
        assertThat(layout(List.of("b", "a"), List.of(0.5, 0.5), scaling, "1")).isNotEqualTo(layout);
        SequenceScaling other = SequenceScaling.fit(SequenceScaling.Kind.STANDARD, sequences());
        assertThat(layout(List.of("a", "b"), List.of(0.5, 0.5), other, "1")).isNotEqualTo(layout);
    }

    @Test
    void aStreamOfAnotherTaskOrNormalisationIsRefused() {
        StreamModel model = StreamCases.model(Kind.ANOMALY, 1);
        SavedSessions.Turn<Event, Answer> turn = model.savedSessions(1)
                .turn("small", Optional.empty())
                .add(StreamCases.event(Kind.ANOMALY, 0, new SplittableRandom(1)));
        SavedSessions<Event, Answer> sessions = model.savedSessions(1);
        sessions.step(List.of(turn));
        for (StreamModel other :
                List.of(StreamCases.model(Kind.FORECAST, 1), StreamCases.shops(), StreamCases.model(Kind.TEXT, 1))) {
            SavedSessions<Event, Answer> others = other.savedSessions(1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> others.step(List.of(others.turn("small", turn.saved()))))
                    .withMessageContaining("was saved under a model of the layout");
        }
    }
}
