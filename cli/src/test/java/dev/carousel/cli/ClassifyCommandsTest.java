package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.ClassifierSpec;
import dev.carousel.data.LabelledCsv;
import dev.carousel.data.LabelledSequences;
import dev.carousel.data.SequenceSplit;
import dev.carousel.data.StreamClassifier;
import dev.carousel.interop.numpy.NpyFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifyCommandsTest {

    private static final String HEADER =
            "@problemName Waves\n@univariate true\n@equalLength false\n@classLabel true slow fast\n@data\n";

    @TempDir
    Path folder;

    /** Slow and fast waves of different lengths, in turn. */
    private Path waves(String name, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < count; i++) {
            double period = i % 2 == 0 ? 16 : 5;
            double phase = random.nextDouble(6);
            int steps = random.nextInt(20, 30);
            for (int t = 0; t < steps; t++) {
                double value = 40 + 7 * Math.sin(phase + 2 * Math.PI * t / period) + 0.3 * random.nextGaussian();
                text.append(t == 0 ? "" : ",").append(String.format(Locale.ROOT, "%.3f", value));
            }
            text.append(i % 2 == 0 ? ":slow\n" : ":fast\n");
        }
        return Small.write(folder.resolve(name), text.toString());
    }

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    private Run train(int epochs, Object... more) {
        List<Object> words = new ArrayList<>(
                List.of("train", "classify", "--output", model(), "--hidden", 12, "--epochs", epochs, "--json"));
        words.addAll(List.of(more));
        return Run.ok(words.toArray());
    }

    @Test
    void wavesAreToldApartFromTrainingToPrediction() {
        Path training = waves("training.ts", 60, 1);
        Path test = waves("test.ts", 40, 2);
        Path page = folder.resolve("page.html");
        Run run = train(25, training, "--validation", 0.25, "--report", page);
        assertThat(run.json().get("part")).isEqualTo("held_out");
        assertThat(run.number("of")).isEqualTo(15 + 1);
        assertThat(page).content().contains("What was taken for what", "Each class", "slow");

        Run judged = Run.ok("evaluate", model(), test, "--json");
        assertThat(judged.number("accuracy")).isGreaterThan(0.9);
        assertThat(judged.number("majority_accuracy")).isEqualTo(0.5);
        assertThat(judged.json().get("confusion")).isInstanceOf(List.class);
        assertThat(judged.out()).contains("macro F1", "true \\ said", "40 sequences");

        Run held = Run.ok("evaluate", model(), training, "--json");
        assertThat(held.json().get("part")).isEqualTo("held_out");
        assertThat(held.number("accuracy")).isEqualTo(run.number("accuracy"));
        assertThat(Run.ok("evaluate", model(), training, "--part", "all", "--json")
                        .number("of"))
                .isEqualTo(60);

        Run predicted = Run.ok("predict", model(), test, "--json");
        assertThat(predicted.out().lines().limit(2)).first().isEqualTo("sequence,class,slow,fast");
        Map<?, ?> first = (Map<?, ?>) ((List<?>) predicted.json().get("predictions")).get(0);
        assertThat(first.get("sequence")).isEqualTo("1");
        assertThat(((Map<?, ?>) first.get("probabilities")).keySet()).hasSize(2);
    }

    @Test
    void everyOptionOfAClassifierIsTaken() {
        Path training = waves("training.ts", 30, 1);
        Run run = train(
                4,
                training,
                "--direction",
                "forward",
                "--pool",
                "last",
                "--scaling",
                "sequence",
                "--class-weights",
                "balanced",
                "--label-smoothing",
                0.1,
                "--input-dropout",
                0,
                "--validation",
                0.2,
                "--patience",
                3);
        assertThat(run.number("parameters")).isPositive();
    }

    @Test
    void stepsOfACsvFileAreTagged() {
        StringBuilder text = new StringBuilder("ride,second,speed,mood\n");
        SplittableRandom random = new SplittableRandom(3);
        for (int ride = 0; ride < 20; ride++) {
            for (int t = 0; t < 20; t++) {
                boolean wild = t >= 10;
                text.append(String.format(
                        Locale.ROOT,
                        "r%d,%d,%.3f,%s%n",
                        ride,
                        t,
                        (wild ? 9 : 2) + random.nextGaussian(),
                        t == 4 ? "" : wild ? "wild" : "calm"));
            }
        }
        Path csv = Small.write(folder.resolve("rides.csv"), text.toString());
        Run.ok(
                "train",
                "tag",
                csv,
                "--id",
                "ride",
                "--time",
                "second",
                "--label",
                "mood",
                "--output",
                model(),
                "--hidden",
                8,
                "--epochs",
                60);
        Run judged = Run.ok("evaluate", model(), csv, "--json");
        assertThat(judged.number("of")).as("steps with a class").isEqualTo(20 * 19);
        assertThat(judged.number("accuracy")).isGreaterThan(0.95);
        Path fresh = Small.write(folder.resolve("fresh.csv"), "ride,second,speed\nx,0,2\nx,1,9\nx,2,9\n");
        assertThat(Run.ok("predict", model(), fresh).out().lines().toList())
                .hasSize(4)
                .first()
                .isEqualTo("sequence,step,class,calm,wild");
    }

    /** Gestures of some persons, each of whom makes both kinds. */
    private Path gestures(int persons) {
        StringBuilder text = new StringBuilder("gesture,person,x,kind\n");
        for (int gesture = 0; gesture < 4 * persons; gesture++) {
            for (int t = 0; t < 8; t++) {
                boolean up = gesture % 2 == 0;
                text.append(String.format(
                        Locale.ROOT,
                        "g%d,person %d,%d,%s%n",
                        gesture,
                        gesture / 4,
                        (up ? t : 8 - t) + gesture % 3,
                        up ? "up" : "down"));
            }
        }
        return Small.write(folder.resolve("gestures.csv"), text.toString());
    }

    private Object[] trainGestures(Path csv, Object... more) {
        Object[] words = {
            "train",
            "classify",
            csv,
            "--id",
            "gesture",
            "--label",
            "kind",
            "--group",
            "person",
            "--validation",
            0.3,
            "--output",
            model(),
            "--hidden",
            6,
            "--epochs",
            2,
            "--json"
        };
        return Small.replaced(words, more);
    }

    @Test
    void nothingOfAPersonStandsOnBothSides() {
        Path csv = gestures(6);
        Run run = Run.ok(trainGestures(csv));
        assertThat(run.json().get("part")).isEqualTo("held_out");
        assertThat(run.number("of")).as("two of six persons").isEqualTo(8);
        assertThat(run.err()).contains("8 steps, 1 number a step").contains("16 to learn from, 8 held out");

        LabelledSequences all = new LabelledCsv(
                        Optional.of("gesture"), Optional.empty(), Optional.of("kind"), List.of(), Optional.of("person"))
                .read(csv, false);
        List<String> held = java.util.Arrays.stream(
                        SequenceSplit.byGroup(all, all.groups(), 0.3, 1).heldOut())
                .mapToObj(all.groups()::get)
                .distinct()
                .toList();
        assertThat(held).hasSize(2);
        Run judged = Run.ok("evaluate", model(), csv, "--json");
        assertThat(judged.json().get("part")).isEqualTo("held_out");
        assertThat(judged.number("of")).isEqualTo(8);
        assertThat(judged.number("log_loss")).isEqualTo(run.number("log_loss"));

        byte[] first = Small.bytes(model());
        Run.ok("train", "classify", "--config", folder.resolve("model.run.json"));
        assertThat(Small.bytes(model())).isEqualTo(first);

        // A file that is not of the training needs no such column.
        Path other = Small.write(folder.resolve("other.csv"), "gesture,x,kind\na,1,up\na,2,up\n");
        assertThat(Run.ok("evaluate", model(), other, "--json").number("of")).isEqualTo(1);
        assertThat(Run.ok("predict", model(), other).out()).contains("a,");
    }

    @Test
    void groupsThatMakeNoSenseAreRefused() {
        Path csv = gestures(3);
        Run.refused(trainGestures(csv, "--validation", 0)).saying("--group is person but --validation is 0,");
        Run.refused(trainGestures(csv, "--group", "persons")).saying("there is no column 'persons'. ");
        Run.refused(trainGestures(gestures(1))).saying("all sequences are of the group 'person 0'");
        Run.refused(trainGestures(waves("waves.ts", 20, 1))).saying("--group is person but");
        Path mixed = Small.write(
                folder.resolve("mixed.csv"), "gesture,person,x,kind\na,ann,1,up\na,bob,2,up\nb,bob,1,down\n");
        Run.refused(trainGestures(mixed))
                .saying("line 3, column 'person': the sequence 'a' is of the group 'bob' here but of 'ann' in line 2");
        Path nobody = Small.write(folder.resolve("nobody.csv"), "gesture,person,x,kind\na,,1,up\nb,bob,1,down\n");
        Run.refused(trainGestures(nobody)).saying("line 2, column 'person': expected the name of a group");
        Path apart = Small.write(
                folder.resolve("apart.csv"), "gesture,person,x,kind\na,ann,1,up\nb,bob,1,down\nc,ann,2,up\n");
        Run.refused(trainGestures(apart)).saying("takes all of the classes");
    }

    @Test
    void arraysAreClassifiedAndTagged() {
        float[] values = new float[24 * 10];
        int[] labels = new int[24];
        int[] tags = new int[240];
        for (int i = 0; i < 240; i++) {
            labels[i / 10] = i / 10 % 2 == 0 ? 3 : 7;
            values[i] = i / 10 % 2 == 0 ? i % 10 : 9 - i % 10;
            tags[i] = values[i] > 4 ? 1 : 0;
        }
        Path x = folder.resolve("x.npy");
        Path y = folder.resolve("y.npy");
        NpyFile.write(x, NumpyArray.of(values, 24, 10));
        NpyFile.write(y, NumpyArray.of(labels, 24));
        train(25, x, "--labels", y);
        assertThat(Run.ok("evaluate", model(), x, "--labels", y, "--json").number("accuracy"))
                .isEqualTo(1);
        assertThat(Run.ok("predict", model(), x).out()).startsWith("sequence,class,3,7");

        List<Provenance.Data> files = Model.load(model()).provenance().data();
        assertThat(files).containsExactly(DataFile.of(x), DataFile.of(y));
        assertThat(ConfigFile.besideModel(model()))
                .content()
                .contains(files.get(0).sha256(), files.get(1).sha256());

        NpyFile.write(y, NumpyArray.of(tags, 24, 10));
        Run.ok("train", "tag", x, "--labels", y, "--output", model(), "--hidden", 8, "--epochs", 20);
        assertThat(Run.ok("evaluate", model(), x, "--labels", y, "--json").number("of"))
                .isEqualTo(240);
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
        train(25, texts, "--direction", "forward");
        assertThat(Run.ok("evaluate", model(), texts, "--json").number("accuracy"))
                .isEqualTo(1);
        Path one = Small.write(folder.resolve("one.txt"), "cab");
        assertThat(Run.ok("predict", model(), one).out()).contains("one.txt,low,");
    }

    /** An array without a held-out part, then one with: it is judged by that part again, as long as both files are the same. */
    @Test
    void layerNormalisationIsThereUnlessItIsLeftOutAndTheFileOfTheRunSaysWhich() {
        Path waves = waves("training.ts", 12, 1);
        train(1, waves);
        assertThat(inspected()).contains("layer norm");
        train(1, waves, "--no-layer-norm");
        assertThat(inspected()).doesNotContain("layer norm");
        Run.ok("train", "classify", "--config", ConfigFile.besideModel(model()));
        assertThat(inspected()).doesNotContain("layer norm");
        Run.ok("train", "classify", "--layer-norm", "--config", ConfigFile.besideModel(model()));
        assertThat(inspected()).contains("layer norm");
    }

    private String inspected() {
        return Run.ok("inspect", model()).out();
    }

    @Test
    void whatIsHeldOutOfArraysIsFoundAgain() {
        float[] values = new float[20 * 6];
        int[] labels = new int[20];
        for (int i = 0; i < 20; i++) {
            labels[i] = i % 2;
            for (int t = 0; t < 6; t++) {
                values[i * 6 + t] = i % 2 == 0 ? t + i : 9 - t;
            }
        }
        Path x = folder.resolve("x.npy");
        Path y = folder.resolve("y.npy");
        NpyFile.write(x, NumpyArray.of(values, 20, 6));
        NpyFile.write(y, NumpyArray.of(labels, 20));
        train(2, x, "--labels", y, "--validation", 0.2);
        Run judged = Run.ok("evaluate", model(), x, "--labels", y, "--json");
        assertThat(judged.json().get("part")).isEqualTo("held_out");
        assertThat(judged.number("of")).isEqualTo(4);
        labels[0] = 1;
        NpyFile.write(y, NumpyArray.of(labels, 20));
        Run other = Run.ok("evaluate", model(), x, "--labels", y, "--json");
        assertThat(other.json().get("part")).isEqualTo("all");
        Run again = Run.ok("train", "classify", "--config", ConfigFile.besideModel(model()));
        assertThat(again.err()).contains("y.npy is not what it was");
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
        Run run = train(
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
                60);
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
        assertThat(Run.of("predict", model(), one).code()).isEqualTo(by.equals("bytes") ? Main.OK : Main.BAD_INPUT);
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
        train(1, texts, "--report", page);
        assertThat(page).content().contains("The most certain mistakes", "<td class=\"what\">the same words</td>");
    }

    @Test
    void theSameSeedGivesTheSameFileOnAnyNumberOfThreads() {
        Path training = waves("training.ts", 20, 1);
        train(3, training, "--threads", 1);
        byte[] once = Small.bytes(model());
        train(3, training, "--threads", 3);
        assertThat(Small.bytes(model())).isEqualTo(once);
    }

    @Test
    void mistakesAreErrorsThatSayWhatToDo() {
        Path training = waves("training.ts", 20, 1);
        train(1, training);
        Path other = Small.write(folder.resolve("other.ts"), HEADER.replace("slow", "still") + "1,2,3:still\n");
        Run.refused("evaluate", model(), other).saying("line 6: the label 'still' is none of the 2 classes");
        Path wide = Small.write(
                folder.resolve("wide.ts"), "@dimensions 2\n@classLabel true slow fast\n@data\n1,2:3,4:slow\n");
        Run.refused("evaluate", model(), wide).saying("the model reads 1 dimensions but the sequences have 2");
        Path one = Small.write(folder.resolve("one.ts"), HEADER + "1,2,3:slow\n");
        Run.refused("train", "classify", one).saying("[fast] are named but have no sequence");
        Run.refused("train", "classify", waves("two.ts", 2, 1), "--validation", 0.4)
                .saying("leaves 2 for training and 0 held out");
        Run.refused("train", "classify", training, "--validation", 1.5).saying("--validation is 1.5");
        Run.refused("train", "classify", training, "--vocabulary", 0).saying("--vocabulary is 0");
        Run.refused("train", "classify", training, "--min-count", 0).saying("--min-count is 0");
        Run.refused("train", "classify", training, "--label-smoothing", 1).saying("--label-smoothing is 1.0");
        Run.refused("train", "tag", training).saying("one for each step");
        Run.refused("train", "classify", Small.write(folder.resolve("x.txt"), "x"))
                .saying("Expected a .ts file");
        Run.refused("train", "classify", folder.resolve("none.csv"), "--id", "a", "--label", "b")
                .saying("no such file");
        Run.refused("evaluate", model(), training, "--part", "held_out").saying("Use --part all");
        Run.refused("evaluate", model()).saying("needs DATA");
    }
}
