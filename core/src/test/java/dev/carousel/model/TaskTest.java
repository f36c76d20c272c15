package dev.carousel.model;

import static dev.carousel.model.BadFiles.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.model.ModelException.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskTest {

    private static final Task TASK = Task.of("forecast")
            .with("target", "births")
            .with("horizon", 28)
            .with("mean", 4842.5)
            .with("weekly", true)
            .withTexts("features", List.of("births", "weekday"))
            .withNumbers("scale", 1, 0.5);

    @Test
    void propertiesAreReadAsTheyWereGiven() {
        assertThat(TASK.kind()).isEqualTo("forecast");
        assertThat(TASK.text("target")).isEqualTo("births");
        assertThat(TASK.integer("horizon")).isEqualTo(28);
        assertThat(TASK.number("horizon")).isEqualTo(28);
        assertThat(TASK.number("mean")).isEqualTo(4842.5);
        assertThat(TASK.flag("weekly")).isTrue();
        assertThat(TASK.texts("features")).containsExactly("births", "weekday");
        assertThat(TASK.numbers("scale")).containsExactly(1, 0.5);
        assertThat(TASK.has("scale")).isTrue();
        assertThat(TASK.has("scales")).isFalse();
    }

    @Test
    void jsonIsSortedByNameAfterTheKind() {
        assertThat(TASK)
                .hasToString("{\"kind\":\"forecast\",\"features\":[\"births\",\"weekday\"],\"horizon\":28,"
                        + "\"mean\":4842.5,\"scale\":[1.0,0.5],\"target\":\"births\",\"weekly\":true}");
        assertThat(Task.ofJson("file", TASK.toJson())).isEqualTo(TASK);
    }

    @Test
    void vocabularyOfSingleCharsSurvivesThoughItSplitsAPair() {
        Task task = Task.of("text").with("vocabulary", "\uDFA0\uD83C\u0000\n\"\\");
        assertThat(task.toJson()).isASCII();
        assertThat(Task.ofJson("file", task.toJson()).text("vocabulary")).isEqualTo("\uDFA0\uD83C\u0000\n\"\\");
    }

    @Test
    void withChangesACopy() {
        assertThat(TASK.with("horizon", 7).integer("horizon")).isEqualTo(7);
        assertThat(TASK.integer("horizon")).isEqualTo(28);
    }

    @Test
    void withoutTakesAPropertyFromACopy() {
        assertThat(TASK.with("more", 1).without("more")).isEqualTo(TASK);
        assertThat(TASK.without("horizon").has("horizon")).isFalse();
        assertThat(TASK.has("horizon")).isTrue();
        assertThat(TASK.without("none")).isEqualTo(TASK);
        assertThat(TASK.without("kind")).isEqualTo(TASK);
    }

    @Test
    void missingPropertyIsNamed() {
        assertFails(Kind.BAD_TASK, () -> TASK.text("vocabulary"))
                .contains("\"forecast\" lacks \"vocabulary\" (a text)")
                .contains("horizon");
    }

    @Test
    void propertyOfAnotherTypeIsNamed() {
        assertFails(Kind.BAD_TASK, () -> TASK.integer("mean")).contains("must be a whole number");
        assertFails(Kind.BAD_TASK, () -> TASK.texts("scale")).contains("must be a list of texts");
        assertFails(Kind.BAD_TASK, () -> TASK.numbers("features")).contains("must be a list of numbers");
        assertFails(Kind.BAD_TASK, () -> TASK.flag("target")).contains("must be true or false");
        Task large = Task.ofJson("m.safetensors", "{\"kind\":\"t\",\"horizon\":3000000000}");
        assertFails(Kind.BAD_TASK, () -> large.integer("horizon"))
                .contains("m.safetensors: ")
                .contains("3000000000");
    }

    @Test
    void namesAndNumbersThatCannotBeKeptAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Task.of(""));
        assertThatIllegalArgumentException().isThrownBy(() -> TASK.with("kind", "x"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TASK.with("mean", Double.NaN))
                .withMessageContaining("mean");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TASK.withNumbers("mean", 1, Double.POSITIVE_INFINITY))
                .withMessageContaining("mean");
    }
}
