package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.dataset.DialTones;
import dev.carousel.interop.numpy.NpyFile;
import dev.carousel.interop.numpy.NumpyArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sequences with a text each, from training to prediction. */
class TranscribeCommandsTest {

    @TempDir
    Path folder;

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    private Path write(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name), lines);
    }

    private Run train(Path file, int epochs, Object... more) {
        List<Object> words = new ArrayList<>(List.of(
                "train", "transcribe", file, "--output", model(), "--hidden", 16, "--epochs", epochs, "--json"));
        words.addAll(List.of(more));
        return Run.ok(words.toArray());
    }

    @Test
    void callsAreWrittenFromTrainingToPrediction() throws IOException {
        DialTones tones = new DialTones(0.05);
        Path training = write("calls.csv", tones.csv(150, 1));
        Path test = write("test.csv", tones.csv(20, 2));
        Path page = folder.resolve("page.html");
        Run run = train(
                training,
                14,
                "--id",
                "call",
                "--label",
                "keys",
                "--rate",
                0.01,
                "--direction",
                "forward",
                "--report",
                page);
        assertThat(run.json().get("part")).isEqualTo("held_out");
        assertThat(run.number("of")).isEqualTo(15);
        assertThat(page).content().contains("label error rate, beam", "How good it is");

        Run judged = Run.ok("evaluate", model(), test, "--json");
        // Little training; nothing written, or anything, has about 1.
        assertThat(judged.number("label_error_rate")).isLessThan(0.7);
        assertThat(judged.number("label_error_rate_greedy")).isLessThan(0.7);
        assertThat(judged.out()).contains("20 sequences with", "label error rate", "greedy");
        Run held = Run.ok("evaluate", model(), training, "--json");
        assertThat(held.json().get("part")).isEqualTo("held_out");
        assertThat(held.number("label_error_rate")).isEqualTo(run.number("label_error_rate"));

        Run predicted = Run.ok("predict", model(), test, "--json");
        assertThat(predicted.out().lines().limit(2)).first().isEqualTo("sequence,text,probability");
        List<?> answers = (List<?>) predicted.json().get("predictions");
        assertThat(answers).hasSize(20);
        Map<?, ?> second = (Map<?, ?>) answers.get(1);
        assertThat(second.get("sequence")).isEqualTo("2");

        Run streamed = Run.ok("stream", model(), test);
        assertThat(streamed.out().lines()).first().isEqualTo("sequence,step,label,probability");
        StringBuilder text = new StringBuilder();
        streamed.out()
                .lines()
                .map(line -> line.split(",", -1))
                .filter(fields -> fields[0].equals("2"))
                .forEach(fields -> text.append(fields[2]));
        assertThat(text).hasToString(String.valueOf(second.get("greedy")));
    }

    @Test
    void arraysHaveTheirTextsInAFileOfLines() throws IOException {
        Path x = folder.resolve("x.npy");
        float[] numbers = new float[12 * 6];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i / 6 % 2 == 0 ? 1 : -1;
        }
        NpyFile.write(x, NumpyArray.of(numbers, 12, 6, 1));
        Path texts = write("texts.txt", Collections.nCopies(12, "do re"));
        Run words = train(x, 1, "--labels", texts, "--by", "words", "--validation", 0);
        assertThat(words.number("labels")).isEqualTo(24);
        assertThat(words.json().get("part")).isEqualTo("training");
        Run.ok("evaluate", model(), x, "--labels", texts, "--json");
        Run.refused("train", "transcribe", x).saying("--labels");
        Run.refused("train", "transcribe", x, "--labels", write("short.txt", List.of("do")))
                .saying("expected 12 texts", "found 1");
    }

    @Test
    void aByteOrderMarkIsNoLetterAndACharacterMayBeHeldOut() throws IOException {
        Path x = folder.resolve("x.npy");
        NpyFile.write(x, NumpyArray.of(new float[12 * 6], 12, 6, 1));
        List<String> lines = new ArrayList<>(Collections.nCopies(12, "ab"));
        lines.set(0, "\uFEFFab");
        Run marked = train(x, 1, "--labels", write("marked.txt", lines), "--validation", 0);
        assertThat(marked.err()).contains("texts of 2 different characters");
        // Each text has a character of its own, so whatever is held out has one that is not learned.
        List<String> own = "abcdefghijkl".chars().mapToObj(Character::toString).toList();
        Run rare = train(x, 1, "--labels", write("own.txt", own), "--validation", 0.25);
        assertThat(rare.err()).contains("texts of 12 different characters");
        assertThat(rare.json().get("part")).isEqualTo("held_out");
        // Where no text fits, leaving out the unfit helps nobody.
        Path long7 = write("long.txt", Collections.nCopies(12, "abababa"));
        Run none = Run.refused("train", "transcribe", x, "--labels", long7, "--validation", 0);
        assertThat(none.err()).contains("7 labels").doesNotContain("--unfit");
    }

    @Test
    void badInputIsRefusedWithItsPlace() throws IOException {
        Path csv = write("a.csv", List.of("id,x,text", "a,1,do", "a,2,do", "b,1,eee", "b,2,eee", "c,1,d", "c,2,d"));
        Run.refused("train", "transcribe", csv, "--id", "id", "--label", "text", "--validation", 0)
                .saying("'b' (from line 4)", "3 labels", "need 5 steps", "has 2", "--unfit skip");
        Run skipped = train(csv, 1, "--id", "id", "--label", "text", "--unfit", "skip", "--validation", 0);
        assertThat(skipped.err()).contains("1 of 3 sequences have fewer steps");
        Run.refused("train", "transcribe", csv, "--id", "id").saying("--label");
        Run.refused("train", "transcribe", csv, "--label", "text").saying("--id");
        Path other = write("b.csv", List.of("id,x,text", "a,1,do", "a,2,dx"));
        Run.refused("evaluate", model(), other).saying("line 3", "'dx'", "'do'");
        Path unknown = write("c.csv", List.of("id,x,text", "a,1,dx", "a,2,dx"));
        Run.refused("evaluate", model(), unknown).saying("'a' (from line 2)", "'x' is none of the");
        Run.refused("stream", model(), csv).saying("--direction forward");
    }
}
