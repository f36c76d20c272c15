package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.model.CheckpointFile;
import dev.carousel.model.Checkpoints;
import dev.carousel.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints from the command line: what is written, what goes on, what is refused, and what a failure leaves. */
class CheckpointCommandsTest {

    @TempDir
    Path folder;

    private Path saved() {
        return folder.resolve("saved");
    }

    private Path last() {
        return saved().resolve(Checkpoints.LAST);
    }

    private Path best() {
        return saved().resolve(Checkpoints.BEST);
    }

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    private Object[] text(Object... more) {
        return Small.trainText(Small.text(folder), model(), more);
    }

    @Test
    void lastAndBestAreWrittenAndTheBestIsAModel() {
        Run.ok(text("--checkpoint", saved(), "--keep", "best"));
        assertThat(CheckpointFile.load(last()).epochs()).hasSize(2);
        assertThat(Model.load(best()).parameters().values())
                .isEqualTo(Model.load(model()).parameters().values());
        Run.ok("sample", best(), "--length", 20);
        assertThat(Run.ok("inspect", best()).out()).doesNotContain("--checkpoint");
    }

    @Test
    void aFinishedTrainingGoesOnToTheSameModelAndToMoreEpochs() {
        Run.ok(text("--checkpoint", saved()));
        byte[] first = Small.bytes(model());
        Run again = Run.ok(text("--checkpoint", saved(), "--resume"));
        assertThat(again.err()).contains("goes on from " + last() + ": after epoch 2");
        assertThat(model()).hasBinaryContent(first);

        // The first --epochs is the one of the small training.
        Object[] longer = text("--checkpoint", saved(), "--resume");
        longer[Arrays.asList(longer).indexOf("--epochs") + 1] = 4;
        assertThat(Run.ok(longer).err()).contains("epoch 3/4").doesNotContain("epoch 2/4");
    }

    @Test
    void whereThereIsNoCheckpointResumeBegins() {
        Run run = Run.ok(text("--checkpoint", saved(), "--resume"));
        assertThat(run.err()).contains("no checkpoint in " + saved() + " yet: begins");
        assertThat(last()).exists();
    }

    @Test
    void otherTrainingsAndFoldersThatAreInUseAreRefused() throws IOException {
        Run.refused(text("--resume")).saying("--resume needs --checkpoint");
        Run.ok(text("--checkpoint", saved()));
        byte[] checkpoint = Small.bytes(last());
        Run.refused(text("--checkpoint", saved())).saying("holds the checkpoint of an earlier training", "--resume");
        Run.refused(text("--checkpoint", saved(), "--resume", "--seed", 9))
                .saying("last.checkpoint", "the seed was 1 and is now 9");
        Run.refused(text("--checkpoint", saved(), "--resume", "--accumulate", 2))
                .saying("batches an update was 1 and is now 2");
        Run.refused(text("--checkpoint", saved(), "--resume", "--weight-decay", 0.1))
                .saying("the optimiser was Adam");
        Run.refused(text("--checkpoint", saved(), "--resume", "--embedding", 3)).saying("the network was");
        Path other = Small.write(folder.resolve("other.txt"), "quite another text, of other letters. ".repeat(60));
        Run.refused(Small.trainText(other, model(), "--checkpoint", saved(), "--resume"))
                .saying("last.checkpoint", "not the one that was saved");
        Files.write(last(), Arrays.copyOf(checkpoint, checkpoint.length - 100));
        Run.refused(text("--checkpoint", saved(), "--resume")).saying("last.checkpoint", "trunc");
        checkpoint[checkpoint.length / 2] ^= 1;
        Files.write(last(), checkpoint);
        Run.refused(text("--checkpoint", saved(), "--resume")).saying("last.checkpoint", "damaged");
        Files.copy(best(), last(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Run.refused(text("--checkpoint", saved(), "--resume")).saying("last.checkpoint", "no checkpoint of a training");
    }

    @Test
    void severalTrainingsDoNotShareAFolder() {
        Run.refused(Small.trainForecast(Small.csv(folder, 250), model(), "--backtest", 1, "--checkpoint", saved()))
                .saying("--checkpoint saves one training", "--backtest 1 makes 2");
        assertThat(saved()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "10", "0.5", "30s", "10m"})
    void aNumberIsNoFolder(String number) {
        Run.refused(text("--checkpoint", number))
                .saying(
                        "--checkpoint takes the name of a folder but found the number " + number,
                        "--checkpoint-every " + number,
                        "./" + number);
        Run.refused(text("--tensorboard", number))
                .saying("--tensorboard takes the name of a folder but found the number " + number);
        assertThat(Path.of(number)).doesNotExist();
        // Where a folder is really called so, it is named by its path.
        Run.ok(text("--checkpoint", folder.resolve(number)));
        assertThat(folder.resolve(number).resolve(Checkpoints.LAST)).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "often", "1.5", "0s", "5 s", "10d", "99999999"})
    void timesThatAreNoneAreRefused(String every) {
        Run.refused(text("--checkpoint", saved(), "--checkpoint-every", every)).saying("--checkpoint-every", "30s");
    }

    @Test
    void whereNoFolderCanBeTheErrorComesFirst() {
        Run.refused(text("--checkpoint", "/dev/full")).saying("/dev/full", "cannot be made");
        Path file = Small.write(folder.resolve("file"), "");
        Run.refused(text("--checkpoint", file.resolve("sub"))).saying("cannot be made");
        assertThat(model()).doesNotExist();
    }

    @Test
    void aFullDiskIsAnErrorAndTheLastCheckpointStays() throws InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs bash");
        Run.ok(text("--checkpoint", saved()));
        byte[] checkpoint = Small.bytes(last());
        assertThat(checkpoint.length).isGreaterThan(64 * 1024);
        Object[] longer = text("--checkpoint", saved(), "--resume");
        longer[Arrays.asList(longer).indexOf("--epochs") + 1] = 4;
        Child child = Child.startWithFilesOfAtMost(64, folder, longer);
        assertThat(child.end()).as(child.printed()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(child.printed())
                .contains(
                        "carousel: " + last() + ": the file could not be written", "What was there before is unchanged")
                .doesNotContain("\tat ");
        assertThat(last()).hasBinaryContent(checkpoint);
        assertThat(saved()).isDirectoryNotContaining("glob:**.tmp");
        // With room again, it goes on.
        assertThat(Run.ok(longer).err()).contains("epoch 3/4");
    }

    @Test
    void aLossThatIsNotANumberStopsWithAdviceAndTheBestModelStays() {
        // Each update multiplies the weights by 1 - 0.01 * 300 = -2 until they overflow.
        Object[] args = text("--checkpoint", saved(), "--weight-decay", 300);
        args[Arrays.asList(args).indexOf("--epochs") + 1] = 50;
        Run run = Run.of(args);
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err().lines().filter(line -> line.startsWith("carousel: ")))
                .singleElement()
                .asString()
                .contains("Training stopped in epoch ", "learning rate below 0.01", "clip", "No model was written")
                .containsPattern("parameter \\S+ \\[")
                .contains("that of the best epoch so far is " + best());
        assertThat(model()).doesNotExist();
        assertThat(Run.ok("sample", best(), "--length", 20).out()).isNotEmpty();
        for (float value : CheckpointFile.load(last()).weights().now().values()) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        Run.refused(text("--average", 1)).saying("--average is 1.0");
        Run.refused(text("--average", 0.9, "--average-last", 2)).saying("take one of them");
        Run.refused(text("--average-last", -1)).saying("--average-last is -1");
        Run.refused(text("--accumulate", 0)).saying("--accumulate is 0");
        Run.refused(text("--warmup", -1)).saying("--warmup is -1");
        Run.refused(text("--weight-decay", -0.1)).saying("--weight-decay is -0.1");
        Run.refused(text("--plateau-factor", 1)).saying("--plateau-factor is 1.0");
        Run.refused(text("--plateau-patience", 0)).saying("--plateau-patience is 0");
        Run.refused(text("--patience", -2)).saying("--patience is -2");
        Run.refused(text("--optimiser", "adamant")).saying("--optimiser", "adam, sgd, rmsprop");
        Run.refused(text("--schedule", "twocycle")).saying("--schedule", "onecycle");
        Run.refused(text("--keep", "worst")).saying("--keep", "best, last");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--optimiser sgd",
                "--optimiser rmsprop --weight-decay 0.001",
                "--schedule onecycle",
                "--schedule plateau --plateau-patience 1",
                "--schedule cosine --warmup 5",
                "--accumulate 3",
                "--average 0.9",
                "--average-last 2",
                "--keep best --patience 1",
            })
    void everyOptionChangesTheModel(String options) {
        Run.ok(text());
        byte[] plain = Small.bytes(model());
        Run.ok(text((Object[]) options.split(" ")));
        assertThat(Arrays.equals(
                        Model.load(model()).parameters().values(),
                        Model.ofBytes("p", plain).parameters().values()))
                .as(options)
                .isEqualTo(options.startsWith("--keep") || options.contains("plateau"));
    }

    @Test
    void patienceEndsATraining() {
        Object[] args = text("--patience", 1, "--rate", 0.5, "--json");
        Object[] words = Arrays.stream(args).toArray();
        int rate = Arrays.asList(words).indexOf("--rate");
        // The first --rate is the one of the small training; an option may stand once.
        Object[] once = new Object[words.length - 2];
        System.arraycopy(words, 0, once, 0, rate);
        System.arraycopy(words, rate + 2, once, rate, words.length - rate - 2);
        once[Arrays.asList(once).indexOf("--epochs") + 1] = 60;
        assertThat(Run.ok(once).number("epochs")).isLessThan(60);
    }
}
