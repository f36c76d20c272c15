package dev.carousel.model;

import static dev.carousel.model.BadFiles.assertFails;
import static dev.carousel.model.BadFiles.entry;
import static dev.carousel.model.BadFiles.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.carousel.model.ModelException.Kind;
import dev.carousel.spec.Parameters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {

    private static AbstractStringAssert<?> assertBad(Kind kind, byte[] file) {
        return assertFails(kind, () -> SafeTensors.of("bad.safetensors", file));
    }

    private static AbstractStringAssert<?> assertBad(Kind kind, String header, int data) {
        return assertBad(kind, file(header, data));
    }

    private static Parameters parameters() {
        Parameters parameters = new Parameters.Layout()
                .add("rnn.weight", 2, 3)
                .add("rnn.bias", 1)
                .zeros();
        parameters.set("rnn.weight", 1, 2, 3, 4, 5, -0.1f);
        parameters.set("rnn.bias", Float.MIN_VALUE);
        return parameters;
    }

    @Test
    void writtenTensorsAndTextsAreReadBack() {
        byte[] bytes = SafeTensors.toBytes(Map.of("key", "täxt \u0001 \"quoted\" \uD83C\uDFA0"), parameters());
        try (SafeTensors file = SafeTensors.of("memory", bytes)) {
            assertThat(file.metadata()).containsExactly(Map.entry("key", "täxt \u0001 \"quoted\" \uD83C\uDFA0"));
            assertThat(file.tensors())
                    .containsExactly(
                            Map.entry(
                                    "rnn.weight", new SafeTensors.Tensor("rnn.weight", "F32", List.of(2L, 3L), 0, 24)),
                            Map.entry("rnn.bias", new SafeTensors.Tensor("rnn.bias", "F32", List.of(1L), 24, 28)));
            assertThat(file.floats("rnn.weight")).containsExactly(1, 2, 3, 4, 5, -0.1f);
            assertThat(file.floats("rnn.bias")).containsExactly(Float.MIN_VALUE);
        }
    }

    @Test
    void layoutOnDiskIsThatOfTheFormat() {
        Parameters one = new Parameters.Layout().add("w", 2).zeros();
        one.set("w", 1, -2);
        String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        String padded = header + " ".repeat((8 - header.length() % 8) % 8);
        assertThat(SafeTensors.toBytes(Map.of(), one))
                .isEqualTo(HexFormat.of()
                        .parseHex(String.format("%02x00000000000000", padded.length())
                                + HexFormat.of().formatHex(padded.getBytes(StandardCharsets.US_ASCII))
                                + "0000803f000000c0"));
    }

    @Test
    void dataBeginAtAMultipleOfEightBytes() {
        for (int length = 1; length < 9; length++) {
            byte[] bytes = SafeTensors.toBytes(Map.of("k", "x".repeat(length)), parameters());
            assertThat((bytes.length - 28) % 8).isZero();
            assertThat(SafeTensors.of("memory", bytes).metadata()).containsEntry("k", "x".repeat(length));
        }
    }

    @Test
    void tensorLargerThanTheReadBufferIsReadWhole(@TempDir Path folder) {
        Parameters large =
                new Parameters.Layout().add("a", 3).add("w", 12_345, 7).zeros();
        for (int i = 0; i < large.size(); i++) {
            large.values()[i] = i;
        }
        Path path = folder.resolve("large.safetensors");
        SafeTensors.write(path, Map.of(), large);
        try (SafeTensors file = SafeTensors.open(path)) {
            assertThat(file.floats("w")).isEqualTo(large.get("w"));
            float[] into = new float[12_345 * 7 + 5];
            file.floats("w", into, 5);
            assertThat(into[4]).isZero();
            assertThat(into[5]).isEqualTo(3);
            assertThat(into[into.length - 1]).isEqualTo(large.size() - 1);
        }
    }

    @Test
    void fileWithoutTensorsIsAllowed() {
        assertThat(SafeTensors.of("memory", file("{}", 0)).tensors()).isEmpty();
    }

    @Test
    void emptyTensorsAndScalarsAreAllowed() {
        String header = "{" + entry("none", "F32", "[0,3]", "[0,0]") + "," + entry("one", "F32", "[]", "[0,4]") + "}";
        SafeTensors file = SafeTensors.of("memory", file(header, 4));
        assertThat(file.floats("none")).isEmpty();
        assertThat(file.floats("one")).containsExactly(0);
    }

    @Test
    void tensorsMayLieInAnotherOrderThanTheHeader() {
        String header = "{" + entry("b", "F32", "[1]", "[8,12]") + "," + entry("a", "F64", "[1]", "[0,8]") + "}";
        SafeTensors file = SafeTensors.of("memory", file(header, 12));
        assertThat(file.tensors().keySet()).containsExactly("b", "a");
        assertThat(file.floats("b")).containsExactly(0);
    }

    @Test
    void missingFileIsNamed(@TempDir Path folder) {
        assertFails(Kind.NO_FILE, () -> SafeTensors.open(folder.resolve("none.safetensors")))
                .contains("none.safetensors: there is no such file");
    }

    @Test
    void folderIsNoFile(@TempDir Path folder) {
        assertFails(Kind.NO_FILE, () -> SafeTensors.open(folder)).contains("is a folder");
    }

    @Test
    void emptyFileIsCalledEmpty() {
        assertBad(Kind.EMPTY, new byte[0]).contains("empty");
    }

    @Test
    void fileShorterThanItsLengthFieldIsTruncated() {
        assertBad(Kind.HEADER_TRUNCATED, new byte[] {9, 0, 0, 0, 0, 0, 0}).contains("has 7 bytes");
    }

    @Test
    void entryThatIsNoObjectIsRefused() {
        assertBad(Kind.BAD_ENTRY, "{\"w\":7}", 0).contains("\"w\": its entry must be a JSON object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "dtype;      {\"w\":{\"shape\":[1],\"data_offsets\":[0,4]}}",
                "shape;      {\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}",
                "data_offsets;{\"w\":{\"dtype\":\"F32\",\"shape\":[1]}}"
            })
    void entryThatLacksAKeyIsRefused(String missing, String header) {
        assertBad(Kind.BAD_ENTRY, header, 4).contains("lacks \"" + missing + "\"");
    }

    @Test
    void entryWithAnUnknownKeyIsRefused() {
        String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"strides\":[1]}}";
        assertBad(Kind.BAD_ENTRY, header, 4).contains("unknown key \"strides\"");
    }

    @Test
    void valuesOfTheWrongTypeAreRefused() {
        assertBad(Kind.BAD_ENTRY, "{\"w\":{\"dtype\":32}}", 4).contains("dtype must be a text");
        assertBad(Kind.BAD_ENTRY, "{" + entry("w", "F32", "1", "[0,4]") + "}", 4)
                .contains("its shape must be a list");
        assertBad(Kind.BAD_ENTRY, "{" + entry("w", "F32", "[1.0]", "[0,4]") + "}", 4)
                .contains("whole numbers");
        assertBad(Kind.BAD_ENTRY, "{" + entry("w", "F32", "[1]", "[0,\"4\"]") + "}", 4)
                .contains("its data_offsets must be a list");
    }

    @Test
    void offsetsMustBeTwo() {
        assertBad(Kind.BAD_ENTRY, "{" + entry("w", "F32", "[1]", "[0]") + "}", 4)
                .contains("two numbers");
        assertBad(Kind.BAD_ENTRY, "{" + entry("w", "F32", "[1]", "[0,4,8]") + "}", 4)
                .contains("there are 3");
    }

    @Test
    void unknownElementTypeIsRefused() {
        assertBad(Kind.UNKNOWN_DTYPE, "{" + entry("w", "F31", "[1]", "[0,4]") + "}", 4)
                .contains("\"F31\"")
                .contains("BF16");
    }

    @Test
    void negativeDimensionIsRefused() {
        assertBad(Kind.BAD_SHAPE, "{" + entry("w", "F32", "[-1]", "[0,4]") + "}", 4)
                .contains("\"-1\"");
    }

    @Test
    void shapeWhoseProductOverflowsIsRefused() {
        assertBad(Kind.BAD_SHAPE, "{" + entry("w", "F32", "[4294967296,4294967296]", "[0,0]") + "}", 0)
                .contains("more elements");
        assertBad(Kind.BAD_SHAPE, "{" + entry("w", "F32", "[9223372036854775807]", "[0,4]") + "}", 4)
                .contains("more elements");
        assertBad(Kind.BAD_SHAPE, "{" + entry("w", "F32", "[9223372036854775808]", "[0,4]") + "}", 4)
                .contains("9223372036854775808");
    }

    @Test
    void shapeOfAMillionDimensionsIsRefused() {
        assertBad(Kind.BAD_SHAPE, "{" + entry("w", "F32", "[1" + ",1".repeat(1_000_000) + "]", "[0,4]") + "}", 4)
                .contains("more than 64");
    }

    @Test
    void negativeOffsetIsRefused() {
        assertBad(Kind.BAD_OFFSETS, "{" + entry("w", "F32", "[1]", "[-4,0]") + "}", 4)
                .contains("\"-4\"");
    }

    @Test
    void reversedOffsetsAreRefused() {
        assertBad(Kind.BAD_OFFSETS, "{" + entry("w", "F32", "[1]", "[4,0]") + "}", 4)
                .contains("begins at byte 4")
                .contains("ends before that, at 0");
    }

    @Test
    void offsetsOutsideTheFileAreRefused() {
        assertBad(Kind.BAD_OFFSETS, "{" + entry("w", "F32", "[1]", "[1099511627776,1099511627780]") + "}", 4)
                .contains("outside the file");
    }

    @Test
    void shapeThatNeedsOtherBytesThanTheOffsetsHoldIsRefused() {
        assertBad(Kind.SIZE_MISMATCH, "{" + entry("w", "F32", "[2,3]", "[0,20]") + "}", 20)
                .contains("F32 [2, 3] needs 24 bytes")
                .contains("hold 20");
    }

    @Test
    void overlappingTensorsAreRefused() {
        String header = "{" + entry("a", "F32", "[2]", "[0,8]") + "," + entry("b", "F32", "[2]", "[4,12]") + "}";
        assertBad(Kind.OVERLAP, header, 12).contains("\"a\" and \"b\" overlap");
        String same = "{" + entry("a", "F32", "[2]", "[0,8]") + "," + entry("b", "F32", "[2]", "[0,8]") + "}";
        assertBad(Kind.OVERLAP, same, 8).contains("overlap");
    }

    @Test
    void bytesBetweenTensorsAreRefused() {
        String header = "{" + entry("a", "F32", "[1]", "[0,4]") + "," + entry("b", "F32", "[1]", "[8,12]") + "}";
        assertBad(Kind.HOLE, header, 12).contains("bytes 4 to 7").contains("before tensor \"b\"");
    }

    @Test
    void dataShorterThanTheTensorsAreTruncated() {
        assertBad(Kind.DATA_TRUNCATED, "{" + entry("w", "F32", "[3]", "[0,12]") + "}", 11)
                .contains("need 12 bytes")
                .contains("only 11");
    }

    @Test
    void tensorOfATerabyteInASmallFileIsTruncated() {
        assertBad(Kind.DATA_TRUNCATED, "{" + entry("w", "F32", "[274877906944]", "[0,1099511627776]") + "}", 4)
                .contains("1099511627776");
    }

    @Test
    void bytesAfterTheLastTensorAreRefused() {
        assertBad(Kind.TRAILING_BYTES, "{" + entry("w", "F32", "[1]", "[0,4]") + "}", 5)
                .contains("1 bytes after the last tensor");
    }

    @Test
    void otherElementTypesAreNamedWhenTheirNumbersAreRead() {
        SafeTensors file = SafeTensors.of("half", file("{" + entry("w", "F16", "[2]", "[0,4]") + "}", 4));
        assertFails(Kind.WRONG_DTYPE, () -> file.floats("w")).contains("\"w\" is F16, expected F32");
    }

    @Test
    void bytesOfEveryElementTypeAreRead() {
        byte[] bytes = file("{" + entry("v", "F32", "[1]", "[0,4]") + "," + entry("w", "F16", "[2]", "[4,8]") + "}", 8);
        for (int i = 1; i <= 4; i++) {
            bytes[bytes.length - i] = (byte) i;
        }
        assertThat(SafeTensors.of("half", bytes).raw("w")).containsExactly(4, 3, 2, 1);
        assertFails(Kind.MISSING_TENSOR, () -> SafeTensors.of("half", bytes).raw("x"));
    }

    @Test
    void tensorThatIsNotThereIsNamed() {
        SafeTensors file = SafeTensors.of("one", SafeTensors.toBytes(Map.of(), parameters()));
        assertFails(Kind.MISSING_TENSOR, () -> file.floats("rnn.wait"))
                .contains("no tensor \"rnn.wait\"; there are \"rnn.weight\", \"rnn.bias\"");
    }

    @ParameterizedTest
    @CsvSource({
        "504b030414000000080000000000, zip archive",
        "894844460d0a1a0a000000000000, HDF5",
        "80028a0a6cfc9cf920f56a885019, pickle",
        "934e554d50590100760000000000, NumPy",
        "47475546030000000000, GGUF",
        "1f8b0800000000000003ffff, gzip",
        "080712077079746f72636800, ONNX",
        "646174652c6269727468730a313936392d30312d30312c383438360a, CSV",
        "7b2261223a317d0a7b2261223a317d0a, JSON"
    })
    void fileOfAnotherKindIsCalledByItsName(String hex, String kind) {
        assertBad(Kind.NOT_SAFETENSORS, HexFormat.of().parseHex(hex)).contains(kind);
    }

    @Test
    void gitPointerSaysWhatToDo() {
        byte[] pointer = "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.US_ASCII);
        assertBad(Kind.NOT_SAFETENSORS, pointer).contains("git lfs pull");
    }

    @Test
    void namesFromAFileNeverReachTheTerminalRaw() {
        String header = "{" + entry("\\u001b[2Jw", "F31", "[1]", "[0,4]") + "}";
        assertBad(Kind.UNKNOWN_DTYPE, header, 4).contains("\"?[2Jw\"");
    }

    @Test
    void truncationAtEveryLengthIsDetected() {
        byte[] whole = SafeTensors.toBytes(Map.of("key", "text"), parameters());
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            ModelException e = catchThrowableOfType(ModelException.class, () -> SafeTensors.of("part", part));
            assertThat(e).as("%d bytes of %d", length, whole.length).isNotNull();
            assertThat(e.kind()).isIn(Kind.EMPTY, Kind.HEADER_TRUNCATED, Kind.DATA_TRUNCATED);
        }
    }

    @Test
    void halfASurrogatePairIsNotWritten() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SafeTensors.toBytes(Map.of("key", "\uD83C"), parameters()))
                .withMessageContaining("surrogate");
    }

    @Test
    void writtenFileIsTheBytes(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("m.safetensors");
        SafeTensors.write(file, Map.of("key", "text"), parameters());
        assertThat(Files.readAllBytes(file)).isEqualTo(SafeTensors.toBytes(Map.of("key", "text"), parameters()));
    }
}
