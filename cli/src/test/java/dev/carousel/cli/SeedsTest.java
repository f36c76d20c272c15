package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedsTest {

    @TempDir
    Path folder;

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void severalSeedsGiveTheirSpreadAndTheBestModelAsIfItWereAlone() throws Exception {
        Path text = Small.text(folder);
        Path model = folder.resolve("m.safetensors");
        Run run = Run.ok(Small.trainText(text, model, "--seeds", "3", "--seed", "4", "--threads", "2", "--json"));
        List<?> runs = (List<?>) run.json().get("runs");
        assertThat(runs.stream().map(one -> (Long) ((Map<?, ?>) one).get("seed")))
                .containsExactly(4L, 5L, 6L);
        double[] losses = runs.stream()
                .mapToDouble(one -> ((Number) ((Map<?, ?>) one).get("held_out_loss")).doubleValue())
                .sorted()
                .toArray();
        Map<?, ?> spread = (Map<?, ?>) ((Map<?, ?>) run.json().get("spread")).get("held_out_loss");
        assertThat((Double) spread.get("min")).isEqualTo(losses[0]);
        assertThat((Double) spread.get("median")).isEqualTo(losses[1]);
        assertThat((Double) spread.get("mean")).isCloseTo((losses[0] + losses[1] + losses[2]) / 3, within(1e-12));
        assertThat(run.out()).contains("deviation", "the best on held-out data");

        Path alone = folder.resolve("alone.safetensors");
        Run.ok(Small.trainText(text, alone, "--seed", run.json().get("best_seed")));
        assertThat(model).hasBinaryContent(Small.bytes(alone));
        assertThat(names())
                .containsExactly("alone.run.json", "alone.safetensors", "m.run.json", "m.safetensors", "small.txt");
        Files.delete(model);
        Run.ok("train", "text", "--config", folder.resolve("m.run.json"));
        assertThat(model).hasBinaryContent(Small.bytes(alone));
    }

    @Test
    void allModelsAreKeptOnDemandAndAListOfSeedsIsTakenAsItIs() throws Exception {
        Path model = folder.resolve("m.safetensors");
        Run.ok(Small.trainAddition(model, "--seeds", "9,2", "--keep-seeds"));
        assertThat(names())
                .contains("m.seed-9.safetensors", "m.seed-2.safetensors", "m.seed-9.run.json", "m.safetensors");
    }

    @Test
    void aSeedThatDivergesIsARowAndAllOfThemAFailure() {
        Path model = folder.resolve("m.safetensors");
        Run run = Run.of(
                "train",
                "text",
                Small.text(folder),
                "--output",
                model,
                "--hidden",
                8,
                "--rate",
                1e39,
                "--batch",
                4,
                "--clip",
                0,
                "--seeds",
                2);
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).contains("failed", "seed 1: diverged in epoch 1");
        assertThat(run.err()).contains("No seed came out well");
        assertThat(model).doesNotExist();
    }

    @Test
    void seedsAreJudgedByTheSamePartOfTheData() {
        Path model = folder.resolve("c.safetensors");
        Path waves = Small.waves(folder.resolve("w.ts"), 20, 1);
        Run.ok(Small.trainClassifier(model, 1, waves, "--validation", "0.3", "--seeds", "5,6", "--keep-seeds"));
        for (int seed : new int[] {5, 6}) {
            assertThat(folder.resolve("c.seed-" + seed + ".run.json"))
                    .content()
                    .contains("\"seed\": " + seed, "\"split-seed\": 1");
        }
        Run.ok(Small.trainClassifier(model, 1, waves, "--validation", "0.3", "--seeds", "5,6", "--split-seed", "3"));
        assertThat(folder.resolve("c.run.json")).content().contains("\"split-seed\": 3");
    }

    @Test
    void seedsThatMakeNoSenseAreRefused() {
        Path text = Small.text(folder);
        for (String seeds : List.of("0", "-1", "many", "1,1", "1,", "1,x", "100000")) {
            Run.refused(Small.trainText(text, folder.resolve("m"), "--seeds", seeds))
                    .saying("--seeds is '" + seeds + "'");
        }
        Run.refused(Small.trainForecast(
                        Small.csv(folder, 200), folder.resolve("m"), "--seeds", "2", "--plot", folder.resolve("p.png")))
                .saying("--plot belongs to one training");
    }
}
