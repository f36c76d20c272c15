package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code carousel stream} with models that do not forecast. */
@Timeout(120)
class StreamTasksTest {

    @TempDir
    Path folder;

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    @Test
    void oddRowsAreScoredAsPredictScoresThem() {
        StringBuilder text = new StringBuilder("a,b\n");
        IntStream.range(0, 600)
                .forEach(row -> text.append(String.format(
                        Locale.ROOT, "%.5f,%.5f%n", Math.sin(row / 3.0), row == 500 ? 9 : Math.cos(row / 5.0))));
        Path csv = Small.write(folder.resolve("waves.csv"), text.toString());
        Run.ok(
                "train",
                "anomaly",
                csv,
                "--output",
                model(),
                "--target",
                "a,b",
                "--context",
                12,
                "--window",
                12,
                "--hidden",
                8,
                "--epochs",
                2);
        String expected = Run.ok("predict", model(), csv).out();
        Run run = Run.withInput(text.toString(), "stream", model());
        assertThat(run.out()).isEqualTo(expected);
        Run json = Run.withInput(text.toString(), "stream", model(), "--json");
        Map<?, ?> odd = (Map<?, ?>) Json.parse(json.lines().get(500));
        assertThat(odd.get("row")).isEqualTo("501");
        assertThat(odd.get("alarm")).isEqualTo(true);
        assertThat(odd.get("column")).isEqualTo("b");
    }

    private void trainRides(String task, Path csv, Object... more) {
        Object[] words = {
            "train", task, csv, "--id", "ride", "--label", "mood", "--output", model(), "--hidden", 8, "--epochs", 2
        };
        Run.ok(Small.replaced(words, more));
    }

    @Test
    void stepsAreTaggedAndSequencesClassifiedAsPredictDoes() {
        StringBuilder text = new StringBuilder("ride,speed,angle,mood\n");
        for (int t = 0; t < 20; t++) {
            for (int ride = 0; ride < 8; ride++) {
                boolean wild = ride % 2 == 0;
                text.append(String.format(
                        Locale.ROOT,
                        "r%d,%s,%d,%s%n",
                        ride,
                        t == 7 ? "" : String.valueOf((wild ? 9 : 2) + t % 3),
                        t * ride % 5,
                        wild ? "wild" : "calm"));
            }
        }
        Path csv = Small.write(folder.resolve("rides.csv"), text.toString());
        for (String task : new String[] {"tag", "classify"}) {
            trainRides(task, csv, "--direction", "forward");
            List<String> streamed =
                    Run.withInput(text.toString(), "stream", model()).lines();
            assertThat(streamed).hasSize(161).first().isEqualTo("sequence,step,class,calm,wild");
            List<String> predicted = Run.ok("predict", model(), csv).lines();
            // The last step of ride 5, by both.
            String own = streamed.stream()
                    .filter(line -> line.startsWith("r5,20,"))
                    .findFirst()
                    .orElseThrow();
            String whole = predicted.stream()
                    .filter(line -> line.startsWith(task.equals("tag") ? "r5,20," : "r5,"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Run.numbers(own, 3))
                    .containsExactly(Run.numbers(whole, task.equals("tag") ? 3 : 2), within(1e-4));
        }
        trainRides("tag", csv);
        Run both = Run.withInput(text.toString(), "stream", model());
        assertThat(both.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(both.err()).contains("cannot follow a stream", "train with --direction forward");
    }

    @Test
    void linesOfTextAreJudgedOneByOne() {
        Path book = Small.text(folder);
        Run.ok(Small.trainText(book, model()));
        String known = "the quick brown fox jumps over the lazy dog, and back again.\n";
        Run run = Run.withInput(known + known + "gggggggg\n" + "Q\n" + known, "stream", model());
        assertThat(run.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run.err()).contains("standard input, line 4: ", "Q");
        List<String> answers = run.lines();
        assertThat(answers).hasSize(5).first().isEqualTo("line,characters,loss,bits_per_character");
        assertThat(answers.get(1)).startsWith("1,60,");
        assertThat(answers.get(2)).startsWith("2,61,");
        assertThat(answers.get(4)).startsWith("5,61,");
        assertThat(Run.numbers(answers.get(3), 2)[0]).isGreaterThan(Run.numbers(answers.get(2), 2)[0]);
        assertThat(Run.numbers(answers.get(2), 2)[1])
                .isCloseTo(Run.numbers(answers.get(2), 2)[0] / Math.log(2), within(1e-4));
    }
}
