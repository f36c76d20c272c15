package dev.carousel.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static ThrowableAssertAlternative<JsonException> assertRefused(String text) {
        return assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parse(text));
    }

    @Test
    void valuesAreReadAndWritten() {
        String text = "{\"z\":[1,-2.5,true,false,\"t\\n\"],\"a\":{},\"m\":[]}";
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("z", List.of(1L, -2.5, true, false, "t\n"));
        expected.put("a", Map.of());
        expected.put("m", List.of());
        assertThat(Json.parse(text)).isEqualTo(expected);
        assertThat(Json.write(expected)).isEqualTo(text);
    }

    @Test
    void numbersAreShortestOnEveryJava() {
        assertThat(Json.write(List.of(2.0e-3, 1.0e23, 2.0e23, Double.MIN_VALUE, 0.1f, 7L, 7)))
                .isEqualTo("[0.002,1.0E23,2.0E23,4.9E-324,0.1,7,7]");
    }

    @Test
    void randomDoublesSurvive() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            double number = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(number)) {
                assertThat(Json.parse(Json.write(number)))
                        .as("seed 7, draw %d", i)
                        .isEqualTo(number);
            }
        }
    }

    @Test
    void everyCharacterSurvivesAsAscii() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c < 0x10000; c += c < 0x300 ? 1 : 37) {
            all.append((char) c);
        }
        String text = all.append("\uD83C\uDFA0\uDFA0\uD83C").toString();
        assertThat(Json.write(text)).isASCII();
        assertThat(Json.parse(Json.write(text))).isEqualTo(text);
    }

    @Test
    void nameThatStandsTwiceIsRefused() {
        assertRefused("{\"a\":1,\"a\":2}")
                .withMessageContaining("\"a\" stands twice")
                .matches(JsonException::duplicateName);
        assertRefused("[{\"b\":{\"a\":1,\"c\":2,\"a\":1}}]").matches(JsonException::duplicateName);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,",
                "[1,]",
                "{\"a\"}",
                "{a:1}",
                "'a'",
                "01",
                "1.",
                "+1",
                "NaN",
                "Infinity",
                "1e999",
                "tru",
                "\"\\x\"",
                "\"\n\"",
                "// a\n1",
                "1 2",
                "null",
                "[null]",
                "\"\\ud8\"",
                "\uFEFF1",
                "9223372036854775808"
            })
    void whatIsNotStrictJsonIsRefused(String text) {
        assertRefused(text).matches(e -> !e.duplicateName());
    }

    @Test
    void limitsHold() {
        assertThat(Json.parse("[".repeat(16) + "]".repeat(16))).isInstanceOf(List.class);
        assertRefused("[".repeat(17) + "]".repeat(17)).withMessageContaining("depth");
        assertRefused("[" + "0,".repeat(1_000_000) + "0]").withMessageContaining("oken count");
        assertRefused("1" + "0".repeat(200));
        assertRefused("{\"" + "n".repeat(20_000) + "\":1}");
        String longText = "x".repeat(30_000_000);
        assertThat(Json.parse("\"" + longText + "\"")).isEqualTo(longText);
    }

    @Test
    void whatJsonHasNoFormForIsNotWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(List.of(Float.POSITIVE_INFINITY)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.write(Map.of("a", new Object())))
                .withMessageContaining("Object");
    }
}
