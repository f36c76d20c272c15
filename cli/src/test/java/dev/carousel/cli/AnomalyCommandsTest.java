package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnomalyCommandsTest {

    @TempDir
    Path folder;

    /** Two waves; here and there one of them keeps still, which no difference to the row before tells. */
    private Path waves(String name, int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder("a,b,odd\n");
        double frozen = 0;
        for (int row = 0; row < rows; row++) {
            double a = Math.sin(row / 3.0) + 0.02 * random.nextGaussian();
            double b = Math.cos(row / 5.0) + 0.02 * random.nextGaussian();
            boolean odd = row > rows / 2 && row % 97 < 4;
            frozen = row % 97 == 0 ? a : frozen;
            text.append(String.format(Locale.ROOT, "%.5f,%.5f,%d%n", odd ? frozen : a, b, odd && row % 97 > 0 ? 1 : 0));
        }
        return Small.write(folder.resolve(name), text.toString());
    }

    private Object[] train(Path csv, Path model, Object... more) {
        Object[] words = {
            "train",
            "anomaly",
            csv,
            "--output",
            model,
            "--target",
            "a,b",
            "--context",
            12,
            "--window",
            12,
            "--hidden",
            12,
            "--epochs",
            6,
            "--rate",
            0.02,
            "--batch",
            32,
            "--alarms",
            0.01,
            "--json"
        };
        return Small.replaced(words, more);
    }

    @Test
    void oddRowsAreFoundThatTheNaiveScoreMisses() throws Exception {
        Path csv = waves("waves.csv", 2000, 1);
        Path model = folder.resolve("odd.safetensors");
        Path page = folder.resolve("page.html");
        Run run = Run.ok(train(csv, model, "--label", "odd", "--test", "0.4", "--report", page));
        assertThat(run.out()).contains("precision", "the difference to the row before", "threshold");
        // As measured, give or take the last bits of other kernels; the naive score finds nothing here.
        assertThat(run.number("area")).isCloseTo(0.893, within(0.03));
        assertThat(run.number("recall")).isCloseTo(0.208, within(0.1));
        assertThat(run.number("naive_recall")).isZero();
        assertThat(run.number("naive_area")).isLessThan(0.5);
        assertThat(Files.readString(page))
                .contains(
                        "<h1>anomaly: waves.csv</h1>",
                        "Scores over the test",
                        "What was found",
                        "The most unusual rows");

        Run judged = Run.ok("evaluate", model, csv, "--label", "odd", "--json");
        assertThat(judged.number("area")).isEqualTo(run.number("area"));
        assertThat(judged.number("f1")).isEqualTo(run.number("f1"));

        Run unlabelled = Run.ok("evaluate", model, waves("new.csv", 500, 2), "--json");
        assertThat(unlabelled.out()).contains("of all rows").doesNotContain("precision");
        assertThat(unlabelled.json().get("part")).isEqualTo("all");
    }

    @Test
    void wholeMachinesAreHeldOut() {
        StringBuilder text = new StringBuilder("pump,a,b\n");
        for (int row = 0; row < 300; row++) {
            for (int pump = 0; pump < 4; pump++) {
                text.append(String.format(
                        Locale.ROOT,
                        "p%d,%.5f,%.5f%n",
                        pump,
                        Math.sin(row / 3.0 + pump) + row * 31 % 7 / 50.0,
                        Math.cos(row / 5.0 - pump) + row * 17 % 5 / 50.0));
            }
        }
        Path csv = Small.write(folder.resolve("pumps.csv"), text.toString());
        Path model = folder.resolve("pumps.safetensors");
        Run run = Run.ok(train(csv, model, "--id", "pump", "--split", "series", "--test", "p2", "--validation", "p1"));
        // The first rows, which a context of 12 and a difference need, have no score.
        assertThat(run.number("rows")).isEqualTo(287);
        assertThat(run.out()).contains("row 1 to row 300, held out");
        Run judged = Run.ok("evaluate", model, csv, "--json");
        assertThat(judged.number("rows")).isEqualTo(287);
        assertThat(judged.number("alarms")).isEqualTo(run.number("alarms"));
    }

    @Test
    void aPredictionEqualsTheStreamOfTheModelFile() {
        Path csv = waves("waves.csv", 1000, 1);
        Path model = folder.resolve("odd.safetensors");
        Run.ok(train(csv, model));
        Run run = Run.ok("predict", model, csv, "--json");
        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("row,score,alarm,column,expected a,expected b");
        assertThat(lines).hasSize(1002);
        assertThat(lines.get(13)).isEqualTo("13,,,,,");

        Model loaded = Model.load(model);
        AnomalyStream stream =
                AnomalyStream.of(loaded.network().pack(), AnomalyTask.of(loaded).anomaly());
        List<String> rows;
        try {
            rows = Files.readAllLines(csv);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        int alarms = 0;
        for (int row = 0; row < 1000; row++) {
            String[] fields = rows.get(row + 1).split(",", -1);
            double score = stream.add(Double.parseDouble(fields[0]), Double.parseDouble(fields[1]));
            String[] cells = lines.get(row + 1).split(",", -1);
            if (!Double.isNaN(score)) {
                assertThat(Double.parseDouble(cells[1]))
                        .isCloseTo(score, org.assertj.core.data.Percentage.withPercentage(0.001));
                assertThat(cells[2]).isEqualTo(stream.alarm() ? "1" : "0");
                assertThat(cells[3]).isEqualTo(stream.farthestColumn() == 0 ? "a" : "b");
                alarms += stream.alarm() ? 1 : 0;
            }
        }
        assertThat(run.number("alarms")).isEqualTo(alarms);
    }

    @Test
    void theSameSeedGivesTheSameFileOnOneAndTwoThreads() {
        Path csv = waves("waves.csv", 600, 1);
        Path one = folder.resolve("one.safetensors");
        Path two = folder.resolve("two.safetensors");
        Run.ok(train(csv, one, "--threads", 1));
        Run.ok(train(csv, two, "--threads", 2));
        assertThat(two).hasBinaryContent(Small.bytes(one));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--alarms | 0 | --alarms is 0.0 but must be above 0 and below 1",
                "--alarms | 1 | --alarms is 1.0",
                "--relative | last | so it must be previous or none",
                "--label | moon | 'moon'",
                "--label | b | line 2, column 'b': expected 0, or 1 for a row that should be found",
                "--context | 0 | --context is 0",
                "--window | 5000 | rows",
                "--features | odd | known up to the present only",
                "--threshold | moon | moon",
            })
    void badChoicesAreRefused(String option, String value, String clue) {
        Path csv = waves("waves.csv", 600, 1);
        Path model = folder.resolve("none.safetensors");
        Run.refused(train(csv, model, option, value)).saying(clue);
        assertThat(model).doesNotExist();
    }
}
