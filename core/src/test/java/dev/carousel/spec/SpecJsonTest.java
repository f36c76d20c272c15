package dev.carousel.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.check.StandardNetworks;
import dev.carousel.kernel.Activation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
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
    void textOfNoiseIsStable() {
        String text = "{\"layers\":[{\"kind\":\"recurrent\",\"name\":\"rnn\",\"cell\":\"lstm\","
                + "\"variant\":{\"outputTanh\":\"true\"},\"inputSize\":3,\"hiddenSize\":4,\"layers\":2,"
                + "\"bidirectional\":false,\"dropout\":0.5,\"residual\":\"BEYOND_FIRST\",\"sameAtEveryStep\":true,"
                + "\"recurrentDropout\":0.25,\"weightDropout\":0.125,\"zoneoutHidden\":0.1,\"zoneoutCell\":0.2},"
                + "{\"kind\":\"layer-norm\",\"name\":\"norm\",\"size\":4,\"epsilon\":0.5},"
                + "{\"kind\":\"dropout\",\"size\":4,\"share\":0.5,\"sameAtEveryStep\":true}]}";
        NetworkSpec spec = NetworkSpec.of(
                Recurrent.lstm(3, 4)
                        .withLayers(2)
                        .withDropout(0.5f)
                        .withResidual(Residual.BEYOND_FIRST)
                        .withRegularisation(new Regularisation(true, 0.25f, 0.125f, 0.1f, 0.2f)),
                new LayerNorm("norm", 4, 0.5f),
                new Parameterless.Drop(4, 0.5f, true));
        assertThat(SpecJson.toJson(spec)).isEqualTo(text);
        assertThat(SpecJson.ofJson(text)).isEqualTo(spec);
        assertRefused(text.replace("BEYOND_FIRST", "SOME"), "\"residual\" must be one of [NONE, BEYOND_FIRST, ALL]");
        assertRefused(text.replace("\"zoneoutCell\":0.2", "\"zoneoutCell\":1"), "zoneoutCell is 1.0");
        assertRefused(text.replace("\"weightDropout\":0.125", "\"weightDropout\":\"a\""), "must be a number");
        assertRefused(text.replace("\"epsilon\":0.5", "\"epsilon\":0"), "epsilon is 0.0");
    }

    @Test
    void textOfColumnsOfIdsIsStable() {
        String text = "{\"layers\":[{\"kind\":\"column-embedding\",\"name\":\"embedding\",\"inputSize\":4,"
                + "\"columns\":[{\"name\":\"shop\",\"index\":0,\"vocabularySize\":6,\"outputSize\":3},"
                + "{\"name\":\"kind\",\"index\":2,\"vocabularySize\":4,\"outputSize\":1}]}]}";
        NetworkSpec spec = NetworkSpec.of(new ColumnEmbedding(
                "embedding",
                4,
                List.of(new ColumnEmbedding.Column("shop", 0, 6, 3), new ColumnEmbedding.Column("kind", 2, 4, 1))));
        assertThat(SpecJson.toJson(spec)).isEqualTo(text);
        assertThat(SpecJson.ofJson(text)).isEqualTo(spec);
        assertRefused(text.replace("\"index\":2", "\"index\":-2"), "must be a whole number from 0 to 2147483647");
        assertRefused(text.replace("\"index\":2", "\"index\":0"), "has index 0 but must stand after 0");
        assertRefused(text.replace("\"inputSize\":4", "\"inputSize\":2"), "before the end of a row of 2 columns");
        assertRefused(text.replace("\"index\":2,", "\"index\":2,\"size\":1,"), "layer 0, column 1, [size] is unknown");
        assertRefused(text.replace("\"index\":2,", ""), "In layer 0, column 1, \"index\"", "is missing");
        assertRefused(text.replace("\"outputSize\":3", "\"outputSize\":2147483647"), "more than 2147483647");
    }

    static List<NetworkSpec> networks() {
        return StandardNetworks.all(3, 5);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyOptionIsReadBack(NetworkSpec spec) {
        assertThat(SpecJson.ofJson(SpecJson.toJson(spec))).isEqualTo(spec);
    }

    @Test
    void textOfLayersOfOtherProgramsIsStable() {
        String text = "{\"layers\":[{\"kind\":\"elementwise-affine\",\"name\":\"scale\",\"size\":3},"
                + "{\"kind\":\"activation\",\"size\":3,\"activation\":\"CLIP(0.0, 4.0)\"},"
                + "{\"kind\":\"max\",\"size\":3},{\"kind\":\"max\",\"size\":3,\"paddingCounts\":true}]}";
        NetworkSpec spec = NetworkSpec.of(
                new ElementwiseAffine("scale", 3),
                new Parameterless.Elementwise(3, new Activation(Activation.Kind.CLIP, 0, 4)),
                new Parameterless.Max(3),
                new Parameterless.Max(3, true));
        assertThat(SpecJson.toJson(spec)).isEqualTo(text);
        assertThat(SpecJson.ofJson(text)).isEqualTo(spec);
    }

    @Test
    void textOfOptionsIsStable() {
        String text = "{\"layers\":[{\"kind\":\"masking\",\"size\":3,\"value\":0.0},"
                + "{\"kind\":\"recurrent\",\"name\":\"rnn\",\"cell\":\"lstm\",\"variant\":{\"candidateActivation\":"
                + "\"HARD_SIGMOID(0.25, 0.5)\",\"clip\":\"1.5\",\"inputForget\":\"true\",\"outputActivation\":\"SILU\","
                + "\"peepholes\":\"true\"},\"inputSize\":3,\"hiddenSize\":4,\"layers\":1,\"bidirectional\":true,"
                + "\"dropout\":0.0,\"projectionSize\":2,\"merge\":\"SUM\",\"bias\":false,\"lastOnly\":true},"
                + "{\"kind\":\"recurrent\",\"name\":\"upper\",\"cell\":\"gru\",\"variant\":{\"gateActivation\":\"ELU(1.0)\","
                + "\"resetGate\":\"AFTER_PRODUCT\"},\"inputSize\":2,\"hiddenSize\":5,\"layers\":1,"
                + "\"bidirectional\":false,\"dropout\":0.0,\"backward\":true},"
                + "{\"kind\":\"dense\",\"name\":\"out\",\"inputSize\":5,\"outputSize\":2,\"bias\":false},"
                + "{\"kind\":\"activation\",\"size\":2,\"activation\":\"RELU6\"},"
                + "{\"kind\":\"dropout\",\"size\":2,\"share\":0.25},"
                + "{\"kind\":\"softmax\",\"size\":2},{\"kind\":\"log-softmax\",\"size\":2}]}";
        NetworkSpec spec = NetworkSpec.of(
                new Parameterless.Masking(3, 0),
                Recurrent.lstm(3, 4)
                        .withCell(Lstm.STANDARD
                                .withCandidateActivation(Activation.hardSigmoid(0.25f, 0.5f))
                                .withOutputActivation(Activation.of(Activation.Kind.SILU))
                                .withPeepholes(true)
                                .withInputForget(true)
                                .withClip(1.5f))
                        .withProjectionSize(2)
                        .withBidirectional(true)
                        .withMerge(Merge.SUM)
                        .withBias(false)
                        .withLastOnly(true),
                Recurrent.gru(2, 5)
                        .withName("upper")
                        .withCell(Gru.STANDARD.withGateActivation(Activation.elu(1)))
                        .withDirection(Direction.BACKWARD),
                new Dense("out", 5, 2, false),
                new Parameterless.Elementwise(2, Activation.of(Activation.Kind.RELU6)),
                new Parameterless.Drop(2, 0.25f),
                new Parameterless.Softmax(2),
                new Parameterless.LogSoftmax(2));
        assertThat(SpecJson.toJson(spec)).isEqualTo(text);
        assertThat(SpecJson.ofJson(text)).isEqualTo(spec);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"merge\":\"MAX\"; \"merge\" must be one of [CONCATENATE, SUM, PRODUCT, AVERAGE]",
                "\"merge\":\"SUM\"; merge is SUM but the direction is FORWARD",
                "\"projectionSize\":0; must be a whole number from 1",
                "\"projectionSize\":128; must be below the hiddenSize 128",
                "\"bias\":1; must be true or false",
                "\"lastOnly\":\"true\"; must be true or false"
            })
    void optionThatIsNoneIsNamed(String option, String message) {
        assertRefusedWith("\"dropout\":0.1", "\"dropout\":0.1," + option, message);
    }

    @Test
    void backwardAndBidirectionalAtOnceAreRefused() {
        assertRefusedWith(
                "\"bidirectional\":false",
                "\"bidirectional\":true,\"backward\":true",
                "In layer 1, \"backward\" is true",
                "\"bidirectional\" is true as well");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"outputTanh\":\"true\",\"clip\":\"0.0\"",
                "\"outputTanh\":\"true\",\"clip\":\"NaN\"",
                "\"outputTanh\":\"true\",\"clip\":\"Infinity\"",
                "\"outputTanh\":\"true\",\"clip\":\"many\"",
                "\"outputTanh\":\"true\",\"peepholes\":\"false\"",
                "\"outputTanh\":\"true\",\"gateActivation\":\"ELUU(1.0)\"",
                "\"outputTanh\":\"true\",\"gateActivation\":\"ELU(1)\"",
                "\"outputTanh\":\"true\",\"outputActivation\":\"SILU\"",
                "\"peepholes\":\"true\""
            })
    void variantThatNoCellWritesIsRefused(String variant) {
        assertRefusedWith("\"outputTanh\":\"true\"", variant, "In layer 1", "The cell lstm has no variant");
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
        assertRefusedWith(
                "one-hot", "conv", "layer 0", "\"conv\"", "one-hot, embedding, column-embedding, recurrent, dense");
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
        assertRefusedWith("\"lstm\"", "\"qrnn\"", "In layer 1", "No cell is named 'qrnn'");
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
