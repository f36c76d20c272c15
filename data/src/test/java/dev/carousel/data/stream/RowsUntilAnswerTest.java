package dev.carousel.data.stream;

import static dev.carousel.data.stream.StreamCases.START;
import static dev.carousel.data.stream.StreamCases.event;
import static dev.carousel.data.stream.StreamCases.events;
import static dev.carousel.data.stream.StreamCases.model;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.stream.StreamCases.Form;
import dev.carousel.data.stream.StreamCases.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stream says how long it will be silent, and is right. */
class RowsUntilAnswerTest {

    private static boolean says(Answer answer) {
        if (answer instanceof Answer.Forecast forecast) {
            return !forecast.steps().isEmpty();
        }
        return !(answer instanceof Answer.Score score) || !Double.isNaN(score.score());
    }

    /** Whether each of some rows was answered, and what the stream said before it. */
    private static void follow(TaskStream stream, Kind kind, int first, int rows) {
        SplittableRandom random = new SplittableRandom(1);
        List<Long> said = new ArrayList<>();
        List<Boolean> answered = new ArrayList<>();
        for (int row = first; row < first + rows; row++) {
            said.add(stream.rowsUntilAnswer());
            boolean any = false;
            for (Event event : events(stream.model(), kind, Form.NAMED, row, random)) {
                any |= says(stream.add(event));
            }
            answered.add(any);
        }
        int next = answered.indexOf(true);
        assertThat(next).isNotNegative();
        for (int i = 0; i < rows; i++) {
            assertThat(answered.get(i)).as("row %s", i).isEqualTo(i >= next);
            assertThat(said.get(i)).as("before row %s", i).isEqualTo(Math.max(0, next + 1 - i));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FORECAST", "CARRIED", "ANOMALY"})
    void rowsAreCountedDownToTheFirstAnswer(Kind kind) {
        TaskStream stream = model(kind, 1).open();
        assertThat(stream.rowsUntilAnswer()).isGreaterThan(20);
        follow(stream, kind, 0, 60);
        assertThat(stream.rowsUntilAnswer()).isZero();
        // After a gap the same, the row that came after it counted.
        long all = model(kind, 1).open().rowsUntilAnswer();
        stream.addAfterGap(event(kind, 100, new SplittableRandom(2)).at(START.plusHours(100)));
        assertThat(stream.rowsUntilAnswer()).isEqualTo(all - 1);
        stream.reset();
        assertThat(stream.rowsUntilAnswer()).isEqualTo(all);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIFY", "TAG", "TEXT"})
    void everyEventIsAnsweredWhereRowsHaveNoWindow(Kind kind) {
        TaskStream stream = model(kind, 1).open();
        assertThat(stream.rowsUntilAnswer()).isZero();
        assertThat(says(stream.add(event(kind, 0, new SplittableRandom(1))))).isTrue();
    }
}
