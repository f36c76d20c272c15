package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.DataFile;
import dev.carousel.cli.train.ConfigFile;
import dev.carousel.interop.numpy.NpyFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.spec.Parameterless;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyCommandsTest {

    @TempDir
    Path folder;

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    private Run train(int epochs, Object... more) {
        return Run.ok(Small.trainClassifier(model(), epochs, more));
    }

    @Test
    void wavesAreToldApartFromTrainingToPrediction() {
        Path training = Small.waves(folder.resolve("training.ts"), 60, 1);
        Path test = Small.waves(folder.resolve("test.ts"), 40, 2);
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
        Path training = Small.waves(folder.resolve("training.ts"), 30, 1);
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

    /** One number a step; classes differ in level, each as what is kept of the one before would be if it were rescaled. */
    private Path levels() {
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder text =
                new StringBuilder("@problemName Levels\n@univariate true\n@classLabel true a b c\n@data\n");
        for (int i = 0; i < 48; i++) {
            double level = Math.pow(0.7, -(i % 3));
            for (int t = 0; t < 8; t++) {
                text.append(t == 0 ? "" : ",")
                        .append(String.format(Locale.ROOT, "%.3f", level + 0.03 * random.nextGaussian()));
            }
            text.append(":").append("abc".charAt(i % 3)).append('\n');
        }
        return Small.write(folder.resolve("levels.ts"), text.toString());
    }

    @Test
    void singleNumbersAreSeldomDroppedAndFewSequencesAreReadMoreOften() {
        Path file = levels();
        Object[] words = {"train", "classify", file, "--hidden", 8, "--scaling", "none", "--json", "--output", model()};
        Run run = Run.ok(words);
        assertThat(run.err())
                .contains(
                        "note: each step has one number, so training drops 0.1 of them; --input-dropout says another share")
                .contains("note: an epoch has 6 updates, so there are 100 epochs; --epochs says another number");
        assertThat(run.number("epochs")).isEqualTo(100);
        assertThat(run.number("accuracy")).isGreaterThan(0.95);
        Path again = folder.resolve("again.safetensors");
        Run.ok("train", "classify", "--config", folder.resolve("model.run.json"), "--output", again);
        assertThat(again).hasBinaryContent(Small.bytes(model()));
        assertThat(Model.load(model()).spec().layers().get(0)).isEqualTo(new Parameterless.Drop(1, 0.1f));
        // The reason: of a larger share, what training shows of one class is what the next one looks like later.
        Run dropped = Run.ok(Small.replaced(words, "--input-dropout", 0.3, "--output", again));
        assertThat(dropped.err()).doesNotContain("one number");
        assertThat(dropped.number("accuracy")).isLessThan(0.8);
        Run.ok(Small.replaced(words, "--input-dropout", 0, "--epochs", 1, "--output", again));
        assertThat(Model.load(again).spec().layers().get(0)).isNotInstanceOf(Parameterless.Drop.class);
        assertThat(Run.ok(Small.replaced(words, "--epochs", 3, "--output", again))
                        .number("epochs"))
                .isEqualTo(3);
    }

    @Test
    void ofSeveralNumbersAStepThreeTenthsAreDropped() {
        Path file = Small.write(
                folder.resolve("two.ts"),
                "@problemName Two\n@univariate false\n@dimensions 2\n@classLabel true up down\n@data\n"
                        + "1,2,3:0,1,2:up\n3,2,1:2,1,0:down\n".repeat(6));
        Object[] words = {"train", "classify", file, "--hidden", 4, "--epochs", 2, "--output", model()};
        assertThat(Run.ok(words).err()).doesNotContain("one number");
        assertThat(Model.load(model()).spec().layers().get(0)).isEqualTo(new Parameterless.Drop(2, 0.3f));
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
    void layerNormalisationIsThereUnlessItIsLeftOutAndTheFileOfTheRunSaysWhich() {
        Path waves = Small.waves(folder.resolve("training.ts"), 12, 1);
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

    /** An array with a held-out part: it is judged by that part again, as long as both files are the same. */
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

    @Test
    void theSameSeedGivesTheSameFileOnAnyNumberOfThreads() {
        Path training = Small.waves(folder.resolve("training.ts"), 20, 1);
        train(3, training, "--threads", 1);
        byte[] once = Small.bytes(model());
        train(3, training, "--threads", 3);
        assertThat(Small.bytes(model())).isEqualTo(once);
    }

    @Test
    void mistakesAreErrorsThatSayWhatToDo() {
        Path training = Small.waves(folder.resolve("training.ts"), 20, 1);
        train(1, training);
        Path other = Small.write(folder.resolve("other.ts"), Small.WAVES.replace("slow", "still") + "1,2,3:still\n");
        Run.refused("evaluate", model(), other).saying("line 6: the label 'still' is none of the 2 classes");
        Path wide = Small.write(
                folder.resolve("wide.ts"), "@dimensions 2\n@classLabel true slow fast\n@data\n1,2:3,4:slow\n");
        Run.refused("evaluate", model(), wide).saying("the model reads 1 dimensions but the sequences have 2");
        Path one = Small.write(folder.resolve("one.ts"), Small.WAVES + "1,2,3:slow\n");
        Run.refused("train", "classify", one).saying("[fast] are named but have no sequence");
        Run.refused("train", "classify", Small.waves(folder.resolve("two.ts"), 2, 1), "--validation", 0.4)
                .saying("leaves 2 for training and 0 held out");
        Run.refused("train", "classify", training, "--validation", 1.5).saying("--validation is 1.5");
        Run.refused("train", "classify", training, "--vocabulary", 0).saying("--vocabulary is 0");
        Run.refused("train", "classify", training, "--min-count", 0).saying("--min-count is 0");
        Run.refused("train", "classify", training, "--label-smoothing", 1).saying("--label-smoothing is 1.0");
        Run.refused("train", "tag", training).saying("one for each step");
        Run.refused("train", "classify", Small.write(folder.resolve("x.txt"), "x"))
                .saying("Is it a text? Texts to classify stand in a folder");
        Run.refused("train", "classify", folder.resolve("none.csv"), "--id", "a", "--label", "b")
                .saying("no such file");
        Run.refused("evaluate", model(), training, "--part", "held_out").saying("Use --part all");
        Run.refused("evaluate", model()).saying("needs DATA");
    }
}
