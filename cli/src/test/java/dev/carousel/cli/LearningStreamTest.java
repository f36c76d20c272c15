package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code carousel stream --learn}. */
class LearningStreamTest {

    @TempDir
    static Path folder;

    private static Path model;
    private static Path csv;

    /** A level that swings, and whose mean and swing change after 600 rows. */
    @BeforeAll
    static void train() throws IOException {
        StringBuilder rows = new StringBuilder("level\n");
        for (int row = 0; row < 2_000; row++) {
            boolean changed = row >= 600;
            double value = changed ? 30 - 8 * Math.sin(row * 0.9) : 20 + 5 * Math.sin(row * 0.3);
            rows.append(String.format(Locale.ROOT, "%.3f%n", value));
        }
        csv = Small.write(folder.resolve("level.csv"), rows.toString());
        Path before = Small.write(
                folder.resolve("before.csv"),
                String.join("\n", rows.toString().lines().toList().subList(0, 500)) + "\n");
        model = folder.resolve("model.safetensors");
        Run.ok(
                "train",
                "forecast",
                before,
                "--target",
                "level",
                "--context",
                20,
                "--horizon",
                2,
                "--stepping",
                "step_by_step",
                "--relative",
                "none",
                "--season",
                0,
                "--cell",
                "mingru",
                "--hidden",
                16,
                "--epochs",
                5,
                "--rate",
                0.01,
                "--output",
                model,
                "--no-plot");
    }

    private static Object[] learn(Object... more) {
        Object[] words = {"stream", model, csv, "--learn", "--rate", 0.01};
        Object[] all = new Object[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    @Test
    void learnsWhatTheFrozenModelDoesNotAndLeavesItAsItIs() throws IOException {
        byte[] before = Files.readAllBytes(model);
        Path output = folder.resolve("learned.safetensors");
        Path page = folder.resolve("learned.html");
        Run run = Run.ok(learn("--output", output, "--report", page, "--json"));
        assertThat(Files.readAllBytes(model)).isEqualTo(before);
        Map<?, ?> errors = (Map<?, ?>) ((Map<?, ?>) run.json().get("mean_absolute_error")).get("level");
        double learning = ((Number) errors.get("learning")).doubleValue();
        assertThat(learning).isLessThan(0.6 * ((Number) errors.get("frozen")).doubleValue());
        assertThat(errors.keySet().stream().map(String::valueOf)).containsExactly("learning", "frozen", "last value");
        assertThat(Files.readString(page)).contains("Error of level over time", "frozen");
        // What was learned is a model like any other.
        assertThat(Model.load(output).task()).isEqualTo(Model.load(model).task());
        assertThat(Model.load(output).fingerprint())
                .isNotEqualTo(Model.load(model).fingerprint());
        assertThat(Run.ok("stream", output, csv, "--carry").lines()).hasSize(2_001);
    }

    @Test
    void aRunThatWasKilledGoesOnToTheSameBits() throws IOException, InterruptedException {
        Path whole = folder.resolve("whole.safetensors");
        Child undisturbed = Child.start(folder, learn("--output", whole));
        assertThat(undisturbed.end()).as(undisturbed.printed()).isZero();
        List<String> expected = answers(undisturbed);
        assertThat(expected).hasSize(2_000);

        Path output = folder.resolve("killed.safetensors");
        Path snapshot = folder.resolve("killed.snapshot");
        // It would wait for more rows, so that it never ends by itself.
        Child child =
                Child.start(folder, learn("--output", output, "--snapshot", snapshot, "--save-every", 50, "--follow"));
        while (child.isAlive() && !Files.exists(snapshot)) {
            Thread.sleep(5);
        }
        child.kill();
        assertThat(snapshot).as(child.printed()).exists();
        Child rest = Child.start(folder, learn("--output", output, "--snapshot", snapshot));
        assertThat(rest.end()).as(rest.printed()).isZero();
        assertThat(rest.printed()).contains("goes on from " + snapshot);
        List<String> answers = answers(rest);
        assertThat(answers).hasSizeLessThan(2_000);
        assertThat(answers).isEqualTo(expected.subList(2_000 - answers.size(), 2_000));
        assertThat(output).hasBinaryContent(Files.readAllBytes(whole));
    }

    private static List<String> answers(Child child) {
        return child.printed().lines().filter(line -> line.matches("\\d+,.*")).toList();
    }

    @Test
    void fromAPipeTheRowsAfterTheSnapshotAreSent() throws IOException {
        List<String> rows = Files.readAllLines(csv);
        Path snapshot = folder.resolve("pipe.snapshot");
        Object[] args = {"stream", model, "--learn", "--rate", 0.01, "--snapshot", snapshot};
        String first = String.join("\n", rows.subList(0, 801)) + "\n";
        String second = "level\n" + String.join("\n", rows.subList(801, rows.size())) + "\n";
        List<String> expected = Run.ok(learn()).lines();
        assertThat(Run.withInput(first, args).lines()).isEqualTo(expected.subList(0, 801));
        assertThat(Run.withInput(second, args).lines().subList(1, 1_201))
                .isEqualTo(expected.subList(801, expected.size()));
    }

    @Test
    void theModelItselfIsChangedOnlyWhereThatIsAskedFor() throws IOException {
        Path copy = Files.copy(model, folder.resolve("copy.safetensors"));
        Run.refused("stream", copy, csv, "--learn", "--output", copy).saying("which is read");
        Run.ok("stream", copy, csv, "--learn", "--in-place");
        assertThat(Model.load(copy).fingerprint())
                .isNotEqualTo(Model.load(model).fingerprint());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Run.refused("stream", model, csv, "--rate", 0.1).saying("--rate is for a model that learns");
        Run.refused("stream", model, csv, "--learn", "--rate", 0).saying("--rate is 0.0 but must be");
        Run.refused(learn("--report", folder.resolve("page.txt"))).saying("must end in .html");
        Path other = folder.resolve("other.snapshot");
        Run.ok(learn("--snapshot", other));
        Run.refused("stream", model, csv, "--learn", "--rate", 0.02, "--snapshot", other)
                .saying("another plan");
    }

    @Test
    void aForecasterThatGoesThroughItsHorizonAtOnceIsRefused() {
        Path sales = Small.csv(folder, 250);
        Path atOnce = folder.resolve("at-once.safetensors");
        Run.ok(Small.trainForecast(sales, atOnce, "--no-plot", "--relative", "none"));
        Run.refused("stream", atOnce, sales, "--learn")
                .saying("goes through its horizon at once", "--stepping step_by_step");
    }
}
