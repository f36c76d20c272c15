package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.dataset.MadeDemand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forecasts of whole distributions, from training to sampled paths. */
class DistributionCommandsTest {

    @TempDir
    Path folder;

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    private Path parts() throws IOException {
        return Files.write(folder.resolve("parts.csv"), MadeDemand.csv(2, 200, 1));
    }

    private Run train(Path file, Object... more) {
        List<Object> words = new ArrayList<>(List.of("train", "forecast", file, "--target", "sold", "--id", "part"));
        words.addAll(List.of("--context", 14, "--horizon", 5, "--epochs", 2, "--hidden", 8, "--no-plot", "--json"));
        words.addAll(List.of("--output", model()));
        words.addAll(List.of(more));
        return Run.ok(words.toArray());
    }

    @Test
    void countsAreForecastAsSampledPaths() throws IOException {
        Path file = parts();
        Path page = folder.resolve("page.html");
        Run run = train(file, "--distribution", "negative-binomial", "--stepping", "step_by_step", "--report", page);
        assertThat(run.number("crps")).isPositive().isLessThan(run.number("naive_crps"));
        assertThat(run.number("expected_coverage")).isEqualTo(0.8);
        assertThat((List<?>) run.json().get("below_by_quantile")).hasSize(9);
        assertThat(page).content().contains("sampled path 1", "data-role=\"path\"", "CRPS");
        Run judged = Run.ok("evaluate", model(), file, "--json");
        assertThat(judged.number("crps")).isEqualTo(run.number("crps"));

        Run predicted = Run.ok("predict", model(), file, "--json");
        assertThat(predicted.lines().get(0))
                .startsWith("part,date,sold,sold 0.1,")
                .endsWith("sold 0.9,sold mean");
        assertThat(predicted.lines()).hasSize(1 + 2 * 5 + 1);
        Map<?, ?> first = (Map<?, ?>) ((List<?>) predicted.json().get("series")).get(0);
        assertThat((List<?>) first.get("mean")).hasSize(5);

        Run paths = Run.ok("predict", model(), file, "--paths", 3, "--horizon", 4);
        assertThat(paths.lines()).hasSize(1 + 2 * 3 * 4).first().isEqualTo("part,path,date,sold");
        assertThat(paths.lines().get(1)).matches("part1,1,2021-07-23,[0-9]+");
        assertThat(Run.ok("predict", model(), file, "--paths", 3, "--horizon", 4)
                        .out())
                .isEqualTo(paths.out());
        assertThat(Run.ok("predict", model(), file, "--paths", 3, "--horizon", 4, "--seed", 2)
                        .out())
                .isNotEqualTo(paths.out());
        assertThat(Run.ok("inspect", model()).out()).contains("negative-binomial", "spread");
        assertThat(run.number("spread")).isBetween(0.5, 8.0).isEqualTo(judged.number("spread"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gaussian", "student-t", "mixture:2"})
    void othersAreOfNormalisedNumbers(String distribution) throws IOException {
        Run run = train(parts(), "--distribution", distribution, "--quantiles", "0.1,0.5,0.9");
        assertThat((List<?>) run.json().get("quantiles")).hasSize(3);
        assertThat(run.number("crps")).isPositive();
    }

    @Test
    void eachOfSeveralTargetsHasItsMeanAndItsPaths() throws IOException {
        StringBuilder rows = new StringBuilder("a,b\n");
        for (int row = 0; row < 120; row++) {
            rows.append(row * 7 % 5).append(',').append(100 + row * 3 % 4).append('\n');
        }
        Path file = Small.write(folder.resolve("two.csv"), rows.toString());
        Run.ok(
                "train",
                "forecast",
                file,
                "--target",
                "a,b",
                "--context",
                6,
                "--horizon",
                3,
                "--season",
                0,
                "--epochs",
                1,
                "--hidden",
                4,
                "--no-plot",
                "--distribution",
                "negative-binomial",
                "--output",
                model());
        Run run = Run.ok("predict", model(), file, "--paths", 4, "--json");
        Map<?, ?> paths = (Map<?, ?>) run.json().get("paths_by_target");
        assertThat(run.json().get("paths")).isEqualTo(paths.get("a"));
        List<?> ofB = (List<?>) paths.get("b");
        assertThat(ofB).hasSize(4);
        Map<?, ?> means = (Map<?, ?>) run.json().get("means");
        assertThat(run.json().get("mean")).isEqualTo(means.get("a"));
        double mean = ofB.stream()
                .mapToDouble(path -> ((Number) ((List<?>) path).get(2)).doubleValue())
                .average()
                .orElseThrow();
        assertThat(((Number) ((List<?>) means.get("b")).get(2)).doubleValue()).isEqualTo(mean);
        assertThat(run.lines().get(0)).isEqualTo("path,row,a,b");
    }

    /** The rows to validate by vary by far more than those that are learned from. */
    @Test
    void aSpreadAtItsBoundIsTold() throws IOException {
        StringBuilder rows = new StringBuilder("sold,part\n");
        for (int row = 0; row < 200; row++) {
            boolean validation = row >= 120 && row < 160;
            rows.append(row * 7 % 5 * (validation ? 1000 : 1)).append(",a\n");
        }
        Path file = Small.write(folder.resolve("wild.csv"), rows.toString());
        Run run = train(
                file, "--season", 0, "--validation", 40, "--test", 40, "--distribution", "gaussian", "--keep-diverged");
        assertThat(run.number("spread")).isEqualTo(8);
        assertThat(run.err()).contains("8.00 times as wide", "the greatest spread that is tried", "overfit?");
    }

    @Test
    void theLogitsOfYesAndNoAreDivided() throws IOException {
        StringBuilder rows = new StringBuilder("sold,part\n");
        Random random = new Random(4);
        for (int row = 0; row < 200; row++) {
            rows.append(random.nextInt(2)).append(",a\n");
        }
        Path file = Small.write(folder.resolve("coins.csv"), rows.toString());
        Run run = train(file, "--season", 0, "--distribution", "bernoulli");
        assertThat(run.err())
                .contains("logits are divided by " + String.format(Locale.ROOT, "%.2f", run.number("spread")))
                .doesNotContain("times as wide");
    }

    /** What a model of counts reads later must be counts, too. */
    @Test
    void otherNumbersAreRefusedByATrainedModel() throws IOException {
        Path file = parts();
        train(file, "--distribution", "negative-binomial");
        String text = Files.readString(file);
        Path halves =
                Small.write(folder.resolve("halves.csv"), text.replaceFirst("(2021-01-20,part2,)[0-9]+", "$12.5"));
        for (String command : List.of("predict", "evaluate")) {
            Run.refused(command, model(), halves)
                    .saying(
                            "halves.csv",
                            "row 17",
                            "2.5",
                            "a count",
                            "Is it the file of another model, or in another unit?");
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        Path halves = Small.write(folder.resolve("halves.csv"), "x\n1\n0.5\n" + "2\n3\n".repeat(60));
        Run.refused(
                        "train",
                        "forecast",
                        halves,
                        "--target",
                        "x",
                        "--context",
                        5,
                        "--horizon",
                        2,
                        "--distribution",
                        "poisson")
                .saying("poisson", "negative-binomial");
        Run.refused(
                        "train",
                        "forecast",
                        halves,
                        "--target",
                        "x",
                        "--context",
                        5,
                        "--horizon",
                        2,
                        "--distribution",
                        "bernoulli")
                .saying("halves.csv", "row 2", "0.5");
        Path file = parts();
        train(file, "--quantiles", "0.1,0.5,0.9");
        Run.refused("predict", model(), file, "--paths", 3).saying("--distribution");
    }
}
