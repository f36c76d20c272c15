package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.model.Checkpoints;
import dev.carousel.model.Model;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.LayerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Categories that become learned vectors, as a user types it. */
class EmbeddingCommandsTest {

    private static final int SHOPS = 200;

    @TempDir
    Path folder;

    /** Each row is of another shop, known ahead, and a shop's sales are its own level, which nothing else tells. */
    private Path shops(int rows, int ahead) {
        SplittableRandom random = new SplittableRandom(11);
        double[] levels = random.doubles(SHOPS, 0, 100).toArray();
        StringBuilder text = new StringBuilder("shop,open,sold\n");
        for (int row = 0; row < rows + ahead; row++) {
            int shop = random.nextInt(SHOPS);
            String sold = row < rows ? String.format(Locale.ROOT, "%.2f", levels[shop] + random.nextDouble()) : "";
            text.append(String.format(Locale.ROOT, "shop %d,%s,%s%n", shop, row % 3 == 0 ? "half" : "day", sold));
        }
        return Small.write(folder.resolve("shops.csv"), text.toString());
    }

    private static Object[] train(Path csv, Path model, Object... more) {
        Object[] words = Small.trainSales(
                csv,
                model,
                "--categories",
                "shop,open",
                "--context",
                2,
                "--horizon",
                4,
                "--relative",
                "none",
                "--hidden",
                24,
                "--epochs",
                6,
                "--batch",
                32);
        return Small.replaced(words, more);
    }

    private static LayerSpec first(Path model) {
        return Model.load(model).spec().layers().get(0);
    }

    @Test
    void aShopAmongTwoHundredDecidesTheLevelAndItsVectorLearnsIt() throws IOException {
        Path csv = shops(4000, 4);
        Path model = folder.resolve("shops.safetensors");
        Run run = Run.ok(train(csv, model));
        assertThat(run.err()).contains("embedding 6 -> 36 (shop 201 -> 31)");
        assertThat(run.number("improvement")).isGreaterThan(0.75);
        Run without = Run.ok(Small.replaced(
                train(csv, folder.resolve("without.safetensors")), "--categories", "open", "--epochs", 2));
        assertThat(without.number("improvement")).as("without the shop").isLessThan(0.4);

        assertThat(Run.ok("evaluate", model, csv, "--json").number("mae")).isEqualTo(run.number("mae"));
        assertThat(Run.ok("inspect", model).out()).contains("embedding: embedding 6 -> 36", "embedding.shop.weight");
        List<String> known = Run.ok("predict", model, csv).out().lines().toList();
        assertThat(known).hasSize(5);
        // The four shops to come are its input; one that training did not have is unknown, and no error.
        Path other = folder.resolve("other.csv");
        Files.writeString(other, Files.readString(csv).replaceAll("shop \\d+,(\\w+),\\n", "shop new,$1,\n"));
        List<String> unknown = Run.ok("predict", model, other).out().lines().toList();
        assertThat(unknown).hasSize(5).isNotEqualTo(known);
    }

    @Test
    void zeroIsOneHotAndASizeHoldsForEveryCategory() {
        Path csv = shops(600, 0);
        Path model = folder.resolve("model.safetensors");
        Run.ok(train(csv, model, "--embedding", 0, "--epochs", 1));
        assertThat(first(model)).isInstanceOf(LayerSpec.Recurrent.class);
        assertThat(Model.load(model).task().has("embeddings")).isFalse();
        Run.ok(train(csv, model, "--embedding", 5, "--epochs", 1));
        assertThat(((ColumnEmbedding) first(model)).columns())
                .extracting(ColumnEmbedding.Column::outputSize)
                .containsExactly(5, 5);
        Run.ok(train(csv, model, "--categories", "open", "--epochs", 1));
        assertThat(first(model)).as("two values, by the rule").isInstanceOf(LayerSpec.Recurrent.class);
    }

    @Test
    void theIdOfSeveralSeriesMayBeACategoryToo() {
        Path csv = folder.resolve("many.csv");
        StringBuilder text = new StringBuilder("shop,sold\n");
        for (int row = 0; row < 40; row++) {
            for (int shop = 0; shop < 15; shop++) {
                text.append("s")
                        .append(shop)
                        .append(',')
                        .append(shop * 37 % 15 + row % 3)
                        .append('\n');
            }
        }
        Small.write(csv, text.toString());
        Path model = folder.resolve("many.safetensors");
        Run run = Run.ok(train(csv, model, "--id", "shop", "--categories", "shop", "--scale", "all"));
        assertThat(ForecastTask.of(Model.load(model)).spec().inputNames()).contains("shop");
        assertThat(Run.ok("evaluate", model, csv, "--json").number("mae")).isEqualTo(run.number("mae"));
    }

    @Test
    void aResumedTrainingEndsWithTheModelOfAnUninterruptedOne() {
        Path csv = shops(600, 0);
        Path whole = folder.resolve("whole.safetensors");
        Path resumed = folder.resolve("resumed.safetensors");
        Path saved = folder.resolve("saved");
        Run.ok(train(csv, whole, "--epochs", 3, "--schedule", "constant"));
        Run.ok(train(csv, resumed, "--epochs", 2, "--schedule", "constant", "--checkpoint", saved));
        Run.ok(train(csv, resumed, "--epochs", 3, "--schedule", "constant", "--checkpoint", saved, "--resume"));
        assertThat(Model.load(resumed).parameters().values())
                .isEqualTo(Model.load(whole).parameters().values());
        Run.refused(train(csv, resumed, "--epochs", 3, "--checkpoint", saved, "--resume", "--embedding", 4))
                .saying(Checkpoints.LAST, "the network was");
    }

    @Test
    void itsFileRepeatsItAndASearchMayChooseIt() throws IOException {
        Path csv = shops(600, 0);
        Path model = folder.resolve("tuned.safetensors");
        List<Object> words =
                new ArrayList<>(List.of("tune", "--search", "embedding=0,auto,4", "--trials", 3, "--json"));
        words.addAll(Arrays.asList(train(csv, model, "--epochs", 2)));
        words.removeIf("train"::equals);
        words.remove(words.lastIndexOf("--json"));
        Run run = Run.ok(words.toArray());
        assertThat(String.valueOf(run.json().get("trials"))).contains("embedding");
        byte[] won = Small.bytes(model);
        Files.delete(model);
        Run.ok("train", "forecast", "--config", folder.resolve("tuned.run.json"));
        assertThat(model).hasBinaryContent(won);
    }

    @Test
    void oddRowsAreFoundByTheLevelOfTheirShop() {
        Path csv = shops(3000, 0);
        Path model = folder.resolve("odd.safetensors");
        Object[] words = {
            "train",
            "anomaly",
            csv,
            "--output",
            model,
            "--target",
            "sold",
            "--categories",
            "shop",
            "--relative",
            "none",
            "--context",
            2,
            "--window",
            8,
            "--hidden",
            24,
            "--epochs",
            4,
            "--rate",
            0.02,
            "--json"
        };
        Run.ok(words);
        assertThat(first(model)).isInstanceOf(ColumnEmbedding.class);
        assertThat(Run.ok("predict", model, csv).out().lines()).hasSize(3001);
        Run.ok("evaluate", model, csv, "--json");
    }

    @Test
    void anOnnxFileOfItIsWrittenAndRunsAndPyTorchTakesItsTables() {
        Path csv = shops(600, 0);
        Path model = folder.resolve("model.safetensors");
        Run.ok(train(csv, model, "--epochs", 1));
        Path onnx = folder.resolve("model.onnx");
        Run.ok("convert", model, onnx);
        assertThat(onnx).exists();
        Path weights = folder.resolve("weights.pt");
        Run.ok("convert", model, weights);
        assertThat(weights).exists();
        assertThat(Run.ok("compare", model, model).out()).contains("0");
    }

    @ParameterizedTest
    @CsvSource({"-1, at least 0", "many, found 'many'", "2.5, found '2.5'"})
    void whatIsNoSizeIsRefused(String size, String clue) {
        Path model = folder.resolve("none.safetensors");
        Run.refused(train(shops(200, 0), model, "--embedding", size)).saying("--embedding", clue);
        assertThat(model).doesNotExist();
    }
}
