package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.console.Console;
import dev.carousel.cli.train.ConfigFile;
import dev.carousel.cli.train.OptionValues;
import dev.carousel.json.Json;
import dev.carousel.model.Checkpoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Options from a file, and the file that repeats a run. */
class ConfigTest {

    @TempDir
    Path folder;

    private Path config(String json) {
        return Small.write(folder.resolve("config.json"), json);
    }

    /** Trains, and again by the file that the first run wrote alone, from another place. */
    private void theFileOfARunRepeatsIt(Path model, Object[] command) throws IOException {
        Run.ok(command);
        byte[] first = Small.bytes(model);
        Path repeat = ConfigFile.besideModel(model);
        byte[] file = Small.bytes(repeat);
        Files.delete(model);
        Run again = Run.ok("train", command[1], "--config", repeat);
        assertThat(again.err()).doesNotContain("is not what it was");
        assertThat(model).hasBinaryContent(first);
        assertThat(repeat).hasBinaryContent(file);
    }

    @Test
    void theFileOfATextRunRepeatsItByteForByte() throws IOException {
        Path model = folder.resolve("a.safetensors");
        Object[] command = Small.trainText(
                Small.text(folder), model, "--seed", "7", "--rate", "1e-2", "--cell", "gru", "--schedule", "cosine");
        // The rate is given twice above.
        command[Arrays.asList(command).lastIndexOf("--rate")] = "--clip";
        theFileOfARunRepeatsIt(model, command);
    }

    @Test
    void theFileOfAForecastRepeatsItByteForByte() throws IOException {
        Path model = folder.resolve("a.safetensors");
        theFileOfARunRepeatsIt(model, Small.trainForecast(Small.csv(folder, 250), model, "--no-plot"));
    }

    @Test
    void theFileOfAnAdditionRepeatsItByteForByte() throws IOException {
        Path model = folder.resolve("a.safetensors");
        theFileOfARunRepeatsIt(model, Small.trainAddition(model));
    }

    @Test
    void theFileOfARunThatWasSavedRepeatsItAndCanBeSavedAgain() throws IOException {
        Path model = folder.resolve("a.safetensors");
        Path saved = folder.resolve("saved");
        theFileOfARunRepeatsIt(
                model,
                Small.trainText(Small.text(folder), model, "--checkpoint", saved, "--checkpoint-every", 2, "--resume"));
        byte[] first = Small.bytes(model);
        assertThat(keys(json(ConfigFile.besideModel(model))))
                .doesNotContain("checkpoint", "checkpoint-every", "resume");
        Run again =
                Run.ok("train", "text", "--config", ConfigFile.besideModel(model), "--checkpoint", saved, "--resume");
        assertThat(again.err()).contains("goes on from ", "after epoch 2");
        assertThat(model).hasBinaryContent(first);
    }

    @Test
    void aFileOfOnesOwnMayHoldOptionsOfTheMoment() {
        Path text = Small.text(folder);
        Path file = config("{\"file\": \"" + text.getFileName() + "\", \"output\": \"b.safetensors\","
                + " \"hidden\": 6, \"layers\": 1, \"epochs\": 1, \"batch\": 8, \"window\": 10,"
                + " \"checkpoint\": \"kept\", \"resume\": true, \"threads\": 1, \"quiet\": true}");
        Run.ok("train", "text", "--config", file);
        assertThat(folder.resolve("kept").resolve(Checkpoints.LAST)).exists();
        // The same again, by whatever restarts it.
        Run.ok("train", "text", "--config", file);
        assertThat(keys(json(folder.resolve("b.run.json")))).doesNotContain("checkpoint", "resume", "threads", "quiet");
    }

    private static Set<String> keys(Map<?, ?> json) {
        return json.keySet().stream().map(String::valueOf).collect(Collectors.toSet());
    }

    @Test
    void aRunSaysAllItsOptionsAndWhatItLearnedFrom() {
        Path model = folder.resolve("a.safetensors");
        Run.ok(Small.trainText(Small.text(folder), model));
        Map<?, ?> run = json(ConfigFile.besideModel(model));
        assertThat(run.get("command")).isEqualTo("train text");
        assertThat(run.get("file")).isEqualTo("small.txt");
        assertThat(run.get("output")).isEqualTo("a.safetensors");
        assertThat(run.get("hidden")).isEqualTo(16L);
        assertThat(run.get("dropout")).isEqualTo(0.1);
        assertThat(run.get("clip")).as("by default").isEqualTo(5L);
        assertThat(run.get("seed")).isEqualTo(1L);
        assertThat(run.keySet().stream().map(String::valueOf))
                .doesNotContain("threads", "quiet", "json", "config", "seeds", "help");
        assertThat(Json.write(run.get("made"))).contains("\"sha256\":\"", "\"name\":\"small.txt\"", "\"kernels\"");
    }

    private static Map<?, ?> json(Path file) {
        return (Map<?, ?>) Json.parse(new String(Small.bytes(file), StandardCharsets.UTF_8));
    }

    @Test
    void whatIsTypedWinsAndPathsAreRelativeToTheFile() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Small.text(inner);
        Path file = Small.write(
                inner.resolve("my.json"),
                "{\"file\": \"small.txt\", \"output\": \"../b.safetensors\", \"hidden\": 500, \"layers\": 1,"
                        + " \"epochs\": 1, \"batch\": 8, \"window\": 10}");
        Run.ok("train", "text", "--hidden", "12", "--config=" + file);
        assertThat(Run.ok("inspect", folder.resolve("b.safetensors")).out()).contains("LSTM 30 -> 12");
    }

    @Test
    void listsAndFlagsComeFromAFileToo() throws IOException {
        Small.csv(folder, 200);
        Path file = config("{\"file\": \"small.csv\", \"output\": \"c.safetensors\", \"target\": \"sold\","
                + " \"features\": [\"rain\"], \"context\": 14, \"horizon\": 7, \"hidden\": 4, \"epochs\": 1,"
                + " \"no-plot\": true}");
        Run.ok("train", "forecast", "--config", file);
        assertThat(folder.resolve("c.png")).doesNotExist();
        assertThat(Run.ok("inspect", folder.resolve("c.safetensors")).out()).contains("rain");
        assertThat(keys(json(folder.resolve("c.run.json"))))
                .contains("features")
                .doesNotContain("no-plot");
        // Typed too, a flag stays what it is.
        Run.ok("train", "forecast", "--no-plot", "--config", file);
        assertThat(folder.resolve("c.png")).doesNotExist();
    }

    @Test
    void otherDataThanInTheRunIsSaid() {
        Path model = folder.resolve("a.safetensors");
        Path text = Small.text(folder);
        Run.ok(Small.trainText(text, model));
        Small.write(text, "something else entirely, but long enough to learn from. ".repeat(40));
        Run again = Run.ok("train", "text", "--config", ConfigFile.besideModel(model));
        assertThat(again.err()).contains("small.txt is not what it was", "the model will be another");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"hiden\": 5}            | 'hiden' is no option of 'carousel train text'. Did you mean 'hidden'?",
                "{\"--hidden-size\": 5}    | '--hidden-size' is no option",
                "{\"config\": \"x\"}       | 'config' is no option",
                "{\"hidden\": true}        | expected 'hidden' to be a text or a number but found true",
                "{\"hidden\": [1, 2]}      | expected 'hidden' to be one value but found [1,2]",
                "{\"hidden\": {\"a\": 1}}  | expected 'hidden' to be a text or a number",
                "{\"hidden\": \"many\"}    | 'many'",
                "{\"hidden\": 0}           | --hidden is 0 but must be at least 1",
                "{\"command\": \"train forecast\"} | holds the options of 'carousel train forecast'",
                "{\"hidden\": 5,}          | expected a JSON object",
                "[5]                       | but found another value",
                "{\"hidden\": 5, \"hidden\": 6} | stands twice",
            })
    void aFileThatMakesNoSenseIsRefused(String json, String clue) {
        Run.refused("train", "text", Small.text(folder), "--output", folder.resolve("m"), "--config", config(json))
                .saying(clue);
        assertThat(folder.resolve("m")).doesNotExist();
    }

    @Test
    void aFlagThatIsNoYesOrNoIsRefused() {
        Run run = Run.of("train", "forecast", "--config", config("{\"no-plot\": \"yes\"}"));
        assertThat(run.err()).contains("expected 'no-plot' to be true or false but found \"yes\"");
    }

    @Test
    void aMissingFileAndAModelInItsPlaceAreRefused() {
        Path model = folder.resolve("a.safetensors");
        Run.ok(Small.trainAddition(model));
        Run.refused("train", "text", "--config", folder.resolve("none.json")).saying("none.json", "no such file");
        Run.refused("train", "text", "--config", model).saying("--config " + model);
        Run.refused("train", "text", "--config", folder).saying("something else");
        Run.refused("train", "text", "--config");
    }

    static List<CommandLine> trainings() {
        return List.copyOf(Main.commandLine(Console.of(System.out, System.err))
                .getSubcommands()
                .get("train")
                .getSubcommands()
                .values());
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void noTwoOptionsOfATrainingHaveOneName(CommandLine training) {
        assertThat(OptionValues.args(training.getCommandSpec()).stream().map(OptionValues::key))
                .doesNotHaveDuplicates()
                .doesNotContain("command", "made")
                .contains("seed", "hidden");
    }
}
