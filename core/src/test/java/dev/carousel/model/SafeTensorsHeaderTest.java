package dev.carousel.model;

import static dev.carousel.model.BadFiles.assertFails;
import static dev.carousel.model.BadFiles.entry;
import static dev.carousel.model.BadFiles.file;
import static dev.carousel.model.BadFiles.withLength;

import dev.carousel.model.ModelException.Kind;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsHeaderTest {

    private static AbstractStringAssert<?> assertBad(Kind kind, byte[] file) {
        return assertFails(kind, () -> SafeTensors.of("bad.safetensors", file));
    }

    private static AbstractStringAssert<?> assertBad(Kind kind, String header, int data) {
        return assertBad(kind, file(header, data));
    }

    @ParameterizedTest
    @CsvSource({"1152921504606846976", "100000001", "9223372036854775807", "-1"})
    void headerBeyondTheFormatsLimitIsRefused(long length) {
        assertBad(Kind.HEADER_TOO_LARGE, withLength(length, "{}".getBytes(StandardCharsets.UTF_8), 0))
                .contains(Long.toUnsignedString(length))
                .contains("at most 100000000");
    }

    @Test
    void headerLongerThanTheFileIsTruncated() {
        assertBad(Kind.HEADER_TRUNCATED, withLength(90_000_000, "{}".getBytes(StandardCharsets.UTF_8), 8))
                .contains("90000000")
                .contains("only 10 bytes follow");
    }

    @Test
    void headerThatEndsInsideItsJsonIsNotJson() {
        assertBad(Kind.HEADER_NOT_JSON, "{\"w\":{\"dtype\":\"F32\",", 0).contains("at character");
    }

    @Test
    void headerOfNoBytesIsNotJson() {
        assertBad(Kind.HEADER_NOT_JSON, file("", 5)).contains("is empty");
    }

    @Test
    void headerMustBeginWithABrace() {
        assertBad(Kind.HEADER_NOT_JSON, " {}", 0).contains("first byte is 32");
        assertBad(Kind.HEADER_NOT_JSON, "[1,2]", 0).contains("first byte is 91");
    }

    @Test
    void headerWithTextAfterItsObjectIsRefused() {
        assertBad(Kind.HEADER_NOT_JSON, "{} {}", 0).contains("more text");
        assertBad(Kind.HEADER_NOT_JSON, "{}\0", 0).contains("not JSON");
        assertBad(Kind.HEADER_NOT_JSON, "{\"w\":o\u0001\u0002}", 0).contains("'o??'");
    }

    @Test
    void headerThatIsNotUtf8IsRefused() {
        byte[] header = file("{\"w\u00e4\":1}", 0);
        header[8 + 3] = (byte) 0xff;
        assertBad(Kind.HEADER_NOT_UTF8, header).contains("byte 11 of the file");
    }

    @Test
    void overlongUtf8IsRefused() {
        byte[] header = "{\"ww\":1}".getBytes(StandardCharsets.UTF_8);
        header[2] = (byte) 0xc0;
        header[3] = (byte) 0x80;
        assertBad(Kind.HEADER_NOT_UTF8, file(header, 0)).contains("UTF-8");
    }

    @Test
    void endlessNestingIsRefused() {
        assertBad(Kind.BAD_ENTRY, "{\"w\":" + "[".repeat(1_000_000), 0).contains("must be a JSON object");
        assertBad(Kind.BAD_ENTRY, "{\"w\":{\"shape\":" + "[".repeat(1_000_000), 0)
                .contains("whole numbers");
    }

    @Test
    void nameOfAMillionCharactersIsRefused() {
        assertBad(Kind.HEADER_NOT_JSON, "{\"" + "w".repeat(1_000_000) + "\":{}}", 0)
                .hasSizeLessThan(500);
    }

    @Test
    void tensorThatStandsTwiceIsRefused() {
        String twice = entry("w", "F32", "[1]", "[0,4]");
        assertBad(Kind.DUPLICATE_NAME, "{" + twice + "," + twice + "}", 4).contains("\"w\" twice");
    }

    @Test
    void keyThatStandsTwiceInAnEntryIsRefused() {
        String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,4]}}";
        assertBad(Kind.DUPLICATE_NAME, header, 4).contains("\"w\" has \"shape\" twice");
    }

    @Test
    void metadataThatStandTwiceAreRefused() {
        assertBad(Kind.DUPLICATE_NAME, "{\"__metadata__\":{},\"__metadata__\":{}}", 0)
                .contains("__metadata__");
        assertBad(Kind.DUPLICATE_NAME, "{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}", 0)
                .contains("\"a\" twice");
    }

    @Test
    void metadataMustBeTexts() {
        assertBad(Kind.BAD_METADATA, "{\"__metadata__\":7}", 0).contains("object of texts");
        assertBad(Kind.BAD_METADATA, "{\"__metadata__\":{\"a\":7}}", 0).contains("\"a\" must be a text");
    }

    @Test
    void metadataOfAHundredThousandEntriesAreRefused() {
        StringBuilder header = new StringBuilder("{\"__metadata__\":{\"first\":\"\"");
        for (int i = 0; i < 100_000; i++) {
            header.append(",\"").append(i).append("\":\"\"");
        }
        assertBad(Kind.BAD_METADATA, header.append("}}").toString(), 0).contains("more than 65536");
    }
}
