package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Texts for texts, from training to prediction. */
class PairCommandsTest {

    @TempDir
    Path folder;

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Upper case for lower case: learned in seconds. */
    private static String pairs(int count, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String word = random.ints(2 + i % 3, 'a', 'd' + 1)
                    .mapToObj(Character::toString)
                    .reduce("", String::concat);
            text.append(word).append('\t').append(word.toUpperCase(Locale.ROOT)).append('\n');
        }
        return text.toString();
    }

    private Run train(Path file, int epochs, Object... more) {
        List<Object> words = new ArrayList<>(
                List.of("train", "pairs", file, "--output", model(), "--hidden", 16, "--epochs", epochs, "--json"));
        words.addAll(List.of(more));
        return Run.ok(words.toArray());
    }

    @Test
    void pairsAreWrittenFromTrainingToPrediction() throws IOException {
        Path training = write("pairs.tsv", pairs(400, 1));
        Path page = folder.resolve("page.html");
        Run run = train(training, 12, "--rate", 0.02, "--batch", 20, "--report", page);
        assertThat(run.json().get("part")).isEqualTo("held_out");
        assertThat(run.number("exact")).isGreaterThan(0.8);
        assertThat(page).content().contains("Where it looks", "<svg", "edit distance", "aria-label=\"attention");

        Run held = Run.ok("evaluate", model(), training, "--json");
        assertThat(held.json().get("part")).isEqualTo("held_out");
        assertThat(held.number("exact")).isEqualTo(run.number("exact"));
        assertThat(held.number("edit_distance")).isEqualTo(run.number("edit_distance"));
        assertThat(held.out()).contains("pairs, held out", "exact", "greedy");
        Run all = Run.ok("evaluate", model(), training, "--part", "all", "--json");
        assertThat(all.number("of")).isEqualTo(400);
        Run others = Run.ok("evaluate", model(), write("others.tsv", pairs(50, 2)), "--json");
        assertThat(others.json().get("part")).isEqualTo("all");
        assertThat(others.number("exact")).isGreaterThan(0.8);

        Run predicted = Run.ok("predict", model(), write("in.txt", "abc\ncab\n"), "--json");
        assertThat(predicted.out().lines()).first().isEqualTo("input,output,probability");
        List<?> answers = (List<?>) predicted.json().get("predictions");
        assertThat(answers).hasSize(2);
        assertThat(((Map<?, ?>) answers.get(1)).get("input")).isEqualTo("cab");
        Run typed = Run.ok("predict", model(), "abc", "--json");
        assertThat(typed.err()).contains("there is no file of this name");
        Map<?, ?> answer = (Map<?, ?>) ((List<?>) typed.json().get("predictions")).get(0);
        assertThat(answer.get("output")).isEqualTo(((Map<?, ?>) answers.get(0)).get("output"));

        Run shown = Run.ok("inspect", model());
        assertThat(shown.out()).contains("general attention", "attention.key.weight", "input_alphabet", "pairs");
        refusals(training);
    }

    private void refusals(Path training) throws IOException {
        assertThat(Run.refused("predict", model(), write("bad.txt", "abc\naxc\n"))
                        .err())
                .contains("bad.txt, line 2: 'x' is none of the 4 characters");
        assertThat(Run.refused("predict", model(), write("long.txt", "abcabcabc\n"))
                        .err())
                .contains("long.txt, line 1: the input has 9 characters but the longest");
        assertThat(Run.refused("predict", model(), "ab\0c").err()).contains("is none of the 4 characters");
        assertThat(Run.ok("predict", model(), write("gaps.txt", "abc\n\n  \ncab\n"))
                        .err())
                .contains("2 blank lines of " + folder.resolve("gaps.txt") + " have no answer");
        assertThat(Run.refused("stream", model(), training).err()).contains("\"pairs\"");
        assertThat(Run.refused("convert", model(), folder.resolve("m.onnx")).err())
                .contains("EncoderDecoder", "a loop");
        assertThat(Run.refused("sample", model()).err()).contains("\"pairs\"");
        assertThat(Run.refused("evaluate", model(), write("t.tsv", "ab\tAB\nab AB\n"))
                        .err())
                .contains("t.tsv, line 2", "no TAB");
        assertThat(Run.refused("evaluate", model(), write("o.tsv", "ab\tAB\n"), "--part", "held_out")
                        .err())
                .contains("nothing of it is held out");
        Run.ok("convert", model(), folder.resolve("m.pt"));
    }

    @Test
    void whatCannotBeLearnedIsRefused() throws IOException {
        assertThat(Run.refused("train", "pairs", write("a.tsv", "ab\tAB\ncd\t\n"), "--output", model())
                        .err())
                .contains("a.tsv, line 2: the output, behind the TAB, is empty");
        assertThat(Run.refused("train", "pairs", write("b.tsv", "ab\tAB\n\tCD\n"), "--output", model())
                        .err())
                .contains("b.tsv, line 2: the input, before the TAB, is empty");
        assertThat(Run.refused("train", "pairs", folder.resolve("none.tsv")).err())
                .contains("no such file");
        assertThat(Run.refused("train", "pairs", write("c.tsv", "abcdef\tA\n"), "--longest", 3)
                        .err())
                .contains("c.tsv, line 1: the input has 6 characters but may have 3");
        Path good = write("d.tsv", pairs(20, 1));
        assertThat(Run.refused("train", "pairs", good, "--hidden", 15).err()).contains("--hidden is 15");
        assertThat(Run.refused("train", "pairs", good, "--attention-size", 4).err())
                .contains("has no units of its own");
        assertThat(Run.refused("train", "pairs", good, "--length-power", -1).err())
                .contains("--length-power is -1");
        assertThat(Run.refused("train", "pairs", good, "--beam", 0).err()).contains("--beam");
    }

    @Test
    void everyKindOfAttentionAndWordsAreLearned() throws IOException {
        Path file = write("words.tsv", "one two\tzwei eins\ntwo one\teins zwei\none\teins\ntwo\tzwei\n".repeat(8));
        for (String how : List.of("dot", "general", "additive", "none")) {
            Run run = train(
                    file,
                    3,
                    "--by",
                    "words",
                    "--attention",
                    how,
                    "--embedding",
                    4,
                    "--layers",
                    2,
                    "--layer-norm",
                    "--dropout",
                    0.1,
                    "--validation",
                    0);
            assertThat(run.json().get("part")).isEqualTo("training");
            assertThat(run.number("units")).isEqualTo(48);
        }
    }

    /** Stopped between epochs and resumed: the same bytes as in one go. */
    @Test
    void aResumedTrainingHasTheSameBytes() throws IOException {
        Path file = write("pairs.tsv", pairs(60, 3));
        train(file, 4);
        byte[] whole = Files.readAllBytes(model());
        Path saved = folder.resolve("saved");
        Files.delete(model());
        train(file, 4, "--checkpoint", saved, "--threads", 2);
        assertThat(Files.readAllBytes(model())).isEqualTo(whole);
        Files.delete(model());
        train(file, 4, "--checkpoint", saved, "--resume");
        assertThat(Files.readAllBytes(model())).isEqualTo(whole);
    }
}
