package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextCommandsTest {

    @TempDir
    static Path folder;

    private static Path text;
    private static Path model;
    private static Run training;

    @BeforeAll
    static void train() {
        text = Small.text(folder);
        model = folder.resolve("text.safetensors");
        training = Run.ok(
                "train",
                "text",
                text,
                "--output",
                model,
                "--hidden",
                24,
                "--layers",
                1,
                "--window",
                20,
                "--batch",
                4,
                "--epochs",
                20,
                "--rate",
                0.02,
                "--json");
    }

    @Test
    void trainingLearnsTheTextAndSaysHowWell() {
        // 30 characters at random would be 3.4 nats; the sentence leaves nothing open.
        assertThat(training.number("held_out")).isLessThan(0.3);
        assertThat(training.number("chars_per_second")).isPositive();
        assertThat(training.json().get("seed")).isEqualTo(1L);
        assertThat(training.err()).contains("seed 1", "LSTM", "epoch 20/20", "held out");
        assertThat(training.out()).contains("nats a character", "wrote", "seed 1");
    }

    @Test
    void evaluationFindsTheFiguresOfTheTraining() {
        Run same = Run.ok("evaluate", model, text, "--json");
        assertThat(same.json().get("part")).isEqualTo("held_out");
        // The same streams; only the order in which losses are summed may differ.
        assertThat(same.number("held_out")).isCloseTo(training.number("held_out"), within(1e-9));
        Run all = Run.ok("evaluate", model, text, "--part", "all", "--json");
        assertThat(all.number("characters")).isEqualTo(Small.bytes(text).length);
        assertThat(all.json().containsKey("held_out")).isFalse();
    }

    @Test
    void evaluationOfAnotherFileTakesAllOfIt() {
        Path other = Small.write(folder.resolve("other.txt"), "the lazy dog\n".repeat(10));
        assertThat(Run.ok("evaluate", model, other, "--json").json().get("part"))
                .isEqualTo("all");
        Run.refused("evaluate", model, other, "--part", "held_out").saying("nothing of it is held out");
    }

    @Test
    void aSampleContinuesItsPrime() {
        Run run = Run.ok("sample", model, "--prime", "the quick", "--length", 20, "--temperature", 0, "--json");
        assertThat(run.out().lines().findFirst().orElseThrow()).isEqualTo("the quick brown fox jumps ove");
        assertThat(run.number("characters")).isEqualTo(20);
        assertThat(run.err()).contains("seed ");
    }

    @Test
    void aSampleOfNothingIsThePrimeAlone() {
        assertThat(Run.ok("sample", model, "--prime", "dog", "--length", 0).out())
                .isEqualTo("dog" + System.lineSeparator());
    }

    @Test
    void aPredictionRanksTheNextCharacters() {
        Path start = Small.write(folder.resolve("start.txt"), "the quick brown fox jum");
        Run run = Run.ok("predict", model, start, "--json");
        assertThat(run.out().lines().limit(2)).element(1).asString().startsWith("p,0.9");
        Map<?, ?> next = (Map<?, ?>) run.json().get("next");
        double sum = next.values().stream()
                .mapToDouble(chance -> ((Number) chance).doubleValue())
                .sum();
        assertThat(sum).isCloseTo(1, within(1e-6));
    }

    @Test
    void inspectionShowsLayersShapesAndOrigin() {
        Run run = Run.ok("inspect", model, "--json");
        assertThat(run.out())
                .contains("LSTM 30 -> 24", "rnn.weight_hh_l0", "[96, 24]", "carousel train text small.txt")
                .contains("SHA-256 ", "held_out loss");
        assertThat(run.number("parameters")).isEqualTo(96 * (30 + 24 + 2) + 30 * 25);
        Map<?, ?> provenance = (Map<?, ?>) run.json().get("provenance");
        assertThat(provenance.get("seed")).isEqualTo(1L);
        assertThat(String.valueOf(provenance.get("command")))
                .isEqualTo(
                        "carousel train text small.txt --window 20 --hidden 24 --layers 1 --epochs 20 --batch 4 --rate"
                                + " 0.02");
    }

    @Test
    void quietPrintsResultsOnly() {
        Path quiet = folder.resolve("quiet.safetensors");
        Run run = Run.ok(Small.trainText(text, quiet, "--quiet"));
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("held out");
        assertThat(quiet).exists();
    }

    @Test
    void otherCellsAndEmbeddingsTrainToo() {
        Path other = folder.resolve("gru.safetensors");
        Run.ok(Small.trainText(text, other, "--cell", "gru", "--embedding", "6", "--initialisation", "orthogonal"));
        assertThat(Run.ok("inspect", other).out()).contains("embedding 30 -> 6", "2 x GRU 6 -> 16, dropout 0.1");
        Run.ok("sample", other, "--length", 5);
    }

    @Test
    void aTrainingThatDivergesFailsAndWritesNothing() {
        Path none = folder.resolve("none.safetensors");
        Run run = Run.of(
                "train", "text", text, "--output", none, "--hidden", 8, "--rate", 1e39, "--batch", 4, "--clip", 0);
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("carousel: Training stopped in epoch 1", "No model was written");
        assertThat(Files.exists(none)).isFalse();
    }

    @Test
    void theFileThatIsReadIsNeverWritten() {
        byte[] before = Small.bytes(text);
        Run run = Run.of("train", "text", text, "--output", text);
        assertThat(run.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(text).hasBinaryContent(before);
    }
}
