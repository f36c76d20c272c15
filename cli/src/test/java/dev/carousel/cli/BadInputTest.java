package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way that what a user gives can be bad: one clear error, exit code 2, and nothing written or overwritten. */
class BadInputTest {

    private static final String OLD = "what was there before";

    @TempDir
    static Path models;

    private static Path textModel;
    private static Path forecastModel;

    @TempDir
    Path folder;

    private Path output;

    @BeforeAll
    static void trainSmallModels() {
        textModel = models.resolve("text.safetensors");
        forecastModel = models.resolve("forecast.safetensors");
        Run.ok(Small.trainText(Small.text(models), textModel));
    }

    @BeforeEach
    void putAnOldModel() throws IOException {
        output = Files.writeString(folder.resolve("model.safetensors"), OLD);
    }

    /** Runs what has to be refused. */
    private void refused(Object[] args, String... clues) throws IOException {
        List<Path> before = files();
        Run run = Run.refused(args);
        run.saying(clues);
        assertThat(run.err().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(output).hasContent(OLD);
        assertThat(files()).isEqualTo(before);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    private void refusedModel(byte[] bytes, String... clues) throws IOException {
        Path model = Files.write(folder.resolve("bad.safetensors"), bytes);
        Path text = Small.text(folder);
        refused(new Object[] {"inspect", model}, clues);
        refused(new Object[] {"sample", model}, clues);
        refused(new Object[] {"evaluate", model, text}, clues);
        refused(new Object[] {"predict", model, text, "--output", output}, clues);
    }

    private Object[] trainText(Object file, Object... more) {
        return Small.trainText(Path.of(String.valueOf(file)), output, more);
    }

    private Object[] trainForecast(String csv, Object... more) {
        return Small.trainForecast(Small.write(folder.resolve("data.csv"), csv), output, more);
    }

    private String goodCsv() throws IOException {
        return Files.readString(Small.csv(models, 200));
    }

    @Test
    void aMissingFile() throws IOException {
        refused(trainText(folder.resolve("none.txt")), "none.txt", "no such file");
        refused(Small.trainForecast(folder.resolve("none.csv"), output), "none.csv", "no such file");
        refused(new Object[] {"inspect", folder.resolve("none.safetensors")}, "none.safetensors");
        refused(new Object[] {"predict", textModel, folder.resolve("none.txt")}, "none.txt", "no such file");
        refused(new Object[] {"evaluate", textModel, folder.resolve("none.txt")}, "none.txt", "no such file");
    }

    @Test
    void anEmptyFile() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));
        refused(trainText(empty), "empty", "0 bytes");
        refused(Small.trainForecast(empty, output), "empty", "0 bytes");
        refused(new Object[] {"inspect", empty}, "empty");
    }

    @Test
    void aTextInANumberColumn() throws IOException {
        refused(
                trainForecast(goodCsv().replaceFirst("(?m)^2020-02-01,[^,]*", "2020-02-01,many")),
                "line 33",
                "'sold'",
                "many");
    }

    @Test
    void raggedRows() throws IOException {
        refused(
                trainForecast(goodCsv().replaceFirst("(?m)^2020-02-01.*$", "2020-02-01,1")),
                "line 33",
                "3 fields",
                "found 2");
    }

    @Test
    void aNumberThatIsNotOne() throws IOException {
        refused(trainForecast(goodCsv().replaceFirst("(?m)^2020-02-01,[^,]*", "2020-02-01,NaN")), "line 33", "NaN");
    }

    @Test
    void anUnknownColumn() throws IOException {
        Path csv = Small.csv(folder, 200);
        Object[] args = Small.trainForecast(csv, output);
        args[Arrays.asList(args).indexOf("sold")] = "solid";
        refused(args, "'solid'", "Did you mean 'sold'?");
        refused(Small.trainForecast(csv, output, "--date", "month"), "'month'");
    }

    @Test
    void aSeriesShorterThanContextAndHorizon() throws IOException {
        refused(Small.trainForecast(Small.csv(folder, 20), output), "rows", "20");
    }

    @Test
    void aTextTooShortForItsBatch() throws IOException {
        refused(trainText(Small.write(folder.resolve("short.txt"), "too short")), "short.txt", "characters");
    }

    @Test
    void aModelForecastingFromTooFewRows() throws IOException {
        Run.ok(Small.trainForecast(Small.csv(models, 200), forecastModel, "--no-plot"));
        refused(new Object[] {"predict", forecastModel, Small.csv(folder, 5)}, "rows", "found 5");
    }

    @Test
    void aTruncatedModel() throws IOException {
        byte[] good = Small.bytes(textModel);
        refusedModel(Arrays.copyOf(good, good.length - 1), "bad.safetensors");
        refusedModel(Arrays.copyOf(good, 100), "bad.safetensors");
        refusedModel(Arrays.copyOf(good, 4), "bad.safetensors");
    }

    @Test
    void aModelWithOneBitFlipped() throws IOException {
        byte[] bad = Small.bytes(textModel);
        bad[bad.length - 3] ^= 0x10;
        refusedModel(bad, "damaged");
        bad = Small.bytes(textModel);
        bad[60] ^= 1;
        refusedModel(bad, "bad.safetensors");
    }

    @Test
    void aHeaderLongerThanAnyFile() throws IOException {
        byte[] bad = Small.bytes(textModel);
        ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 60);
        refusedModel(bad, "header", String.valueOf(1L << 60));
    }

    @Test
    void overlappingOffsets() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}";
        ByteBuffer bad = ByteBuffer.allocate(8 + header.length() + 12).order(ByteOrder.LITTLE_ENDIAN);
        bad.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
        refusedModel(bad.array(), "\"a\"", "\"b\"");
    }

    @Test
    void aWrongDtype() throws Exception {
        refusedModel(withHeader(Small.bytes(textModel), "\"F32\"", "\"I32\""), "I32");
    }

    @Test
    void aStateDictWithoutASpecification() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        ByteBuffer bad = ByteBuffer.allocate(8 + header.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
        bad.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
        Path model = Files.write(folder.resolve("bad.safetensors"), bad.array());
        Path text = Small.text(folder);
        refused(new Object[] {"inspect", model}, "\"a\" [2]");
        refused(new Object[] {"sample", model}, "of the format pytorch", "no task");
        refused(new Object[] {"evaluate", model, text}, "of the format pytorch", "no task");
        refused(new Object[] {"predict", model, text, "--output", output}, "of the format pytorch", "x.npy");
    }

    /** A file with all occurrences of something in its header replaced, its checksum right again. */
    private static byte[] withHeader(byte[] file, String from, String to) throws NoSuchAlgorithmException {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int end = 8 + (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        String header = text.substring(0, end).replace(from, to);
        String digits = header.replaceFirst("(?s).*\"carousel.sha256\":\"([0-9a-f]{64})\".*", "$1");
        byte[] zeroed =
                (header.replace(digits, "0".repeat(64)) + text.substring(end)).getBytes(StandardCharsets.ISO_8859_1);
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zeroed));
        return (header.replace(digits, sum) + text.substring(end)).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aModelOfAnotherTask() throws IOException {
        Path addition = folder.resolve("addition.safetensors");
        Run.ok(Small.trainAddition(addition));
        refused(new Object[] {"sample", addition}, "\"addition\"", "\"text\"");
        refused(new Object[] {"predict", addition, Small.text(folder)}, "two numbers");
        refused(new Object[] {"evaluate", addition, Small.text(folder)}, "takes no DATA");
    }

    @Test
    void aCharacterThatTheModelHasNeverRead() throws IOException {
        refused(new Object[] {"sample", textModel, "--prime", "ÄÖ"}, "--prime", "vocabulary");
        Path other = Small.write(folder.resolve("other.txt"), "Übermut");
        refused(new Object[] {"evaluate", textModel, other}, "other.txt", "vocabulary");
    }

    @Test
    void numbersThatMakeNoSense() throws IOException {
        refused(new Object[] {"sample", textModel, "--length", "-1"}, "--length", "-1");
        refused(new Object[] {"sample", textModel, "--length", "ten"}, "--length", "ten");
        refused(new Object[] {"sample", textModel, "--temperature", "-0.5"}, "--temperature");
        refused(new Object[] {"sample", textModel, "--temperature", "NaN"}, "--temperature");
        Path text = Small.text(folder);
        for (String option :
                List.of("--hidden", "--layers", "--window", "--batch", "--epochs", "--rate", "--threads")) {
            refused(new Object[] {"train", "text", text, "--output", output, option, "0"}, option, "0");
            refused(new Object[] {"train", "text", text, "--output", output, option, "-7"}, option, "-7");
        }
        for (String option : List.of("--dropout", "--clip", "--train", "--embedding")) {
            refused(new Object[] {"train", "text", text, "--output", output, option, "-7"}, option, "-7");
        }
        refused(new Object[] {"train", "births", "--output", output, "--horizon", "0"}, "--horizon", "0");
        refused(new Object[] {"train", "births", "--output", output, "--horizon", "400"}, "400");
        refused(new Object[] {"train", "addition", "--output", output, "--bits", "40"}, "--bits", "40");
    }

    @Test
    void anUnknownOption() throws IOException {
        refused(trainText(Small.text(folder), "--hiden", "9"), "--hiden", "Did you mean --hidden");
        refused(new Object[] {"sample", textModel, "--lenght=3"}, "--lenght", "--length");
        refused(new Object[] {"inspekt", textModel}, "inspekt");
    }

    @Test
    void anOptionGivenTwice() throws IOException {
        refused(trainText(Small.text(folder), "--seed", "1", "--seed", "2"), "--seed");
    }

    @Test
    void anUnknownCell() throws IOException {
        refused(trainText(Small.text(folder), "--cell", "transformer"), "--cell", "transformer", "lstm");
        refused(new Object[] {"check", "--cell", "transformer"}, "--cell", "transformer", "lstm");
    }

    @Test
    void anOutputThatCannotBeWritten() throws IOException {
        Path text = Small.text(folder);
        refused(Small.trainText(text, folder.resolve("none/model.safetensors")), "none", "does not exist");
        refused(Small.trainText(text, folder), "is a folder");
    }

    @Test
    void anErrorOfOursShowsItsTraceOnlyWhenAsked() {
        Run run = Run.of("inspect", folder.resolve("none.safetensors"), "--debug");
        assertThat(run.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run.err()).contains("\tat dev.carousel");
    }
}
