package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of answer comes back from its bytes as it was. */
class AnswerBytesTest {

    private static final List<String> UNITS = List.of("a", "b");

    static Stream<Answer> answers() {
        LocalDateTime date = LocalDateTime.of(2021, 1, 31, 23, 59, 59, 7);
        return Stream.of(
                new Answer.Forecast(
                        7,
                        Optional.of(date),
                        List.of(new Answer.Forecast.Step(
                                Optional.of(date.plusDays(1)), Map.of("x", List.of(1.5, -0.0))))),
                new Answer.Forecast(7, Optional.empty(), List.of()),
                new Answer.Score(8, 2.5, 3, false, "x", Map.of("x", 0.1)),
                new Answer.Score(8, Double.NaN, 3, false, "", Map.of()),
                new Answer.Classes(9, "up", Map.of("up", 1.0)),
                new Answer.Tag(10, "down", Map.of("down", 0.75)),
                new Answer.Text(3, 4, 5, 1.25, List.of(0.25, 0.75), UNITS),
                new Answer.Label(11, Optional.of("ü"), 0.3),
                new Answer.Label(12, Optional.empty(), 0));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void comesBack(Answer answer) {
        assertThat(AnswerBytes.read(AnswerBytes.of(answer), UNITS)).isEqualTo(answer);
    }

    @Test
    void noKindIsMissing() {
        assertThat(answers().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(Answer.class.getPermittedSubclasses());
    }
}
