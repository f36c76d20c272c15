package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TuneTest {

    @TempDir
    Path folder;

    private Object[] tune(Path output, Object... options) {
        List<Object> words = new ArrayList<>(List.of("tune"));
        words.addAll(Arrays.asList(options));
        words.addAll(List.of("text", Small.text(folder), "--output", output, "--batch", "8", "--window", "10"));
        words.addAll(List.of("--layers", "1", "--epochs", "4"));
        return words.toArray();
    }

    private static final Object[] SEARCH = {
        "--search", "hidden=4..16:step=4", "--search", "rate=1e-3..5e-2:log", "--search", "cell=gru,rnn"
    };

    private static Object[] with(Object... more) {
        Object[] all = Arrays.copyOf(SEARCH, SEARCH.length + more.length);
        System.arraycopy(more, 0, all, SEARCH.length, more.length);
        return all;
    }

    /** The trials without what depends on the hour. */
    private static String trials(Run run) {
        return String.valueOf(run.json().get("trials"))
                .replaceAll("(seconds|chars_per_second|threads|model)=[^,}]*", "");
    }

    @Test
    void theSeedAloneDecidesOnOneThreadAndOnTwo() {
        Path one = folder.resolve("one.safetensors");
        Path two = folder.resolve("two.safetensors");
        Run first = Run.ok(tune(one, with("--trials", 5, "--threads", 1, "--json")));
        Run second = Run.ok(tune(two, with("--trials", 5, "--threads", 2, "--json")));
        assertThat(trials(second)).isEqualTo(trials(first)).contains("hidden", "rate", "cell", "held_out_loss");
        assertThat(two).hasBinaryContent(Small.bytes(one));
        Run other = Run.ok(tune(folder.resolve("other.safetensors"), with("--trials", 5, "--seed", 2, "--json")));
        assertThat(trials(other)).isNotEqualTo(trials(first));
    }

    @Test
    void theWinnersFileRepeatsItsModelAndIsTheBestOfTheTable() throws IOException {
        Path model = folder.resolve("best.safetensors");
        Run run = Run.ok(tune(model, with("--trials", 4, "--json")));
        double least = ((List<?>) run.json().get("trials"))
                .stream()
                        .mapToDouble(one -> ((Number) ((Map<?, ?>) one).get("held_out_loss")).doubleValue())
                        .min()
                        .orElseThrow();
        assertThat(run.number("held_out_loss")).isEqualTo(least);
        assertThat(run.out()).contains("trial", "held out", "best   trial", "best.run.json");
        byte[] won = Small.bytes(model);
        Files.delete(model);
        Run.ok("train", "text", "--config", folder.resolve("best.run.json"));
        assertThat(model).hasBinaryContent(won);
        assertThat(folder.resolve("best.tune")).isDirectoryContaining("glob:**trials.jsonl");
        try (var files = Files.list(folder.resolve("best.tune"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void halvingTrainsTheBetterOnesForLonger() {
        Path model = folder.resolve("h.safetensors");
        Run run = Run.ok(tune(model, with("--trials", 4, "--halving", 2, "--json")));
        List<?> epochs = ((List<?>) run.json().get("trials"))
                .stream()
                        .map(one -> ((Map<?, ?>) one).get("for_epochs"))
                        .sorted()
                        .toList();
        assertThat(epochs).isEqualTo(List.of(1L, 1L, 2L, 4L));
        assertThat(run.err()).contains("4 trials, 1 epoch each", "2 trials, 2 epochs each", "1 trial, 4 epochs each");
        assertThat(Run.ok("inspect", model, "--json").out()).contains("--epochs 4");
    }

    @Test
    void aStoppedSearchGoesOnWhereItWas() throws IOException {
        Path model = folder.resolve("m.safetensors");
        Object[] command = tune(model, with("--trials", 4, "--json"));
        Run whole = Run.ok(command);
        byte[] won = Small.bytes(model);
        // As if it had been killed in its third trial, in the middle of a line.
        Path log = folder.resolve("m.tune").resolve("trials.jsonl");
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSize(5);
        Files.write(log, lines.subList(0, 3));
        Files.writeString(log, lines.get(3).substring(0, 20), StandardOpenOption.APPEND);
        Files.delete(model);
        Run again = Run.ok(command);
        assertThat(again.err()).contains("goes on with the 2 trainings");
        assertThat(trials(again)).isEqualTo(trials(whole));
        assertThat(model).hasBinaryContent(won);
        assertThat(Files.readAllLines(log)).hasSize(5);
    }

    @Test
    void aStoppedHalvingGoesOnInTheRoundWhereItWas() throws IOException {
        Path model = folder.resolve("h.safetensors");
        Object[] command = tune(model, with("--trials", 4, "--halving", 2, "--keep-models", "--json"));
        Run whole = Run.ok(command);
        byte[] won = Small.bytes(model);
        Path log = folder.resolve("h.tune").resolve("trials.jsonl");
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSize(1 + 4 + 2 + 1);
        assertThat(lines.get(1))
                .matches(
                        "\\{\"trial\":\\d,\"for_epochs\":1,\"held_out_loss\":[^{]*,\"figures\":\\{.*},\"seconds\":[^{}]*}");
        Files.write(log, lines.subList(0, 6));
        Run again = Run.ok(command);
        assertThat(again.err())
                .contains("goes on with the 5 trainings", "4 trials, 1 epoch each", "2 trials, 2 epochs each");
        assertThat(again.err().lines().filter(line -> line.startsWith("trial ")))
                .hasSize(2);
        assertThat(trials(again)).isEqualTo(trials(whole));
        assertThat(model).hasBinaryContent(won);
    }

    /** What other options of the task make of them: the losses would be means over other rows. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "features=a,b   | forecast --context 8 --horizon 2 --missing drop            | --missing drop",
                "known=a,b      | forecast --context 8 --horizon 2 --missing drop            | --missing drop",
                "categories=a,b | forecast --context 8 --horizon 2 --missing drop            | --missing drop",
                "features=a,b   | anomaly --missing drop                                     | --missing drop",
                "context=4..8   | forecast --horizon 2 --split series --id shop              | --split series",
                "season=4..8    | forecast --context 8 --horizon 2 --split series --id shop  | --split series",
                "context=4..8   | anomaly --split series --id shop                           | --split series",
                "season=4..8    | anomaly --split series --id shop                           | --split series",
            })
    void aSearchThatOtherOptionsMakeIncomparableIsRefused(String search, String task, String clue) {
        List<Object> words = new ArrayList<>(List.of("tune", "--search", search));
        words.addAll(List.of(task.split(" +")));
        words.addAll(List.of(folder.resolve("none.csv"), "--target", "sold", "--output", folder.resolve("m")));
        String name = search.substring(0, search.indexOf('='));
        Run.refused(words.toArray())
                .saying("--search " + name, "--" + name + " changes what the loss on what is held out means", clue);
        // Without the other option it goes on, to the file that is missing.
        for (List<?> other : List.of(List.of("--missing", "drop"), List.of("--split", "series"))) {
            int at = java.util.Collections.indexOfSubList(words, other);
            if (at >= 0) {
                words.subList(at, at + 2).clear();
            }
        }
        Run goes = Run.of(words.toArray());
        assertThat(goes.code()).isNotEqualTo(ExitCode.OK);
        assertThat(goes.err()).contains("none.csv").doesNotContain("changes what the loss");
    }

    @Test
    void theLogOfAnotherSearchIsRefused() {
        Path model = folder.resolve("m.safetensors");
        Run.ok(tune(model, with("--trials", 1)));
        Run.refused(tune(model, with("--trials", 1, "--seed", 2))).saying("trials.jsonl", "another search");
        Small.write(folder.resolve("m.tune").resolve("trials.jsonl"), "rubbish\n");
        Run.refused(tune(model, with("--trials", 1))).saying("another search");
    }

    /** The entry that differs is enough; whole records would fill the screen. */
    @Test
    void theLogOfAnotherSearchIsRefusedByWhatDiffers() throws IOException {
        Path model = folder.resolve("m.safetensors");
        Run.ok(tune(model, with("--trials", 2)));
        Path log = folder.resolve("m.tune").resolve("trials.jsonl");
        Run seed = Run.of(tune(model, with("--trials", 2, "--seed", 7)));
        assertThat(seed.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(seed.err())
                .contains("trials.jsonl, line 1: ", "seed is 1 there but 7 here")
                .doesNotContain("sha");
        Run task = Run.of(tune(model, "--search", "hidden=4..16:step=4", "--trials", 2));
        assertThat(task.err()).contains("search, number 2 is \"rate=1e-3..5e-2:log\" there but nothing here");
        Files.writeString(log, "{\"trial\":\"" + "x".repeat(5_000) + "\"}\n", StandardOpenOption.APPEND);
        Run damaged = Run.of(tune(model, with("--trials", 2)));
        assertThat(damaged.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(damaged.err()).contains("trials.jsonl, line 4: expected the figures of a trial");
        assertThat(damaged.err().length()).isLessThan(500);
        Files.writeString(log, "y".repeat(5_000) + "\n");
        Run other = Run.of(tune(model, with("--trials", 2)));
        assertThat(other.err()).contains("line 1: expected what is searched but found 'yyy");
        assertThat(other.err().length()).isLessThan(500);
    }

    @Test
    void aTrialThatDivergesIsARowAndNotTheEnd() {
        Path model = folder.resolve("m.safetensors");
        Run run = Run.ok(tune(model, "--search", "rate=0.01,1e39", "--search", "clip=0,1e30", "--trials", 4, "--json"));
        assertThat(run.out()).contains("failed: diverged in epoch 1");
        assertThat(run.json().get("options").toString()).contains("rate=0.01");
        assertThat(model).exists();
    }

    @Test
    void whereNoTrialComesOutWellItFails() {
        Run run = Run.of(tune(folder.resolve("m"), "--search", "rate=1e38,1e39", "--trials", 2));
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("None of the 2 trials came out well. The first: diverged");
    }

    @Test
    void aSearchOfChoicesEndsWhenAllAreTried() {
        Run run = Run.ok(tune(folder.resolve("m"), "--search", "hidden=3,4", "--trials", 9, "--json"));
        assertThat((List<?>) run.json().get("trials")).hasSize(2);
        assertThat(run.err()).contains("only 2 different settings");
    }

    @Test
    void everyKindOfTrainingCanBeTuned() {
        Path model = folder.resolve("f.safetensors");
        Object[] forecast = Small.trainForecast(Small.csv(folder, 200), model);
        List<Object> words = new ArrayList<>(List.of("tune", "--search", "rate=1e-3..1e-2", "--trials", 2));
        words.addAll(Arrays.asList(forecast));
        Run.ok(words.toArray());
        assertThat(model).exists();
        assertThat(folder.resolve("f.png")).doesNotExist();
        Run.ok(
                "tune",
                "--search",
                "rate=1e-3..1e-2",
                "--trials",
                2,
                "addition",
                "--bits",
                2,
                "--hidden",
                4,
                "--epochs",
                1,
                "--output",
                folder.resolve("a.safetensors"),
                "--quiet");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hidden=16..4            | must go from a number to a larger one",
                "hidden=16..16           | must go from a number to a larger one",
                "hidden=1.5..4           | takes whole numbers but found 1.5",
                "hidden=a..b             | expected a number but found 'a'",
                "hidden=1..8:step=100    | step of hidden is 100",
                "hidden=1..8:cube        | expected 'log' or 'step=N' after the range but found 'cube'",
                "rate=0..1:log           | must begin above 0 to be logarithmic",
                "rate=0..1:step=2        | has no step",
                "cell=lstm               | must be two at least",
                "cell=lstm..gru          | takes no number",
                "cell=lstm,transformer   | transformer",
                "hiden=1..2              | Did you mean 'hidden'?",
                "report=a.html,b.html    | --report changes nothing in a model",
                "hidden                  | expected NAME=LOW..HIGH",
                "=5                      | expected NAME=LOW..HIGH",
                "epochs=1..5             | could not be compared",
                "train=0.5..0.9          | could not be compared",
                "seed=1..9               | could not be compared",
                "batch=4..8              | the held-out part is read in --batch streams",
                "window=4..8             | --window is given after the task and searched too",
            })
    void aSearchThatMakesNoSenseIsRefused(String search, String clue) {
        Path output = folder.resolve("m");
        Run.refused(tune(output, "--search", search, "--trials", 3)).saying(clue);
        assertThat(folder.resolve("m.tune")).doesNotExist();
    }

    @Test
    void wordsThatMakeNoSenseAreRefused() {
        Path text = Small.text(folder);
        String search = "hidden=2..8";
        Run.refused("tune", "text", text).saying("--search");
        Run.refused("tune", "--search", search);
        Run.refused("tune", "--search", search, "poetry", text).saying("'poetry' is no task");
        Run.refused("tune", "--search", search, "text", text, "--threads", 2).saying("before it");
        Run.refused("tune", "--search", search, "text", text, "--seeds", 2).saying("Search first");
        Run.refused("tune", "--search", search, "text", text, "--hiden", 2).saying("--hiden");
        Run.refused("tune", "--search", search, "--trials", 0, "text", text).saying("--trials is 0");
        Run.refused("tune", "--search", search, "text");
    }
}
