package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.dataset.MadeNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags that are chosen together, from training to prediction. */
class TagCommandsTest {

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
                "train", "tag", file, "--output", model(), "--hidden", 16, "--embedding", 16, "--epochs", epochs));
        words.addAll(List.of("--min-count", 1, "--json"));
        words.addAll(List.of(more));
        return Run.ok(words.toArray());
    }

    private static Map<?, ?> entities(Run run) {
        return (Map<?, ?>) run.json().get("entities");
    }

    @Test
    void namesAreTaggedFromTrainingToPrediction() throws IOException {
        Path training = write("names.conll", MadeNames.lines(60, 0.7, 1));
        Path test = write("others.conll", MadeNames.lines(20, 0.7, 2));
        Path page = folder.resolve("page.html");
        Run run = train(
                training,
                8,
                "--crf",
                "--scheme",
                "bio",
                "--validation",
                0.2,
                "--rate",
                0.02,
                "--direction",
                "forward",
                "--report",
                page);
        assertThat(page).content().contains("Entities", "conlleval");
        assertThat(run.out()).contains("entities");

        Run judged = Run.ok("evaluate", model(), test, "--json");
        // Little training; by chance hardly any name is found.
        assertThat(((Number) entities(judged).get("f1")).doubleValue()).isGreaterThan(0.2);
        assertThat((List<?>) entities(judged).get("per_type")).hasSize(3);
        assertThat(judged.out()).contains("precision", "PER", "LOC", "ORG");
        Run held = Run.ok("evaluate", model(), training, "--json");
        assertThat(held.json().get("part")).isEqualTo("held_out");
        assertThat(entities(held)).isEqualTo(entities(run));

        Run predicted = Run.ok("predict", model(), test, "--json");
        String before = "O";
        for (Object one : (List<?>) predicted.json().get("predictions")) {
            Map<?, ?> answer = (Map<?, ?>) one;
            String tag = String.valueOf(answer.get("class"));
            before = answer.get("step").equals(1) ? "O" : before;
            if (tag.startsWith("I-")) {
                assertThat(before.substring(1)).isEqualTo(tag.substring(1));
            }
            before = tag;
        }
        assertThat(Run.ok("inspect", model()).out())
                .contains("CRF of 7 tags", "crf.transitions", "[7, 7]", "crf.start_transitions", "scheme", "bio");
        Run.refused("stream", model(), test).saying("cannot follow a stream", "carousel predict", "--crf");
    }

    @Test
    void tagsThatBreakTheirSchemeAreRefusedOrRepaired() throws IOException {
        Path broken = write("iob.conll", List.of("a I-X", "b O", "", "c O", "d I-X", "e I-X", "f B-X"));
        Run.refused("train", "tag", broken, "--crf", "--scheme", "bio", "--output", model())
                .saying("iob.conll, line 1", "I-X begins a sentence", "--repair-tags");
        Run run = train(broken, 1, "--crf", "--scheme", "bioes", "--repair-tags");
        assertThat((List<?>) run.json().get("classes")).hasToString("[B-X, E-X, O, S-X]");
        assertThat((Map<?, ?>) entities(run)).extracting("true").isEqualTo(3L);
        // Later files are repaired alike.
        assertThat(entities(Run.ok("evaluate", model(), broken, "--json"))).isEqualTo(entities(run));
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() throws IOException {
        Path words = write("words.conll", List.of("a B-X", "b O"));
        Run.refused("train", "tag", words, "--scheme", "bio").saying("add --crf");
        Run.refused("train", "tag", words, "--crf", "--repair-tags").saying("--scheme bio");
        Run.refused("train", "tag", words, "--crf", "--class-weights", "balanced")
                .saying("whole sequences");
        Run.refused("train", "tag", words, "--crf", "--label-smoothing", 0.1).saying("whole sequences");
        Path table = write("table.csv", List.of("x,tag", "1,B-X", "2,O"));
        Run.refused("train", "tag", table, "--label", "tag", "--crf", "--scheme", "bio")
                .saying("does not hold words");
        train(table, 1, "--label", "tag", "--crf");
        assertThat(Run.ok("predict", model(), table).out().lines()).hasSize(3);
    }

    @Test
    void tagsWhoseTransitionsHaveNoRoomAreRefusedBeforeTheTraining() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            lines.add("w T" + i % 700);
            if (i == 4_999) {
                lines.add("");
            }
        }
        Path words = write("many.conll", lines);
        Run.refused("train", "tag", words, "--crf", "--validation", 0, "--longest", 5000, "--output", model())
                .saying("--crf with 700 tags has 492,100 scores a step", "more than there is room for");
    }
}
