package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.train.ConfigFile;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.StreamClassifier;
import dev.carousel.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts in folders that are named after their classes. */
class ClassifyTextsTest {

    @TempDir
    Path folder;

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    @Test
    void textsInFoldersAreClassified() throws IOException {
        Path texts = folder.resolve("texts");
        for (int i = 0; i < 12; i++) {
            Files.createDirectories(texts.resolve("low"));
            Files.createDirectories(texts.resolve("high"));
            Small.write(texts.resolve("low/" + i), "abc".repeat(2 + i % 3));
            Small.write(texts.resolve("high/" + i), "xyz".repeat(2 + i % 4));
        }
        Run.ok(Small.trainClassifier(model(), 25, texts, "--direction", "forward"));
        assertThat(Run.ok("evaluate", model(), texts, "--json").number("accuracy"))
                .isEqualTo(1);
        Path one = Small.write(folder.resolve("one.txt"), "cab");
        assertThat(Run.ok("predict", model(), one).out()).contains("one.txt,low,");
    }

    /** What tells the classes is a word, not a character: the same letters stand in both. */
    private Path reviews() throws IOException {
        Path texts = folder.resolve("reviews");
        Files.createDirectories(texts.resolve("good"));
        Files.createDirectories(texts.resolve("bad"));
        SplittableRandom random = new SplittableRandom(5);
        List<String> words = List.of("the film", "was made", "in a town", "of old", "with \u20ac 5");
        for (int i = 0; i < 20; i++) {
            for (String kind : List.of("good", "bad")) {
                StringBuilder text = new StringBuilder();
                for (int k = 0; k < 4; k++) {
                    text.append(words.get(random.nextInt(words.size()))).append(' ');
                    text.append(k == 2 ? (kind.equals("good") ? "tale " : "late ") : "");
                }
                Small.write(texts.resolve(kind).resolve(i + ".txt"), text + "rare" + i + kind);
            }
        }
        return texts;
    }

    @ParameterizedTest
    @CsvSource({"characters, 29, 0", "bytes, 256, 0", "words, 20, 8"})
    void textsAreReadByTheirUnits(String by, int kinds, int embedding) throws IOException {
        Path texts = reviews();
        Run run = Run.ok(Small.trainClassifier(
                model(),
                by.equals("words") ? 40 : 4,
                texts,
                "--by",
                by,
                "--rate",
                0.02,
                "--dropout",
                0,
                "--direction",
                "forward",
                "--embedding",
                embedding,
                "--validation",
                0.2,
                "--longest",
                60));
        assertThat(run.err()).contains(by + ", " + kinds + " different");
        if (by.equals("words")) {
            assertThat(run.number("accuracy")).isGreaterThan(0.8);
        }
        Run held = Run.ok("evaluate", model(), texts, "--json");
        assertThat(held.json().get("part")).isEqualTo("held_out");
        assertThat(held.number("accuracy")).isEqualTo(run.number("accuracy"));

        String text = "in a town of tale \u20ac and unheard";
        Path one = Small.write(folder.resolve("one.txt"), text);
        String answer = Run.ok("predict", model(), one).out().lines().toList().get(1);
        assertThat(answer).startsWith("one.txt,");
        Model model = Model.load(model());
        StreamClassifier stream = StreamClassifier.of(model.network(), ClassifierSpec.of(model));
        float[] probabilities = new float[2];
        stream.step(text, probabilities);
        assertThat(probabilities[0]).isCloseTo(Float.parseFloat(answer.split(",", -1)[2]), within(1e-5f));

        // The file of the run repeats it, and a text that is not UTF-8 is read by bytes alone.
        byte[] first = Small.bytes(model());
        Run.ok("train", "classify", "--config", ConfigFile.besideModel(model()));
        assertThat(model()).hasBinaryContent(first);
        Files.write(one, new byte[] {(byte) 0xff, 't', 'a'});
        assertThat(Run.of("predict", model(), one).code())
                .isEqualTo(by.equals("bytes") ? ExitCode.OK : ExitCode.BAD_INPUT);
    }

    @Test
    void aReportShowsTheTextsThatWereMistaken() throws IOException {
        Path texts = folder.resolve("texts");
        for (int i = 0; i < 8; i++) {
            Files.createDirectories(texts.resolve("low"));
            Files.createDirectories(texts.resolve("high"));
            // Nobody can tell these apart, so half of them are mistakes.
            Small.write(texts.resolve("low/" + i), "the same words");
            Small.write(texts.resolve("high/" + i), "the same words");
        }
        Path page = folder.resolve("page.html");
        Run.ok(Small.trainClassifier(model(), 1, texts, "--report", page));
        assertThat(page).content().contains("The most certain mistakes", "<td class=\"what\">the same words</td>");
    }
}
