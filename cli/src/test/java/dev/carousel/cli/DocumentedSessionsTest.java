package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands of a page that go on from one another run to their end, in their order, as they stand there: on small files of the
 * names that the page has, and with small networks.
 */
class DocumentedSessionsTest {

    private static final Path ROOT = Path.of("..");

    /** A line of a block that is a command, up to a comment, a pipe or a redirection. */
    private static final Pattern COMMAND =
            Pattern.compile("(?m)^ {4}(?:\\./)?carousel (\\S.*?)(?: {2,}.*| #.*| [|>].*)?$");

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private static final Pattern FILE = Pattern.compile("[\\w.-]+\\.(ts|csv|txt|safetensors|json|npy|pt|html)|saved");

    @TempDir
    Path folder;

    /** The commands of a page that begin so, each as words. */
    private static List<List<String>> commands(String page, String... beginnings) throws IOException {
        Matcher lines = COMMAND.matcher(Files.readString(ROOT.resolve(page)).replaceAll("\\\\\n\\s*", ""));
        List<List<String>> commands = new ArrayList<>();
        while (lines.find()) {
            String command = lines.group(1);
            if (List.of(beginnings).stream().anyMatch(command::startsWith)) {
                List<String> words = new ArrayList<>();
                Matcher matcher = WORD.matcher(command);
                while (matcher.find()) {
                    words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
                }
                commands.add(words);
            }
        }
        assertThat(commands).as("commands of %s", page).hasSizeGreaterThanOrEqualTo(beginnings.length);
        return commands;
    }

    /** Runs them one after the other; what a training has to be small goes before what the page says. */
    private List<Run> run(List<List<String>> commands, Object... small) {
        List<Run> runs = new ArrayList<>();
        for (List<String> words : commands) {
            List<Object> typed = new ArrayList<>();
            for (String word : words) {
                typed.add(FILE.matcher(word).matches() ? folder.resolve(word) : word);
            }
            if (words.get(0).equals("train")) {
                for (int i = 0; i < small.length; i += 2) {
                    int at = typed.indexOf(small[i]);
                    if (at < 0) {
                        typed.addAll(List.of(small[i], small[i + 1]));
                    } else {
                        typed.set(at + 1, small[i + 1]);
                    }
                }
                typed.addAll(List.of("--output", folder.resolve(words.get(1) + ".safetensors")));
            }
            Run run = Run.of(typed.toArray());
            assertThat(run.code()).as("carousel %s%n%s", words, run.err()).isZero();
            runs.add(run);
        }
        return runs;
    }

    @Test
    void classification() throws IOException {
        Small.waves(folder.resolve("BasicMotions_TRAIN.ts"), 12, 1);
        Small.waves(folder.resolve("BasicMotions_TEST.ts"), 6, 2);
        Small.waves(folder.resolve("new.ts"), 3, 3);
        List<Run> runs = run(
                commands(
                        "docs/classification.md",
                        "train classify BasicMotions_TRAIN.ts",
                        "evaluate classify.safetensors BasicMotions_TEST.ts",
                        "predict classify.safetensors new.ts"),
                "--epochs",
                2,
                "--hidden",
                4);
        assertThat(runs.get(1).out()).contains("accuracy");
        assertThat(runs.get(2).lines()).hasSize(1 + 3);
    }

    private void rows(String name, String header, int from, int to) throws IOException {
        StringBuilder text = new StringBuilder(header + "\n");
        for (int row = from; row < to; row++) {
            for (int column = 0; column < header.split(",", -1).length; column++) {
                boolean label = header.split(",", -1)[column].equals("broken");
                double value =
                        label ? (row % 50 == 49 ? 1 : 0) : 10 + Math.sin((row + column) / 3.0) + row * 7919 % 11 / 20.0;
                text.append(column == 0 ? "" : ",").append(label ? String.valueOf((int) value) : String.valueOf(value));
            }
            text.append('\n');
        }
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void forecasts() throws IOException {
        rows("sales.csv", "sales", 0, 600);
        List<Run> runs = run(
                commands(
                        "docs/forecasting.md",
                        "train forecast sales.csv",
                        "evaluate forecast.safetensors sales.csv",
                        "predict forecast.safetensors sales.csv"),
                "--epochs",
                1,
                "--hidden",
                4);
        assertThat(runs.get(1).json().get("command")).isEqualTo("evaluate");
        assertThat(runs.get(2).lines()).hasSize(1 + 28);
    }

    @Test
    void anomalies() throws IOException {
        rows("pump.csv", "pressure,flow", 0, 800);
        rows("new.csv", "pressure,flow,broken", 800, 1000);
        List<Run> runs = run(
                commands(
                        "docs/forecasting.md",
                        "train anomaly pump.csv",
                        "predict anomaly.safetensors new.csv",
                        "evaluate anomaly.safetensors new.csv"),
                "--epochs",
                1,
                "--hidden",
                4);
        assertThat(runs.get(1).lines()).hasSize(1 + 200);
        assertThat(runs.get(2).json().get("command")).isEqualTo("evaluate");
    }

    private void book() {
        Small.write(folder.resolve("book.txt"), "It was the best of times, it was the worst of times.\n".repeat(60));
    }

    @Test
    void texts() throws IOException {
        book();
        List<Run> runs = run(
                commands(
                        "docs/text.md",
                        "train text book.txt",
                        "evaluate text.safetensors book.txt",
                        "sample text.safetensors"),
                "--epochs",
                1,
                "--hidden",
                6);
        assertThat(runs.get(2).out()).startsWith("It was");
    }

    @Test
    void checkpoints() throws IOException {
        book();
        List<Run> runs = run(
                commands("docs/training.md", "train text book.txt --epochs 50 --checkpoint saved"),
                "--epochs",
                2,
                "--hidden",
                6);
        assertThat(runs).hasSize(2);
        assertThat(runs.get(1).err()).contains("goes on from");
    }

    @Test
    void filesOfRuns() throws IOException {
        book();
        List<List<String>> commands =
                commands("docs/tuning.md", "train text book.txt --hidden 256", "train text --config text.run.json");
        run(commands.subList(0, 1), "--epochs", 1, "--hidden", 6);
        byte[] first = Small.bytes(folder.resolve("text.safetensors"));
        run(commands.subList(1, 2));
        assertThat(folder.resolve("text.safetensors")).hasBinaryContent(first);
        List<Run> larger = run(List.of(commands.get(2)), "--hidden", 8);
        assertThat(larger.get(0).err()).contains("-> 8");
        assertThat(Small.bytes(folder.resolve("text.safetensors"))).isNotEqualTo(first);
    }

    @Test
    void conversions() throws IOException {
        book();
        Run.ok(Small.trainText(folder.resolve("book.txt"), folder.resolve("text.safetensors")));
        List<Run> runs = run(commands("docs/interop.md", "convert ours.safetensors back.pt").stream()
                .map(words -> words.stream()
                        .map(word -> word.equals("ours.safetensors") ? "text.safetensors" : word)
                        .toList())
                .toList());
        assertThat(runs.get(0).code()).isZero();
        Run.ok("convert", folder.resolve("back.pt"), folder.resolve("model.safetensors"));
        Files.copy(folder.resolve("back.pt"), folder.resolve("model.pt"));
        run(commands("docs/interop.md", "compare model.pt model.safetensors"));
    }
}
