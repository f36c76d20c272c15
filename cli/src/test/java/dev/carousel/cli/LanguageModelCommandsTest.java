package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of words with an adaptive softmax, a tied table, and what keeps them from learning by heart. */
class LanguageModelCommandsTest {

    @TempDir
    static Path folder;

    private static Path text;

    /** 6,000 words, of which 400 occur as often as Zipf has it; some once, which are unknown. */
    @BeforeAll
    static void write() {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 6_000; i++) {
            int rank = (int) Math.exp(random.nextDouble() * Math.log(400));
            words.append(i == 0 ? "" : " ").append('w').append(i % 97 == 0 ? "x" + i : rank);
        }
        text = Small.write(folder.resolve("words.txt"), words.append("\n").toString());
    }

    private static Object[] train(Path model, Object... more) {
        Object[] all = {
            "train",
            "text",
            text,
            "--by",
            "words",
            "--output",
            model,
            "--hidden",
            16,
            "--layers",
            1,
            "--window",
            10,
            "--batch",
            4,
            "--epochs",
            3,
            "--rate",
            0.01,
            "--embedding",
            16
        };
        return Small.replaced(all, more);
    }

    @Test
    void anAdaptiveSoftmaxIsTrainedJudgedAndWrites() {
        Path model = folder.resolve("adaptive.safetensors");
        Run run = Run.ok(train(model, "--softmax", "adaptive", "--cutoffs", "50,150", "--json"));
        assertThat(run.number("held_out")).isLessThan(run.number("unigram_loss") + 0.5);
        assertThat(run.number("unknown")).isPositive();
        assertThat(run.number("perplexity")).isCloseTo(Math.exp(run.number("held_out")), within(1e-9));
        assertThat(Run.ok("evaluate", model, text, "--json").number("held_out"))
                .isCloseTo(run.number("held_out"), within(1e-9));
        assertThat(Run.ok("inspect", model).out())
                .contains("adaptive softmax 16 -> ", "cut at 50, 150", "out.head.weight", "out.tail.1.1.weight");
        Run predicted = Run.ok("predict", model, text, "--json");
        double sum = ((Map<?, ?>) predicted.json().get("next"))
                .values().stream()
                        .mapToDouble(chance -> ((Number) chance).doubleValue())
                        .sum();
        assertThat(sum).isCloseTo(1, within(1e-5));
        Run sample = Run.ok("sample", model, "--length", 30, "--seed", 2);
        assertThat(sample.out()).contains(" w").doesNotContain("unknown");
        Run chosen = Run.ok(train(folder.resolve("chosen.safetensors"), "--softmax", "adaptive", "--epochs", 1));
        assertThat(chosen.err()).contains("adaptive softmax 16 -> ", "cut at 1");
    }

    @Test
    void allOfTheAwdMannerResumesToTheSameWeights() {
        List<Object> options = new ArrayList<>(List.of(
                "--tied",
                "--word-dropout",
                0.1,
                "--input-dropout",
                0.2,
                "--dropout",
                0.3,
                "--variational",
                "--weight-dropout",
                0.3,
                "--activation-penalty",
                2,
                "--temporal-penalty",
                1,
                "--optimiser",
                "sgd",
                "--momentum",
                0,
                "--rate",
                0.5,
                "--average-after",
                1));
        Path whole = folder.resolve("whole.safetensors");
        Run run = Run.ok(train(whole, and(options, "--epochs", 6)));
        assertThat(run.err())
                .contains(
                        "dropout of words 0.1",
                        "dropout 0.2 at all steps alike",
                        "penalty 2.0 on activations",
                        "penalty 1.0 on changes",
                        "tied to the embedding");
        Path saved = folder.resolve("saved");
        Path parts = folder.resolve("parts.safetensors");
        options.addAll(List.of("--checkpoint", saved));
        Run.ok(train(parts, and(options, "--epochs", 4)));
        Run.ok(train(parts, and(options, "--epochs", 6, "--resume")));
        // The commands differ, and so what the files say of their origin; the weights do not.
        assertThat(weights(parts)).isEqualTo(weights(whole));
        assertThat(Run.ok("inspect", whole).out())
                .contains("embedding.weight", "out.bias")
                .doesNotContain("out.weight");
    }

    /** Adam at a large rate soon knows the text by heart, so that the held-out loss rises. */
    @Test
    void aMeanThatHasBegunResumesToTheSameWeightsAndIsTold() {
        List<Object> options = new ArrayList<>(List.of("--rate", 0.05, "--average-after", 1, "--keep", "last"));
        Path whole = folder.resolve("mean.safetensors");
        Run run = Run.ok(train(whole, and(options, "--epochs", 7)));
        Matcher told = Pattern.compile("the mean of --average-after began after epoch (\\d+)")
                .matcher(run.err());
        assertThat(told.find()).as(run.err()).isTrue();
        assertThat(Integer.parseInt(told.group(1))).isBetween(3, 5);
        Path parts = folder.resolve("mean-parts.safetensors");
        options.addAll(List.of("--checkpoint", folder.resolve("mean-saved")));
        assertThat(Run.ok(train(parts, and(options, "--epochs", 6))).err()).contains(told.group());
        assertThat(Run.ok(train(parts, and(options, "--epochs", 7, "--resume"))).err())
                .contains(told.group());
        assertThat(weights(parts)).isEqualTo(weights(whole));
        Path plain = folder.resolve("no-mean.safetensors");
        Run.ok(train(plain, "--rate", 0.05, "--keep", "last", "--epochs", 7));
        assertThat(weights(plain)).isNotEqualTo(weights(whole));
        assertThat(Run.ok(train(plain, "--rate", 1e-5, "--average-after", 1, "--epochs", 4))
                        .err())
                .contains("the mean of --average-after never began");
    }

    private static Object[] and(List<Object> options, Object... more) {
        return Stream.concat(options.stream(), Stream.of(more)).toArray();
    }

    private static float[] weights(Path model) {
        return Model.load(model).network().parameters().values();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Path model = folder.resolve("refused.safetensors");
        refused(model, "--softmax", "adaptive", "--cutoffs", "50,50")
                .saying("--softmax adaptive: --cutoffs: the cutoffs are [50, 50] but must ascend");
        refused(model, "--softmax", "adaptive", "--cutoffs", "50,5000")
                .saying("the cutoffs are [50, 5000] but there are only", "Is the vocabulary smaller than expected?");
        refused(model, "--softmax", "adaptive", "--vocabulary", 100)
                .saying("there are 101 classes, too few", "The vocabulary has 101 words, the unknown one included");
        refused(model, "--cutoffs", "50").saying("--cutoffs are those of --softmax adaptive, but --softmax is full");
        refused(model, "--softmax", "adaptive", "--tied")
                .saying("--tied and --softmax adaptive are both given", "Take one of the two");
        refused(model, "--softmax", "adaptive", "--label-smoothing", 0.1)
                .saying("--label-smoothing spreads a part over all words");
        refused(model, "--softmax", "adaptive", "--by", "characters").saying("--softmax adaptive is for words");
        refused(model, "--tied", "--embedding", 8).saying("must be that of --hidden, 16, but --embedding is 8");
        refused(model, "--embedding", 0, "--word-dropout", 0.1)
                .saying("--word-dropout drops learned vectors, but --embedding is 0");
        refused(model, "--input-dropout", 1).saying("--input-dropout is 1.0 but must be at least 0 and below 1");
        refused(model, "--temporal-penalty", -1)
                .saying("--temporal-penalty is -1.0 but must be a number of at least 0");
        refused(model, "--average-after", 2, "--average", 0.9).saying("--average and --average-after are both given");
        refused(model, "--momentum", 0.5)
                .saying("--momentum is 0.5 but --optimiser is adam, which has none of its own. Take --optimiser sgd");
        refused(model, "--momentum", 0, "--optimiser", "rmsprop").saying("but --optimiser is rmsprop");
        refused(model, "--divisor", 2).saying("--divisor is 2, which is for the clusters of --softmax adaptive");
        refused(model, "--average-after", 5, "--epochs", 7)
                .saying("--average-after is 5 but --epochs is 7", "there must be at least 8 epochs");
        refused(model, "--momentum", 1).saying("--momentum is 1.0 but must be at least 0 and below 1");
        assertThat(Files.exists(model)).isFalse();
    }

    private static Run refused(Path model, Object... more) {
        return Run.refused(train(model, more));
    }
}
