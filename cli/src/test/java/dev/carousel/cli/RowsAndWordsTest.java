package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Series in rows to classify, and words with tags. */
class RowsAndWordsTest {

    @TempDir
    Path folder;

    private static String rows(String separator, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append(1 + i % 2);
            for (int t = 0; t < 12; t++) {
                text.append(separator)
                        .append(String.format(
                                Locale.ROOT,
                                "%.3f",
                                Math.sin(t * (i % 2 == 0 ? 0.4 : 1.3)) + 0.1 * random.nextDouble()));
            }
            text.append('\n');
        }
        return text.toString();
    }

    @Test
    void aSeriesARowIsClassified() {
        Path train = Small.write(folder.resolve("Waves_TRAIN.tsv"), rows("\t", 1));
        Path test = Small.write(folder.resolve("Waves_TEST.txt"), rows("  ", 2));
        Path model = folder.resolve("m.safetensors");
        assertThat(Run.ok("train", "classify", train, "--epochs", 20, "--hidden", 8, "--output", model)
                        .err())
                .contains("40 sequences of 12 steps, 1 number a step, 2 classes");
        assertThat(Run.ok("evaluate", model, test, "--json").number("accuracy")).isGreaterThan(0.9);
        assertThat(Run.ok("predict", model, test).lines()).hasSize(41);
        Run.refused("train", "classify", folder.resolve("none.tsv"), "--output", model)
                .saying("no such file");
    }

    private static String words(int sentences, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> names = List.of("Bob", "Anna", "Peter", "Maria");
        List<String> places = List.of("Paris", "Rome", "Berlin", "Oslo");
        StringBuilder text = new StringBuilder("-DOCSTART- O\n\n");
        for (int i = 0; i < sentences; i++) {
            text.append(names.get(random.nextInt(4))).append(" B-PER\nlives O\nin O\n");
            text.append(places.get(random.nextInt(4))).append(" B-LOC\n. O\n\n");
        }
        return text.toString();
    }

    @Test
    void wordsAreTaggedInWholeSentences() {
        Path file = Small.write(folder.resolve("words.conll"), words(60, 1));
        Path model = folder.resolve("m.safetensors");
        Object[] train = {
            "train",
            "tag",
            file,
            "--rate",
            0.02,
            "--epochs",
            20,
            "--hidden",
            8,
            "--embedding",
            8,
            "--validation",
            0.2,
            "--output",
            model
        };
        Run run = Run.ok(train);
        assertThat(run.err()).contains("60 sequences of up to 5 words", "3 classes");
        assertThat(run.out()).contains("B-LOC", "B-PER");
        Path other = Small.write(folder.resolve("other.conll"), words(20, 2));
        assertThat(Run.ok("evaluate", model, other, "--json").number("accuracy"))
                .isCloseTo(1, within(0.05));
        List<String> tags = Run.ok("predict", model, other).lines();
        assertThat(tags).hasSize(101);
        assertThat(tags.get(4)).startsWith("1,4,B-LOC,");
        // Words without tags, and texts as they come.
        Path plain = Small.write(folder.resolve("plain.conll"), "Bob\nlives\nin\nOslo\n.\n");
        assertThat(Run.ok("predict", model, plain).lines()).hasSize(6);
        Path forward = folder.resolve("f.safetensors");
        Run.ok(Small.replaced(train, "--direction", "forward", "--output", forward));
        List<String> stream =
                Run.withInput("Anna lives in Rome.\n", "stream", forward).lines();
        assertThat(stream.get(1)).startsWith("1,5,O,");
        Run.refused("predict", model, Small.write(folder.resolve("x.bin"), "x y z\n"), "--output", model);
    }

    @Test
    void aFileThatIsTaggedIsNotCalledAFolder() {
        Run.refused("train", "tag", Small.write(folder.resolve("x.bin"), "1"), "--output", folder.resolve("m"))
                .saying("cannot tell what it holds by its name", ".conll");
        Run.refused("train", "tag", Small.write(folder.resolve("x.ts"), "@data"), "--output", folder.resolve("m"))
                .saying("x.ts: holds one class for each sequence");
    }
}
