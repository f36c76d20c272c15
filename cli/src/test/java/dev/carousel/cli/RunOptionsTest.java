package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.Changes;
import dev.carousel.cli.command.OptionRoles;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.train.ConfigFile;
import dev.carousel.data.dataset.DialTones;
import dev.carousel.data.dataset.MadePairs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Options that change nothing but the run change no byte of a model, nor of the file next to it that repeats the run. */
class RunOptionsTest {

    @TempDir
    Path folder;

    /** Values other than the default for each such option; a new one needs a line here. */
    private Map<String, List<List<Object>>> words() {
        Map<String, List<List<Object>>> words = new TreeMap<>();
        // One of them is not the default, however many cores there are.
        words.put("--threads", List.of(List.of("--threads", 1), List.of("--threads", 3)));
        words.put("--quiet", List.of(List.of("--quiet")));
        words.put("--json", List.of(List.of("--json")));
        words.put("--debug", List.of(List.of("--debug")));
        words.put("--checkpoint", List.of(List.of("--checkpoint", folder.resolve("saved"))));
        words.put(
                "--checkpoint-every",
                List.of(List.of("--checkpoint", folder.resolve("often"), "--checkpoint-every", "3s")));
        words.put("--resume", List.of(List.of("--checkpoint", folder.resolve("saved"), "--resume")));
        words.put("--report", List.of(List.of("--report", folder.resolve("report.html"))));
        words.put("--live", List.of(List.of("--live", 0)));
        words.put("--tensorboard", List.of(List.of("--tensorboard", folder.resolve("events"))));
        words.put("--plot", List.of(List.of("--plot", folder.resolve("picture.png"))));
        words.put("--no-plot", List.of(List.of("--no-plot")));
        words.put("--table-memory", List.of(List.of("--table-memory", 64)));
        words.put("--table-folder", List.of(List.of("--table-folder", folder)));
        words.put("--backtest", List.of(List.of("--backtest", 1)));
        words.put("--keep-diverged", List.of(List.of("--keep-diverged")));
        words.put("--keep-seeds", List.of(List.of("--keep-seeds")));
        words.put("--output", List.of(List.of("--output", folder.resolve("other.safetensors"))));
        return words;
    }

    private Object[] training(String task, Path model) {
        return switch (task) {
            case "text" -> Small.trainText(Small.text(folder), model);
            case "forecast" -> Small.trainForecast(Small.csv(folder, 250), model);
            case "births" -> Small.trainBirths(model);
            case "addition" -> Small.trainAddition(model);
            case "classify" ->
                new Object[] {
                    "train",
                    task,
                    Small.waves(folder.resolve("w.ts"), 12, 1),
                    "--output",
                    model,
                    "--hidden",
                    4,
                    "--epochs",
                    2
                };
            case "tag" ->
                new Object[] {
                    "train",
                    task,
                    tags(),
                    "--id",
                    "id",
                    "--label",
                    "label",
                    "--output",
                    model,
                    "--hidden",
                    4,
                    "--epochs",
                    2
                };
            case "transcribe" ->
                new Object[] {
                    "train",
                    task,
                    calls(),
                    "--id",
                    "call",
                    "--label",
                    "keys",
                    "--output",
                    model,
                    "--hidden",
                    4,
                    "--epochs",
                    2
                };
            case "pairs" -> new Object[] {"train", task, pairs(), "--output", model, "--hidden", 4, "--epochs", 2};
            case "anomaly" ->
                new Object[] {
                    "train",
                    task,
                    Small.csv(folder, 300),
                    "--target",
                    "sold",
                    "--context",
                    8,
                    "--window",
                    8,
                    "--output",
                    model,
                    "--hidden",
                    4,
                    "--epochs",
                    1
                };
            default -> throw new AssertionError("A training that this test does not know: " + task);
        };
    }

    private Path calls() {
        return Small.write(folder.resolve("calls.csv"), String.join("\n", new DialTones(0.1).csv(20, 1)));
    }

    private Path pairs() {
        return Small.write(folder.resolve("pairs.tsv"), new String(MadePairs.SUMS.tsv(60, 2), StandardCharsets.UTF_8));
    }

    private Path tags() {
        StringBuilder text = new StringBuilder("id,x,label\n");
        for (int row = 0; row < 40; row++) {
            text.append(row / 10).append(',').append(row % 7).append(row % 7 > 3 ? ",high\n" : ",low\n");
        }
        return Small.write(folder.resolve("tags.csv"), text.toString());
    }

    static List<String> tasks() {
        return OptionRolesTest.trainings().stream()
                .map(CommandLine::getCommandName)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void noOptionOfTheRunChangesAByte(String task) throws IOException {
        Path model = folder.resolve("model.safetensors");
        Object[] command = training(task, model);
        Run.ok(command);
        byte[] expected = Small.bytes(model);
        byte[] repeats = Small.bytes(ConfigFile.besideModel(model));
        CommandLine training = OptionRolesTest.trainings().stream()
                .filter(line -> line.getCommandName().equals(task))
                .findFirst()
                .orElseThrow();
        Map<String, List<List<Object>>> words = words();
        // One after the other, as --resume needs what --checkpoint left.
        for (String name : ofTheRun(training)) {
            assertThat(words)
                    .as("a value for %s, which changes nothing but the run", name)
                    .containsKey(name);
            for (List<Object> value : words.getOrDefault(name, List.of())) {
                Files.deleteIfExists(model);
                Run.ok(Small.replaced(command, value.toArray()));
                Path written = name.equals("--output") ? folder.resolve("other.safetensors") : model;
                assertThat(written).as(value.toString()).hasBinaryContent(expected);
                if (!name.equals("--output")) {
                    assertThat(ConfigFile.besideModel(model))
                            .as(value.toString())
                            .hasBinaryContent(repeats);
                }
            }
        }
    }

    private static List<String> ofTheRun(CommandLine training) {
        List<String> names = new ArrayList<>();
        for (OptionSpec option : training.getCommandSpec().options()) {
            if (OptionRoles.find(option)
                    .map(Role::value)
                    .filter(Changes.RUN::equals)
                    .isPresent()) {
                names.add(option.longestName());
            }
        }
        names.sort(null);
        return names;
    }
}
