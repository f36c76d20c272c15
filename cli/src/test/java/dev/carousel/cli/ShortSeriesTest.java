package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in which one series is too short, new, or of another size. */
class ShortSeriesTest {

    @TempDir
    Path folder;

    /** Two series of 80 days, one a thousand times as large as the other, and more of other lengths. */
    private Path file(String name, Map<String, Integer> rows) {
        StringBuilder text = new StringBuilder("id,day,y\n");
        rows.forEach((id, count) -> {
            for (int i = 0; i < count; i++) {
                double value = (id.equals("large") ? 1000 : 1) * (20 + i % 7 + 0.1 * Math.sin(i));
                text.append(id)
                        .append(',')
                        .append(LocalDate.of(2023, 1, 1).plusDays(i))
                        .append(',')
                        .append(value)
                        .append('\n');
            }
        });
        return Small.write(folder.resolve(name), text.toString());
    }

    private Object[] train(String task, Path file, Path model, Object... more) {
        List<Object> words = new ArrayList<>(List.of("train", task, file, "--target", "y", "--id", "id"));
        words.addAll(List.of("--context", 14, task.equals("anomaly") ? "--window" : "--horizon", 7, "--epochs", 2));
        words.addAll(List.of("--hidden", 8, "--no-plot", "--output", model));
        return Small.replaced(words.toArray(), more);
    }

    @Test
    void aSeriesThatIsTooShortIsLeftOutWithANote() {
        Path file = file("shops.csv", Map.of("small", 80, "large", 80, "new", 9));
        Path model = folder.resolve("m.safetensors");
        Run run = Run.ok(train("forecast", file, model));
        assertThat(run.err()).contains("note: 1 of 3 series is left out, since its rows are too few", "'new' (9 rows)");
        assertThat(run.err()).contains("160 rows of 2 series");
        Run predicted = Run.ok("predict", model, file);
        assertThat(predicted.lines()).hasSize(1 + 2 * 7).noneMatch(line -> line.startsWith("new"));
        assertThat(predicted.err()).contains("1 of 3 series is left out", "--scale all", "'new' (9 rows)");
        Run judged = Run.ok("evaluate", model, file, "--part", "held_out");
        assertThat(judged.err()).contains("training left them out");
        assertThat(Run.ok("evaluate", model, file, "--part", "all").err()).contains("'new'");
        Run.refused("predict", model, file("new.csv", Map.of("new", 80)))
                .saying("'new' is not among the 2", "--scale all", "--scale window");
        // Alone or among its like it stays an error.
        Run.refused(train("forecast", file("short.csv", Map.of("a", 9, "b", 9)), model))
                .saying("9 rows");
        Run.refused(train("forecast", file("one.csv", Map.of("a", 9)), model)).saying("9 rows");
    }

    @Test
    void aDetectorLeavesItOutAsWell() {
        Path file = file("pumps.csv", Map.of("small", 300, "large", 300, "new", 9));
        Path model = folder.resolve("m.safetensors");
        assertThat(Run.ok(train("anomaly", file, model)).err()).contains("1 of 3 series is left out", "'new'");
        Run predicted = Run.ok("predict", model, file);
        assertThat(predicted.lines()).hasSize(601).noneMatch(line -> line.startsWith("new"));
        assertThat(predicted.err()).contains("1 of 3 series is left out");
    }

    @Test
    void rowsThatAreMissingAreCountedAndInsertedIfAsked() {
        StringBuilder text = new StringBuilder("day,y\n");
        for (int i = 0; i < 120; i++) {
            if (i != 30 && i != 31 && i != 70) {
                text.append(LocalDate.of(2023, 1, 1).plusDays(i))
                        .append(',')
                        .append(20 + i % 7)
                        .append('\n');
            }
        }
        Path file = Small.write(folder.resolve("gaps.csv"), text.toString());
        Path model = folder.resolve("m.safetensors");
        Object[] plain = Arrays.stream(train("forecast", file, model))
                .filter(word -> !"--id".equals(word) && !"id".equals(word))
                .toArray();
        Run kept = Run.ok(plain);
        assertThat(kept.err())
                .contains("3 rows are missing in 2 places, the first before line 32", "--missing-rows insert")
                .doesNotContain("season 7");
        Run.refused(Small.replaced(plain, "--missing-rows", "insert")).saying("--missing is error", "forward");
        Run inserted = Run.ok(Small.replaced(plain, "--missing-rows", "insert", "--missing", "interpolate"));
        assertThat(inserted.err()).contains("they are inserted", "120 rows", "season 7");
        Run predicted = Run.ok("predict", model, file);
        assertThat(predicted.err()).contains("they are inserted");
        assertThat(predicted.lines().get(1)).startsWith("2023-05-01,");
        assertThat(Run.ok("evaluate", model, file, "--part", "held_out").out()).contains("held out");
    }

    @Test
    void aModelThatGoesStepByStepForecastsAnyHorizon() {
        Path file = file("one.csv", Map.of("small", 80));
        Path model = folder.resolve("m.safetensors");
        Run.ok(train("forecast", file, model, "--stepping", "step_by_step"));
        List<String> usual = Run.ok("predict", model, file).lines();
        List<String> longer = Run.ok("predict", model, file, "--horizon", 20).lines();
        assertThat(usual).hasSize(8);
        assertThat(longer).hasSize(21).startsWith(usual.toArray(String[]::new));
        assertThat(Run.ok("predict", model, file, "--horizon", 2).lines()).isEqualTo(usual.subList(0, 3));
        Run.refused("predict", model, file, "--horizon", 0).saying("--horizon is 0");
        Path atOnce = folder.resolve("a.safetensors");
        Run.ok(train("forecast", file, atOnce));
        Run.refused("predict", atOnce, file, "--horizon", 8).saying("--horizon is 8", "7 rows at once", "step_by_step");
    }

    /** Few rows make few updates: there are more epochs then, unless a number is asked for. */
    @Test
    void epochsGrowWhereUpdatesAreFew() {
        Path file = file("one.csv", Map.of("small", 80));
        Path model = folder.resolve("m.safetensors");
        Object[] words = train("forecast", file, model, "--json");
        Object[] plain = Arrays.stream(words)
                .filter(word -> !"--epochs".equals(word) && !Integer.valueOf(2).equals(word))
                .toArray();
        Run run = Run.ok(plain);
        assertThat(run.err()).contains("note: an epoch has 1 update, so there are 200 epochs; --epochs says another");
        assertThat(run.number("epochs")).isEqualTo(200);
        Path again = folder.resolve("again.safetensors");
        Run.ok("train", "forecast", "--config", folder.resolve("m.run.json"), "--output", again);
        assertThat(again).hasBinaryContent(Small.bytes(model));
        assertThat(Run.ok(words).number("epochs")).isEqualTo(2);
        assertThat(Run.ok(Small.replaced(plain, "--batch", 1, "--hidden", 2)).number("epochs"))
                .as("600 updates of about 40 batches")
                .isBetween(12.0, 20.0);
    }

    @Test
    void manyTargetsHaveNoTableEachWhereOneIsQuiet() {
        StringBuilder text = new StringBuilder("a,b\n");
        for (int i = 0; i < 80; i++) {
            text.append(20 + i % 7 + Math.sin(i))
                    .append(',')
                    .append(5 + i % 5 + Math.cos(i))
                    .append('\n');
        }
        Path file = Small.write(folder.resolve("two.csv"), text.toString());
        Object[] words = {
            "train",
            "forecast",
            file,
            "--target",
            "a,b",
            "--context",
            14,
            "--horizon",
            7,
            "--epochs",
            1,
            "--no-plot",
            "--output",
            folder.resolve("m.safetensors")
        };
        assertThat(Run.ok(words).out()).contains("the network").doesNotContain("together");
        Object[] quiet = Small.replaced(words, "--quiet");
        assertThat(Run.ok(quiet).out()).contains("all 2 targets together").doesNotContain("the network");
    }

    @Test
    void aDetectorTellsOfASeasonAndReadsLabelsOfWords() {
        StringBuilder text = new StringBuilder("time,y,broken\n");
        for (int i = 0; i < 400; i++) {
            text.append(LocalDate.of(2023, 1, 1).atStartOfDay().plusHours(i)).append(',');
            text.append(20 + i % 24 + Math.sin(i) + (i == 390 ? 100 : 0)).append(',');
            text.append(i == 390 ? "True" : "false").append('\n');
        }
        Path file = Small.write(folder.resolve("pump.csv"), text.toString());
        Path model = folder.resolve("m.safetensors");
        Object[] words = {
            "train",
            "anomaly",
            file,
            "--target",
            "y",
            "--label",
            "broken",
            "--context",
            8,
            "--window",
            8,
            "--epochs",
            1,
            "--output",
            model,
            "--json"
        };
        Run run = Run.ok(words);
        assertThat(run.err()).contains("the series repeats itself after 24 rows; --season 24");
        assertThat(run.out()).contains("labelled");
        assertThat(Run.ok(Small.replaced(words, "--season", 24)).err()).doesNotContain("repeats itself");
        Path other = Small.write(folder.resolve("other.csv"), text.toString().replace("True", "maybe"));
        Run.refused(replacedFile(words, file, other)).saying("line 392", "'maybe'", "false and true");
    }

    private static Object[] replacedFile(Object[] words, Path file, Path other) {
        return Arrays.stream(words)
                .map(word -> word.equals(file) ? other : word)
                .toArray();
    }

    @Test
    void aStreamReadsObjectsOfJsonAndMayTakeBadFieldsAsMissing() {
        StringBuilder text = new StringBuilder("day,y,wind\n");
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            String day = LocalDate.of(2023, 1, 1).plusDays(i).toString();
            double y = 20 + i % 7 + Math.sin(i);
            text.append(day).append(',').append(y).append(',').append(i % 3).append('\n');
            json.append("{\"wind\": ")
                    .append(i % 3)
                    .append(", \"day\": \"")
                    .append(day)
                    .append("\", \"y\": ")
                    .append(y)
                    .append("}\n");
        }
        Path file = Small.write(folder.resolve("one.csv"), text.toString());
        Path model = folder.resolve("m.safetensors");
        Run.ok(
                "train",
                "forecast",
                file,
                "--target",
                "y",
                "--features",
                "wind",
                "--context",
                7,
                "--horizon",
                2,
                "--epochs",
                1,
                "--hidden",
                4,
                "--missing",
                "forward",
                "--no-plot",
                "--output",
                model);
        Run csv = Run.withInput(text.toString(), "stream", model);
        assertThat(csv.code()).isZero();
        assertThat(Run.withInput(json.toString(), "stream", model)).isEqualTo(csv);
        String half = json.substring(0, json.indexOf("\n", 2000) + 1);
        Run bad = Run.withInput(half + "{\"y\": [1]}\nno json\n", "stream", model);
        assertThat(bad.code()).isEqualTo(2);
        assertThat(bad.err()).contains("a list or an object", "expected an object of JSON");
        // Something that is no number.
        String broken =
                text.toString().replace("2023-02-10,", "2023-02-10,#").replace("\n2023-02-10,#", "\n2023-02-10,x");
        Run refused = Run.withInput(broken, "stream", model);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.lines()).hasSizeLessThan(csv.lines().size());
        Run missing = Run.withInput(broken, "stream", model, "--bad-rows", "missing");
        assertThat(missing.code()).isZero();
        assertThat(missing.err()).contains("note: taken as missing", "line 42", "column 'y'");
        assertThat(missing.lines()).hasSameSizeAs(csv.lines());
    }

    @Test
    void scaledByTheWindowNewSeriesOfAnySizeAreForecast() {
        Path model = folder.resolve("m.safetensors");
        Path file = file("shops.csv", Map.of("small", 80, "large", 80));
        Run.ok(train("forecast", file, model, "--scale", "window", "--epochs", 20));
        Run run = Run.ok("predict", model, file("new.csv", Map.of("new", 60)));
        assertThat(run.lines()).hasSize(8);
        for (String line : run.lines().subList(1, 8)) {
            assertThat(Run.numbers(line, 2)[0]).as(line).isBetween(15.0, 32.0);
        }
        Run.refused(train("forecast", file, model, "--scale", "window", "--relative", "last"))
                .saying("--scale is window", "--relative is last");
        Run.refused(train("anomaly", file, model, "--scale", "window")).saying("--scale is window");
    }
}
