package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.stream.StreamCases.Form;
import dev.carousel.data.stream.StreamCases.Kind;
import dev.carousel.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Forecasters and detectors that learn from their own stream. */
class OnlineModelTest {

    private static final int ROWS = 60;

    /** What stands for each kind: a forecaster that carries its state, and a detector. */
    private static StreamModel frozen(Kind kind) {
        return StreamCases.model(kind, 1);
    }

    private static Model model(Kind kind) {
        return StreamCases.rows(kind == Kind.CARRIED ? Kind.FORECAST : kind, 1);
    }

    private static List<Answer> run(TaskStream stream, Kind kind, int from, int to) {
        List<Answer> answers = new ArrayList<>();
        for (int row = from; row < to; row++) {
            for (Event event : StreamCases.events(stream.model(), kind, Form.NAMED, row, new SplittableRandom(row))) {
                answers.add(stream.add(event));
            }
        }
        return answers;
    }

    /** The first forecast is that of the model as it is; later ones are not. */
    @ParameterizedTest
    @EnumSource(names = {"CARRIED", "ANOMALY"})
    void answersBeforeItLearns(Kind kind) {
        OnlineModel online = OnlineModel.of(model(kind), 0.01);
        List<Answer> learning = run(online.streams().open(), kind, 0, ROWS);
        List<Answer> frozen = run(frozen(kind).open(), kind, 0, ROWS);
        int first = 0;
        while (numbers(frozen.get(first)).length == 0) {
            assertThat(numbers(learning.get(first))).isEmpty();
            first++;
        }
        assertThat(numbers(learning.get(learning.size() - 1))).isNotEqualTo(numbers(frozen.get(frozen.size() - 1)));
        assertThat(online.learned().orElseThrow().parameters().values())
                .isNotEqualTo(model(kind).parameters().values());
        assertThat(online.errors().orElseThrow().rows()).isPositive();
        assertThat(online.errors().orElseThrow().forecasters())
                .containsExactly("learning", "frozen", "last value", "24 rows before");
    }

    /** With a rate of nearly nothing it is the frozen model. */
    @ParameterizedTest
    @EnumSource(names = {"CARRIED", "ANOMALY"})
    void withoutARateItIsTheModelAsItWas(Kind kind) {
        OnlineModel online = OnlineModel.of(model(kind), 1e-30);
        List<Answer> learning = run(online.streams().open(), kind, 0, ROWS);
        List<Answer> frozen = run(frozen(kind).open(), kind, 0, ROWS);
        for (int i = 0; i < frozen.size(); i++) {
            double[] expected = numbers(frozen.get(i));
            double[] actual = numbers(learning.get(i));
            assertThat(actual).hasSameSizeAs(expected);
            for (int k = 0; k < expected.length; k++) {
                assertThat(actual[k]).isCloseTo(expected[k], within(1e-4 * (1 + Math.abs(expected[k]))));
            }
        }
        PrequentialErrors errors = online.errors().orElseThrow();
        for (int target = 0; target < errors.targets().size(); target++) {
            assertThat(errors.mean(0, target)).isCloseTo(errors.mean(1, target), within(1e-3));
        }
    }

    private static double[] numbers(Answer answer) {
        if (answer instanceof Answer.Score score) {
            return score.expected().values().stream()
                    .mapToDouble(number -> number)
                    .toArray();
        }
        return ((Answer.Forecast) answer)
                .steps().stream()
                        .flatMap(step -> step.values().values().stream())
                        .flatMap(List::stream)
                        .mapToDouble(number -> number)
                        .toArray();
    }

    @ParameterizedTest
    @EnumSource(names = {"CARRIED", "ANOMALY"})
    void goesOnToTheSameBits(Kind kind) {
        for (int saved : new int[] {0, 1, 20, 41}) {
            OnlineModel online = OnlineModel.of(model(kind), 0.01);
            TaskStream whole = online.streams().open();
            run(whole, kind, 0, saved);
            byte[] bytes = whole.save();
            List<Answer> expected = run(whole, kind, saved, ROWS);
            OnlineModel other = OnlineModel.of(model(kind), 0.01);
            TaskStream stream = other.streams().open();
            run(stream, kind, 0, 7);
            stream.restore(bytes);
            assertThat(run(stream, kind, saved, ROWS)).isEqualTo(expected);
            assertThat(other.learned().orElseThrow().fingerprint())
                    .isEqualTo(online.learned().orElseThrow().fingerprint());
            assertThat(other.errors().orElseThrow().mean(0, 0))
                    .isEqualTo(online.errors().orElseThrow().mean(0, 0));
        }
    }

    @Test
    void aStateOfAnotherRateIsRefused() {
        TaskStream stream = OnlineModel.of(model(Kind.ANOMALY), 0.01).streams().open();
        byte[] saved = stream.save();
        assertThatThrownBy(() -> OnlineModel.of(model(Kind.ANOMALY), 0.02)
                        .streams()
                        .open()
                        .restore(saved))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("another plan");
    }

    /** A row that is refused leaves all of it as it was, also where it begins anew after a gap. */
    @ParameterizedTest
    @EnumSource(names = {"CARRIED", "ANOMALY"})
    void refusedRowsChangeNothing(Kind kind) {
        TaskStream stream = OnlineModel.of(model(kind), 0.01).streams().open();
        run(stream, kind, 0, 40);
        byte[] before = stream.save();
        Event late = Event.of("heat", Double.POSITIVE_INFINITY)
                .with("load", 1)
                .with("kind", "day")
                .with("price", 1)
                .at(StreamCases.START.plusHours(90));
        assertThatThrownBy(() -> stream.add(late)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> stream.addAfterGap(late)).isInstanceOf(DataException.class);
        assertThat(stream.save()).isEqualTo(before);
    }

    @Test
    void oneSeriesAtATime() {
        KeyedStreams streams =
                KeyedStreams.of(OnlineModel.of(model(Kind.ANOMALY), 0.01).streams());
        SplittableRandom random = new SplittableRandom(1);
        streams.add("a", StreamCases.event(Kind.ANOMALY, 0, random));
        assertThatThrownBy(() -> streams.add("b", StreamCases.event(Kind.ANOMALY, 0, random)))
                .hasMessageContaining("learns from one series, here 'a'");
    }

    @Test
    void modelsWhoseTruthDoesNotComeAreRefused() {
        assertThatThrownBy(() -> OnlineModel.of(StreamCases.classes(true, 1), 0.01))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("whose truth comes with the next rows", "OnlineClassifier");
    }

    @Test
    void stretchesMergeAndKeepTheMeans() {
        PrequentialErrors errors = new PrequentialErrors(List.of("one", "other"), List.of("y"));
        for (int row = 0; row < 1_000; row++) {
            errors.add(new double[] {row}, List.of(new double[] {row + 2}, new double[] {0}));
        }
        errors.add(new double[] {5}, List.of(new double[] {Double.NaN}, new double[] {0}));
        assertThat(errors.rows()).isEqualTo(1_000);
        assertThat(errors.mean(0, 0)).isCloseTo(2, within(1e-12));
        assertThat(errors.mean(1, 0)).isCloseTo(499.5, within(1e-9));
        assertThat(errors.stretches()).isEqualTo(250);
        assertThat(errors.stretchLength()).isEqualTo(4);
        assertThat(errors.mean(1, 0, 249)).isCloseTo(997.5, within(1e-9));
    }
}
