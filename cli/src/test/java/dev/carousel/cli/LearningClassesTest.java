package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.OnlineClassifier;
import dev.carousel.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code carousel stream --learn} with classifiers and taggers. */
class LearningClassesTest {

    @TempDir
    static Path folder;

    private static Path tagger;
    private static Path classifier;
    private static Path steps;
    private static Path rides;

    /** Calm rides are slow and wild ones are fast; in the later rides it is the other way round. */
    @BeforeAll
    static void train() {
        Path before = write("before.csv", 0, 30, false, 0);
        steps = write("steps.csv", 30, 160, true, 0);
        rides = write("rides.csv", 30, 400, true, -1);
        tagger = folder.resolve("tagger.safetensors");
        classifier = folder.resolve("classifier.safetensors");
        Object[] words = {
            before, "--id", "ride", "--label", "mood", "--hidden", 8, "--rate", 0.01, "--direction", "forward"
        };
        Run.ok(with(words, "train", "tag", "--epochs", 6, "--output", tagger));
        Path whole = write("whole.csv", 0, 60, false, -2);
        words[0] = whole;
        Run.ok(with(words, "train", "classify", "--pool", "last", "--epochs", 12, "--output", classifier));
    }

    private static Object[] with(Object[] more, Object... words) {
        List<Object> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(more));
        return all.toArray();
    }

    /**
     * Rides of 12 seconds.
     *
     * @param form how many rows late each row's own mood comes; -1 for that of the ride with its last row, -2 with every row
     */
    private static Path write(String name, int from, int to, boolean turned, int form) {
        StringBuilder text = new StringBuilder("ride,speed,angle,mood\n");
        for (int ride = from; ride < to; ride++) {
            SplittableRandom random = new SplittableRandom(ride);
            List<String> moods = new ArrayList<>();
            boolean wildRide = random.nextBoolean();
            for (int t = 0; t < 12; t++) {
                boolean wild = form < 0 ? wildRide : random.nextInt(3) == 0;
                moods.add(wild ? "wild" : "calm");
                String told = form == -2 || (form == -1 && t == 11) ? moods.get(t) : "";
                told = form >= 0 && t >= form ? moods.get(t - form) : told;
                text.append(String.format(
                        Locale.ROOT,
                        "r%d,%.3f,%.3f,%s%n",
                        ride,
                        (wild ^ turned ? 6 : 3) + 0.5 * random.nextGaussian(),
                        random.nextGaussian(),
                        told));
            }
        }
        return Small.write(folder.resolve(name), text.toString());
    }

    private static Map<?, ?> accuracy(Run run) {
        return (Map<?, ?>) run.json().get("accuracy");
    }

    private static double number(Map<?, ?> of, String name) {
        return ((Number) of.get(name)).doubleValue();
    }

    @Test
    void aTaggerFindsTheNewRuleAndTheFrozenOneDoesNot() throws IOException {
        byte[] before = Files.readAllBytes(tagger);
        Path output = folder.resolve("learned.safetensors");
        Path page = folder.resolve("learned.html");
        Run run = Run.ok(
                "stream", tagger, steps, "--learn", "--rate", 0.01, "--output", output, "--report", page, "--json");
        assertThat(Files.readAllBytes(tagger)).isEqualTo(before);
        assertThat(run.number("judged")).isEqualTo(130 * 12 - 1);
        Map<?, ?> accuracy = accuracy(run);
        assertThat(accuracy.keySet().stream().map(String::valueOf))
                .containsExactly("learning", "frozen", "last class", "most frequent class so far");
        assertThat(number(accuracy, "frozen")).isLessThan(0.2);
        assertThat(number(accuracy, "learning")).isGreaterThan(0.85);
        assertThat(number(accuracy, "most frequent class so far")).isCloseTo(0.67, within(0.05));
        assertThat(run.err()).contains("accuracy over 1,559 classes: learning ", "wrote the learned model to");
        assertThat(Files.readString(page)).contains("Share of wrong classes", "Error of class over time", "frozen");
        // What was learned is a model like any other.
        Run judged = Run.ok("evaluate", output, steps, "--json");
        assertThat(judged.number("accuracy")).isGreaterThan(0.9);
    }

    @Test
    void classesThatComeLateAreLearnedWithTheirOwnRows() {
        Path late = write("late.csv", 30, 160, true, 4);
        Run run = Run.ok(
                "stream", tagger, late, "--learn", "--rate", 0.01, "--label", "mood", "--label-delay", 4, "--json");
        // The last four rows of a ride have no later row that could tell.
        assertThat(run.number("judged")).isBetween(130 * 8.0 - 8, 130 * 8.0);
        assertThat(number(accuracy(run), "learning")).isGreaterThan(0.8);
        assertThat(number(accuracy(run), "frozen")).isLessThan(0.2);
        // Taken for those of their own rows they tell nothing.
        Run wrong = Run.ok("stream", tagger, late, "--learn", "--rate", 0.01, "--json");
        assertThat(number(accuracy(wrong), "learning")).isLessThan(0.7);
    }

    @Test
    void aClassifierLearnsFromEachSequenceAtItsEnd() {
        Run run = Run.ok("stream", classifier, rides, "--learn", "--rate", 0.01, "--json");
        assertThat(run.number("judged")).isEqualTo(369);
        assertThat(number(accuracy(run), "frozen")).isLessThan(0.1);
        assertThat(number(accuracy(run), "learning")).isGreaterThan(0.8);
        assertThat(number(accuracy(run), "last class")).isCloseTo(0.5, within(0.1));
    }

    @Test
    void aRunThatWasKilledGoesOnToTheSameBits() throws IOException, InterruptedException {
        for (Path model : List.of(tagger, classifier)) {
            Path csv = model.equals(tagger) ? steps : rides;
            Path whole = folder.resolve("whole.safetensors");
            Object[] words = {"stream", model, csv, "--learn", "--rate", 0.01};
            // All in processes of one kind, which have the same kernels.
            Child undisturbed = Child.start(folder, with(new Object[] {"--output", whole}, words));
            assertThat(undisturbed.end()).as(undisturbed.printed()).isZero();
            List<String> expected = answers(undisturbed);
            Path output = folder.resolve("killed.safetensors");
            Path snapshot = folder.resolve(model.getFileName() + ".snapshot");
            Object[] kept = {"--output", output, "--snapshot", snapshot, "--save-every", 70, "--follow"};
            Child child = Child.start(folder, with(kept, words));
            while (child.isAlive() && !Files.exists(snapshot)) {
                Thread.sleep(5);
            }
            child.kill();
            assertThat(snapshot).as(child.printed()).exists();
            Child rest = Child.start(folder, with(new Object[] {"--output", output, "--snapshot", snapshot}, words));
            assertThat(rest.end()).as(rest.printed()).isZero();
            assertThat(rest.printed()).contains("goes on from " + snapshot, "accuracy over");
            List<String> answers = answers(rest);
            assertThat(answers).hasSizeBetween(1, expected.size() - 1);
            assertThat(answers).isEqualTo(expected.subList(expected.size() - answers.size(), expected.size()));
            assertThat(output).hasBinaryContent(Files.readAllBytes(whole));
        }
    }

    private static List<String> answers(Child child) {
        return child.printed().lines().filter(line -> line.matches("r\\d+,.*")).toList();
    }

    /** A pipe that ends within a sequence: the rest of it comes later. */
    @Test
    void aSequenceGoesOnAfterTheSnapshot() throws IOException {
        List<String> rows = Files.readAllLines(rides);
        Path snapshot = folder.resolve("pipe.snapshot");
        Path whole = folder.resolve("pipe-whole.safetensors");
        Path parts = folder.resolve("pipe-parts.safetensors");
        Run.ok("stream", classifier, rides, "--learn", "--output", whole);
        Object[] words = {"stream", classifier, "--learn", "--output", parts, "--snapshot", snapshot};
        Run first = Run.withInput(String.join("\n", rows.subList(0, 100)) + "\n", words);
        assertThat(first.code()).as(first.err()).isZero();
        Run second =
                Run.withInput(rows.get(0) + "\n" + String.join("\n", rows.subList(100, rows.size())) + "\n", words);
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(parts).hasBinaryContent(Files.readAllBytes(whole));
    }

    @Test
    void rowsThatMakeNoSenseAreReportedWithTheirLine() {
        String rows = "ride,speed,angle,mood\na,1,0,calm\nb,2,0,calm\na,3,0,wild\nb,2,0,angry\nb,2,0,\n";
        Run run = Run.withInput(rows, "stream", tagger, "--learn");
        assertThat(run.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run.err())
                .contains(
                        "line 4",
                        "'a' has ended",
                        "sort the rows",
                        "line 5",
                        "no class 'angry'; the model knows calm, wild");
        // A row whose class cannot be used is answered as one without a class.
        assertThat(run.lines()).hasSize(5);
        Run without = Run.withInput(rows.replace("angry", ""), "stream", tagger, "--learn");
        assertThat(run.lines()).isEqualTo(without.lines());
        assertThat(run.err()).contains("The row was answered, and nothing learned from its class.");
        Run strict = Run.withInput(rows.replace("wild", ""), "stream", tagger, "--learn", "--strict");
        assertThat(strict.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(strict.lines()).hasSize(3);
    }

    /** Fields that are no numbers, two of them in the first rows of a ride, and lines that are no rows. */
    @Test
    void rowsThatAreRefusedMoveNoClassToAnotherRow() throws IOException {
        List<String> rows = new ArrayList<>(Files.readAllLines(write("refused.csv", 30, 60, true, 4)));
        List<Integer> words = List.of(2, 3, 20, 22, 40, 100, 101);
        words.forEach(i -> rows.set(i, rows.get(i).replaceFirst(",[^,]*", ",abc")));
        rows.set(70, "what is this");
        rows.add(200, "nor,this");
        Path csv = Small.write(folder.resolve("refused.csv"), String.join("\n", rows) + "\n");
        Path output = folder.resolve("refused.safetensors");
        Run run = Run.of("stream", tagger, csv, "--learn", "--rate", 0.01, "--label-delay", 4, "--output", output);
        assertThat(run.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run.err().lines().filter(line -> line.contains("had only"))).isEmpty();
        assertThat(run.err())
                .contains(
                        "line 71: which row this was cannot be told, so from the classes of the 4 rows before it nothing is learned",
                        "line 201: which row");
        OnlineClassifier online = OnlineClassifier.of(Model.load(tagger), 0.01, 4);
        for (int i = 1; i < rows.size(); i++) {
            String[] fields = rows.get(i).split(",", -1);
            if (fields.length < 4) {
                online.missed(Optional.empty());
            } else if (fields[1].equals("abc")) {
                online.missed(Optional.of(fields[0]));
            } else {
                Event event =
                        Event.of("speed", Double.parseDouble(fields[1])).with("angle", Double.parseDouble(fields[2]));
                online.add(fields[0], event, Optional.of(fields[3]).filter(mood -> !mood.isEmpty()));
            }
        }
        online.end();
        assertThat(Model.load(output).fingerprint())
                .isEqualTo(online.learned().orElseThrow().fingerprint());
    }

    /** As a producer writes them that leaves out what is not known: the first objects have no class. */
    @Test
    void objectsMayLeaveTheClassOut() throws IOException {
        Path csv = write("late-objects.csv", 30, 60, true, 4);
        StringBuilder objects = new StringBuilder();
        for (String row : Files.readAllLines(csv).subList(1, 1 + 30 * 12)) {
            String[] fields = row.split(",", -1);
            objects.append(
                    "{\"ride\": \"%s\", \"speed\": %s, \"angle\": %s".formatted(fields[0], fields[1], fields[2]));
            objects.append(fields[3].isEmpty() ? "}\n" : ", \"mood\": \"%s\"}\n".formatted(fields[3]));
        }
        Path ofRows = folder.resolve("of-rows.safetensors");
        Path ofObjects = folder.resolve("of-objects.safetensors");
        Run.ok("stream", tagger, csv, "--learn", "--label-delay", 4, "--output", ofRows);
        Path lines = Small.write(folder.resolve("late.jsonl"), objects.toString());
        Run.ok("stream", tagger, lines, "--learn", "--label-delay", 4, "--output", ofObjects);
        assertThat(ofObjects).hasBinaryContent(Files.readAllBytes(ofRows));
        assertThat(Model.load(ofObjects).fingerprint())
                .isNotEqualTo(Model.load(tagger).fingerprint());
    }

    @Test
    void aModelThatLearnedNothingSaysSo() {
        Path output = folder.resolve("nothing.safetensors");
        String none = "ride,speed,angle,mood\na,1,0,\na,2,0,\n";
        Run run = Run.withInput(none, "stream", tagger, "--learn", "--output", output);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("nothing was learned", "wrote the model as it was to " + output);
        assertThat(Model.load(output).fingerprint())
                .isEqualTo(Model.load(tagger).fingerprint());
        Run one = Run.withInput(none.replace("2,0,", "2,0,calm"), "stream", tagger, "--learn", "--output", output);
        assertThat(one.err())
                .contains("nothing was judged: it takes two classes", "wrote the learned model to " + output);
    }

    @Test
    void whatMakesNoSenseIsRefused() throws IOException {
        Run.refused("stream", tagger, steps, "--label", "mood").saying("--label is for a model that learns");
        Run.refused("stream", tagger, steps, "--learn", "--label-delay", -1).saying("--label-delay is -1");
        Run.refused("stream", tagger, steps, "--learn", "--label", "speed").saying("'speed' holds numbers");
        Run.refused("stream", tagger, steps, "--learn", "--label", "none").saying("none");
        Run.refused("stream", classifier, rides, "--learn", "--label-delay", 2).saying("whose class may come with any");
        Path pooled = folder.resolve("pooled.safetensors");
        Run.ok(
                "train",
                "classify",
                folder.resolve("whole.csv"),
                "--id",
                "ride",
                "--label",
                "mood",
                "--hidden",
                4,
                "--direction",
                "forward",
                "--epochs",
                1,
                "--output",
                pooled);
        Run.refused("stream", pooled, rides, "--learn").saying("cannot learn from a stream", "--pool last");
        Path copy = Files.copy(tagger, folder.resolve("copy.safetensors"));
        Run.refused("stream", copy, steps, "--learn", "--in-place", "--snapshot", folder.resolve("in-place.snapshot"))
                .saying("--in-place writes over MODEL", "--output");
        Run.ok("stream", copy, steps, "--learn", "--in-place");
        assertThat(Model.load(copy).fingerprint())
                .isNotEqualTo(Model.load(tagger).fingerprint());
    }
}
