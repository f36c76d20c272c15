package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.network.LayerSpec.Dense;
import dev.carousel.network.LayerSpec.Embedding;
import dev.carousel.network.LayerSpec.OneHot;
import dev.carousel.network.LayerSpec.Recurrent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecJsonTest {

    private static final String TEXT = "{\"layers\":[{\"kind\":\"one-hot\",\"vocabularySize\":65},"
            + "{\"kind\":\"recurrent\",\"name\":\"rnn\",\"cell\":\"lstm\",\"variant\":{\"outputTanh\":\"true\"},"
            + "\"inputSize\":65,\"hiddenSize\":128,\"layers\":2,\"bidirectional\":false,\"dropout\":0.1},"
            + "{\"kind\":\"dense\",\"name\":\"out\",\"inputSize\":128,\"outputSize\":65}]}";

    private static final NetworkSpec SPEC = NetworkSpec.of(
            new OneHot(65), Recurrent.lstm(65, 128).withLayers(2).withDropout(0.1f), Dense.head(128, 65));

    static final List<Cell> CELLS = Cells.ALL;

    private static void assertRefused(String text, String... parts) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpecJson.ofJson(text))
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    private static void assertRefusedWith(String part, String instead, String... parts) {
        assertThat(TEXT).contains(part);
        assertRefused(TEXT.replace(part, instead), parts);
    }

    @Test
    void textIsStable() {
        assertThat(SpecJson.toJson(SPEC)).isEqualTo(TEXT);
        assertThat(SpecJson.ofJson(TEXT)).isEqualTo(SPEC);
    }

    @ParameterizedTest
    @FieldSource("CELLS")
    void everyVariantInEveryShapeIsReadBack(Cell cell) {
        for (boolean bidirectional : new boolean[] {false, true}) {
            Recurrent recurrent = Recurrent.of(cell, 7, 3)
                    .withName("täxt \"quoted\" \\ \uD83C\uDFA0")
                    .withLayers(4)
                    .withBidirectional(bidirectional)
                    .withDropout(0.3f);
            NetworkSpec spec = NetworkSpec.of(
                    new Embedding("embedding", 11, 7), recurrent, Dense.head(bidirectional ? 6 : 3, Integer.MAX_VALUE));
            assertThat(SpecJson.ofJson(SpecJson.toJson(spec))).isEqualTo(spec);
        }
    }

    @Test
    void spacesAndOrderDoNotMatter() {
        String spaced = "{ \"layers\" : [ {\"outputSize\": 3, \"name\": \"out\",\n"
                + " \"kind\": \"dense\",\t\"inputSize\": 2} ] } ";
        assertThat(SpecJson.ofJson(spaced)).isEqualTo(NetworkSpec.of(Dense.head(2, 3)));
    }

    @Test
    void everyFloatSurvives() {
        for (float dropout : new float[] {0, Float.MIN_VALUE, 0.1f, 1 / 3f, Math.nextDown(1f), 1e-10f}) {
            NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(1, 1).withDropout(dropout));
            assertThat(SpecJson.ofJson(SpecJson.toJson(spec))).isEqualTo(spec);
        }
    }

    @Test
    void textThatIsNotJsonIsRefused() {
        assertRefused("", "not JSON that we read", "no JSON value");
        assertRefused("layers", "not JSON that we read", "at character");
        assertRefused(TEXT + "x", "not JSON that we read");
        assertRefused(TEXT + " {}", "more text after");
        assertRefused(TEXT.substring(0, 100), "not JSON that we read");
        assertRefused("[".repeat(100_000), "not JSON that we read");
        assertRefused("[]", "the specification must be a JSON object");
        assertRefused("{\"layers\":null}", "null stands where a value is needed");
    }

    @Test
    void keyThatStandsTwiceIsRefused() {
        assertRefusedWith("\"layers\":2", "\"layers\":2,\"layers\":2", "\"layers\" stands twice");
    }

    @Test
    void unknownKindIsNamed() {
        assertRefusedWith("one-hot", "conv", "layer 0", "\"conv\"", "one-hot, embedding, recurrent, dense");
    }

    @Test
    void unknownKeyIsNamed() {
        assertRefusedWith("\"dropout\":0.1", "\"dropout\":0.1,\"clip\":5", "layer 1", "[clip] is unknown");
        assertRefused(TEXT.replaceFirst("\\{", "{\"version\":2,"), "[version] is unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"name\":\"rnn\",",
                "\"cell\":\"lstm\",",
                "\"variant\":{\"outputTanh\":\"true\"},",
                "\"inputSize\":65,",
                "\"hiddenSize\":128,",
                "\"layers\":2,",
                "\"bidirectional\":false,"
            })
    void missingKeyIsNamed(String part) {
        String key = part.substring(0, part.indexOf(':'));
        assertRefusedWith(part, "", "In layer 1, " + key, "is missing");
    }

    @Test
    void layerWithoutAKindIsRefused() {
        assertRefusedWith("\"kind\":\"dense\",", "", "In layer 2, \"kind\" (a text) is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "\"hiddenSize\":128, \"hiddenSize\":0",
        "\"hiddenSize\":128, \"hiddenSize\":-1",
        "\"hiddenSize\":128, \"hiddenSize\":2147483648",
        "\"hiddenSize\":128, \"hiddenSize\":128.0",
        "\"hiddenSize\":128, \"hiddenSize\":true",
        "\"layers\":2, \"layers\":\"2\"",
        "\"vocabularySize\":65, \"vocabularySize\":1152921504606846976"
    })
    void sizeMustBeAPositiveInt(String part, String instead) {
        assertRefusedWith(part, instead, "must be a whole number from 1 to 2147483647");
    }

    @Test
    void sizeThatNoLongHoldsIsRefused() {
        assertRefusedWith("\"layers\":2", "\"layers\":" + "9".repeat(50), "not JSON that we read");
        assertRefusedWith("\"layers\":2", "\"layers\":" + "9".repeat(5000), "not JSON that we read");
    }

    @Test
    void valuesOfTheWrongTypeAreNamed() {
        assertRefusedWith("false", "0", "\"bidirectional\" must be true or false but is 0");
        assertRefusedWith("0.1", "\"0.1\"", "\"dropout\" must be a number");
        assertRefusedWith("\"true\"", "true", "\"variant\" must be an object of texts");
        assertRefused("{\"layers\":{}}", "\"layers\" must be a list");
        assertRefused("{\"layers\":[7]}", "layer 0 must be a JSON object");
    }

    @Test
    void dropoutMustBeAShare() {
        assertRefusedWith("0.1", "1.0", "dropout is 1.0");
        assertRefusedWith("0.1", "-0.1", "dropout is -0.1");
        assertRefusedWith("0.1", "1e999", "too large for a double");
    }

    @Test
    void unknownCellAndVariantAreNamed() {
        assertRefusedWith("\"lstm\"", "\"sru\"", "In layer 1", "No cell is named 'sru'");
        assertRefusedWith("\"outputTanh\":\"true\"", "\"outputTanh\":\"maybe\"", "has no variant");
    }

    @Test
    void layersThatDoNotFitAreRefused() {
        assertRefusedWith("\"inputSize\":128", "\"inputSize\":127", "reads 127 numbers");
        assertRefused("{\"layers\":[]}", "at least one layer");
    }

    @Test
    void outputSizeThatOverflowsIsRefused() {
        assertRefused(
                TEXT.replace("\"hiddenSize\":128", "\"hiddenSize\":2000000000")
                        .replace("\"bidirectional\":false", "\"bidirectional\":true"),
                "more than 2147483647");
    }
}
