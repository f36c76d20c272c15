package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts by bytes and words, of several files. */
class TextKindsTest {

    @TempDir
    Path folder;

    @Test
    void bytesAreLearnedJudgedAndWritten() {
        Path text = Small.write(folder.resolve("t.txt"), "der B\u00E4r h\u00F6rt \u00E4u\u00DFerst gut.\n".repeat(80));
        Path model = folder.resolve("m.safetensors");
        Run run = Run.ok(Small.trainText(text, model, "--by", "bytes", "--json"));
        assertThat(run.json().get("unit")).isEqualTo("byte");
        assertThat(run.number("bits_per_byte")).isCloseTo(run.number("held_out") / Math.log(2), within(1e-9));
        assertThat(run.number("bits_per_character")).isGreaterThan(run.number("bits_per_byte"));
        assertThat(run.out()).contains("nats a byte", "bits a character", "perplexity", "counting");
        Run judged = Run.ok("evaluate", model, text, "--json");
        assertThat(judged.number("held_out")).isCloseTo(run.number("held_out"), within(1e-9));
        assertThat(judged.number("bigram_loss")).isEqualTo(run.number("bigram_loss"));
        assertThat(judged.number("ngram_loss"))
                .isEqualTo(run.number("ngram_loss"))
                .isLessThan(run.number("bigram_loss"));
        assertThat(judged.number("ngram_bits")).isCloseTo(run.number("ngram_loss") / Math.log(2), within(1e-12));
        assertThat(run.out()).contains("(" + (int) run.number("ngram_order") + "-grams)");
        // What a model of characters would refuse.
        Path other = Small.write(folder.resolve("other.txt"), "\u4E2D\u6587 and more, and more");
        assertThat(Run.ok("evaluate", model, other, "--json").json().get("part"))
                .isEqualTo("all");
        Run sample = Run.ok("sample", model, "--prime", "\u4E2D", "--length", 80, "--seed", 3);
        assertThat(sample.out()).startsWith("\u4E2D");
        assertThat(Run.ok("predict", model, other).out()).startsWith("byte,probability");
    }

    @Test
    void bytesOfAnyEncodingAreWrittenAsTheyAre() throws IOException {
        Path text = folder.resolve("latin.txt");
        String line = "caf\u00E9 fran\u00E7ais \u00E0 l'heure\n";
        Files.write(text, line.repeat(120).getBytes(StandardCharsets.ISO_8859_1));
        Path model = folder.resolve("m.safetensors");
        Run.ok(Small.replaced(
                Small.trainText(text, model, "--by", "bytes"),
                "--layers",
                1,
                "--batch",
                4,
                "--epochs",
                12,
                "--rate",
                0.02,
                "--report",
                folder.resolve("page.html")));
        assertThat(folder.resolve("page.html"))
                .content()
                .contains("is shown by its value, such as \\xE9", "caf\\xE9 fran\\xE7ais \\xE0")
                .doesNotContain("\uFFFD");
        Path sample = folder.resolve("sample.txt");
        Run run = Run.ok("sample", model, "--prime", "caf", "--length", 60, "--temperature", 0, "--output", sample);
        assertThat(run.out()).isEmpty();
        String read = Files.readString(sample, StandardCharsets.ISO_8859_1);
        assertThat(read).hasSize(63).startsWith("caf\u00E9 fran\u00E7ais \u00E0");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        String[] command = {"sample", model.toString(), "--prime", "caf", "--length", "60", "--temperature", "0"};
        assertThat(Main.run(Console.of(out, new PrintStream(new ByteArrayOutputStream())), command))
                .isZero();
        assertThat(Arrays.copyOf(printed.toByteArray(), 63)).isEqualTo(Small.bytes(sample));
        Run.refused("sample", model, "--output", model).saying("--output", "which is read");
    }

    @Test
    void wordsAreLearnedJudgedAndJoinedAgain() {
        Path text = Small.text(folder);
        Path model = folder.resolve("m.safetensors");
        Object[] words = Small.replaced(
                Small.trainText(text, model), "--layers", 1, "--batch", 4, "--epochs", 25, "--rate", 0.02);
        Run run = Run.ok(Small.replaced(words, "--dropout", 0, "--by", "words", "--embedding", 8, "--json"));
        assertThat(run.json().get("unit")).isEqualTo("word");
        assertThat(run.number("held_out")).isLessThan(run.number("unigram_loss"));
        assertThat(run.number("bits_per_character")).isLessThan(1);
        Run sample = Run.ok("sample", model, "--prime", "the quick", "--length", 7, "--temperature", 0);
        assertThat(sample.out()).startsWith("the quick brown fox jumps over the lazy dog");
        assertThat(Run.ok("sample", model, "--length", 50, "--temperature", 3).out())
                .doesNotContain("<unknown>");
        Path other = Small.write(folder.resolve("other.txt"), "the quick zebra jumps over the lazy dog");
        Run judged = Run.ok("evaluate", model, other, "--json");
        assertThat(judged.number("unknown")).isEqualTo(1);
        assertThat(Run.ok("evaluate", model, other).out()).contains("12.5 % unknown words");
    }

    @Test
    void aFolderOfTextsIsOneText() throws IOException {
        Path books = Files.createDirectory(folder.resolve("books"));
        Small.write(books.resolve("b.txt"), "and back again, and back again.\n".repeat(30));
        Small.write(books.resolve("a.txt"), "the quick brown fox\n".repeat(30));
        Path model = folder.resolve("m.safetensors");
        Run run = Run.ok(Small.trainText(books, model, "--json"));
        assertThat(run.err()).contains("books", "learn from");
        Run judged = Run.ok("evaluate", model, books, "--json");
        assertThat(judged.json().get("part")).isEqualTo("held_out");
        assertThat(judged.number("held_out")).isCloseTo(run.number("held_out"), within(1e-9));
        assertThat(Run.ok("evaluate", model, books.resolve("a.txt"), "--json")
                        .json()
                        .get("part"))
                .isEqualTo("all");
        assertThat(Run.ok("inspect", model).out()).contains("a.txt", "b.txt");
        Path again = folder.resolve("again.safetensors");
        Run.ok("train", "text", "--config", folder.resolve("m.run.json"), "--output", again);
        assertThat(again).hasBinaryContent(Small.bytes(model));
    }

    @Test
    void theLikeliestFewAloneAreDrawn() {
        Path model = folder.resolve("m.safetensors");
        Run.ok(Small.trainText(Small.text(folder), model));
        String best =
                Run.ok("sample", model, "--length", 40, "--temperature", 0).out();
        assertThat(Run.ok("sample", model, "--length", 40, "--temperature", 5, "--top-k", 1)
                        .out())
                .isEqualTo(best);
        Run.refused("sample", model, "--top-k", 0);
    }

    @Test
    void smoothingChangesTheTrainingAndNotTheJudgement() {
        Path text = Small.text(folder);
        Path plain = folder.resolve("plain.safetensors");
        Path smooth = folder.resolve("smooth.safetensors");
        Run.ok(Small.trainText(text, plain));
        Run run = Run.ok(Small.trainText(text, smooth, "--label-smoothing", "0.2", "--json"));
        assertThat(Small.bytes(smooth)).isNotEqualTo(Small.bytes(plain));
        assertThat(Run.ok("evaluate", smooth, text, "--json").number("held_out"))
                .isCloseTo(run.number("held_out"), within(1e-9));
        Run.refused(Small.trainText(text, smooth, "--label-smoothing", "1")).saying("--label-smoothing is 1.0");
    }

    @Test
    void badTextsAreRefused() throws IOException {
        Path model = folder.resolve("m");
        Path latin = folder.resolve("latin.txt");
        Files.write(latin, "caf\u00E9 ".repeat(500).getBytes(StandardCharsets.ISO_8859_1));
        Run.refused(Small.trainText(latin, model, "--by", "words")).saying("latin.txt, byte 3 (line 1)");
        Run.ok(Small.trainText(latin, model, "--by", "bytes"));
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        Run.refused(Small.trainText(empty, model, "--by", "bytes")).saying("empty.txt", "0 bytes");
        Path nothing = Files.createDirectory(folder.resolve("nothing"));
        Run.refused(Small.trainText(nothing, model)).saying("found no file");
        Path text = Small.text(folder);
        Run.refused(Small.trainText(text, model, "--by", "words", "--min-count", "1000"))
                .saying("smaller count");
        Run.refused(Small.trainText(text, model, "--by", "syllables")).saying("--by", "characters, bytes, words");
        Run.refused(Small.trainText(text, model, "--by", "words", "--vocabulary", "0"));
    }
}
